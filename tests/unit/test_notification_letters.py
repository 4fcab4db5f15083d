"""The numbered letters: their order, their wording by kind, and that nothing in them is made up."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from notifications.planning.lettering import Lettering
from notifications.planning.owed import for_rung
from notifications.planning.saying import about_letter, letter_reference
from notifications.rendering.letters import Letters
from notifications.rendering.renderer import Renderer
from states.frozen import replace
from states.ladder import Occurrence, Rung
from states.parts import Letter
from states.term import Term
from tests.cast import Story, a_story, assigned, issue_in
from tests.owed import PEOPLE, around, the_obligation

LETTERS = Letters()
PLAN_DUE = date(2023, 3, 15)


def facts_on(day: date, story: Story | None = None, **changes: Any) -> dict[str, Any]:
    """Return the facts of the letter that the plan's ladder issues on a day."""
    story = story or assigned(a_story())
    obligation = the_obligation(story.issue, "draft_plan")
    audience = around(story, day, **changes)
    ladder = story.rules.process.ladder(obligation.ladder)
    reached = ladder.reached(story.rules.calendar, obligation.due, day, day)
    assert reached.owed is not None
    return about_letter(audience, obligation, reached.owed, 1)


def written(facts: dict[str, Any], kind: str | None = None, language: str = "zh") -> str:
    kind = kind or facts["letter_kind"]
    return LETTERS.write(kind, facts | {"letter_label": kind}, language)


OVERDUE = facts_on(date(2023, 3, 16))
ESCALATED = facts_on(date(2023, 3, 23))


def test_a_letter_has_the_parts_of_an_official_letter_in_their_order():
    text = written(OVERDUE)

    parts = [
        "提醒函\n",
        "提醒〔2023〕YX2023-7-1号\n",
        "云溪县水务局党组：\n",
        "2023年3月1日巡察反馈的「",
        "经查，截至2023年3月16日，以下事项已经逾期、尚未办结，现予提醒。",
        "一、逾期事项\n",
        "应于2023年3月15日24时前办结，已超期 1 天。责任人员：Wang。",
        "目前尚缺：尚无整改措施。",
        "二、办理要求\n",
        "请你单位于2023年3月22日17时30分前办结上述事项",
        "书面报告办理情况，附佐证材料",
        "三、逾期处理\n",
        "逾期仍未办结又未报告的，将自2023年3月23日起发出督办函。",
        "收到本函后，请及时签收。联系人：Chen、Li。",
        "2023年3月16日\n",
    ]
    places = [text.find(part) for part in parts[:-1]] + [text.rfind(parts[-1])]
    assert -1 not in places, parts[places.index(-1)]
    assert places == sorted(places)


def test_it_is_to_be_answered_before_the_next_letter_goes_out():
    assert OVERDUE["next_letter_on"] == "2023-03-23"
    assert OVERDUE["answer_by"] == "2023-03-22"
    assert ESCALATED["next_letter"] is None
    assert ESCALATED["answer_by"] == "2023-03-30"


def test_the_same_facts_give_the_same_text():
    assert written(OVERDUE) == written(dict(OVERDUE))


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("提醒函", "现予提醒。"),
        ("提示函", "现予提示。"),
        ("督办函", "现予督办。"),
        ("告诫函", "现予告诫。"),
        ("约谈通知书", "现函告你单位。"),
    ],
)
def test_the_wording_goes_by_the_kind(kind, said):
    assert said in written(OVERDUE, kind)
    assert written(OVERDUE, kind).startswith(kind)


def test_only_a_letter_of_admonition_threatens_with_proceedings():
    assert "提请约谈、通报或者问责" in written(ESCALATED, "告诫函")
    assert "问责" not in written(ESCALATED, "督办函")
    assert "予以通报" in written(ESCALATED, "督办函")


def test_before_the_date_it_reminds_of_the_date_and_of_extensions():
    story = assigned(a_story())
    obligation = the_obligation(story.issue, "draft_plan")
    rung = Rung(name="soon", at=Term(-3), letter="提示函")
    occurrence = Occurrence(rung=rung, nth=1, on=date(2023, 3, 10))
    facts = about_letter(around(story, date(2023, 3, 10)), obligation, occurrence, 1)
    text = written(facts)

    assert "截至2023年3月10日，以下事项尚未办结，时限将至，现予提示。" in text
    assert "一、临期事项" in text
    assert "请你单位于2023年3月15日17时30分前办结上述事项" in text
    assert "应当在时限届满前申请延期" in text
    assert "已经逾期" not in text


def test_letters_before_it_are_named():
    earlier = [
        {"reference": "提醒〔2023〕YX2023-7-1号", "kind": "提醒函", "on": "2023-03-16"},
        {"reference": "督办〔2023〕YX2023-7-2号", "kind": "督办函", "on": "2023-03-23"},
    ]
    text = written(ESCALATED | {"earlier_letters": earlier})

    assert (
        "此前已于2023年3月16日发出提醒函（提醒〔2023〕YX2023-7-1号），"
        "又于2023年3月23日发出督办函（督办〔2023〕YX2023-7-2号），至今未见办结。\n"
    ) in text


def test_letters_of_the_same_work_only_are_named():
    story = assigned(a_story())
    obligation = the_obligation(story.issue, "draft_plan")
    other = the_obligation(story.issue, "finish_issue")
    fields: dict[str, Any] = {"on": date(2023, 3, 16), "sha256": "ab" * 32, "to": ("wang",)}
    sent = (
        Letter(number=1, kind="提醒函", obligation=obligation.id, **fields),
        Letter(number=2, kind="督办函", obligation=other.id, **fields),
    )
    story.issue = replace(story.issue, letters=sent)
    facts = about_letter(
        around(story, date(2023, 3, 23)),
        obligation,
        Occurrence(
            rung=Rung(name="escalated", at=Term(6), letter="督办函"), nth=1, on=date(2023, 3, 23)
        ),
        3,
    )

    assert [x["reference"] for x in facts["earlier_letters"]] == ["提醒〔2023〕YX2023-7-1号"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_says_what_is_provisional_and_what_was_extended(language):
    moved = {"provisional": True, "due_original": "2023-03-10", "extended": True}
    text = written(OVERDUE | moved, language=language)

    said = {
        "zh": ("该时限为暂定", "原定2023年3月10日，经批准延期至2023年3月15日"),
        "en": ("The date is provisional", "first 10 March 2023, extended to 15 March 2023"),
    }
    for part in said[language]:
        assert part in text
        assert part not in written(OVERDUE, language=language)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_letter_can_be_written_of_everything_that_can_be_overdue(language):
    for state in ("reported", "in_rectification", "completed", "long_term_maintenance"):
        story = issue_in(state)
        for obligation in story.issue.obligations:
            for days, kind in ((-3, "提示函"), (0, "督办函"), (9, "告诫函")):
                day = date.fromordinal(obligation.due.toordinal() + days)
                rung = Rung(name="r", at=Term(days, "days"), letter=kind)
                occurrence = Occurrence(rung=rung, nth=1, on=day)
                facts = about_letter(around(story, day), obligation, occurrence, 1)
                text = LETTERS.write(kind, facts, language)
                assert facts["letter_reference"] in text
                assert "None" not in text


def test_the_reference_of_a_letter_names_kind_year_issue_and_number():
    assert letter_reference("督办函", 2026, "LJ2026-7", 3) == "督办〔2026〕LJ2026-7-3号"


def test_everybody_is_sent_the_very_text_on_record_in_their_own_name():
    story = assigned(a_story())
    obligation = the_obligation(story.issue, "draft_plan")
    day = date(2023, 3, 16)
    people = {**PEOPLE, "zhou": replace(PEOPLE["zhou"], language="en")}
    ladder = story.rules.process.ladder(obligation.ladder)
    reached = ladder.reached(story.rules.calendar, obligation.due, day, day)
    letter = Letter(
        number=1,
        kind="提醒函",
        on=day,
        sha256="ab" * 32,
        obligation=obligation.id,
        to=("wang", "zhou"),
    )
    text = written(OVERDUE)
    audience = around(story, day, people=people)
    wang, zhou = for_rung(audience, obligation, reached, letter, text)

    assert [n.template for n in (wang, zhou)] == ["letter", "letter"]
    assert [n.facts["letter_text"] for n in (wang, zhou)] == [text, text]
    assert (wang.facts["letter_label"], zhou.facts["letter_label"]) == (
        "提醒函",
        "letter of reminder",
    )
    for notice, name in ((wang, "Wang"), (zhou, "Zhou")):
        mail = Renderer().render(notice.template, notice.language, notice.facts)
        assert name in mail.plain.splitlines()[0]
        assert text.strip() in mail.plain


def test_the_office_states_until_when_letters_are_answered_and_who_signs():
    story = assigned(a_story())
    obligation = the_obligation(story.issue, "draft_plan")
    day = date(2023, 3, 16)  # a Thursday, the day after it was due
    audience = around(story, day)
    ladder = story.rules.process.ladder(obligation.ladder)
    reached = ladder.reached(story.rules.calendar, obligation.due, day, day)
    assert reached.owed is not None
    ours = Lettering(answer=Term(2), time="12:00", signature="县委巡察办")
    facts = about_letter(audience, obligation, reached.owed, 1, ours)
    assert (facts["answer_by"], facts["answer_time"]) == ("2023-03-20", "12:00")
    assert facts["office"] == "县委巡察办"

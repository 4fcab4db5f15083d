"""Signs in the pace, the texts and the closing of a round: asked there, and only there."""

from __future__ import annotations

import pytest

from states.frozen import replace
from tests.cast import UNIT
from tests.paper import WORKS, Paper, a_paper, asked, honest, next_day, two_planned
from tests.stage import ROUND, acting, registration

FIRST, SECOND = f"{ROUND}-1", f"{ROUND}-2"


@pytest.fixture
def paper() -> Paper:
    """A round of which two issues have an approved plan of two measures each."""
    return two_planned()


# ---------------------------------------------------------------- pace


def test_done_minutes_after_the_plan_is_asked_about():
    paper = a_paper()
    paper.planned(1)
    paper.finished(1)
    (sign,) = paper.asks("soon_after_plan")
    assert (sign.issues, sign.question.facts["minutes"]) == ((FIRST,), 6)
    paper.planned(2)
    next_day(paper)
    paper.finished(2)
    assert asked(paper, "soon_after_plan") == [(FIRST,)]


def test_put_right_at_once_may_be_done_at_once():
    paper = a_paper()
    paper.does("chen", "classify", 1, type="immediate")
    paper.planned(1, due="2023-03-10")
    paper.finished(1)
    assert asked(paper, "soon_after_plan") == []


def test_measures_finished_within_seconds_are_asked_about(paper: Paper):
    for issue, measure in ((1, 1), (1, 2)):
        paper.stage.clock.forward(seconds=20)
        paper.stage.does("wang", "finish_measure", {"measure": measure}, issue=f"{ROUND}-{issue}")
    assert asked(paper, "finished_together") == []  # two of one issue are nothing
    paper.planned(3)
    next_day(paper, 20)
    paper.limits = type(paper.limits)(measures_together=2)
    assert asked(paper, "finished_together") == [(FIRST,)]


def test_the_same_person_counts_across_issues_and_others_do_not(paper: Paper):
    paper.planned(3, WORKS[4], WORKS[5])
    next_day(paper)
    for person, issue, measure in (("wang", 1, 1), ("sun", 2, 1), ("wang", 3, 1)):
        paper.stage.clock.forward(seconds=5)
        paper.stage.does(person, "finish_measure", {"measure": measure}, issue=f"{ROUND}-{issue}")
    assert asked(paper, "finished_together") == []
    paper.stage.does("wang", "finish_measure", {"measure": 2}, issue=f"{ROUND}-3")
    assert asked(paper, "finished_together") == [(FIRST, f"{ROUND}-3")]


def test_accepted_minutes_after_it_was_submitted_is_asked_about():
    paper = a_paper()
    for issue in (1, 2):
        paper.planned(issue)
        next_day(paper)
        paper.finished(issue)
    paper.closed(2)
    assert asked(paper, "accepted_at_once") == []
    paper.does("wang", "submit_completion", 1)
    paper.does("chen", "accept", 1, no_duties="一次性事项")
    (sign,) = paper.asks("accepted_at_once")
    assert (sign.issues, sign.question.facts["minutes"]) == ((FIRST,), 3)


def on_the_due_date(paper: Paper, *late: int, issues: int = 5, day: str = "2023-06-01") -> Paper:
    for issue in range(1, issues + 1):
        paper.at("2023-03-02")
        paper.planned(issue)
    for issue in range(1, issues + 1):
        paper.at("2023-04-03")
        paper.finished(issue)
        paper.at(day if issue in late else "2023-04-20", hour=2 + issue)
        paper.does(paper.person(issue), "submit_completion", issue)
    return paper


def test_everything_closed_on_the_last_day_is_asked_about():
    (sign,) = on_the_due_date(a_paper(), 1, 2, 3, 4).asks("last_day")
    assert sign.issues == tuple(f"{ROUND}-{n}" for n in (1, 2, 3, 4))
    assert (sign.question.facts["count"], sign.question.facts["all"]) == (4, 5)


def test_some_closed_on_the_last_day_are_not():
    assert asked(on_the_due_date(a_paper(), 1, 2, 3), "last_day") == []


def test_few_completions_and_late_ones_show_nothing():
    few = on_the_due_date(a_paper(), 1, 2, 3, 4, issues=4)
    assert asked(few, "last_day") == []
    overdue = on_the_due_date(a_paper(), 1, 2, 3, 4, 5, day="2023-06-20")
    assert asked(overdue, "last_day") == []


def test_later_dates_asked_for_at_the_last_moment_are_asked_about(paper: Paper):
    wish = {"due": "2023-07-01", "reason": "招标流标", "progress": "设计完成"}
    paper.planned(4)
    paper.at("2023-05-15")
    paper.does("wang", "request_extension", 1, **wish)
    paper.at("2023-05-31")
    paper.does("sun", "request_extension", 2, **wish)
    assert asked(paper, "asked_late") == []  # once is nothing
    paper.does("sun", "request_extension", 4, **wish)
    assert asked(paper, "asked_late") == [(SECOND, f"{ROUND}-4")]


def test_what_is_returned_again_is_asked_about():
    paper = a_paper()
    paper.does("li", "assign", 1, leader="zhou", department="河长办", person="wang")
    paper.does("wang", "add_measure", 1, text=WORKS[0], due="2023-05-10")
    for _ in range(2):
        assert asked(paper, "returned_often") == []
        paper.does("wang", "draft_plan", 1)
        paper.does("chen", "return_plan", 1, reason="不具体")
    (sign,) = paper.asks("returned_often")
    assert (sign.question.facts["event"], len(sign.entries)) == ("return_plan", 2)


# ---------------------------------------------------------------- texts


def test_a_text_copied_between_issues_is_asked_about():
    paper = a_paper()
    paper.planned(1, WORKS[0])
    paper.planned(2, WORKS[1])
    assert asked(paper, "copied_text") == []
    paper.planned(3, WORKS[0].replace("两名", "三名"))
    assert asked(paper, "copied_text") == [(FIRST, f"{ROUND}-3")]
    paper.limits = type(paper.limits)(alike_percent=99)
    assert asked(paper, "copied_text") == []


def test_short_texts_and_one_issue_alone_are_no_copies():
    paper = a_paper()
    paper.planned(1, "建立台账，按月核对", WORKS[0], WORKS[0])
    paper.planned(2, "建立台账，按月核对")
    assert asked(paper, "copied_text") == []


def test_completed_but_its_own_words_deny_it_is_asked_about(paper: Paper):
    for issue in (1, 2):
        for measure in (1, 2):
            paper.finished(issue, measure)
    paper.closed(1, note="附属工程预计年底前完成")
    paper.closed(2, note="已全部完成")
    (sign,) = paper.asks("contradicted")
    assert sign.issues == (FIRST,)
    assert "预计年底前完成" in str(sign.question)


def test_the_claim_of_the_report_counts_until_the_issue_is_reopened():
    paper = a_paper()
    said = registration(1, code="QX2023", sha256="34" * 32)
    claim = [{"text": "附属工程预计年底前完成。", "source": "r.txt", "sha256": "34" * 32}]
    issues = [{**said.issues[0], "claim": claim}]
    paper.stage.engine.register_round(replace(said, issues=issues), acting("li"))
    with_claim(paper)
    assert asked(paper, "contradicted") == [("QX2023-1",)]
    again = {"reason": "反弹", "basis": "回头看", "due": "2023-12-01"}
    paper.stage.does("chen", "reopen", again, issue="QX2023-1")
    with_claim(paper)
    assert asked(paper, "contradicted") == []


def with_claim(paper: Paper) -> None:
    """Put the issue with a claim right and have it accepted."""
    named = {"leader": "zhou", "department": "河长办", "person": "wang"}
    number = len(paper.stage.engine.view("QX2023-1").issue.measures) + 1
    proof = {"sha256": paper.file(), "size": 3, "name": "a.pdf", "measure": number}
    for person, event, facts in (
        ("li", "assign", named),
        ("wang", "add_measure", {"text": "建成附属工程", "due": "2023-05-10"}),
        ("wang", "draft_plan", {}),
        ("chen", "approve_plan", {}),
        ("wang", "add_evidence", proof),
        ("wang", "finish_measure", {"measure": number}),
        ("wang", "submit_completion", {}),
        ("chen", "accept", {"no_duties": "一次性事项"}),
    ):
        paper.stage.does(person, event, facts, issue="QX2023-1")


def test_basically_completed_says_so_itself(paper: Paper):
    paper.finished(1)
    rest = {"remains": "预计年底前完成", "by": "wang", "until": "2023-12-20"}
    said = {"verdict": "basically_completed", "note": "预计年底前完成", **rest}
    paper.does("wang", "submit_completion", 1, **said)
    assert asked(paper, "contradicted") == []


# ---------------------------------------------------------------- closing


def test_accepted_and_never_looked_back_at_is_asked_about():
    paper = honest(a_paper(), 1)
    paper.at("2023-03-20")
    paper.planned(2)
    next_day(paper)
    paper.finished(2)
    paper.closed(2)
    assert asked(paper, "no_look_back", on="2023-05-01") == []  # the first is not due yet
    assert asked(paper, "no_look_back", on="2023-08-01") == [(SECOND,)]  # it was due
    paper.visited(2)
    assert asked(paper, "no_look_back", on="2024-12-01") == []


def test_accepted_by_one_of_the_unit_is_asked_about():
    paper = a_paper()
    for issue in (1, 2):
        paper.planned(issue)
        next_day(paper)
        paper.finished(issue)
    grant = {"person": "zhao", "role": "supervisor", "unit": UNIT}
    paper.stage.engine.act("grant_role", grant, acting("li"))
    paper.closed(1)
    paper.does("sun", "submit_completion", 2)
    paper.does("zhao", "accept", 2, no_duties="一次性事项")
    (sign,) = paper.asks("same_unit")
    assert (sign.issues, sign.question.facts["person"]) == ((SECOND,), "zhao")

"""The calendar of a mail, by a strict parser: a deadline is an event, whatever it says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from notifications.mail.ics import Deadline, Publication, calendar, deadlines, folded
from tests.letters import LETTER, NOW, OVERDUE, REMINDER, STEP, WORK

TODAY = date(2023, 4, 8)


def by(at: datetime = NOW, today: date = TODAY) -> Publication:
    return Publication(organizer="office@yunxi.example", domain="yunxi.example", at=at, today=today)


def parsed(content: bytes) -> Calendar:
    """Parse strictly: icalendar notes what it forgives, and nothing may be forgiven."""
    found = Calendar.from_ical(content)
    assert isinstance(found, Calendar)
    assert [part.errors for part in found.walk()] == [[]] * len(found.walk())
    return found


def events(template: str, facts: dict[str, Any], language: str = "zh") -> list[Any]:
    found = deadlines(template, language, facts)
    return list(parsed(calendar(found, by())).events)


def test_a_reminder_carries_its_deadline_as_an_event_of_a_whole_day():
    (event,) = events("reminder", REMINDER)

    assert event["DTSTART"].dt == date(2023, 4, 15)
    assert event["DTEND"].dt == date(2023, 4, 16)
    assert event["SUMMARY"] == "YX2023-7 完成整改措施：修订巡查制度"
    assert event["DESCRIPTION"] == "关于“河道巡查流于形式”问题\n云溪县水务局党组"
    assert event["DTSTAMP"].dt == NOW
    assert event["ORGANIZER"] == "mailto:office@yunxi.example"
    assert (event["STATUS"], event["CLASS"], event["TRANSP"]) == (
        "CONFIRMED",
        "PRIVATE",
        "TRANSPARENT",
    )
    (alarm,) = event.subcomponents
    assert (alarm["ACTION"], alarm["TRIGGER"].dt) == ("DISPLAY", timedelta(hours=-15))


def test_the_calendar_is_published_and_asks_nobody_for_an_answer():
    found = parsed(calendar(deadlines("reminder", "zh", REMINDER), by()))

    assert found["METHOD"] == "PUBLISH"
    assert found["VERSION"] == "2.0"
    assert "ATTENDEE" not in found.to_ical().decode()


def test_a_deadline_that_has_passed_calls_nobody():
    (event,) = events("reminder", {**OVERDUE, "due": "2023-04-07"})

    assert event.subcomponents == []


def test_a_date_that_may_still_move_says_so():
    (event,) = events("reminder", {**REMINDER, "provisional": True})

    assert event["STATUS"] == "TENTATIVE"


def test_news_carry_what_they_give_to_do_and_else_nothing():
    (event,) = events("step", STEP, "en")

    assert event["DTSTART"].dt == date(2023, 4, 22)
    assert event["SUMMARY"] == "YX2023-7 拟定并报送整改方案"
    assert deadlines("step", "zh", {**STEP, "owed": []}) == []


def test_a_digest_carries_each_of_its_deadlines_once():
    second = {**REMINDER, "issue": "YX2023-8", "due": "2023-04-20"}
    items = [
        {**REMINDER, "template": "reminder"},
        {**LETTER, "template": "letter"},  # the same work, in the same message
        {**second, "template": "reminder"},
        {**STEP, "template": "step"},
        {"template": "undelivered", "failures": []},
    ]

    found = events("digest", {"items": items})

    assert [str(event["SUMMARY"])[:8] for event in found] == ["YX2023-7", "YX2023-8", "YX2023-7"]
    assert len({event["UID"] for event in found}) == 3


@pytest.mark.parametrize("facts", [{}, {"due": None, "kind": "x"}, {"due": "soon", "kind": "x"}])
def test_what_names_no_day_has_no_deadline(facts):
    assert deadlines("stopped", "zh", facts) == []


def uid(**changes: Any) -> str:
    (event,) = events("reminder", {**REMINDER, "part": "1", **changes})
    return str(event["UID"])


def test_a_deadline_is_the_same_event_wherever_its_day_moves_and_however_it_is_called():
    assert uid() == uid(due="2023-05-15") == uid(subject="另有表述") == uid(title="x", work="y")
    assert len({uid(), uid(part="2"), uid(issue="YX2023-8"), uid(kind="draft_plan")}) == 4
    assert uid().endswith("@yunxi.example")


def test_facts_of_former_versions_tell_parts_apart_by_their_words():
    assert uid(part=None) != uid(part=None, subject="另一项措施")


def test_a_later_message_replaces_an_earlier_one():
    def sequence(at: datetime) -> int:
        event: Any
        (event,) = parsed(calendar(deadlines("reminder", "zh", REMINDER), by(at))).events
        return int(event["SEQUENCE"])

    moments = [NOW, NOW + timedelta(minutes=1), NOW + timedelta(days=1), NOW.replace(year=2100)]
    assert [sequence(at) for at in moments] == sorted({sequence(at) for at in moments})
    assert sequence(datetime(1999, 1, 1, tzinfo=UTC)) == 0
    assert sequence(NOW.replace(year=4000)) < 2**31


texts = st.text(st.characters(), max_size=200)


@given(texts, texts, texts, texts)
def test_no_text_breaks_out_of_its_line(issue, title, subject, unit):
    facts = {**REMINDER, "issue": issue, "title": title, "subject": subject, "unit": unit}

    content = calendar(deadlines("reminder", "zh", facts), by())

    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert all(line.decode() is not None for line in lines)  # no character is cut in two
    found = parsed(content)
    assert [part.name for part in found.walk()] == ["VCALENDAR", "VEVENT", "VALARM"]
    (event,) = found.events
    assert set(event.keys()) <= {
        *("UID", "DTSTAMP", "SEQUENCE", "ORGANIZER", "DTSTART", "DTEND", "SUMMARY"),
        *("DESCRIPTION", "STATUS", "CLASS", "TRANSP"),
    }


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_folding_can_be_undone(text):
    line = "X:" + text.replace("\r", "").replace("\n", "")

    assert folded(line).replace(b"\r\n ", b"").decode() == line + "\r\n"


@pytest.mark.parametrize(
    "text", ["a\\nb", "a,b;c\\", "第一行\n第二行", "\\", ";", "a\\,b", "\\n\n\\"]
)
def test_what_is_written_is_what_is_read(text):
    deadline = Deadline(
        issue="1", work="x", summary=text, description="", due=TODAY, provisional=False
    )

    (event,) = parsed(calendar([deadline], by())).events

    assert event["SUMMARY"] == text


def test_the_last_day_of_all_has_no_day_after_it():
    (event,) = events("reminder", {**REMINDER, **WORK, "due": "9999-12-31"})

    assert event["DTSTART"].dt == date.max
    assert "DTEND" not in event

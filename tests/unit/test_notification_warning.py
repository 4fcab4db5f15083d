"""What the office is told of itself: who owns a failure, what a stop says, which year it lacks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from notifications.notice import AMBIGUOUS, DEAD, PENDING, UNDELIVERED, WAITING, Notice
from notifications.planning.audience import Staff
from notifications.planning.digest import bundled
from notifications.planning.warning import (
    CHASING,
    Failure,
    calendar_missing,
    failure_of,
    stopped,
    undelivered,
)
from states.calendar import PUBLISHED, WEEKDAYS, Calendar, Year
from states.frozen import replace
from tests.cast import OTHER_UNIT, UNIT, administered, an_office
from tests.owed import PEOPLE

NOW = datetime(2023, 4, 10, 1, tzinfo=UTC)
TODAY = date(2023, 4, 10)


def a_staff(**changes: Any) -> Staff:
    fields: dict[str, Any] = {
        "office": an_office(),
        "people": PEOPLE,
        "channels": ("mail",),
        "now": NOW,
        "today": TODAY,
        "zone": ZoneInfo("Asia/Shanghai"),
    }
    return Staff(**(fields | changes))


def a_notice(recipient: str = "wang", template: str = "reminder", **facts: Any) -> Notice:
    said = {"issue": "YX2023-1", "title": "河道巡查", "unit": UNIT, "due": "2023-04-15", **facts}
    return Notice(
        key=f"k/{recipient}/mail",
        issue=str(said["issue"]),
        template=template,
        recipient=recipient,
        channel="mail",
        address=f"{recipient}@office.example",
        language="zh",
        created_at=NOW,
        facts=said,
    )


def a_failure(notice: Notice | None = None, *units: str, status: str = DEAD) -> Failure:
    return Failure(
        id=7,
        notice=notice or a_notice(),
        status=status,
        cause="recipient_refused: 550 no such user",
        since=TODAY,
        attempts=3,
        units=units or (UNIT,),
    )


def told(notices: list[Notice]) -> list[str]:
    return [notice.recipient for notice in notices]


# ---------------------------------------------------------------------------------- failures


def test_the_supervisors_of_the_unit_own_a_failure_first() -> None:
    assert told(undelivered(a_staff(), a_failure(), 1)) == ["chen", "li"]
    assert told(undelivered(a_staff(), a_failure(None, OTHER_UNIT), 1)) == ["li", "ma"]


def test_later_everybody_who_supervises_owns_it_and_the_principal_of_the_unit() -> None:
    assert told(undelivered(a_staff(), a_failure(), 2)) == ["chen", "li", "ma", "qian"]
    assert told(undelivered(a_staff(), a_failure(), 5)) == ["chen", "li", "ma", "qian"]


def test_whoever_did_not_get_the_message_is_not_told_of_it_in_the_same_way() -> None:
    failure = a_failure(a_notice("chen"))
    assert told(undelivered(a_staff(), failure, 1)) == ["li"]
    office = administered(
        an_office(), "revoke_role", {"person": "chen", "role": "supervisor", "unit": UNIT}
    )
    alone = a_staff(office=office)
    assert told(undelivered(alone, a_failure(a_notice("li")), 1)) == ["ma", "qian"]


def test_a_substitute_is_told_in_the_place_of_who_is_away() -> None:
    away = {"principal": "chen", "recorder": "he", "until": "2023-04-30", "since": "2023-04-01"}
    office = administered(an_office(), "substitute", away)
    assert told(undelivered(a_staff(office=office), a_failure(), 1)) == ["he", "li"]


def test_it_says_what_did_not_arrive_where_it_was_to_go_and_why() -> None:
    (first, _) = undelivered(a_staff(), a_failure(), 1)
    assert (first.key, first.template, first.status) == (
        "undelivered/7/1/chen/mail",
        UNDELIVERED,
        WAITING,
    )
    assert failure_of(first.key) == 7
    facts = first.facts
    assert (facts["recipient"], facts["count"], facts["again"]) == ("Chen", 1, False)
    assert (facts["today"], facts["at"], facts["issue"]) == (
        "2023-04-10",
        "2023-04-10T09:00",
        "",
    )
    assert facts["contacts"] == ["Li", "Ma"]
    (item,) = facts["items"]
    assert item["cause"] == "recipient_refused: 550 no such user"
    assert (item["person"], item["address"]) == ("Wang", "wang@office.example")
    assert (item["issue"], item["due"], item["what"]) == ("YX2023-1", "2023-04-15", "reminder")
    assert (item["status"], item["since"], item["attempts"]) == (DEAD, "2023-04-10", 3)
    again = undelivered(a_staff(), a_failure(status=AMBIGUOUS), 2)[0].facts
    assert (again["again"], again["everybody"]) == (True, True)
    assert again["items"][0]["status"] == AMBIGUOUS


def test_a_message_of_the_day_is_named_by_its_items_without_what_told_of_failures() -> None:
    items = [a_notice(issue="YX2023-1"), a_notice(issue="YX2023-2", work="拟定方案")]
    (warned, *_) = undelivered(a_staff(), a_failure(), 1)
    digest = bundled([*items, replace(warned, recipient="wang")], NOW, TODAY, WEEKDAYS)
    (said, *_) = undelivered(a_staff(), a_failure(digest), 1)
    assert [(i["issue"], i["work"]) for i in said.facts["items"]] == [
        ("YX2023-1", ""),
        ("YX2023-2", "拟定方案"),
    ]
    assert said.facts["count"] == 2


def test_of_a_failure_to_tell_of_failures_nobody_is_told() -> None:
    warned = undelivered(a_staff(), a_failure(), 1)
    assert undelivered(a_staff(), a_failure(warned[0]), 1) == []
    both = [*warned[:1], replace(warned[0], key="undelivered/8/1/chen/mail")]
    digest = bundled(both, NOW, TODAY, WEEKDAYS)
    assert undelivered(a_staff(), a_failure(digest), 1) == []


def test_who_cannot_be_reached_stays_on_record() -> None:
    people = {id: replace(person, addresses={}) for id, person in PEOPLE.items()}
    notices = undelivered(a_staff(people=people), a_failure(), 1)
    assert {(n.status, n.cause, n.channel) for n in notices} == {(DEAD, "no_address", "-")}


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2023, 4, 10), "first"),
        (date(2023, 4, 12), "first"),
        (date(2023, 4, 13), "again"),  # three working days after Monday
        (date(2023, 4, 19), "again"),
    ],
)
def test_a_failure_is_told_of_again_after_three_working_days(day: date, name: str) -> None:
    reached = CHASING.reached(WEEKDAYS, TODAY, TODAY, day)
    assert reached.owed is not None
    assert (reached.owed.rung.name, reached.owed.nth) == (name, 1)
    later = CHASING.reached(WEEKDAYS, TODAY, TODAY, date(2023, 4, 20)).owed
    assert later is not None
    assert (later.rung.name, later.nth) == ("again", 2)


# ---------------------------------------------------------------------------- stop, calendar


def test_a_stop_is_told_at_once_to_everybody_who_supervises_once_a_stop() -> None:
    since = datetime(2023, 4, 10, 0, 30, tzinfo=UTC)
    notices = stopped(a_staff(waits=True), "storm", since, (812, 500))
    assert told(notices) == ["chen", "li", "ma"]
    assert {n.status for n in notices} == {PENDING}
    facts = notices[0].facts
    assert (facts["cause"], facts["ready"], facts["storm"]) == ("storm", 812, 500)
    assert facts["since"] == "2023-04-10T08:30"
    again = stopped(a_staff(now=NOW.replace(hour=9)), "storm", since, (900, 500))
    assert {n.key for n in again} == {n.key for n in notices}
    other = stopped(a_staff(), "storm", NOW, (900, 500))
    assert not {n.key for n in other} & {n.key for n in notices}


def test_a_missing_year_is_asked_for_once_a_month() -> None:
    years = tuple(Year(year=y, status=PUBLISHED) for y in (2022, 2023))
    calendar = Calendar("china", years=years)
    notices = calendar_missing(a_staff(), 2024, calendar, 3)
    assert told(notices) == ["chen", "li", "ma"]
    assert notices[0].key == "calendar_missing/2024/2023-04/chen/mail"
    assert notices[0].status == WAITING
    facts = notices[0].facts
    assert (facts["years"], facts["calendar"], facts["affected"]) == ([2024], "china", 3)
    assert facts["last_on"] == "2023-12-31"
    same = calendar_missing(a_staff(today=date(2023, 4, 28)), 2024, calendar, 3)
    assert {n.key for n in same} == {n.key for n in notices}
    assert calendar_missing(a_staff(), 2024, Calendar("bare"), 0)[0].facts["last_on"] is None

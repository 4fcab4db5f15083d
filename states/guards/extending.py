"""Guards on later dates (延期) and on the clock that stands still (中止)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from states.effects.extending import standing_date
from states.errors import Unmet
from states.guards.case import Case


def _standing(case: Case) -> tuple[int | None, date | None]:
    """Return the measure and the date that are spoken of: of the request asked or to decide on."""
    request = case.issue.extension
    measure = case.facts.get("measure")
    if measure is None and request is not None and "progress" not in case.facts:
        measure = request.measure
    return measure, standing_date(case.issue, measure)


def before_due(case: Case) -> Iterator[Unmet]:
    """An extension is asked for before the date has passed, not on a later day."""
    measure, was = _standing(case)
    if measure is not None and case.issue.measure(measure) is None:
        return
    if was is None:
        yield Unmet("nothing_to_extend", "there is no date yet that could be extended")
    elif case.attempt.day > was:
        yield Unmet(
            "asked_late",
            "an extension is asked for before the date passes; {due} has passed "
            "(the supervisor may change the date)",
            {"due": was.isoformat()},
        )


def one_request(case: Case) -> Iterator[Unmet]:
    """No earlier request for an extension waits for a decision."""
    request = case.issue.extension
    if request is not None:
        yield Unmet(
            "request_waits",
            "the request of {on} for {asked} still waits for a decision",
            {"on": request.on.isoformat(), "asked": request.asked.isoformat()},
        )


def later_date(case: Case) -> Iterator[Unmet]:
    """The date asked for is later than the one that stands; a measure's not after its issue's."""
    asked = case.date("due")
    measure, was = _standing(case)
    if asked is None:
        return
    if was is not None and asked <= was:
        yield Unmet(
            "not_later",
            "the date {due} is not later than {was}, which stands",
            {"due": asked.isoformat(), "was": was.isoformat()},
            asks="due",
        )
    yield from _after_issue(case, measure, asked)


def _after_issue(case: Case, measure: int | None, due: date) -> Iterator[Unmet]:
    limit = case.issue.due
    if measure is not None and limit is not None and due > limit:
        yield Unmet(
            "due_after_issue",
            "the date {due} is after the issue's own date {limit}",
            {"due": due.isoformat(), "limit": limit.isoformat()},
            asks="due",
        )


def extension_within_limits(case: Case) -> Iterator[Unmet]:
    """Neither the number of extensions of a date in a cycle nor their length exceeds the policy."""
    issue, policy = case.issue, case.rules.process.policy
    measure, was = _standing(case)
    granted = sum(
        e.outcome == "granted" and (e.measure, e.cycle) == (measure, issue.cycle)
        for e in issue.extensions
    )
    if granted >= policy.extensions:
        yield Unmet(
            "extended_often",
            "the date was extended {count} times already; {limit} are allowed",
            {"count": granted, "limit": policy.extensions},
        )
    due = case.date("due")
    if due is None and issue.extension is not None:
        due = issue.extension.asked  # granted as asked, whatever was changed meanwhile
    if due is None or was is None:
        return
    latest = case.rules.calendar.add(was, policy.longest_extension)
    if due > latest:
        yield Unmet(
            "extended_long",
            "the date {due} is too late: an extension is at most {longest}, until {latest}",
            {
                "due": due.isoformat(),
                "longest": str(policy.longest_extension),
                "latest": latest.isoformat(),
            },
            asks="due",
        )


def extension_pending(case: Case) -> Iterator[Unmet]:
    """A request for an extension waits for a decision."""
    if case.issue.extension is None:
        yield Unmet("nothing_asked", "no extension is asked for")


def grant_within(case: Case) -> Iterator[Unmet]:
    """The date granted is not later than asked, nor before the one that stands, nor past."""
    request = case.issue.extension
    if request is None:
        return
    due = case.date("due") or request.asked
    was = standing_date(case.issue, request.measure)
    facts = {"due": due.isoformat(), "asked": request.asked.isoformat()}
    if due > request.asked:
        yield Unmet(
            "granted_more", "the date {due} is later than {asked}, asked for", facts, asks="due"
        )
    if was is not None and due < was:
        yield Unmet(
            "granted_earlier",
            "the date {due} is before {was}, which stands",
            {"due": due.isoformat(), "was": was.isoformat()},
            asks="due",
        )
    if due < case.attempt.day:
        yield Unmet(
            "date_past",
            "the date {due} has already passed",
            {"due": due.isoformat()},
            asks="due",
        )
    yield from _after_issue(case, request.measure, due)


def one_suspension(case: Case) -> Iterator[Unmet]:
    """The clock does not stand still already."""
    pause = case.issue.suspended
    if pause is not None:
        yield Unmet(
            "suspended_already",
            "the issue is suspended since {since} already",
            {"since": pause.since.isoformat()},
        )


def is_suspended(case: Case) -> Iterator[Unmet]:
    """The clock stands still."""
    if case.issue.suspended is None:
        yield Unmet("not_suspended", "the issue is not suspended")

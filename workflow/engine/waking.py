"""When a tick must look at an obligation: at its next rung, or when it can no longer be met.

The tick, the preview, the adoption of a calendar and ``verify`` all take the day from here.
"""

from __future__ import annotations

from datetime import date, timedelta

from states.issue import Issue, Obligation
from states.ladder import Ladder, Occurrence, Reached
from states.rules import Rules


def ladder_of(rules: Rules, obligation: Obligation) -> Ladder:
    """Return the ladder that an obligation climbs."""
    return rules.process.ladder(obligation.ladder)


def first_wake(rules: Rules, obligation: Obligation) -> date | None:
    """Return the day on which an obligation just opened is first looked at."""
    ladder = ladder_of(rules, obligation)
    return _sooner(
        ladder.first_on(rules.calendar, obligation.due, obligation.opened_on), obligation.lapses_on
    )


def next_wake(rules: Rules, obligation: Obligation, day: date) -> date | None:
    """Return the day, strictly after ``day``, on which an obligation is looked at next."""
    following = ladder_of(rules, obligation).reached(rules.calendar, obligation.due, day, day)
    wake = _sooner(following.next_on, obligation.lapses_on)
    return None if wake is None else max(wake, day + timedelta(days=1))


def _sooner(one: date | None, other: date | None) -> date | None:
    days = [day for day in (one, other) if day is not None]
    return min(days, default=None)


def has_lapsed(obligation: Obligation, today: date) -> bool:
    """Return whether an obligation can no longer be met."""
    return obligation.lapses_on is not None and obligation.lapses_on <= today


def reached(rules: Rules, obligation: Obligation, woken: date, today: date) -> Reached:
    """Return what an obligation owes that was to be looked at from ``woken`` on.

    Where another calendar has moved a rung to before that day, it is owed all the same: what had
    been owed already is not owed again, because each occurrence has one key.
    """
    ladder = ladder_of(rules, obligation)
    found = ladder.reached(rules.calendar, obligation.due, woken, today)
    if found.owed is not None:
        return found
    passed = ladder.until(rules.calendar, obligation.due, today)
    late = [o for o in passed if o.on > obligation.opened_on]
    return Reached(owed=late[-1] if late else None, superseded=(), next_on=found.next_on)


def has_letter(issue: Issue, obligation: Obligation, occurrence: Occurrence) -> bool:
    """Return whether the letter of an occurrence has been issued, to whoever owed it then."""
    work = work_of(issue.key, obligation.id)
    return any(
        letter.kind == occurrence.rung.letter
        and letter.on >= occurrence.on
        and work_of(issue.key, letter.obligation) == work
        for letter in issue.letters
    )


def work_of(issue: str, obligation: str) -> str:
    """Return kind and subject of an obligation's id, without the entry that opened it."""
    return obligation.removeprefix(f"{issue}/").partition("/")[2]

"""Whether the clock is to be trusted: it may have jumped ahead, or stepped back.

What a sweep says and records under a wrong clock could not be taken back. Only the sweep that owes
vouches for the clock: it is the one that somebody can tell to believe it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from states.errors import Invalid, Problem, RectificationError
from states.office import Office
from workflow.engine.caution import OWE
from workflow.engine.desk import Desk, office_of, rules_of
from workflow.engine.waking import next_wake
from workflow.ports import Projected, Rearmed, Session

LEAP = timedelta(days=366)
"""A clock that jumps further is more likely wrong than a program that stood still so long."""

STEP = timedelta(hours=1)
"""By so much clocks are set right, and summer time ends: a clock further back is worth a word."""


def trust_the_clock(desk: Desk) -> None:
    """Raise ``Invalid`` if the clock ran far ahead of the last tick; ``NotFound`` without office.

    In a trial office people play with time.
    """
    now = desk.clock()
    with desk.store.reading() as session:
        office = office_of(session)
        last = max(last_owed(session) or office.at, office.at)
    if now - last > LEAP and not office.trial:
        facts = {"now": desk.day(now).isoformat(), "last": desk.day(last).isoformat()}
        problem = Problem(
            "clock_ahead",
            "the clock says {now}, but rectify last ran on {last}; if the clock is right: "
            "rectify tick --yes",
            facts,
        )
        raise Invalid(problem)


def has_stepped_back(desk: Desk) -> bool:
    """Return whether the clock is earlier than the last tick: then nothing is due that was not."""
    with desk.store.reading() as session:
        last = last_owed(session)
    return last is not None and desk.clock() < last - STEP


def set_right(desk: Desk) -> None:
    """After a clock that was ahead and believed: look at everything again on its right day.

    What it had owed too early stays owed once, by its key; what it had passed over on the way is
    owed on its day. Beats of that time are taken back, lest the clock of now be called wrong.
    """
    now = desk.clock()
    today = desk.day(now)
    with desk.store.writing() as session:
        office = office_of(session)
        ahead = [beat for beat in session.beats() if beat.sweep == OWE and beat.at > now + STEP]
        for beat in ahead:
            session.beat(beat.node, OWE, now)
        if any(desk.day(beat.at) > today for beat in ahead):
            eve = today - timedelta(days=1)
            session.rearm([m for p in session.projected() for m in _moved(session, office, p, eve)])


def _moved(session: Session, office: Office, projected: Projected, eve: date) -> Iterator[Rearmed]:
    """Yield the obligations of an issue that would be looked at too late."""
    try:
        rules = rules_of(session, projected.issue.process, office)
    except RectificationError:  # it says so elsewhere
        return
    for obligation in projected.obligations:
        was = projected.wakes.get(obligation.id)
        wake_on = next_wake(rules, obligation, max(eve, obligation.opened_on))
        if wake_on is not None and (was is None or was > wake_on):
            yield Rearmed(obligation=obligation.id, was=was, wake_on=wake_on)


def last_owed(session: Session) -> datetime | None:
    """Return when reminders were last owed, on any node; None if never."""
    return max((beat.at for beat in session.beats() if beat.sweep == OWE), default=None)

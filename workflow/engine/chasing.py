"""The tick: owe every reminder whose day has come. What is owed is data; when to look is not.

What time alone brings about (a missed occurrence, a letter) is a step of the process that the
clock takes. Such a step locks its issue first, as every command does, in a transaction of its own.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from notifications.notice import DEAD, SUPERSEDED, Notice
from notifications.planning.owed import for_rung
from states.errors import Conflict, Invalid, RectificationError
from states.office import Office
from states.parts import Letter
from workflow.engine.bundling import bundle_waiting, reopen
from workflow.engine.caution import DUTIES, OWE
from workflow.engine.clockwork import issue_letter, lapse, wants_letter
from workflow.engine.desk import Desk, office_of, rules_of
from workflow.engine.telling import audience_of
from workflow.engine.trusting import has_stepped_back, set_right, trust_the_clock
from workflow.engine.waking import has_lapsed, next_wake, reached
from workflow.ports import Awaited, Rearmed, Session

BATCH = 200
"""Obligations per transaction: long enough to be quick, short enough to let others write."""

EVERYTHING = 2**31 - 1

Stuck = dict[str, bool]
"""Obligations that a tick leaves as they are, and whether no other tick can do better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked:
    """What a tick did.

    Reminders ``owed`` anew, those that are ``unreachable`` (nobody gets them) and those that later
    ones ``superseded``; occurrences of duties recorded as ``missed``; ``letters`` issued;
    ``messages`` made of what waited, and notices still ``waiting`` for their window or ``held``
    with their round; notices ``remade``, which could not be sent on their day; steps of the clock
    that ``failed``, of which each was reminded of all the same or is tried again. ``clock_back``:
    the clock is more than an hour before the last tick, so that nothing was due that was not.
    """

    day: date
    owed: int = 0
    unreachable: int = 0
    superseded: int = 0
    missed: int = 0
    letters: int = 0
    messages: int = 0
    waiting: int = 0
    held: int = 0
    remade: int = 0
    failed: int = 0
    clock_back: bool = False


def tick(desk: Desk, node: str, *, sure: bool = False) -> Ticked:
    """Owe every reminder whose day has come, once; any number of ticks at once change nothing.

    After a downtime each obligation owes its latest rung only. Raises ``NotFound`` before the
    office is founded; ``Invalid`` if the clock is far ahead of the last tick, unless ``sure``.
    """
    if not sure:
        trust_the_clock(desk)
    clock_back = has_stepped_back(desk)
    if clock_back:
        set_right(desk)
    counts = chase(desk)
    with desk.store.writing() as session:
        session.beat(node, OWE, desk.clock())
    return Ticked(day=desk.day(desk.clock()), clock_back=clock_back, **counts)


def chase(desk: Desk, *, remakes: bool = True) -> Counter[str]:
    """Owe what is due and make messages of what waits; return the counts of a tick.

    ``remakes`` says whether messages that could not be sent on their day are made anew.
    """
    today = desk.day(desk.clock())
    counts: Counter[str] = Counter()
    stuck: Stuck = {}
    while _sweep(desk, today, counts, stuck):
        pass
    counts["failed"] += len(stuck)
    if not _others_are_at_it(desk, today, stuck):
        counts["remade"] += reopen(desk) if remakes else 0
        counts += bundle_waiting(desk)
    return counts


def spawn(desk: Desk, node: str) -> Ticked:
    """Record the occurrences of duties that can no longer be met, and open the next ones.

    The tick does so too; here nobody waits for all the rest. Raises as ``tick`` does.
    """
    trust_the_clock(desk)
    today = desk.day(desk.clock())
    with desk.store.reading() as session:
        office_of(session)
        awaited = session.awaited(today, EVERYTHING)
    counts: Counter[str] = Counter()
    for waiting in awaited:
        if has_lapsed(waiting.obligation, today) and not _is_spawned(desk, waiting, counts):
            counts["failed"] += 1
    with desk.store.writing() as session:
        session.beat(node, DUTIES, desk.clock())
    return Ticked(day=today, clock_back=has_stepped_back(desk), **counts)


def _is_spawned(desk: Desk, waiting: Awaited, counts: Counter[str]) -> bool:
    try:
        return _step(desk, waiting, counts)
    except Invalid:  # an issue that cannot be read must not keep the others waiting
        return False


def _others_are_at_it(desk: Desk, today: date, stuck: Stuck) -> bool:
    """Return whether another tick has yet to owe what this one passed over.

    A message made now would take the day without it; whoever is the last makes the messages.
    """
    with desk.store.reading() as session:
        awaited = session.awaited(today, BATCH)
    return any(not stuck.get(waiting.obligation.id, False) for waiting in awaited)


def _sweep(desk: Desk, today: date, counts: Counter[str], stuck: Stuck) -> bool:
    """Look at one batch; return whether there may be more to do."""
    stepping: list[Awaited] = []
    with desk.store.writing() as session:
        office = office_of(session)
        awaited = session.awaited(today, BATCH)
        for waiting in awaited:
            try:
                if _needs_a_step(desk, session, office, waiting):
                    stepping.append(waiting)
                else:
                    counts += _owe(desk, session, office, waiting)
            except Invalid:  # an issue that cannot be read must not silence the others
                stuck[waiting.obligation.id] = True
    for waiting in stepping:
        if waiting.obligation.id not in stuck and not _step(desk, waiting, counts):
            stuck[waiting.obligation.id] = False
    left = sum(waiting.obligation.id in stuck for waiting in awaited)
    return len(awaited) > left and (len(awaited) == BATCH or bool(stepping))


def _needs_a_step(desk: Desk, session: Session, office: Office, waiting: Awaited) -> bool:
    """Return whether the clock has to take a step before anybody is reminded."""
    obligation, today = waiting.obligation, desk.day(desk.clock())
    if has_lapsed(obligation, today):
        return True
    rules = rules_of(session, waiting.issue.process, office)
    found = reached(rules, obligation, waiting.wake_on, today)
    return wants_letter(desk, office, waiting.issue, obligation, found.owed)


def _step(desk: Desk, waiting: Awaited, counts: Counter[str]) -> bool:
    """Let the clock take its step on what was awaited; False if that must be tried again."""
    try:
        with desk.store.writing() as session:
            done = _taken(desk, session, waiting)
    except Conflict:  # somebody changed the issue meanwhile: the next tick looks again
        return False
    counts += done
    return True


def _taken(desk: Desk, session: Session, waiting: Awaited) -> Counter[str]:
    """Take the step of the clock; where it is refused, remind all the same."""
    office = office_of(session)
    issue = session.issue(waiting.issue.key)
    owed = issue.obligations if issue else ()
    obligation = next((o for o in owed if o.id == waiting.obligation.id), None)
    if issue is None or obligation is None:
        return Counter()  # closed meanwhile
    waiting = Awaited(obligation=obligation, issue=issue, wake_on=waiting.wake_on)
    if has_lapsed(obligation, desk.day(desk.clock())):
        try:
            return Counter(missed=lapse(desk, session, waiting, office))
        except Conflict:
            raise
        except RectificationError:
            return Counter(failed=1) + _owe(desk, session, office, waiting)
    try:
        issued = issue_letter(desk, session, waiting, office)
    except Conflict:
        raise
    except RectificationError:
        return Counter(failed=1) + _owe(desk, session, office, waiting)
    if issued is None:
        return _owe(desk, session, office, waiting)
    waiting = Awaited(obligation=obligation, issue=issued, wake_on=waiting.wake_on)
    return Counter(letters=1) + _owe(desk, session, office, waiting, issued.letters[-1])


def _owe(
    desk: Desk, session: Session, office: Office, waiting: Awaited, letter: Letter | None = None
) -> Counter[str]:
    """Owe what one obligation has reached and move its day of waking on."""
    obligation = waiting.obligation
    audience = audience_of(desk, session, waiting.issue, office)
    rules, today = audience.rules, audience.today
    found = reached(rules, obligation, waiting.wake_on, today)
    text = session.letter(letter.sha256) if letter is not None else None
    notices = for_rung(audience, obligation, found, letter, (text or b"").decode())
    wake_on = next_wake(rules, obligation, today)
    session.rearm([Rearmed(obligation=obligation.id, was=waiting.wake_on, wake_on=wake_on)])
    counts: Counter[str] = Counter()
    for kind, some in groupby(notices, _kind):
        counts[kind] += session.owe(list(some))
    return counts


def _kind(notice: Notice) -> str:
    return {SUPERSEDED: "superseded", DEAD: "unreachable"}.get(notice.status, "owed")

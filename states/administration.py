"""Acts of the office: who may add people, grant roles, delegate, register rounds, adopt rules.

The office is decided on and folded exactly as an issue is; its stream is ``@office``.
"""

from __future__ import annotations

from typing import Any

from states.acts import ACTS, Facts
from states.attempt import Attempt
from states.authority import authority_unmet
from states.canonical import instant, stamp
from states.checkpoint import origin_of
from states.errors import Message, Refused, Unmet
from states.facts import check_facts
from states.frozen import replace
from states.log import OFFICE, Entry, write_entry
from states.office import Office


def administer(office: Office | None, attempt: Attempt) -> tuple[Entry, Office]:
    """Return the entry that an act of the office writes, and the office after it.

    ``office`` is None for the founding act, which makes its actor supervisor everywhere.
    Raises ``Refused`` with every unmet condition.
    """
    act = ACTS.get(attempt.event)
    if act is None:
        raise act_refused(attempt, [_unknown(attempt)])
    facts, unmet = check_facts(act.takes, attempt.facts)
    facts = dict.fromkeys(act.today, attempt.day.isoformat()) | facts
    unmet = [*authority_unmet(office, attempt, facts), *unmet]
    if office is not None:
        unmet += act.unmet(office, facts, attempt.day)
    if unmet:
        raise act_refused(attempt, unmet)
    entry = write_entry(_content(office, attempt, facts))
    return entry, evolve_office(office, entry)


def act_refused(attempt: Attempt, unmet: list[Unmet]) -> Refused:
    """Return the error for an act of the office of which conditions are unmet."""
    facts = {"event": attempt.event, "person": attempt.actor.principal}
    return Refused(Message("act_refused", "{event} is refused for {person}", facts), tuple(unmet))


def _unknown(attempt: Attempt) -> Unmet:
    facts = {"event": attempt.event, "events": tuple(ACTS)}
    return Unmet("event_unknown", "the office knows no act {event}; it knows {events}", facts)


def _content(office: Office | None, attempt: Attempt, facts: Facts) -> dict[str, Any]:
    at = attempt.at if office is None else max(attempt.at, office.at)
    return {
        "v": 1,
        "stream": OFFICE,
        "n": 1 if office is None else office.n + 1,
        "prev": "" if office is None else office.hash,
        "request": attempt.request_id,
        "at": stamp(at),
        "day": attempt.day.isoformat(),
        "actor": attempt.actor.record(),
        "office": 0 if office is None else office.n,
        "event": attempt.event,
        "facts": facts,
    }


def evolve_office(office: Office | None, entry: Entry) -> Office:
    """Return the office after an entry of its stream; ``office`` is None for the first."""
    content = entry.content
    before = office or Office(n=0, hash="", at=entry.at, process="")
    after = ACTS[content["event"]].change(before, content["facts"])
    return replace(
        after,
        n=content["n"],
        hash=entry.hash,
        at=instant(content["at"]),
        origin=before.origin or origin_of(entry.hash),
    )


def during_handover(before: Office, after: Office) -> Office:
    """Return the office in which issues are moved when somebody hands over: both hold the roles.

    A supervisor who hands over their own work loses the right to only when all is done.
    """
    return replace(after, grants=tuple(sorted({*before.grants, *after.grants})))

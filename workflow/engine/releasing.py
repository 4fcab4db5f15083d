"""Releasing: let out what is held with its round, and let sending go on after a stop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from states.attempt import SUPERVISOR, Actor
from states.errors import Unmet
from states.log import OFFICE, Entry
from states.office import Office
from workflow.engine.acting import acted
from workflow.engine.desk import Desk, office_of
from workflow.engine.reading import entry_in, legible
from workflow.engine.repeating import same_command
from workflow.identity import Identity
from workflow.ports import OfficeChange, Session

RELEASE = "release"
NOT_STOPPED = Unmet("not_stopped", "sending is not stopped", {}, "stop")


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """A release: its entry, the rounds let out, and whether a ``stop`` ended.

    ``repeated``: it had been done before.
    """

    entry: Entry
    rounds: tuple[str, ...]
    stop: bool
    repeated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRound:
    """A round of which nothing is sent yet: so many notices wait, for so many people.

    ``since`` is when it was registered.
    """

    code: str
    unit: str
    source: str
    notices: int
    people: int
    since: datetime | None


def release(
    desk: Desk,
    rounds: Sequence[str],
    by: Identity,
    request_id: str | None = None,
    *,
    stop: bool = False,
) -> Released:
    """Let out rounds, and end a stop; without either named all that the actor supervises, and both.

    Raises ``Refused`` with everything unmet; ``Denied``, ``Conflict``.
    """
    request = request_id or desk.fresh()
    with desk.store.writing() as session:
        office = office_of(session)
        actor = by.actor(office)
        if (done := session.entry_of(request)) is not None:
            said = _asked(rounds, stop=stop)
            return _released(same_command(done, OFFICE, RELEASE, said, actor), repeated=True)
        facts = _asked(rounds, stop=stop) or _everything(session, office, actor)
        going = [NOT_STOPPED] if stop and session.halt() is None else []
        entry, after = acted(office, desk.attempt(RELEASE, actor, facts, request), going)
        session.administer(OfficeChange(entry=entry, office=after))
        if entry.facts.get("stop"):
            session.release(desk.clock())
        return _released(entry)


def _asked(rounds: Sequence[str], *, stop: bool) -> dict[str, object]:
    """Return what is named: nothing means everything."""
    named: dict[str, object] = {"rounds": _named(rounds)} if rounds else {}
    return {**named, "stop": True} if stop else named


def _everything(session: Session, office: Office, actor: Actor) -> dict[str, object]:
    """Return all that is held and that the actor may let out."""
    held = [code for code in office.held if _supervises(office, actor, office.rounds[code].unit)]
    stop = session.halt() is not None
    if not held and not stop and office.held:
        held = list(office.held)  # it is refused with the units whose supervisors may
    return {"rounds": _named(held) or None, "stop": stop or None}


def _supervises(office: Office, actor: Actor, unit: str) -> bool:
    return actor.principal in office.holders(SUPERVISOR, unit)


def _named(rounds: Sequence[str]) -> list[dict[str, str]]:
    return [{"code": code} for code in dict.fromkeys(rounds)]


def _released(entry: Entry, *, repeated: bool = False) -> Released:
    codes = tuple(named["code"] for named in entry.facts.get("rounds", ()))
    stop = bool(entry.facts.get("stop"))
    return Released(entry=entry, rounds=codes, stop=stop, repeated=repeated)


def held_rounds(desk: Desk) -> list[HeldRound]:
    """Return the rounds of which nothing is sent yet, in the order of their registration."""
    with desk.store.reading() as session:
        office = office_of(session)
        if not office.held:
            return []
        people: dict[str, list[str]] = {code: [] for code in office.held}
        for addressee in session.addressees():
            for waiting in session.waiting(addressee.recipient, addressee.channel):
                if office.holds(waiting.notice.issue):
                    code = waiting.notice.issue.rpartition("-")[0]
                    people[code].append(addressee.recipient)
        since = _registered(session)
    return [
        HeldRound(
            code=code,
            unit=office.rounds[code].unit,
            source=office.rounds[code].source,
            notices=len(people[code]),
            people=len(set(people[code])),
            since=since.get(code),
        )
        for code in office.held
    ]


def _registered(session: Session) -> Mapping[str, datetime]:
    found: dict[str, datetime] = {}
    for row in session.rows(OFFICE):
        entry = entry_in(row)
        if entry.event == "register_round":
            with legible(row.stream, row.n):
                found[entry.facts["code"]] = entry.at
    return found

"""Acts of the office: found it, enrol people, grant roles, delegate, adopt a process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from states.acts.sealing import signature_unmet
from states.administration import act_refused, administer
from states.attempt import Actor
from states.authority import FOUND
from states.calendar import Calendar
from states.canonical import commitment
from states.errors import Conflict, Message
from states.log import OFFICE, Entry
from states.office import Office, Person
from states.process import Process
from workflow.engine.desk import Desk, office_of
from workflow.engine.repeating import same_command
from workflow.identity import Identity
from workflow.ports import OfficeChange, Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """A person to be added, with the roles they hold for their unit (or for ``roles_for``)."""

    person: Person
    roles: tuple[str, ...] = ()
    roles_for: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Founding:
    """What an office is founded with; without a calendar it counts in plain weeks."""

    process: Process
    calendar: Calendar | None = None
    trial: bool = False


def found(desk: Desk, person: Person, by: Identity, founding: Founding) -> Entry:
    """Found the office: ``person``, owner of the acting account, supervises every unit.

    Raises ``Conflict`` if there is an office already.
    """
    process, calendar, trial = founding.process, founding.calendar, founding.trial
    with desk.store.writing() as session:
        if session.office() is not None:
            raise Conflict(Message("office_exists", "an office is already set up here"))
        auth = "trial" if trial else by.auth
        actor = Actor(person=person.id, account=by.account, auth=auth)
        salt = desk.salt()
        facts = {
            **_public(person, salt),
            "account": by.account,
            "trial": trial,
            "process": process.hash,
            "calendar": calendar.hash if calendar else None,
        }
        entry, office = administer(None, desk.attempt(FOUND, actor, facts, desk.fresh()))
        session.administer(
            OfficeChange(
                entry=entry,
                office=office,
                person=person,
                salt=salt,
                process=process.body,
                calendar=calendar.body if calendar else None,
            )
        )
        return entry


def enrol(
    desk: Desk, enrolments: Sequence[Enrolment], by: Identity, request_id: str | None = None
) -> list[Entry]:
    """Add people and grant their roles, all or none. Raises ``Refused``, ``Denied``."""
    request = request_id or desk.fresh()
    with desk.store.writing() as session:
        if session.entry_of(f"{request}/1") is not None:
            return []
        acts = _Acts(desk, session, by, request)
        for enrolment in enrolments:
            person = enrolment.person
            event = "edit_person" if person.id in acts.office.members else "add_person"
            acts.put_person(event, person)
            unit = enrolment.roles_for or person.unit
            for role in enrolment.roles:
                acts.do("grant_role", {"person": person.id, "role": role, "unit": unit})
        return acts.entries


def act(
    desk: Desk,
    event: str,
    facts: Mapping[str, Any],
    by: Identity,
    request_id: str | None = None,
) -> Entry:
    """Do one act of the office that touches no personal details. Raises ``Refused``, ``Denied``."""
    request = request_id or desk.fresh()
    with desk.store.writing() as session:
        if (done := session.entry_of(request)) is not None:
            return same_command(done, OFFICE, event, facts, by.actor(office_of(session)))
        acts = _Acts(desk, session, by, "")
        return acts.do(event, facts, request)


def adopt(desk: Desk, process: Process, by: Identity, request_id: str | None = None) -> Entry:
    """Put a process in force for issues registered from now on. Raises ``Refused``, ``Denied``."""
    request = request_id or desk.fresh()
    with desk.store.writing() as session:
        if (done := session.entry_of(request)) is not None:
            facts = {"process": process.hash, "name": process.name}
            return same_command(done, OFFICE, "adopt_process", facts, by.actor(office_of(session)))
        office = office_of(session)
        facts = {"process": process.hash, "name": process.name}
        attempt = desk.attempt("adopt_process", by.actor(office), facts, request)
        entry, after = administer(office, attempt)
        session.administer(OfficeChange(entry=entry, office=after, process=process.body))
        return entry


class _Acts:
    """Acts done one after the other in one transaction."""

    def __init__(self, desk: Desk, session: Session, by: Identity, request: str) -> None:
        self._desk, self._session, self._request = desk, session, request
        self.office: Office = office_of(session)
        self._actor = by.actor(self.office)
        self.entries: list[Entry] = []

    def put_person(self, event: str, person: Person) -> None:
        """Add or edit a person, whose private details stay beside the log."""
        salt = self._desk.salt()
        self._write(event, _public(person, salt), (person, salt))

    def do(self, event: str, facts: Mapping[str, Any], request: str | None = None) -> Entry:
        """Do an act without personal details."""
        return self._write(event, facts, (None, b""), request)

    def _write(
        self,
        event: str,
        facts: Mapping[str, Any],
        details: tuple[Person | None, bytes],
        request: str | None = None,
    ) -> Entry:
        name = request or f"{self._request}/{len(self.entries) + 1}"
        attempt = self._desk.attempt(event, self._actor, facts, name)
        entry, after = administer(self.office, attempt)
        said = entry.content["facts"]
        if unmet := signature_unmet(self.office, event, said, self._desk.verify):
            raise act_refused(attempt, unmet)
        self.office = after
        self._session.administer(
            OfficeChange(entry=entry, office=self.office, person=details[0], salt=details[1])
        )
        self.entries.append(entry)
        return entry


def _public(person: Person, salt: bytes) -> dict[str, Any]:
    return {
        "person": person.id,
        "unit": person.unit,
        "department": person.department,
        "language": person.language,
        "zone": person.zone,
        "commitment": commitment(salt, person.private()),
    }

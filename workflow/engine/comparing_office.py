"""What is kept of the office beside the log, and how many issues a round has."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from states.canonical import instant, stamp
from states.errors import Problem
from states.log import OFFICE
from states.office import Member, Office, Person
from workflow.ports import Session

CLOCKS_APART = timedelta(days=1)
"""The clocks of two machines surely differ by less."""


@dataclass(frozen=True, slots=True)
class OfficeReading:
    """The store beside the office that its log yields; ``streams`` counts the issues by round."""

    session: Session
    office: Office | None
    streams: Counter[str]
    sound: bool


def _rounds(reading: OfficeReading) -> Iterator[Problem]:
    """Compare how many issues a round was registered with and how many have a log."""
    for code, registered in (reading.office.rounds if reading.office else {}).items():
        present = reading.streams[code]
        if present < registered.found_issues:
            facts = {"round": code, "registered": registered.found_issues, "present": present}
            yield Problem(
                "issues_missing",
                "round {round} was registered with {registered} issues, the log has {present}",
                facts,
                source=OFFICE,
            )


def _office(reading: OfficeReading) -> Iterator[Problem]:
    office = reading.office
    place = None if office is None else (office.n, office.hash)
    row = (reading.session.office(), reading.session.office_place())
    if reading.sound and row != (office, place):
        yield Problem(
            "office_differs", "the office differs from what its log yields", source=OFFICE
        )


def _people(reading: OfficeReading) -> Iterator[Problem]:
    """Hold the details of people against what the log commits to; erased ones are gone."""
    if not reading.sound or reading.session.office() != reading.office:
        return
    computed, people = reading.session.commitments(), reading.session.people()
    members = reading.office.members if reading.office else {}
    for person in sorted(people.keys() - members.keys()):
        facts = {"person": person}
        yield Problem("person_unrecorded", "nobody recorded {person}", facts, source=OFFICE)
    for person, member in members.items():
        if not _fits(member, people.get(person), computed.get(person)):
            yield Problem(
                "details_differ",
                "the details of {person} are not those that were recorded",
                {"person": person},
                source=OFFICE,
            )


def _fits(member: Member, details: Person | None, computed: str | None) -> bool:
    if member.redacted_by is not None and details is None:
        return True
    shown = details and (details.unit, details.department, details.language, details.zone)
    recorded = (member.unit, member.department, member.language, member.zone)
    return computed == member.commitment and shown == recorded


def _contradictions(reading: OfficeReading) -> Iterator[Problem]:
    """What is kept of issues and messages does not contradict itself."""
    yield from reading.session.contradictions()


def _addresses(reading: OfficeReading) -> Iterator[Problem]:
    """What is still to be sent goes to the address of its recipient, as the log vouches for it.

    Nothing is known of former addresses: only what was owed well after the last change can be
    judged, and only on a channel on which the person still has an address.
    """
    if not reading.sound or reading.session.office() != reading.office:
        return
    people, recorded = reading.session.people(), dict[str, str]()
    for bound in reading.session.bound():
        recorded = recorded or _recorded(reading.session)
        person = people.get(bound.recipient)
        if person is None or bound.created_at <= recorded.get(bound.recipient, ""):
            continue
        if bound.address != person.addresses.get(bound.channel, bound.address):
            text = "message {id} goes to another address than that of its recipient"
            source = bound.issue or "outbox"
            yield Problem("address_differs", text, {"id": bound.id}, source=source)


def _recorded(session: Session) -> dict[str, str]:
    """Return since when the details of each person are surely those on record now."""
    found = {OFFICE: ""}
    for row in session.rows(OFFICE):
        if b'"commitment":"' in row.body:
            facts = json.loads(row.body)["facts"]
            found[facts["person"]] = stamp(instant(row.at) + CLOCKS_APART)
    return found


def _structure(reading: OfficeReading) -> Iterator[Problem]:
    """Nothing acts in the database by itself but what we put there, and that is all there."""
    yield from reading.session.structure_faults()


CHECKS: tuple[Callable[[OfficeReading], Iterator[Problem]], ...] = (
    _rounds,
    _office,
    _people,
    _contradictions,
    _addresses,
    _structure,
)
"""Each yields every difference of its kind."""

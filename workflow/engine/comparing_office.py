"""What is kept of the office beside the log, and how many issues a round has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from states.errors import Problem
from states.log import OFFICE
from states.office import Member, Office, Person
from workflow.ports import Session


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


def _structure(reading: OfficeReading) -> Iterator[Problem]:
    """Nothing acts in the database by itself but what we put there, and that is all there."""
    yield from reading.session.structure_faults()


CHECKS: tuple[Callable[[OfficeReading], Iterator[Problem]], ...] = (
    _rounds,
    _office,
    _people,
    _contradictions,
    _structure,
)
"""Each yields every difference of its kind."""

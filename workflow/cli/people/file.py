"""People from a CSV file: every faulty cell is named; only what differs is entered."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from states.errors import Invalid, Problem
from states.frozen import replace
from states.office import Person
from workflow.cli.csvfile import Cells, read_csv
from workflow.cli.language import N_
from workflow.cli.people.addresses import CHANNEL_HEADINGS
from workflow.cli.people.checking import ROLE_WORDS, detail_faults, id_faults, problem, role_faults
from workflow.engine.staffing import Enrolment

if TYPE_CHECKING:
    from states.office import Office

HEADINGS = {
    "id": ("id", "编号", "账号", "工号"),
    "name": ("name", "姓名"),
    "title": ("title", "职务"),
    "unit": ("unit", "单位", "被巡察单位"),
    "department": ("department", "部门"),
    **CHANNEL_HEADINGS,
    "language": ("language", "语言"),
    "zone": ("zone", "timezone", "时区"),
    "roles": ("roles", "role", "角色"),
    "for": ("for", "角色范围"),
}


def read_people(path: Path, language: str) -> list[Enrolment]:
    """Return the people of a file; ``language`` is theirs where none is given.

    Raises ``Invalid`` with every fault.
    """
    rows = read_csv(path, HEADINGS, needed="id")
    faults: list[Problem] = []
    found = [_enrolment(row, language, faults, path.name) for row in rows]
    seen: dict[str, int] = {}
    for row, one in zip(rows, found, strict=True):
        if one.person.id in seen:
            facts = {"person": one.person.id, "line": seen[one.person.id]}
            text = N_("{person} stands already in line {line}")
            faults.append(Problem("person_twice", text, facts, path.name, row.line))
        seen.setdefault(one.person.id, row.line)
    if faults:
        raise Invalid(*sorted(faults, key=lambda fault: fault.line or 0))
    return found


def _enrolment(row: Cells, language: str, faults: list[Problem], source: str) -> Enrolment:
    id, words = row.get("id") or "", _words(row)
    person = Person(
        id=id,
        name=row.get("name") or id,
        title=row.get("title") or "",
        unit=row.get("unit") or "",
        department=row.get("department") or "",
        language=row.get("language") or language,
        zone=row.get("zone") or "",
        addresses={c: a for c in CHANNEL_HEADINGS if (a := row.get(c))},
    )
    unit = row.get("for") or person.unit
    found = (*id_faults(id), *detail_faults(person), *role_faults(words, unit))
    faults += [problem(fault, source, row.line) for fault in found]
    return Enrolment(
        person=person,
        roles=tuple(ROLE_WORDS.get(word, word) for word in words),
        roles_for=row.get("for"),
    )


def _words(row: Cells) -> list[str]:
    return [word for word in re.split(r"[;；、,，\s]+", row.get("roles") or "") if word]


@dataclass(frozen=True, slots=True)
class Differences:
    """What a file changes: who is new, who is changed, and whom it leaves as they are."""

    new: list[Enrolment]
    changed: list[Enrolment]
    same: list[Enrolment]


def differences(
    wanted: list[Enrolment], people: Mapping[str, Person], office: Office
) -> Differences:
    """Return what the people wanted change in an office; roles held already are left out.

    A channel of which they say nothing at all is left as it is.
    """
    found = Differences([], [], [])
    channels = {channel for one in wanted for channel in one.person.addresses}
    for one in wanted:
        person = _completed(one.person, people.get(one.person.id), channels)
        unit = one.roles_for or person.unit
        held = {g.role for g in office.grants if (g.person, g.unit) == (person.id, unit)}
        missing = tuple(role for role in one.roles if role not in held)
        left = Enrolment(person=person, roles=missing, roles_for=one.roles_for)
        if person.id not in people:
            found.new.append(left)
        elif missing or people[person.id] != person:
            found.changed.append(left)
        else:
            found.same.append(left)
    return found


def _completed(person: Person, known: Person | None, channels: Collection[str]) -> Person:
    """Return a person with the addresses that are known on channels other than these."""
    others = known.addresses if known else {}
    kept = {channel: a for channel, a in others.items() if channel not in channels}
    return replace(person, addresses={**kept, **person.addresses})

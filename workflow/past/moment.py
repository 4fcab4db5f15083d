"""Everything that was so at a moment, each part worked out when it is first asked for.

Names, titles and addresses of people stand beside the log without a history: they are today's.
Where somebody belonged, and in which language they were written to, is in the log and is of then.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from functools import cached_property
from typing import TYPE_CHECKING

from states.canonical import instant
from states.frozen import replace
from states.rules import Rules
from workflow.engine.desk import calendar_of, process_of
from workflow.past.folded import Ledger, PastOffice, folded_issue, folded_ledger, folded_office
from workflow.past.notices import PastNotices
from workflow.past.waking import PastWakes
from workflow.ports import Beat, Delivery, Halt, Sent
from workflow.seals import Sealed

if TYPE_CHECKING:
    from states.issue import Issue, Obligation
    from states.office import Member, Person
    from workflow.memory.kept import Kept
    from workflow.past.prefix import Prefix


class Moment:
    """What the log, and what is kept beside it, tell of an instant; ``zone`` counts its days.

    Raises ``NotFound`` if the office was not founded by then, ``Invalid`` if the log of the office
    cannot be read; later ``Invalid`` for the part that cannot be.
    """

    def __init__(self, prefix: Prefix, zone: tzinfo) -> None:
        self.prefix, self.zone = prefix, zone
        self.origin, self.at = prefix.origin, prefix.at
        self.office: PastOffice = folded_office(prefix)
        self._rules: dict[tuple[str, str], Rules] = {}
        self._known: dict[str, Issue | None] = {}

    # ---------------------------------------------------------------- issues

    @cached_property
    def ledger(self) -> Ledger:
        """All issues as they were."""
        return folded_ledger(self.prefix)

    def issue(self, key: str) -> Issue | None:
        """Return one issue as it was; the others are not read for it."""
        if "ledger" in self.__dict__:
            return self.ledger.issues.get(key)
        if key not in self._known:
            self._known[key] = folded_issue(self.prefix, key)
        return self._known[key]

    def rules(self, process: str, calendar: str) -> Rules:
        """Return a process with a calendar, by their hashes."""
        found = self._rules.get((process, calendar))
        if found is None:
            with self.origin.reading() as session:
                found = Rules(process_of(session, process), calendar_of(session, calendar))
            self._rules[process, calendar] = found
        return found

    def rules_of(self, issue: Issue) -> Rules:
        """Return the process of an issue with the calendar that the office had in force."""
        return self.rules(issue.process, self.office.office.calendar)

    # ---------------------------------------------------------------- the office

    @cached_property
    def people(self) -> dict[str, Person]:
        """The people of then, in the order of their ids."""
        members = self.office.office.members
        with self.origin.reading() as session:
            known = session.people(sorted(members))
        return {id: _as_member(person, members[id]) for id, person in known.items()}

    def processes(self) -> dict[str, bytes]:
        """Return the bodies of the processes that had been in force by then."""
        with self.origin.reading() as session:
            found = {name: session.process(name) for name in sorted(self.office.processes)}
        return {name: body for name, body in found.items() if body is not None}

    def calendars(self) -> dict[str, bytes]:
        """Return the bodies of the calendars that had been in force by then."""
        named = {adopted.calendar for adopted in self.office.calendars if adopted.calendar}
        with self.origin.reading() as session:
            found = {name: session.calendar(name) for name in sorted(named)}
        return {name: body for name, body in found.items() if body is not None}

    # ---------------------------------------------------------------- notices

    @cached_property
    def sent(self) -> list[Sent]:
        """The notices owed by then, as they are today, oldest first."""
        with self.origin.reading() as session:
            return [one for one in session.notices() if one.notice.created_at <= self.at]

    @cached_property
    def notices(self) -> dict[str, Kept]:
        """The notices owed by then, by key, with what had become of each."""
        return PastNotices(self.at, self._whole_trail, self.office.office.holds).as_of(self.sent)

    def _whole_trail(self, id: int) -> list[Delivery]:
        with self.origin.reading() as session:
            return session.deliveries(id)

    def trail(self, id: int) -> list[Delivery]:
        """Return what had become of a notice by then, oldest first."""
        return [line for line in self._whole_trail(id) if line.at <= self.at]

    def message(self, id: int) -> bytes | None:
        """Return the bytes that had been rendered for a notice by the time it was first tried."""
        if not self.trail(id):
            return None
        with self.origin.reading() as session:
            return session.message(id)

    def halt(self) -> Halt | None:
        """Return the stop of sending that had begun by then and lasts to this day."""
        with self.origin.reading() as session:
            halt = session.halt()
        return halt if halt is not None and halt.since <= self.at else None

    def beats(self) -> list[Beat]:
        """Return the sweeps whose last run is no later; of the others earlier runs are unknown."""
        with self.origin.reading() as session:
            return [beat for beat in session.beats() if beat.at <= self.at]

    # ---------------------------------------------------------------- seals

    @cached_property
    def checkpoints(self) -> list[Sealed]:
        """The checkpoints that had been made by then, smallest first."""
        with self.origin.reading() as session:
            return [one for one in session.checkpoints() if instant(one.at) <= self.at]

    # ---------------------------------------------------------------- time

    @cached_property
    def ticked(self) -> Mapping[str, list[tuple[datetime, date]]]:
        """When ticks owed notices of an obligation, by its id, oldest first."""
        found: dict[str, list[tuple[datetime, date]]] = {}
        for one in self.sent:
            if one.notice.obligation is not None:
                at = one.notice.created_at
                days = found.setdefault(one.notice.obligation, [])
                days.append((at, at.astimezone(self.zone).date()))
        return found

    @cached_property
    def _wakes(self) -> PastWakes:
        return PastWakes(self.ledger, self.office.calendars, self.ticked, self.rules)

    def wake_on(self, issue: Issue, obligation: Obligation) -> date | None:
        """Return when a tick was to look at an open obligation next."""
        return self._wakes.wake_on(issue, obligation)


def _as_member(person: Person, member: Member) -> Person:
    """Return a person's details with what the log said of them then."""
    return replace(
        person,
        unit=member.unit,
        department=member.department,
        language=member.language,
        zone=member.zone,
    )

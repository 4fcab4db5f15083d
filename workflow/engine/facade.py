"""Everything that can be done with rectify, on any store, without a command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflow.engine import reading
from workflow.engine.desk import Desk, office_of
from workflow.ports import Filter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from typing import Any

    from states.errors import Option
    from states.log import Entry
    from states.office import Office, Person
    from states.process import Process
    from workflow.engine.advancing import Order, Receipt, Registered, Registration
    from workflow.engine.asking import Owed
    from workflow.engine.chasing import Ticked
    from workflow.engine.proving import Verdict
    from workflow.engine.reading import Line, View
    from workflow.engine.staffing import Enrolment
    from workflow.identity import Identity
    from workflow.ports import Sent


class Engine:
    """Commands and questions on one store. Every command is one transaction: all or nothing.

    Commands raise ``Refused`` (the process says no, and why), ``Denied`` (the account may not act),
    ``NotFound``, ``Conflict`` and ``Invalid``; repeating one with its request id is harmless.
    What a method needs is imported when it is first called: a list does not wait for the state
    machine (benchmark ``cli_start``).
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    # ---------------------------------------------------------------- commands

    def found(self, person: Person, by: Identity, process: Process, *, trial: bool) -> Entry:
        """Found the office; ``person`` owns the acting account and supervises every unit."""
        from workflow.engine import staffing

        return staffing.found(self.desk, person, by, process, trial=trial)

    def enrol(
        self, enrolments: Sequence[Enrolment], by: Identity, request_id: str | None = None
    ) -> list[Entry]:
        """Add or edit people and grant their roles, all or none."""
        from workflow.engine import staffing

        return staffing.enrol(self.desk, enrolments, by, request_id)

    def act(
        self, event: str, facts: Mapping[str, Any], by: Identity, request_id: str | None = None
    ) -> Entry:
        """Do an act of the office: grant, revoke, bind an account, delegate, end a delegation."""
        from workflow.engine import staffing

        return staffing.act(self.desk, event, facts, by, request_id)

    def adopt(self, process: Process, by: Identity, request_id: str | None = None) -> Entry:
        """Put a process in force for issues registered from now on."""
        from workflow.engine import staffing

        return staffing.adopt(self.desk, process, by, request_id)

    def register_round(
        self, registration: Registration, by: Identity, request_id: str | None = None
    ) -> Registered:
        """Register a round with its issues; the same file twice changes nothing."""
        from workflow.engine import advancing

        return advancing.register_round(self.desk, registration, by, request_id)

    def advance(
        self,
        issue: str,
        event: str,
        facts: Mapping[str, Any] | None = None,
        *,
        by: Identity,
        request_id: str | None = None,
    ) -> Receipt:
        """Take an event of an issue."""
        from workflow.engine import advancing

        order = advancing.Order(issue=issue, event=event, facts=facts or {})
        return advancing.advance(self.desk, order, by, request_id)

    def advance_all(
        self, orders: Sequence[Order], by: Identity, request_id: str | None = None
    ) -> list[Receipt]:
        """Take many events, all or none; everything that is wrong is said at once."""
        from workflow.engine import advancing

        return advancing.advance_all(self.desk, orders, by, request_id)

    def tick(self, node: str) -> Ticked:
        """Owe every reminder whose day has come, once."""
        from workflow.engine import chasing

        return chasing.tick(self.desk, node)

    # ---------------------------------------------------------------- questions

    def office(self) -> Office:
        """Return the office: people by id, grants, rounds, the process in force."""
        with self.desk.store.reading() as session:
            return office_of(session)

    def people(self) -> dict[str, Person]:
        """Return the details of everybody, by id."""
        with self.desk.store.reading() as session:
            return session.people()

    def lines(self, wanted: Filter | None = None) -> list[Line]:
        """Return the issues that pass a filter, each with its light."""
        return reading.lines(self.desk, wanted or Filter())

    def view(self, issue: str) -> View:
        """Return one issue as it stands."""
        return reading.view(self.desk, issue)

    def key_of(self, text: str) -> str:
        """Return the key that a person means by a whole key or a bare number."""
        return reading.key_of(self.desk, text)

    def choices(
        self, issue: str, by: Identity, facts: Mapping[str, Any] | None = None
    ) -> list[Option]:
        """Return every event of the issue's state, with what the acting person still misses."""
        from workflow.engine import asking

        return asking.choices(self.desk, issue, by, facts)

    def owed(self, within_days: int | None = None) -> list[Owed]:
        """Return what is owed and by whom, the nearest date first."""
        from workflow.engine import asking

        return asking.owed(self.desk, within_days)

    def log(self, stream: str) -> list[Entry]:
        """Return the entries of an issue, or of the office (``@office``)."""
        return reading.entries(self.desk, stream)

    def replay(self, issue: str, at: datetime | None = None) -> View:
        """Return an issue rebuilt from its log, as of an instant if one is given."""
        from workflow.engine import asking

        return asking.replayed(self.desk, issue, at)

    def notices(self, issue: str | None = None) -> list[Sent]:
        """Return notices with what became of them, oldest first."""
        with self.desk.store.reading() as session:
            return session.notices(issue)

    def verify(self) -> Verdict:
        """Prove the log, and everything computed from it."""
        from workflow.engine import proving

        with self.desk.store.reading() as session:
            return proving.prove(session)

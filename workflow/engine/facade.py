"""Everything that can be done with rectify, on any store, without a command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflow.collisions import again
from workflow.engine.questions import Questions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from notifications.delivery.protocol import Job
    from states.calendar import Calendar
    from states.log import Entry
    from states.office import Person
    from states.process import Process
    from workflow.engine.advancing import Order, Receipt, Registered, Registration
    from workflow.engine.chasing import Ticked
    from workflow.engine.failing import Decided
    from workflow.engine.handing import HandedOver
    from workflow.engine.recalculating import Adopted
    from workflow.engine.redacting import Redacted
    from workflow.engine.releasing import Released
    from workflow.engine.staffing import Enrolment
    from workflow.engine.watching import Watched
    from workflow.identity import Identity


class Engine(Questions):
    """Commands on one store, and every question. Every command is one transaction: all or nothing.

    Commands raise ``Refused`` (the process says no, and why), ``Denied`` (the account may not act),
    ``NotFound``, ``Conflict`` and ``Invalid``; repeating one with its request id is harmless. One
    that the database broke off because of another's is run again.
    """

    # ---------------------------------------------------------------- the office

    @again
    def found(
        self,
        person: Person,
        by: Identity,
        process: Process,
        *,
        trial: bool,
        calendar: Calendar | None = None,
    ) -> Entry:
        """Found the office; ``person`` owns the acting account and supervises every unit.

        Without a calendar the office counts in plain weeks.
        """
        from workflow.engine import staffing

        founding = staffing.Founding(process=process, calendar=calendar, trial=trial)
        return staffing.found(self.desk, person, by, founding)

    @again
    def enrol(
        self, enrolments: Sequence[Enrolment], by: Identity, request_id: str | None = None
    ) -> list[Entry]:
        """Add or edit people and grant their roles, all or none."""
        from workflow.engine import staffing

        return staffing.enrol(self.desk, enrolments, by, request_id)

    @again
    def act(
        self, event: str, facts: Mapping[str, Any], by: Identity, request_id: str | None = None
    ) -> Entry:
        """Do an act of the office: grant, revoke, bind an account, delegate, end a delegation."""
        from workflow.engine import staffing

        return staffing.act(self.desk, event, facts, by, request_id)

    @again
    def adopt(self, process: Process, by: Identity, request_id: str | None = None) -> Entry:
        """Put a process in force for issues registered from now on."""
        from workflow.engine import staffing

        return staffing.adopt(self.desk, process, by, request_id)

    @again
    def adopt_calendar(
        self,
        calendar: Calendar,
        facts: Mapping[str, Any],
        by: Identity,
        request_id: str | None = None,
    ) -> Adopted:
        """Put a calendar in force and count every date by rule anew; every move is an entry."""
        from workflow.engine import recalculating

        return recalculating.adopt_calendar(self.desk, calendar, facts, by, request_id)

    @again
    def hand_over(
        self,
        giver: str,
        taker: str,
        facts: Mapping[str, Any],
        by: Identity,
        request_id: str | None = None,
    ) -> HandedOver:
        """Move everything that one person holds to another; no deadline is touched."""
        from workflow.engine import handing

        return handing.hand_over(self.desk, (giver, taker), facts, by, request_id)

    @again
    def leave(
        self, person: str, facts: Mapping[str, Any], by: Identity, request_id: str | None = None
    ) -> Entry:
        """Record that somebody leaves, with the day and a successor if there is one."""
        return self.act("leave", {**facts, "person": person}, by, request_id)

    @again
    def migrate(self, by: Identity, request_id: str | None = None) -> Adopted:
        """Move every running issue to the process in force; every move is an entry."""
        from workflow.engine import recalculating

        return recalculating.migrate(self.desk, by, request_id)

    @again
    def redact(
        self, person: str, reason: str, by: Identity, request_id: str | None = None
    ) -> Redacted:
        """Erase the details of somebody who has left, and what messages say of them."""
        from workflow.engine import redacting

        return redacting.redact(self.desk, person, reason, by, request_id)

    # ---------------------------------------------------------------- messages

    @again
    def release(
        self,
        rounds: Sequence[str],
        by: Identity,
        request_id: str | None = None,
        *,
        stop: bool = False,
    ) -> Released:
        """Let messages go that were held with their round, or by a ``stop``; with neither named,
        all of them."""
        from workflow.engine import releasing

        return releasing.release(self.desk, rounds, by, request_id, stop=stop)

    @again
    def retry(
        self, ids: Sequence[int], reason: str, by: Identity, request_id: str | None = None
    ) -> Decided:
        """Send messages again that failed, to the addresses that their people have now."""
        from workflow.engine import failing

        wish = failing.Wish(
            ids=tuple(ids), how=failing.SEND_AGAIN, reason=reason, event="retry_notices"
        )
        return failing.decide(self.desk, wish, by, request_id)

    @again
    def resolve(
        self,
        ids: Sequence[int],
        how: str,
        reason: str,
        by: Identity,
        request_id: str | None = None,
    ) -> Decided:
        """Settle what failed or is unknown: it ``arrived``, is ``given_up``, or ``send_again``."""
        from workflow.engine import failing

        wish = failing.Wish(ids=tuple(ids), how=how, reason=reason)
        return failing.decide(self.desk, wish, by, request_id)

    # ---------------------------------------------------------------- issues

    @again
    def register_round(
        self, registration: Registration, by: Identity, request_id: str | None = None
    ) -> Registered:
        """Register a round with its issues; the same file twice changes nothing."""
        from workflow.engine import advancing

        return advancing.register_round(self.desk, registration, by, request_id)

    @again
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

    @again
    def advance_all(
        self, orders: Sequence[Order], by: Identity, request_id: str | None = None
    ) -> list[Receipt]:
        """Take many events, all or none; everything that is wrong is said at once."""
        from workflow.engine import advancing

        return advancing.advance_all(self.desk, orders, by, request_id)

    # ---------------------------------------------------------------- time

    @again
    def tick(self, node: str, *, sure: bool = False) -> Ticked:
        """Owe every reminder whose day has come, once, and make messages of what waits.

        A clock that is more than a year ahead of the last tick is believed if ``sure``.
        """
        from workflow.engine import chasing

        return chasing.tick(self.desk, node, sure=sure)

    @again
    def spawn(self, node: str) -> Ticked:
        """Record occurrences of duties that can no longer be met, and open the next ones."""
        from workflow.engine import chasing

        return chasing.spawn(self.desk, node)

    @again
    def take_back(self, job: Job) -> bool:
        """Let a claimed message wait again if it says what is no longer so; whether it does."""
        from workflow.engine import renewing

        return renewing.take_back(self.desk, job)

    @again
    def watch(self, node: str) -> Watched:
        """Tell those who supervise of failed messages, a stop, a calendar that is missing."""
        from workflow.engine import watching

        return watching.watch(self.desk, node)

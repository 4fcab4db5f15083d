"""Commands on issues: advance one, many at once, or register a whole round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from states.administration import administer
from states.attempt import Actor
from states.decision import Decision, decide, register
from states.errors import Conflict, Invalid, Message, Problem, RectificationError, Refused
from states.issue import Issue
from states.log import Entry
from states.office import Office, Round
from states.rules import Rules
from workflow.engine.desk import (
    Desk,
    issue_of,
    no_issue,
    office_of,
    rules_of,
)
from workflow.engine.repeating import same_command
from workflow.engine.telling import changes_of
from workflow.identity import Identity
from workflow.ports import OfficeChange, Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A command on an issue. ``source`` and ``line`` say where it was read, for complaints."""

    issue: str
    event: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The answer to a command: its entry and the issue. ``repeated``: it had been done before."""

    entry: Entry
    issue: Issue
    repeated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A round to be registered: what its report states of it, and the facts of each issue.

    The facts are those of the acts ``register_round`` and ``register``.
    """

    code: str
    round: Mapping[str, Any]
    issues: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """The answer to a registration. ``repeated``: this very file had been registered before."""

    round: Round
    keys: tuple[str, ...]
    repeated: bool = False


def advance(desk: Desk, order: Order, by: Identity, request_id: str | None = None) -> Receipt:
    """Take an event of an issue.

    Raises ``Refused`` with every unmet condition; ``NotFound``, ``Denied``, ``Conflict``.
    """
    request = request_id or desk.fresh()
    with desk.store.writing() as session:
        if (done := session.entry_of(request)) is not None:
            actor = by.actor(office_of(session))
            entry = same_command(done, order.issue, order.event, order.facts, actor)
            return Receipt(entry=entry, issue=issue_of(session, order.issue), repeated=True)
        office = office_of(session)
        issue = issue_of(session, order.issue)
        attempt = desk.attempt(order.event, by.actor(office), order.facts, request)
        decision = decide(rules_of(session, issue.process, office), issue, attempt, office)
        session.append(changes_of(desk, session, [decision], office))
        return Receipt(entry=decision.entry, issue=decision.issue)


def advance_all(
    desk: Desk, orders: Sequence[Order], by: Identity, request_id: str | None = None
) -> list[Receipt]:
    """Take many events, all or none.

    Raises ``Invalid`` with every unmet condition of every order, each with its place.
    """
    request = request_id or desk.fresh()
    with desk.store.writing() as session:
        if session.entry_of(f"{request}/1") is not None:  # all or none: the first tells
            actor = by.actor(office_of(session))
            numbered = enumerate(orders, start=1)
            return [_again(session, o, f"{request}/{i}", actor) for i, o in numbered]
        office = office_of(session)
        batch = _Batch(desk, session, office, by.actor(office))
        batch.take(orders, request)
        if batch.problems:
            raise Invalid(*batch.problems)
        session.append(changes_of(desk, session, batch.decisions, office))
        return [Receipt(entry=d.entry, issue=d.issue) for d in batch.decisions]


def _again(session: Session, order: Order, request: str, actor: Actor) -> Receipt:
    entry = session.entry_of(request)
    if entry is None:
        raise Conflict(
            Message("request_reused_other", "the request id was used for another list of orders")
        )
    same_command(entry, order.issue, order.event, order.facts, actor)
    return Receipt(entry=entry, issue=issue_of(session, order.issue), repeated=True)


class _Batch:
    """Orders being decided one after the other, each on what the ones before it left."""

    def __init__(self, desk: Desk, session: Session, office: Office, actor: Actor) -> None:
        self._desk, self._session, self._office, self._actor = desk, session, office, actor
        self._issues: dict[str, Issue] = {}
        self._rules: dict[str, Rules] = {}
        self.decisions: list[Decision] = []
        self.problems: list[Problem] = []

    def take(self, orders: Sequence[Order], request: str) -> None:
        """Decide orders; what is wrong with any of them joins ``problems``."""
        self._issues = self._session.issues(list(dict.fromkeys(order.issue for order in orders)))
        for position, order in enumerate(orders, start=1):
            try:
                decision = self._decide(order, f"{request}/{position}")
            except RectificationError as error:
                self.problems += _placed(order, error)
            else:
                self._issues[order.issue] = decision.issue
                self.decisions.append(decision)

    def _decide(self, order: Order, request: str) -> Decision:
        issue = self._issues.get(order.issue)
        if issue is None:
            raise no_issue(order.issue)
        rules = self._rules_of(issue.process)
        attempt = self._desk.attempt(order.event, self._actor, order.facts, request)
        return decide(rules, issue, attempt, self._office)

    def _rules_of(self, process: str) -> Rules:
        if process not in self._rules:
            self._rules[process] = rules_of(self._session, process, self._office)
        return self._rules[process]


def _placed(order: Order, error: RectificationError) -> list[Problem]:
    messages = error.unmet if isinstance(error, Refused) else (error.message,)
    return [
        Problem(m.code, m.text, m.facts, source=order.source or order.issue, line=order.line)
        for m in messages
    ]


def register_round(
    desk: Desk, registration: Registration, by: Identity, request_id: str | None = None
) -> Registered:
    """Register a round and its issues, all or none; the same file twice changes nothing.

    Raises ``Conflict`` if the round's code stands for another file; ``Refused``, ``Denied``.
    """
    request = request_id or desk.fresh()
    with desk.store.writing() as session:
        office = office_of(session)
        known = _known_round(office, registration)
        if known is not None:
            keys = tuple(f"{known.code}-{facts['number']}" for facts in registration.issues)
            return Registered(round=known, keys=keys, repeated=True)
        actor = by.actor(office)
        held = {"held": True} if desk.caution.hold_imports else {}
        attempt = desk.attempt("register_round", actor, {**registration.round, **held}, request)
        entry, office = administer(office, attempt)
        session.administer(OfficeChange(entry=entry, office=office))
        rules = rules_of(session, office.process, office)
        decisions = []
        for facts in registration.issues:
            key = f"{registration.code}-{facts['number']}"
            attempt = desk.attempt("register", actor, facts, f"{request}/{facts['number']}")
            decisions.append(register(rules, key, attempt, office))
        session.append(changes_of(desk, session, decisions, office))
        keys = tuple(decision.issue.key for decision in decisions)
        return Registered(round=office.rounds[registration.code], keys=keys)


def _known_round(office: Office, registration: Registration) -> Round | None:
    """Return the round that this very file was registered as, or None if neither it nor the code
    is known.

    Raises ``Conflict`` if the code is taken by another file.
    """
    sha256 = registration.round["sha256"]
    for known in office.rounds.values():
        if known.sha256 == sha256:
            return known
    taken = office.rounds.get(registration.code)
    if taken is not None:
        facts = {"code": taken.code, "source": taken.source}
        raise Conflict(
            Message(
                "round_taken",
                "round {code} was already registered from another file ({source}); "
                "give this one its own code (--round)",
                facts,
            )
        )
    return None

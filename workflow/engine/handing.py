"""Handing over: what a person holds, and the one act that moves all of it to another.

No deadline is touched. The office gives the roles, each issue concerned gets an entry, all in one
transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from states.administration import administer, during_handover
from states.attempt import LEADER, RESPONSIBLE, Attempt
from states.decision import Decision, decide
from states.errors import Invalid, Message, NotFound, Problem, Refused, Unmet
from states.frozen import replace
from states.issue import Issue, Obligation
from states.log import OFFICE, Entry
from states.office import Office
from workflow.engine.desk import Desk, office_of, rules_of
from workflow.engine.repeating import same_command
from workflow.engine.telling import audience_among, changes_of
from workflow.engine.waking import next_wake
from workflow.identity import Identity
from workflow.ports import Filter, OfficeChange, Session

HANDOVER = "handover"


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a person holds of one issue.

    ``roles`` are leader, person, measure, duty, remainder; ``owed`` what they must do, the nearest
    date first, each with the day of its next reminder; ``promised`` the dates that were given for
    it and are not owed yet: of measures planned, of the remainder, of an extension asked for.
    ``lacks`` are the roles that it needs and the person does not hold (any more).
    """

    issue: Issue
    roles: tuple[str, ...]
    owed: tuple[tuple[Obligation, date | None], ...]
    promised: tuple[date, ...] = ()
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Everything that a person holds, by issue; ``today`` is the day on which it was asked."""

    person: str
    today: date
    loads: tuple[Load, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """A handover: its entry in the office's stream, and the issues moved.

    ``repeated``: it had been done before.
    """

    entry: Entry
    issues: tuple[str, ...]
    repeated: bool = False


def held(desk: Desk, person: str) -> Held:
    """Return everything a person holds. Raises ``NotFound`` if nobody is known by that id."""
    today = desk.day(desk.clock())
    with desk.store.reading() as session:
        office = office_of(session)
        if person not in office.members:
            raise no_person(person)
        loads = [_load(desk, session, office, issue, person) for issue in _all_issues(session)]
    return Held(person=person, today=today, loads=tuple(load for load in loads if load is not None))


def no_person(person: str) -> NotFound:
    """Return the error for an id that nobody has."""
    return NotFound(
        Message(
            "no_person", "there is no person {person} (rectify people list)", {"person": person}
        )
    )


def _all_issues(session: Session) -> Iterator[Issue]:
    keys = [summary.key for summary in session.summaries(Filter())]
    issues = session.issues(keys)
    yield from (issues[key] for key in keys if key in issues)


def roles_in(issue: Issue, person: str) -> tuple[str, ...]:
    """Return as what a person stands in an issue: named, or owing a part of it still open."""
    parts = {
        LEADER: issue.responsibility.leader == person,
        "person": issue.responsibility.person == person,
        "measure": any(m.person == person and m.is_open for m in issue.plan),
        "duty": any(d.person == person and d.ended is None for d in issue.current_duties),
        "remainder": issue.remains and issue.remainder.person == person,  # type: ignore[union-attr]
    }
    return tuple(name for name, holds in parts.items() if holds)


def _load(desk: Desk, session: Session, office: Office, issue: Issue, person: str) -> Load | None:
    roles = roles_in(issue, person)
    rules = rules_of(session, issue.process, office)
    audience = audience_among(desk, issue, rules, office, {})
    owed = [
        (o, next_wake(rules, o, audience.today))
        for o in sorted(issue.obligations, key=lambda o: o.due)
        if person == audience.named(o) or person in audience.holders(o)
    ]
    if not roles and not owed:
        return None
    needed = {LEADER if role == LEADER else RESPONSIBLE for role in roles}
    return Load(
        issue=issue,
        roles=roles,
        owed=tuple(owed),
        promised=_promised(issue, person),
        lacks=tuple(sorted(needed - office.roles(person, issue.unit))),
    )


def _promised(issue: Issue, person: str) -> tuple[date, ...]:
    answers = issue.responsibility.person
    days = [m.due for m in issue.plan if m.is_open and (m.person or answers) == person]
    if issue.remainder is not None and issue.remains and issue.remainder.person == person:
        days.append(issue.remainder.due)
    if issue.extension is not None and person in issue.extension.by:
        days.append(issue.extension.asked)
    owed = {o.due for o in issue.obligations}
    return tuple(sorted({day for day in days if day is not None} - owed))


def hand_over(
    desk: Desk,
    persons: tuple[str, str],
    facts: Mapping[str, Any],
    by: Identity,
    request_id: str | None = None,
) -> HandedOver:
    """Move everything that the first of two persons holds to the second, in one transaction.

    ``facts`` hold the ``reason`` and perhaps ``keep_roles``. Raises ``Refused`` where the office
    does not allow it or there is nothing to move, ``Invalid`` with every unmet condition of every
    issue.
    """
    request = request_id or desk.fresh()
    said = {**facts, "from_person": persons[0], "to_person": persons[1]}
    with desk.store.writing() as session:
        if (done := session.entry_of(request)) is not None:
            actor = by.actor(office_of(session))
            entry = same_command(done, OFFICE, "hand_over", said, actor)
            return HandedOver(entry=entry, issues=_moved_by(session, request), repeated=True)
        before = office_of(session)
        act = desk.attempt("hand_over", by.actor(before), said, request)
        entry, office = administer(before, act)
        # The office first, as everywhere: who waits for an issue of ours holds nothing we want.
        session.administer(OfficeChange(entry=entry, office=office))
        decisions = _decided(session, (before, office), act)
        session.append(changes_of(desk, session, decisions, office))
        return HandedOver(entry=entry, issues=tuple(d.issue.key for d in decisions))


def try_hand_over(
    desk: Desk, persons: tuple[str, str], facts: Mapping[str, Any], by: Identity
) -> tuple[str, ...]:
    """Return the issues that a handover would move; nothing is changed. Raises as it would."""
    said = {**facts, "from_person": persons[0], "to_person": persons[1]}
    with desk.store.reading() as session:
        before = office_of(session)
        act = desk.attempt("hand_over", by.actor(before), said, desk.fresh())
        _, office = administer(before, act)
        return tuple(d.issue.key for d in _decided(session, (before, office), act))


def _decided(session: Session, offices: tuple[Office, Office], act: Attempt) -> list[Decision]:
    """Return the decisions of a handover, ``offices`` being before and after its act."""
    before, office = offices
    decisions = _moved(session, during_handover(before, office), act)
    if not decisions and office.grants == before.grants:
        raise _nothing(act)
    return decisions


def _nothing(act: Attempt) -> Refused:
    giver = act.facts["from_person"]
    what = {"event": act.event, "person": act.actor.principal}
    return Refused(
        Message("act_refused", "{event} is refused for {person}", what),
        (
            Unmet(
                "nothing_held",
                "{person} holds no role and nothing of any issue",
                {"person": giver},
                "from_person",
            ),
        ),
    )


def _moved_by(session: Session, request: str) -> tuple[str, ...]:
    """Return the issues that a handover has moved, by its request."""
    keys = (summary.key for summary in session.summaries(Filter(voided=True)))
    return tuple(k for k in keys if session.entry_of(_request(request, k)) is not None)


def _request(request: str, key: str) -> str:
    return f"{request}/{key}"


def _moved(session: Session, office: Office, act: Attempt) -> list[Decision]:
    """Return the decisions on every issue concerned. Raises ``Invalid`` with all that is unmet."""
    decisions: list[Decision] = []
    problems: list[Problem] = []
    stepless: dict[str, list[str]] = {}
    for issue in _all_issues(session):
        if not roles_in(issue, act.facts["from_person"]):
            continue
        rules = rules_of(session, issue.process, office)
        steps = rules.process.steps_from(issue.state)
        event = next((step.event for step in steps if step.records == HANDOVER), None)
        if event is None:
            stepless.setdefault(rules.process.name, []).append(issue.key)
            continue
        try:
            decisions.append(decide(rules, issue, _on(issue, event, act), office))
        except Refused as refused:
            problems += [Problem(u.code, u.text, u.facts, source=issue.key) for u in refused.unmet]
    problems += [_no_handover(process, keys) for process, keys in stepless.items()]
    if problems:
        raise Invalid(*problems)
    return decisions


def _no_handover(process: str, issues: list[str]) -> Problem:
    return Problem(
        "no_handover",
        "the process {process} of {issues} has no step for a handover; move these issues to the "
        "process in force first (rectify process migrate), or assign somebody else",
        {"process": process, "issues": tuple(issues)},
    )


def _on(issue: Issue, event: str, act: Attempt) -> Attempt:
    said = {name: act.facts.get(name) for name in ("from_person", "to_person", "reason")}
    request = _request(act.request_id, issue.key)
    return replace(act, event=event, facts=said, request_id=request)

"""Acts of the office: who may add people, grant roles, delegate, register rounds, adopt a process.

The office is decided on and folded exactly as an issue is; its stream is ``@office``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from states.attempt import SUPERVISOR, Attempt
from states.authority import FOUND, authority_unmet
from states.canonical import instant, stamp
from states.errors import Message, Refused, Unmet
from states.facts import Fact, check_facts
from states.log import OFFICE, Entry, write_entry
from states.office import EVERYWHERE, Delegation, Grant, Member, Office, Round

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Act:
    """What an act takes, what it demands of the office, and what it changes."""

    takes: tuple[Fact, ...]
    change: Callable[[Office, Facts], Office]
    unmet: Callable[[Office, Facts], list[Unmet]] = lambda office, facts: []


def _member(facts: Facts) -> Member:
    return Member(
        id=facts["person"],
        unit=facts.get("unit", ""),
        department=facts.get("department", ""),
        language=facts.get("language", "zh"),
        commitment=facts["commitment"],
    )


def _found(office: Office, facts: Facts) -> Office:
    person = facts["person"]
    return replace(
        office,
        trial=facts["trial"],
        process=facts["process"],
        members={person: _member(facts)},
        grants=(Grant(person=person, role=SUPERVISOR, unit=EVERYWHERE),),
        accounts={facts["account"]: person},
    )


def _put_person(office: Office, facts: Facts) -> Office:
    return replace(office, members={**office.members, facts["person"]: _member(facts)})


def _grant(facts: Facts) -> Grant:
    return Grant(person=facts["person"], role=facts["role"], unit=facts["unit"])


def _granted(office: Office, facts: Facts) -> Office:
    return replace(office, grants=tuple(sorted({*office.grants, _grant(facts)})))


def _revoked(office: Office, facts: Facts) -> Office:
    return replace(office, grants=tuple(g for g in office.grants if g != _grant(facts)))


def _bound(office: Office, facts: Facts) -> Office:
    return replace(office, accounts={**office.accounts, facts["account"]: facts["person"]})


def _delegated(office: Office, facts: Facts) -> Office:
    delegation = Delegation(
        number=len(office.delegations) + 1,
        principal=facts["principal"],
        recorder=facts["recorder"],
        until=_day(facts.get("until")),
    )
    return replace(office, delegations=(*office.delegations, delegation))


def _delegation_ended(office: Office, facts: Facts) -> Office:
    return replace(
        office,
        delegations=tuple(
            replace(d, ended=True) if d.number == facts["number"] else d for d in office.delegations
        ),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


_DAYS = ("inspection_from", "inspection_to", "feedback")


def _round_registered(office: Office, facts: Facts) -> Office:
    fields: dict[str, Any] = {
        key: _day(value) if key in _DAYS else value for key, value in facts.items()
    }
    return replace(office, rounds={**office.rounds, facts["code"]: Round(**fields)})


def _adopted(office: Office, facts: Facts) -> Office:
    return replace(office, process=facts["process"])


def _new_person(office: Office, facts: Facts) -> list[Unmet]:
    if facts.get("person") in office.members:
        return [
            Unmet(
                "person_exists", "{person} is already known", {"person": facts["person"]}, "person"
            )
        ]
    return []


def _two_people(office: Office, facts: Facts) -> list[Unmet]:
    if facts.get("principal") == facts.get("recorder") is not None:
        return [Unmet("same_person", "nobody records for themselves", {}, "recorder")]
    return _known_people("principal", "recorder")(office, facts)


def _known_people(*names: str) -> Callable[[Office, Facts], list[Unmet]]:
    def unmet(office: Office, facts: Facts) -> list[Unmet]:
        return [
            Unmet(
                "person_unknown",
                "{name}: there is no person {person} (rectify people list)",
                {"name": name, "person": facts[name]},
                name,
            )
            for name in names
            if name in facts and facts[name] not in office.members
        ]

    return unmet


def _revocable(office: Office, facts: Facts) -> list[Unmet]:
    if not facts.keys() >= {"person", "role", "unit"}:
        return []
    grant = _grant(facts)
    if grant not in office.grants:
        return [Unmet("grant_unknown", "{person} does not hold {role} for {unit}", dict(facts))]
    others = [g for g in office.grants if g.person != grant.person]
    if (grant.role, grant.unit) == (SUPERVISOR, EVERYWHERE) and not any(
        (g.role, g.unit) == (SUPERVISOR, EVERYWHERE) for g in others
    ):
        return [
            Unmet(
                "last_supervisor",
                "{person} is the last supervisor of every unit: without one nobody could act here",
                {"person": grant.person},
            )
        ]
    return []


def _known_delegation(office: Office, facts: Facts) -> list[Unmet]:
    if any(d.number == facts.get("number") and not d.ended for d in office.delegations):
        return []
    return [Unmet("delegation_unknown", "there is no such delegation in force", {}, "number")]


def _new_round(office: Office, facts: Facts) -> list[Unmet]:
    if facts.get("code") in office.rounds:
        facts = {"code": facts["code"], "source": office.rounds[facts["code"]].source}
        return [Unmet("round_exists", "round {code} was already registered from {source}", facts)]
    return []


_PERSON = Fact("person", "text", required=True)
_MEMBER = (
    _PERSON,
    Fact("unit", "text"),
    Fact("department", "text"),
    Fact("language", "text"),
    Fact("commitment", "sha256", required=True),
)
_GRANT = (_PERSON, Fact("role", "role", required=True), Fact("unit", "text", required=True))
_ACCOUNT = Fact("account", "text", required=True)
_PROCESS = Fact("process", "sha256", required=True)
_ROUND = (
    *(Fact(name, "text", required=True) for name in ("code", "unit", "source")),
    Fact("sha256", "sha256", required=True),
    *(Fact(name, "text") for name in ("group", "kind")),
    *(Fact(name, "day") for name in _DAYS),
    *(Fact(f"declared_{name}", "whole") for name in ("aspects", "issues")),
    *(Fact(f"found_{name}", "whole", required=True) for name in ("aspects", "issues")),
)
_DELEGATION = (
    Fact("principal", "text", required=True),
    Fact("recorder", "text", required=True),
    Fact("until", "day"),
)

ACTS: Mapping[str, Act] = {
    FOUND: Act((*_MEMBER, _ACCOUNT, _PROCESS, Fact("trial", "flag", required=True)), _found),
    "add_person": Act(_MEMBER, _put_person, _new_person),
    "edit_person": Act(_MEMBER, _put_person, _known_people("person")),
    "grant_role": Act(_GRANT, _granted, _known_people("person")),
    "revoke_role": Act(_GRANT, _revoked, _revocable),
    "bind_account": Act((_PERSON, _ACCOUNT), _bound, _known_people("person")),
    "delegate": Act(_DELEGATION, _delegated, _two_people),
    "end_delegation": Act(
        (Fact("number", "positive", required=True),), _delegation_ended, _known_delegation
    ),
    "register_round": Act(_ROUND, _round_registered, _new_round),
    "adopt_process": Act((_PROCESS, Fact("name", "text", required=True)), _adopted),
}


def administer(office: Office | None, attempt: Attempt) -> tuple[Entry, Office]:
    """Return the entry that an act of the office writes, and the office after it.

    ``office`` is None for the founding act, which makes its actor supervisor everywhere.
    Raises ``Refused`` with every unmet condition.
    """
    act = ACTS.get(attempt.event)
    if act is None:
        raise _refused(attempt, [_unknown(attempt)])
    facts, unmet = check_facts(act.takes, attempt.facts)
    unmet = [*authority_unmet(office, attempt, facts), *unmet]
    if office is not None:
        unmet += act.unmet(office, facts)
    if unmet:
        raise _refused(attempt, unmet)
    entry = write_entry(_content(office, attempt, facts))
    return entry, evolve_office(office, entry)


def _refused(attempt: Attempt, unmet: list[Unmet]) -> Refused:
    facts = {"event": attempt.event, "person": attempt.actor.principal}
    return Refused(Message("act_refused", "{event} is refused for {person}", facts), tuple(unmet))


def _unknown(attempt: Attempt) -> Unmet:
    facts = {"event": attempt.event, "events": tuple(ACTS)}
    return Unmet("event_unknown", "the office knows no act {event}; it knows {events}", facts)


def _content(office: Office | None, attempt: Attempt, facts: Facts) -> dict[str, Any]:
    at = attempt.at if office is None else max(attempt.at, office.at)
    return {
        "v": 1,
        "stream": OFFICE,
        "n": 1 if office is None else office.n + 1,
        "prev": "" if office is None else office.hash,
        "request": attempt.request_id,
        "at": stamp(at),
        "day": attempt.day.isoformat(),
        "actor": attempt.actor.record(),
        "event": attempt.event,
        "facts": facts,
    }


def evolve_office(office: Office | None, entry: Entry) -> Office:
    """Return the office after an entry of its stream; ``office`` is None for the first."""
    content = entry.content
    before = office or Office(n=0, hash="", at=entry.at, process="")
    after = ACTS[content["event"]].change(before, content["facts"])
    return replace(after, n=content["n"], hash=entry.hash, at=instant(content["at"]))

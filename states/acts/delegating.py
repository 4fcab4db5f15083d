"""Acts on who may record, or stand in, for whom, and in which days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from states.acts.act import Act, Facts, both, day, there
from states.errors import Unmet
from states.facts import Fact
from states.frozen import replace
from states.office import Delegation, Office


def _put(office: Office, facts: Facts, *, stands_in: bool) -> Office:
    delegation = Delegation(
        number=len(office.delegations) + 1,
        principal=facts["principal"],
        recorder=facts["recorder"],
        since=day(facts.get("since")),
        until=day(facts.get("until")),
        stands_in=stands_in,
    )
    return replace(office, delegations=(*office.delegations, delegation))


def _delegated(office: Office, facts: Facts) -> Office:
    return _put(office, facts, stands_in=False)


def _substituted(office: Office, facts: Facts) -> Office:
    return _put(office, facts, stands_in=True)


def _ended(office: Office, facts: Facts) -> Office:
    return replace(
        office,
        delegations=tuple(
            replace(d, ended=True) if d.number == facts["number"] else d for d in office.delegations
        ),
    )


def _two_people(office: Office, facts: Facts, today: date) -> list[Unmet]:
    if facts.get("principal") == facts.get("recorder") is not None:
        return [Unmet("same_person", "nobody records for themselves", {}, "recorder")]
    return []


def _days(office: Office, facts: Facts, today: date) -> list[Unmet]:
    since, until = facts.get("since"), facts.get("until")
    if until is None:
        return []
    if until < today.isoformat():
        return [
            Unmet(
                "until_past", "the last day {until} has already passed", {"until": until}, "until"
            )
        ]
    if since is not None and until < since:
        return [
            Unmet(
                "days_reversed",
                "the last day {until} is before the first day {since}",
                {"since": since, "until": until},
                "until",
            )
        ]
    return []


def _no_other(office: Office, facts: Facts, today: date) -> list[Unmet]:
    """Refuse a second substitute for the same days: reminders must have one way to go."""
    since, until = day(facts.get("since")), day(facts.get("until"))
    if until is None:
        return []
    return [
        Unmet(
            "substituted_already",
            "{recorder} already stands in for {principal} from {since} to {until}",
            {
                "recorder": d.recorder,
                "principal": d.principal,
                "since": d.since.isoformat() if d.since else "–",
                "until": d.until.isoformat() if d.until else "–",
            },
        )
        for d in office.delegations
        if d.stands_in
        and not d.ended
        and d.principal == facts.get("principal")
        and (d.until is None or d.until >= (since or today))
        and (d.since is None or d.since <= until)
    ]


def _in_force(office: Office, facts: Facts, today: date) -> list[Unmet]:
    if any(d.number == facts.get("number") and not d.ended for d in office.delegations):
        return []
    return [Unmet("delegation_unknown", "there is no such delegation in force", {}, "number")]


_PAIR = (
    Fact("principal", "person", required=True),
    Fact("recorder", "person", required=True),
    Fact("since", "day"),
)
_SOUND = (there("principal", "recorder"), _two_people, _days)

ON_DELEGATIONS: Mapping[str, Act] = {
    "delegate": Act((*_PAIR, Fact("until", "day")), _delegated, both(*_SOUND)),
    "substitute": Act(
        (*_PAIR, Fact("until", "day", required=True)),
        _substituted,
        both(*_SOUND, _no_other),
        today=("since",),
    ),
    "end_delegation": Act((Fact("number", "positive", required=True),), _ended, _in_force),
}

"""Which notices are owed: for an accepted step, and for a rung that an obligation has reached."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from notifications.audience import NOBODY, Audience
from notifications.notice import DEAD, PENDING, SUPERSEDED, Notice
from notifications.saying import Facts, about_rung, about_step
from states.decision import Decision
from states.issue import Obligation
from states.ladder import Occurrence, Reached


@dataclass(frozen=True, slots=True)
class _Cause:
    """Why notices are owed: the key they share, their template, and what they are about."""

    key: str
    template: str
    about: dict[str, Any] = field(default_factory=dict)


def for_step(audience: Audience, decision: Decision) -> list[Notice]:
    """Return the notices owed because a step was taken; who took it is not told of it."""
    entry = decision.entry
    actor = entry.content["actor"]
    hands = (actor["person"], actor.get("on_behalf_of"))
    told = dict.fromkeys(p for role in decision.step.notify for p in audience.in_role(role))
    cause = _Cause(f"{entry.stream}/{entry.n}/{entry.event}", "step")
    return [
        _notice(audience, person, cause, about_step(audience, decision, person))
        for person in told
        if person not in hands
    ]


def for_rung(audience: Audience, obligation: Obligation, reached: Reached) -> list[Notice]:
    """Return the notices owed for what an obligation has reached, and a mark for each missed one.

    Of several occurrences reached at once only the latest is sent (DESIGN §4.6).
    """
    if reached.owed is None:
        return []
    about = {"obligation": obligation.id, "rung": reached.owed.rung.name}
    cause = _Cause(_occurrence_key(obligation, reached.owed), "reminder", about)
    owed = [
        _notice(audience, person, cause, about_rung(audience, obligation, reached, person))
        for person in audience.told(reached.owed.rung.to, obligation)
    ]
    return owed + [_superseded(audience, obligation, missed) for missed in reached.superseded]


def _occurrence_key(obligation: Obligation, occurrence: Occurrence) -> str:
    return f"{obligation.id}/{occurrence.rung.name}.{occurrence.nth}"


def _notice(audience: Audience, person: str, cause: _Cause, facts: Facts) -> Notice:
    channel, address = audience.address(person)
    reachable = channel != NOBODY
    return Notice(
        key=f"{cause.key}/{person}/{channel}",
        issue=audience.issue.key,
        template=cause.template,
        recipient=person,
        channel=channel,
        address=address,
        language=audience.language(person),
        created_at=audience.now,
        facts=facts,
        status=PENDING if reachable else DEAD,
        cause=None if reachable else _unreachable(person),
        **cause.about,
    )


def _unreachable(person: str) -> str:
    return "nobody_to_tell" if person == NOBODY else "no_address"


def _superseded(audience: Audience, obligation: Obligation, missed: Occurrence) -> Notice:
    return Notice(
        key=f"{_occurrence_key(obligation, missed)}/{SUPERSEDED}",
        issue=audience.issue.key,
        template="reminder",
        recipient=NOBODY,
        channel=NOBODY,
        address="",
        language="en",
        created_at=audience.now,
        facts={"on": missed.on.isoformat()},
        obligation=obligation.id,
        rung=missed.rung.name,
        status=SUPERSEDED,
        cause="caught_up",
    )

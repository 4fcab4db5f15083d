"""Which notices are owed: for an accepted step, and for a rung that an obligation has reached."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from notifications.notice import DEAD, PENDING, RESEND, SUPERSEDED, WAITING, Notice
from notifications.planning.audience import NOBODY, Audience
from notifications.planning.quoting import Facts
from notifications.planning.saying import about_rung, about_sent, about_step
from states.decision import Decision
from states.issue import Obligation
from states.ladder import Occurrence, Reached
from states.parts import Letter


@dataclass(frozen=True, slots=True)
class _Cause:
    """Why notices are owed: the key they share, their template, and what they are about.

    What is ``urgent`` does not wait for a send window; ``if_unknown`` is the policy where nobody
    can find out whether it arrived.
    """

    key: str
    template: str
    about: dict[str, Any] = field(default_factory=dict)
    urgent: bool = False
    if_unknown: str = RESEND


def for_step(audience: Audience, decision: Decision) -> list[Notice]:
    """Return the notices owed because a step was taken; who took it is not told of it.

    Where a step tells somebody and there is nobody, that is put on record.
    """
    entry = decision.entry
    told = audience.owed_news(decision.step.notify, entry.hands)
    cause = _Cause(f"{entry.stream}/{entry.n}/{entry.event}", "step")
    said = about_step(audience, decision, told)
    return [_notice(audience, person, cause, facts) for person, facts in said.items()]


def for_rung(
    audience: Audience,
    obligation: Obligation,
    reached: Reached,
    letter: Letter | None = None,
    text: str = "",
) -> list[Notice]:
    """Return the notices owed for what an obligation has reached, and a mark for each missed one.

    Of several occurrences reached at once only the latest is sent. With a ``letter`` that the rung
    issued, people are sent its very ``text``, whatever their language: that is what is on record.
    What is urgent on its day is, after a downtime, part of the one message that catches up.
    """
    if reached.owed is None:
        return []
    rung = reached.owed.rung
    about = {"obligation": obligation.id, "rung": rung.name}
    template = "reminder" if letter is None else "letter"
    urgent = rung.urgent and reached.owed.on == audience.today
    key = occurrence_key(obligation, reached.owed)
    cause = _Cause(key, template, about, urgent, rung.policy)
    owed = []
    for person, stands_for in audience.told_for(rung.to, obligation).items():
        facts = about_rung(audience, obligation, reached, person, stands_for)
        if letter is not None:
            facts |= about_sent(audience, letter, person) | {"letter_text": text}
        owed.append(_notice(audience, person, cause, facts))
    return owed + [_superseded(audience, obligation, missed) for missed in reached.superseded]


def occurrence_key(obligation: Obligation, occurrence: Occurrence) -> str:
    """Return what the keys of all notices of an occurrence of a rung begin with."""
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
        status=_status(audience, person, channel, cause) if reachable else DEAD,
        cause=None if reachable else _unreachable(person),
        if_unknown=cause.if_unknown,
        **cause.about,
    )


def _status(audience: Audience, person: str, channel: str, cause: _Cause) -> str:
    """Return whether a notice goes at once or waits to go with others."""
    if audience.held or (audience.waits and not cause.urgent):
        return WAITING
    return WAITING if audience.has_enough(person, channel) else PENDING


def _unreachable(person: str) -> str:
    return "nobody_to_tell" if person == NOBODY else "no_address"


def _superseded(audience: Audience, obligation: Obligation, missed: Occurrence) -> Notice:
    return Notice(
        key=f"{occurrence_key(obligation, missed)}/{SUPERSEDED}",
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

"""Single steps: that somebody may take them, nobody judges their own work, nothing is forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from states.attempt import CLOCK, RESPONSIBLE
from states.effects import EFFECTS
from states.guards import ASKS
from states.process import SAME, Process
from states.process_shape import Fault

BY_CLOCK = ("recalculation", "letter", "duty_missed")
"""Effects of time alone: what they record the engine works out, nobody could say it."""

_SEPARATION = {
    "approval": "not_the_drafter",
    "acceptance": "not_the_submitter",
    "extension_grant": "not_the_requester",
    "look_back": "not_the_doer",
}

# Without these an effect would be recorded of something that is not there.
_SAFEGUARDS: Mapping[str, tuple[str, ...]] = {
    "measure_edited": ("open_measure",),
    "measure_done": ("open_measure",),
    "measure_dropped": ("open_measure",),
    "evidence": ("known_measure", "known_duty", "known_visit"),
    "completion": ("remainder_named",),
    "remainder_done": ("remainder_open",),
    "term": ("known_rule",),
    "extension_request": (
        "before_due",
        "one_request",
        "open_measure",
        "later_date",
        "extension_within_limits",
    ),
    "extension_grant": ("extension_pending", "grant_within", "extension_within_limits"),
    "extension_refusal": ("extension_pending",),
    "suspension": ("one_suspension",),
    "resumption": ("is_suspended",),
    "handover": ("held_by_from_person",),
    "letter": ("known_obligation",),
    "acknowledgement": ("letter_addressed",),
    "duty_done": ("known_duty", "duty_not_early"),
    "duty_missed": ("known_duty", "duty_overdue"),
    "duty_ended": ("known_duty",),
    "look_back": ("known_look_back", "look_back_reason"),
    "proposal_declined": ("proposal_open",),
}


def somebody(process: Process) -> Iterator[Fault]:
    """Yield every step that nobody may take."""
    for i, step in enumerate(process.steps):
        if not step.by:
            facts = {"event": step.event}
            yield Fault("nobody_may", "nobody may take {event}", facts, "step", i, "by")


def separation(process: Process) -> Iterator[Fault]:
    """Yield every step by which somebody could judge their own work or end an issue unjudged."""
    for i, step in enumerate(process.steps):
        guard = _SEPARATION.get(step.records)
        if guard is not None and guard not in step.requires:
            facts = {"event": step.event, "guard": guard}
            yield Fault(
                "own_work",
                "{event} would let people judge their own work: it must require {guard}",
                facts,
                "step",
                i,
                "requires",
            )
        ends = any(
            s not in process.final and step.reaches(s) in process.final for s in step.sources
        )
        if ends and RESPONSIBLE in step.by:
            yield Fault(
                "own_end",
                "{event} would let the responsible person end the issue unjudged",
                {"event": step.event},
                "step",
                i,
                "by",
            )


def safeguards(process: Process) -> Iterator[Fault]:
    """Yield every guard that a step lacks, and every one that it could never meet."""
    for i, step in enumerate(process.steps):
        place = ("step", i, "requires")
        for guard in _SAFEGUARDS.get(step.records, ()):
            if guard not in step.requires:
                facts = {"event": step.event, "records": step.records, "guard": guard}
                yield Fault(
                    "guard_missing",
                    "{event} records {records}: it must require {guard}",
                    facts,
                    *place,
                )
        effect = EFFECTS.get(step.records)
        taken = {fact.name for fact in effect.takes} if effect else set()
        for guard in step.requires:
            if guard in ASKS and taken and ASKS[guard] not in taken:
                facts = {"guard": guard, "fact": ASKS[guard], "records": step.records}
                yield Fault(
                    "guard_unmeetable",
                    "{guard} asks for {fact}, which {records} does not take: nobody could pass",
                    facts,
                    *place,
                )


def clock(process: Process) -> Iterator[Fault]:
    """Yield every step that mixes up what time brings about with what people do."""
    for i, step in enumerate(process.steps):
        facts = {"event": step.event, "records": step.records}
        by_clock = CLOCK in step.by
        if by_clock and len(step.by) > 1:
            yield Fault(
                "clock_beside_people",
                "{event} is either of the clock or of people, never of both",
                facts,
                "step",
                i,
                "by",
            )
        if by_clock and step.records not in BY_CLOCK:
            yield Fault(
                "clock_records",
                "{records} is not the clock's to record: {event} needs people in by",
                facts,
                "step",
                i,
                "by",
            )
        if step.records in BY_CLOCK and not by_clock:
            yield Fault(
                "only_clock_records",
                '{records} is what time brings about: {event} needs by = ["clock"]',
                facts,
                "step",
                i,
                "by",
            )
        if by_clock and step.target != SAME:
            yield Fault(
                "clock_moves",
                'time alone moves no state: {event} needs to = "="',
                facts,
                "step",
                i,
                "to",
            )

"""What a process table means, checked as a whole; a small function for each kind of fault."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from states.attempt import RESPONSIBLE, ROLES
from states.effects import EFFECTS
from states.guards import ASKS, GUARDS
from states.obligations import PARTS
from states.process import SAME, Process
from states.process_shape import Fault


def check_process(process: Process) -> list[Fault]:
    """Return every fault of a table whose shape is right."""
    return [fault for check in CHECKS for fault in check(process)]


def _names(process: Process) -> Iterator[Fault]:
    states = set(process.states)
    for key, named in (("initial", (process.initial,)), ("final", process.final)):
        yield from _unknown("state", named, states, ("", 0, key))
    for i, step in enumerate(process.steps):
        yield from _unknown("state", step.sources, states, ("step", i, "from"))
        yield from _unknown("state", (step.target,), states | {SAME}, ("step", i, "to"))
        yield from _unknown("role", step.by, set(ROLES), ("step", i, "by"))
        yield from _unknown("role", step.notify, set(ROLES), ("step", i, "notify"))
        yield from _unknown("guard", step.requires, set(GUARDS), ("step", i, "requires"))
        yield from _unknown("effect", (step.records,), set(EFFECTS), ("step", i, "records"))
    ladders = {ladder.name for ladder in process.ladders}
    for i, rule in enumerate(process.obligations):
        yield from _unknown("state", rule.states, states, ("obligation", i, "while"))
        yield from _unknown("part", (rule.each,), set(PARTS), ("obligation", i, "each"))
        yield from _unknown("role", (rule.role,), set(ROLES), ("obligation", i, "who"))
        yield from _unknown("ladder", (rule.ladder,), ladders, ("obligation", i, "ladder"))


def _unknown(
    sort: str, named: tuple[str, ...], known: set[str], place: tuple[str, int, str]
) -> Iterator[Fault]:
    for name in named:
        if name not in known:
            facts = {"sort": sort, "name": name, "known": ", ".join(sorted(known))}
            yield Fault("name_unknown", "there is no {sort} {name} (known: {known})", facts, *place)


def _anchors(process: Process) -> Iterator[Fault]:
    if process.deadline.anchor != "cycle":
        yield Fault(
            "deadline_anchor",
            "the issue's deadline counts from: cycle",
            {},
            "deadline",
            0,
            "anchor",
        )
    for i, rule in enumerate(process.obligations):
        good = ("cycle", "entered", "due") if rule.each == "issue" else ("own", "entered")
        yield from _unknown("anchor", (rule.due.anchor,), set(good), ("obligation", i, "due"))
        if rule.due.at_least and rule.due.anchor in ("due", "own"):
            yield Fault(
                "date_put_off",
                "a date that somebody gave is not put off: at_least needs the anchor cycle",
                {},
                "obligation",
                i,
                "due",
            )


def _twice(process: Process) -> Iterator[Fault]:
    seen: set[tuple[str, str]] = set()
    for i, step in enumerate(process.steps):
        for source in step.sources or ("",):
            if (source, step.event) in seen:
                facts = {"event": step.event, "state": source or "-"}
                yield Fault(
                    "step_twice", "{event} leaves the state {state} twice", facts, "step", i, "from"
                )
            seen.add((source, step.event))
    for sort, key, names in _named(process):
        for i, name in enumerate(names):
            if name in names[:i]:
                facts = {"name": name}
                yield Fault("name_twice", "{name} is declared twice", facts, sort, i, key)


def _named(process: Process) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield every sort of named row, with the key of its names."""
    yield "state", "name", process.states
    yield "obligation", "kind", tuple(rule.kind for rule in process.obligations)
    yield "ladder", "name", tuple(ladder.name for ladder in process.ladders)


_NAME = re.compile(r"[\w-]+")


def _spelling(process: Process) -> Iterator[Fault]:
    events = ("step", "event", tuple(step.event for step in process.steps))
    rungs = [
        (f"rung[{j}]", i, rung.name)
        for i, ladder in enumerate(process.ladders)
        for j, rung in enumerate(ladder.rungs)
    ]
    rows = [
        (sort, i, key, name)
        for sort, key, names in (*_named(process), events)
        for i, name in enumerate(names)
    ] + [("ladder", i, key, name) for key, i, name in rungs]
    for sort, i, key, name in rows:
        if _NAME.fullmatch(name) is None:
            yield Fault(
                "name_spelling",
                "{name}: a name has letters, digits, _ and - only",
                {"name": name},
                sort,
                i,
                key,
            )


def _beginning(process: Process) -> Iterator[Fault]:
    births = [(i, s) for i, s in enumerate(process.steps) if not s.sources]
    for i, step in births:
        if step.target != process.initial or step.records != "registration":
            yield Fault(
                "birth", "a step from nowhere registers into the initial state", {}, "step", i, "to"
            )
        if step.requires:
            yield Fault(
                "birth_guarded",
                "a step from nowhere has no issue yet that {guards} could look at",
                {"guards": step.requires},
                "step",
                i,
                "requires",
            )
    if not births:
        yield Fault("no_birth", "no step registers an issue (from = [])", {}, "", 0, "initial")
    for i, step in enumerate(process.steps):
        if step.sources and step.records == "registration":
            yield Fault(
                "birth",
                "a step from nowhere registers into the initial state",
                {},
                "step",
                i,
                "from",
            )


def _reach(process: Process) -> Iterator[Fault]:
    reached, fresh = {process.initial}, [process.initial]
    while fresh:
        source = fresh.pop()
        for step in process.steps_from(source):
            target = step.reaches(source)
            if target not in reached:
                reached.add(target)
                fresh.append(target)
    for i, state in enumerate(process.states):
        if state not in reached:
            facts = {"state": state}
            yield Fault("unreachable", "{state} is never reached", facts, "state", i, "name")
        leaves = any(s.reaches(state) != state for s in process.steps_from(state))
        if not leaves and state not in process.final:
            facts = {"state": state}
            yield Fault(
                "dead_end", "{state} is not final, yet nothing leaves it", facts, "state", i, "name"
            )


def _waiting(process: Process) -> Iterator[Fault]:
    owed = {s for rule in process.obligations for s in rule.states if rule.each == "issue"}
    for i, state in enumerate(process.states):
        if state not in owed and state not in process.final:
            yield Fault(
                "nobody_waits",
                "in {state} nobody owes anything: it needs an obligation of each = issue",
                {"state": state},
                "state",
                i,
                "name",
            )


_SEPARATION = {"approval": "not_the_drafter", "acceptance": "not_the_submitter"}


def _separation(process: Process) -> Iterator[Fault]:
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


# Without these an effect would be recorded of something that is not there.
_SAFEGUARDS: Mapping[str, tuple[str, ...]] = {
    "measure_edited": ("open_measure",),
    "measure_done": ("open_measure",),
    "measure_dropped": ("open_measure",),
    "evidence": ("known_measure", "known_duty"),
    "completion": ("remainder_named",),
    "remainder_done": ("remainder_open",),
    "duty_done": ("known_duty",),
}


def _guards(process: Process) -> Iterator[Fault]:
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
        taken = (
            {fact.name for fact in EFFECTS[step.records].takes} if step.records in EFFECTS else ()
        )
        for guard in step.requires:
            if guard in ASKS and taken and ASKS[guard] not in taken:
                facts = {"guard": guard, "fact": ASKS[guard], "records": step.records}
                yield Fault(
                    "guard_unmeetable",
                    "{guard} asks for {fact}, which {records} does not take: nobody could pass",
                    facts,
                    *place,
                )


def _somebody(process: Process) -> Iterator[Fault]:
    for i, step in enumerate(process.steps):
        if not step.by:
            facts = {"event": step.event}
            yield Fault("nobody_may", "nobody may take {event}", facts, "step", i, "by")
    for i, ladder in enumerate(process.ladders):
        for j, rung in enumerate(ladder.rungs):
            if not rung.to:
                facts = {"rung": rung.name}
                key = f"rung[{j}]"
                yield Fault("nobody_told", "the rung {rung} tells nobody", facts, "ladder", i, key)


def _ladders(process: Process) -> Iterator[Fault]:
    for i, ladder in enumerate(process.ladders):
        days = [rung.days for rung in ladder.rungs]
        names = {rung.name for rung in ladder.rungs}
        if not days or days != sorted(set(days)) or len(names) != len(days):
            yield Fault(
                "ladder_order", "rungs need their own names, in the order of days", {}, "ladder", i
            )
        if any(rung.repeat_days for rung in ladder.rungs[:-1]) or any(
            rung.repeat_days < 0 for rung in ladder.rungs
        ):
            yield Fault("ladder_repeat", "only the last rung may repeat", {}, "ladder", i)
        for j, rung in enumerate(ladder.rungs):
            known = {*ROLES, "holder"}
            yield from _unknown("role", rung.to, known, ("ladder", i, f"rung[{j}]"))


CHECKS: tuple[Callable[[Process], Iterator[Fault]], ...] = (
    _names,
    _anchors,
    _spelling,
    _twice,
    _somebody,
    _beginning,
    _reach,
    _waiting,
    _separation,
    _guards,
    _ladders,
)

"""Names: that they are known where they are used, well spelt, and declared once."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from states.attempt import CLOCK, ROLES
from states.effects import EFFECTS
from states.guards import GUARDS
from states.issue import TYPES
from states.lights import COLOURS
from states.obligations import PARTS
from states.process import SAME, Process
from states.process_shape import Fault

Place = tuple[str, int, str]
HOLDER = "holder"


def known(process: Process) -> Iterator[Fault]:
    """Yield every name that is used and not declared anywhere."""
    states = set(process.states)
    for key, named in (("initial", (process.initial,)), ("final", process.final)):
        yield from unknown("state", named, states, ("", 0, key))
    yield from _of_steps(process, states)
    ladders = {ladder.name for ladder in process.ladders}
    for i, row in enumerate(process.deadlines):
        yield from unknown("type", row.applies, TYPES, ("deadline", i, "applies"))
    for i, rule in enumerate(process.obligations):
        yield from unknown("state", rule.states, states, ("obligation", i, "while"))
        yield from unknown("part", (rule.each,), PARTS, ("obligation", i, "each"))
        yield from unknown("role", (rule.role,), ROLES, ("obligation", i, "who"))
        yield from unknown("ladder", (rule.ladder,), ladders, ("obligation", i, "ladder"))
        yield from unknown("type", rule.applies, TYPES, ("obligation", i, "applies"))
    for i, ladder in enumerate(process.ladders):
        for j, rung in enumerate(ladder.rungs):
            place = ("ladder", i, f"rung[{j}]")
            yield from unknown("role", rung.to, {*ROLES, HOLDER}, place)
            yield from unknown("colour", (rung.colour,), {*COLOURS, ""}, place)


def _of_steps(process: Process, states: set[str]) -> Iterator[Fault]:
    for i, step in enumerate(process.steps):
        yield from unknown("state", step.sources, states, ("step", i, "from"))
        yield from unknown("state", (step.target,), states | {SAME}, ("step", i, "to"))
        yield from unknown("role", step.by, {*ROLES, CLOCK}, ("step", i, "by"))
        yield from unknown("role", step.notify, ROLES, ("step", i, "notify"))
        yield from unknown("guard", step.requires, GUARDS, ("step", i, "requires"))
        yield from unknown("effect", (step.records,), EFFECTS, ("step", i, "records"))


def unknown(
    sort: str, named: tuple[str, ...], names: Collection[str], place: Place
) -> Iterator[Fault]:
    """Yield a fault for each name that is none of the known ones, which it lists."""
    for name in named:
        if name not in names:
            facts = {"sort": sort, "name": name, "known": ", ".join(sorted(filter(None, names)))}
            yield Fault("name_unknown", "there is no {sort} {name} (known: {known})", facts, *place)


_NAME = re.compile(r"[\w-]+")


def spelling(process: Process) -> Iterator[Fault]:
    """Yield every name that could not be typed or would break the place it is written in."""
    rows = [
        (sort, i, key, name)
        for sort, key, names in (
            *_named(process),
            ("step", "event", tuple(step.event for step in process.steps)),
        )
        for i, name in enumerate(names)
    ]
    rungs = [
        ("ladder", i, f"rung[{j}]", name)
        for i, ladder in enumerate(process.ladders)
        for j, rung in enumerate(ladder.rungs)
        for name in (rung.name, rung.letter)
        if name
    ]
    for sort, i, key, name in (*rows, *rungs):
        if _NAME.fullmatch(name) is None:
            yield Fault(
                "name_spelling",
                "{name}: a name has letters, digits, _ and - only",
                {"name": name},
                sort,
                i,
                key,
            )


def _named(process: Process) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield every sort of named row, with the key of its names."""
    yield "state", "name", process.states
    yield "obligation", "kind", tuple(rule.kind for rule in process.obligations)
    yield "ladder", "name", tuple(ladder.name for ladder in process.ladders)


def twice(process: Process) -> Iterator[Fault]:
    """Yield every name declared twice, and every event that leaves a state twice."""
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

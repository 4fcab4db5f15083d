"""The flow: how an issue begins, which states it reaches, and that it can leave them."""

from __future__ import annotations

from collections.abc import Iterator

from states.process import Process
from states.process_shape import Fault


def beginning(process: Process) -> Iterator[Fault]:
    """Yield what is wrong with the steps that register an issue."""
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


def reach(process: Process) -> Iterator[Fault]:
    """Yield every state that is never reached, and every one that nothing leaves."""
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

"""The process compiled into a state machine: the only importer of ``transitions``.

One machine per process, without a model: registering an issue would reset it to the initial
state, grow the machine by kilobytes an issue, and hang methods on it that walk around the guards.
Each step moves a throw-away cursor instead (DESIGN §4.1).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from transitions import EventData, Machine

from states.process import SAME, Process, Step

Gate = Callable[[Step], None]


class Cursor:
    """What the machine moves: a state, and the gate that every step must pass."""

    __slots__ = ("gate", "state", "taken")

    def __init__(self, state: str, gate: Gate) -> None:
        self.state = state
        self.gate = gate
        self.taken: Step | None = None


@lru_cache(maxsize=64)
def compile_machine(process: Process) -> Machine:
    """Return the machine of a process: exactly its steps, no automatic ones."""
    machine = Machine(
        model=None,
        states=["", *process.states],
        initial=None,
        auto_transitions=False,
        send_event=True,
    )
    for step in process.steps:
        for source in step.sources or ("",):
            target = None if step.target == SAME else step.target
            machine.add_transition(step.event, source, target, conditions=[_gate_of(step)])
    return machine


def _gate_of(step: Step) -> Callable[[EventData], bool]:
    def passes(data: EventData) -> bool:
        cursor: Any = data.model
        cursor.gate(step)
        cursor.taken = step
        return True

    return passes


def move(process: Process, state: str, event: str, gate: Gate) -> tuple[Step, str]:
    """Take the step that ``event`` names from ``state``; return it with the state reached.

    ``gate`` is called with the step before it is taken and refuses it by raising. An event that
    the state does not know is the caller's to refuse: here it is a ``KeyError``.
    """
    if process.step(state, event) is None:
        raise KeyError(event)
    cursor = Cursor(state, gate)
    compile_machine(process).events[event].trigger(cursor)
    if cursor.taken is None:
        raise KeyError(event)
    return cursor.taken, cursor.state

"""What a process table means, checked as a whole; a small function for each kind of fault.

A check of rows looks at each row by itself and can be made while other rows are misshapen; a check
of the whole cannot. To add one, write the function in the module of its subject and list it here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

from states.process import Process
from states.process_check import chasing, flow, names, steps, terms, waiting
from states.process_shape import Fault

Check = Callable[[Process], Iterator[Fault]]

OF_ROWS: tuple[Check, ...] = (
    names.known,
    names.spelling,
    names.twice,
    terms.anchors,
    terms.amounts,
    terms.policy,
    steps.somebody,
    steps.separation,
    steps.safeguards,
    steps.clock,
    chasing.somebody,
    chasing.order,
    chasing.repetition,
)
OF_THE_WHOLE: tuple[Check, ...] = (
    terms.deadlines,
    flow.beginning,
    flow.reach,
    waiting.each_state,
    waiting.each_obligation,
    waiting.clock,
    waiting.answers,
    waiting.look_backs,
)
CHECKS = (*OF_ROWS, *OF_THE_WHOLE)


def check_process(process: Process) -> list[Fault]:
    """Return every fault of a table whose shape is right."""
    return list(chain.from_iterable(check(process) for check in CHECKS))


def check_rows(process: Process, incomplete: frozenset[str]) -> list[Fault]:
    """Return the faults of single rows, where the tables and keys ``incomplete`` lack something.

    A name is not called unknown where its own row may be among those that are misshapen.
    """
    faults = chain.from_iterable(check(process) for check in OF_ROWS)
    return [
        fault
        for fault in faults
        if fault.facts.get("sort") not in incomplete
        and (fault.table or fault.key not in incomplete)
    ]

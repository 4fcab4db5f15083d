"""Ladders: rungs in order, for somebody, and the last of them for ever."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from states.process import Process
from states.process_shape import Fault
from states.term import DAYS, MONTHS, WORKDAYS, Term

_ROUGHLY = {DAYS: 1.0, WORKDAYS: 1.4, MONTHS: 30.4}
_REST = 14  # no calendar rests longer: the most by which working days can lag


def somebody(process: Process) -> Iterator[Fault]:
    """Yield every rung that tells nobody."""
    for i, ladder in enumerate(process.ladders):
        for j, rung in enumerate(ladder.rungs):
            if not rung.to:
                facts = {"rung": rung.name}
                key = f"rung[{j}]"
                yield Fault("nobody_told", "the rung {rung} tells nobody", facts, "ladder", i, key)


def order(process: Process) -> Iterator[Fault]:
    """Yield every ladder whose rungs are not in the order of their days whatever the calendar."""
    for i, ladder in enumerate(process.ladders):
        terms = [rung.at for rung in ladder.rungs]
        names = {rung.name for rung in ladder.rungs}
        in_order = all(_before(a, b) for a, b in pairwise(terms))
        if not terms or not in_order or len(names) != len(terms):
            yield Fault(
                "ladder_order", "rungs need their own names, in the order of days", {}, "ladder", i
            )
        if len({term.unit for term in terms if term.amount < 0}) > 1:
            yield Fault("ladder_units", "rungs before the date count in one unit", {}, "ladder", i)


def _before(one: Term, other: Term) -> bool:
    """Return whether a term ends before another from the same day, by any calendar."""
    if one.unit == other.unit:
        return one.amount < other.amount
    return _span(one)[1] < _span(other)[0]


def _span(term: Term) -> tuple[int, int]:
    """Return the fewest and the most calendar days that a term can take."""
    amount = term.amount
    if term.unit == DAYS:
        return amount, amount
    if term.unit == WORKDAYS:
        return (amount, 2 * amount + _REST) if amount > 0 else (2 * amount - _REST, amount)
    shortest, longest = sorted((28 * amount, 31 * amount))
    return shortest, longest


def repetition(process: Process) -> Iterator[Fault]:
    """Yield every ladder that falls silent, or that repeats what is not its last rung."""
    for i, ladder in enumerate(process.ladders):
        if any(rung.repeat for rung in ladder.rungs[:-1]):
            yield Fault("ladder_repeat", "only the last rung may repeat", {}, "ladder", i)
        if ladder.rungs and not ladder.rungs[-1].repeat:
            facts = {"rung": ladder.rungs[-1].name}
            key = f"rung[{len(ladder.rungs) - 1}]"
            yield Fault(
                "ladder_silent",
                "after {rung} nobody would be told any more: the last rung needs repeat",
                facts,
                "ladder",
                i,
                key,
            )
        for j, rung in enumerate(ladder.rungs):
            lengths = [term.amount * _ROUGHLY[term.unit] for term in rung.repeat]
            if lengths != sorted(lengths) or any(length <= 0 for length in lengths):
                yield Fault(
                    "repeat_shrinks",
                    "{rung}: the intervals of repeat are longer than nothing and never shrink",
                    {"rung": rung.name},
                    "ladder",
                    i,
                    f"rung[{j}]",
                )

"""Figures of rounds and units: against the dates in force, and against the original ones.

A date extended is no date met: whatever was completed late, or is overdue, is counted against
both. Once completed, the outcome stays as it was on that day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from workflow.engine.desk import Desk, office_of
from workflow.ports import Filter, Summary

if TYPE_CHECKING:
    from collections.abc import Callable

_IMMEDIATE = "immediate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a unit has achieved in a round. Voided issues are not counted.

    ``completed`` are reported complete and nothing is left of them, ``basically`` those of which
    something remains (基本完成), ``open`` all others; the three add up to ``issues``. ``overdue``
    are open ones past their date, ``completed_in_time`` those completed or basically completed by
    it; ``…_original`` says the same of the date first set. ``accepted`` were struck off at least
    once, ``reopened`` are those of them that came back.
    """

    round: str
    unit: str
    issues: int
    by_state: Mapping[str, int] = field(default_factory=dict)
    completed: int = 0
    basically: int = 0
    open: int = 0
    suspended: int = 0
    overdue: int = 0
    overdue_original: int = 0
    completed_in_time: int = 0
    completed_in_time_original: int = 0
    immediate: int = 0
    long_term: int = 0
    accepted: int = 0
    reopened: int = 0

    @property
    def completion_rate(self) -> float | None:
        """Completed of all, from 0 to 1; what is basically completed never counts as completed."""
        return self.completed / self.issues if self.issues else None

    @property
    def rebound_rate(self) -> float | None:
        """Reopened of those accepted at least once, from 0 to 1; None where none was."""
        return self.reopened / self.accepted if self.accepted else None


def figures(desk: Desk, round: str | None = None, unit: str | None = None) -> list[Figures]:
    """Return the figures of each round and unit, in the order of rounds, then units."""
    today = desk.day(desk.clock())
    with desk.store.reading() as session:
        office_of(session)
        summaries = session.summaries(Filter(round=round, unit=unit))
    groups: dict[tuple[str, str], list[Summary]] = {}
    for summary in summaries:
        groups.setdefault((summary.round, summary.unit), []).append(summary)
    return [_figures(code, name, groups[code, name], today) for code, name in sorted(groups)]


def _figures(code: str, unit: str, summaries: Iterable[Summary], today: date) -> Figures:
    counts: Counter[str] = Counter()
    states: Counter[str] = Counter()
    for summary in summaries:
        states[summary.state] += 1
        counts["issues"] += 1
        counts += Counter(name for name, holds in _FACTS.items() if holds(summary, today))
    return Figures(round=code, unit=unit, by_state=dict(states), **counts)


def _is_done(line: Summary) -> bool:
    return line.completed_on is not None


def _is_late(line: Summary, due: date | None, today: date) -> bool:
    """Return whether an open issue is past a date; while it is suspended it cannot be."""
    return not _is_done(line) and not line.suspended and due is not None and due < today


def _in_time(line: Summary, due: date | None) -> bool:
    """Return whether an issue was completed by a date; without one nothing was late."""
    return line.completed_on is not None and (due is None or line.completed_on <= due)


_FACTS: Mapping[str, Callable[[Summary, date], bool]] = {
    "completed": lambda line, _: _is_done(line) and not line.remains,
    "basically": lambda line, _: _is_done(line) and line.remains,
    "open": lambda line, _: not _is_done(line),
    "suspended": lambda line, _: line.suspended,
    "overdue": lambda line, today: _is_late(line, line.due, today),
    "overdue_original": lambda line, today: _is_late(line, line.due_original, today),
    "completed_in_time": lambda line, _: _in_time(line, line.due),
    "completed_in_time_original": lambda line, _: _in_time(line, line.due_original),
    "immediate": lambda line, _: line.type == _IMMEDIATE,
    "long_term": lambda line, _: line.long_term,
    "accepted": lambda line, _: line.acceptances > 0,
    "reopened": lambda line, _: line.acceptances > 0 and line.cycle > 1,
}

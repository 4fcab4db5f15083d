"""What a benchmark has to say: one JSON object, whose fields every benchmark shares."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A promise about a figure: ``bound`` is reached from below (``at_most``) or from above."""

    figure: str
    bound: float
    at_most: bool
    value: float | None

    @property
    def met(self) -> bool | None:
        """Whether the promise is kept; None where the figure was not measured."""
        if self.value is None:
            return None
        return self.value <= self.bound if self.at_most else self.value >= self.bound

    def record(self) -> dict[str, Any]:
        """Return the limit as the report shows it."""
        kind = "at_most" if self.at_most else "at_least"
        return {
            "figure": self.figure,
            kind: self.bound,
            "value": rounded(self.value),
            "met": self.met,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Ours, the floor (the same work without us) and the peers, in ``unit``.

    The ratios are in favour of whoever's figure is better: ``ratio_to_floor`` is ours divided by
    the floor, and so is ``ratio_to_best_peer``. ``beside`` are the figures of those who do less
    and are no peers; ``further`` holds the same of other settings.
    """

    name: str
    unit: str
    ours: float
    floor: float
    ratio_to_floor: float
    peers: dict[str, float] = field(default_factory=dict)
    beside: dict[str, float] = field(default_factory=dict)
    ratio_to_best_peer: float | None = None
    rounds: int = 0
    settings: str = ""
    limits: Sequence[Limit] = ()
    notes: Sequence[str] = ()
    versions: dict[str, str] = field(default_factory=dict)
    further: Sequence[Report] = ()

    def record(self) -> dict[str, Any]:
        """Return the report as plain values."""
        values = {name: rounded(value) for name, value in asdict(self).items()}
        values["peers"] = {name: rounded(value) for name, value in self.peers.items()}
        values["beside"] = {name: rounded(value) for name, value in self.beside.items()}
        values["limits"] = [limit.record() for limit in self.limits]
        values["notes"] = list(self.notes)
        values["further"] = [report.record() for report in self.further]
        return values


def rounded(value: Any) -> Any:
    """Return a figure to three significant places or more; anything else as it is."""
    if not isinstance(value, float):
        return value
    return round(value, 3) if abs(value) < 100 else round(value)


def main(measure: Callable[[bool], Report]) -> None:
    """Run one benchmark from a command line; the last thing printed is its JSON object."""
    parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__)
    parser.add_argument("--quick", action="store_true", help="a smoke run; its figures mean little")
    parser.add_argument("--json", action="store_true", help="one line of JSON and nothing else")
    chosen = parser.parse_args()
    report = measure(chosen.quick)
    if chosen.json:
        print(json.dumps(report.record(), ensure_ascii=False))
        return
    print("\n".join(lines(report)))
    print(json.dumps(report.record(), ensure_ascii=False, indent=2))


def lines(report: Report) -> list[str]:
    """Return a report as lines for people."""
    said = [f"{report.name} ({report.settings}), {report.rounds} rounds, {report.unit}"]
    figures = {"rectify": report.ours, "floor": report.floor, **report.peers, **report.beside}
    said += [f"  {name:28} {rounded(value):>10}" for name, value in figures.items()]
    said.append(f"  ratio to the floor           {report.ratio_to_floor:>10.3f}")
    if report.ratio_to_best_peer is not None:
        said.append(f"  ratio to the best peer       {report.ratio_to_best_peer:>10.3f}")
    for further in report.further:
        said += lines(further)
    return said

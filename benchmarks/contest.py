"""Contenders measured in turn, step by step, and what the rounds say.

The machine's speed, and its disk's, drifts while one measures. So every step of a round is made by
everybody before the next one, and a ratio is the median of the ratios of the rounds, never the
ratio of two medians.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median

Step = Callable[[], object]
"""A piece of work that is timed from its call to its return."""

Steps = Callable[[int], Sequence[Step]]
"""Prepares a round, by its number from 0, and returns its steps: as many for every contender."""

Times = dict[str, list[float]]
"""The seconds of every round, by contender."""


def contest(contenders: Mapping[str, Steps], rounds: int) -> Times:
    """Let everybody make every step of every round; who begins changes from step to step."""
    names = list(contenders)
    times: Times = {name: [0.0] * rounds for name in names}
    for number in range(rounds):
        prepared = [contenders[name](number) for name in names]
        gc.collect()
        gc.disable()
        for position, steps in enumerate(zip(*prepared, strict=True)):
            for turn in range(len(names)):
                who = (position + turn) % len(names)
                times[names[who]][number] += _seconds(steps[who])
        gc.enable()
    return times


def _seconds(step: Step) -> float:
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


def ratio(times: Times, one: str, other: str) -> float:
    """Return how many times as long ``one`` takes as ``other``: the median over the rounds."""
    return median(a / b for a, b in zip(times[one], times[other], strict=True))


def rate(times: Times, name: str, work: int) -> float:
    """Return how many of a round's ``work`` items a contender does in a second, in the median."""
    return median(work / seconds for seconds in times[name])

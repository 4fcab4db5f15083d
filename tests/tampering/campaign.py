"""Run kinds of forgery on many random logs, and count what is found of them.

Each forged bundle is judged twice: with the note of the last checkpoint, as somebody outside keeps
it, and without. With it every change of what was sealed must show, and where it shows must be
right: between the two places that the judge names, and at the very entry where that can be known.
"""

from __future__ import annotations

import io
import multiprocessing
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tests.bundling import Made, made_bundle
from tests.tampering.beside import BESIDE
from tests.tampering.editing import EDITS
from tests.tampering.forging import FORGERIES
from tests.tampering.kinds import Kind, place
from tests.tampering.recovering import RECOVERIES
from tests.tampering.reordering import MOVES
from tests.tampering.sealing import SEALS
from tests.tampering.writing import WRITINGS
from workflow.proof.bundle.judging import Against, Judgement, judge_each
from workflow.proof.bundle.notes import read_given

KINDS: tuple[Kind, ...] = (*EDITS, *WRITINGS, *MOVES, *FORGERIES, *SEALS, *RECOVERIES, *BESIDE)


@dataclass
class Count:
    """What became of one kind. ``wrong`` holds the seeds whose outcome was not the expected one."""

    kind: str
    made: int = 0
    anchored: int = 0
    right: int = 0
    exact: int = 0
    alone: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Count) -> None:
        """Add what became of the same kind elsewhere."""
        self.made += other.made
        self.anchored += other.anchored
        self.right += other.right
        self.exact += other.exact
        self.alone += other.alone
        self.wrong += other.wrong


def tried(kind: Kind, made: Made) -> Count:
    """Tamper with a bundle in one way and judge it, with an anchor and without."""
    count = Count(kind.name)
    lots = random.Random(f"{kind.name}/{made.seed}")  # noqa: S311  # to be drawn again
    forged = kind.forge(made, lots)
    if forged is None:
        return count
    file, at = forged.file(), place(made, forged)
    count.made = 1
    anchored = Against((read_given(made.anchor),))
    outside, alone = judge_each(io.BytesIO(file), (anchored, Against()))
    count.anchored = outside.verdict != "sound"
    count.alone = alone.verdict != "sound"
    count.right = lies(outside, at)
    count.exact = outside.first_bad == at
    count.wrong = [f"{made.seed}: {fault}" for fault in _faults(kind, count)]
    return count


def lies(judgement: Judgement, at: int) -> bool:
    """Return whether the first thing changed lies where the judge says."""
    between = judgement.between
    if between is None:
        return judgement.first_bad == at
    return between[0] <= at <= between[1]


def _faults(kind: Kind, count: Count) -> Iterator[str]:
    if kind.anchored not in (None, count.anchored):
        yield "with an anchor " + ("it showed" if count.anchored else "it did not show")
    if kind.alone not in (None, count.alone):
        yield "without an anchor " + ("it showed" if count.alone else "it did not show")
    if kind.anchored and not count.right:
        yield "the place is wrong"
    if kind.exact and not count.exact:
        yield "the first bad index is not the entry that was changed"


def moves_of(seed: int) -> int:
    """Return how long the log of a seed is, in attempts: short ones and longer ones."""
    return 8 + seed * 7 % 29


def of_seeds(seeds: Iterable[int], kinds: Sequence[Kind] = KINDS) -> dict[str, Count]:
    """Return what became of every kind on the logs of these seeds."""
    counts = {kind.name: Count(kind.name) for kind in kinds}
    for seed in seeds:
        for kind in kinds:
            made = made_bundle(seed, moves_of(seed), spare=kind.spare)
            counts[kind.name].add(tried(kind, made))
        made_bundle.cache_clear()
    return counts


def campaign(logs: int, workers: int = 1) -> Iterator[dict[str, Count]]:
    """Yield what became of every kind after each share of so many logs, added up."""
    shares = [range(first, min(first + 10, logs)) for first in range(0, logs, 10)]
    counts = {kind.name: Count(kind.name) for kind in KINDS}
    with multiprocessing.Pool(workers) as pool:
        for share in pool.imap_unordered(of_seeds, shares):
            for name, count in share.items():
                counts[name].add(count)
            yield counts

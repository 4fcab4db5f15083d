"""Forgeries of the log as a whole: entries are taken out, put in, or moved; nothing is computed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise

from states.canonical import canonical
from states.frozen import replace
from tests.bundling import Bundle, Made, renumbered
from tests.tampering.editing import chosen, of_issue, sealed
from tests.tampering.kinds import Forged, Kind


def _counted(bundle: Bundle, entries: Sequence[bytes]) -> Bundle:
    """Return a bundle of other entries whose manifest counts them."""
    manifest = bundle.manifest | {"entries": len(entries)}
    return replace(bundle, entries=tuple(entries), manifest=manifest)


def _without(made: Made, indices: Sequence[int]) -> Bundle:
    gone = set(indices)
    kept = [line for i, line in enumerate(made.bundle.entries) if i not in gone]
    return _counted(made.bundle, kept)


def swap_neighbours(made: Made, lots: random.Random) -> Forged | None:
    """Two entries that follow each other in one stream change places."""
    pairs = [
        (one, other)
        for indices in renumbered(made.bundle.entries).values()
        for one, other in pairwise(indices)
        if other < sealed(made)
    ]
    return _swapped(made, lots.choice(pairs)) if pairs else None


def swap_issues(made: Made, lots: random.Random) -> Forged | None:
    """Two entries of different issues change places."""
    stream = [made.bundle.content(i)["stream"] for i in range(sealed(made))]
    pairs = [(i, i + 1) for i in range(1, len(stream) - 1) if stream[i] != stream[i + 1]]
    return _swapped(made, lots.choice(pairs)) if pairs else None


def _swapped(made: Made, pair: tuple[int, int]) -> Forged | None:
    entries = list(made.bundle.entries)
    one, other = pair
    entries[one], entries[other] = entries[other], entries[one]
    inside = any(one < size <= other for size in made.bundle.sizes)
    below = any(size > other for size in made.bundle.sizes)
    if not inside and not below:
        return None
    return Forged(replace(made.bundle, entries=tuple(entries)))


def delete_middle(made: Made, lots: random.Random) -> Forged:
    """An entry is taken out of the middle."""
    return Forged(_without(made, [lots.randrange(1, sealed(made))]))


def delete_first(made: Made, lots: random.Random) -> Forged:
    """The founding of the office is taken out."""
    return Forged(_without(made, [0]))


def delete_issue(made: Made, lots: random.Random) -> Forged | None:
    """A whole issue is taken out."""
    streams = {
        name: indices
        for name, indices in renumbered(made.bundle.entries).items()
        if name != "@office" and indices[0] < sealed(made)
    }
    return Forged(_without(made, streams[lots.choice(sorted(streams))])) if streams else None


def delete_batch(made: Made, lots: random.Random) -> Forged | None:
    """All that a checkpoint sealed is taken out, and the checkpoint with it."""
    n = lots.randrange(len(made.bundle.sizes))
    first = made.bundle.sizes[n - 1] if n else 0
    bundle = _without(made, range(first, made.bundle.sizes[n]))
    notes = (*made.bundle.notes[:n], *made.bundle.notes[n + 1 :])
    if n == len(made.bundle.sizes) - 1 or not bundle.entries:
        return None  # that is a log cut off, another kind
    return Forged(replace(bundle, notes=notes))


def cut_end(made: Made, lots: random.Random) -> Forged:
    """The end of the log is cut off, checkpoints and manifest stay."""
    length = lots.randrange(1, sealed(made))
    return Forged(replace(made.bundle, entries=made.bundle.entries[:length]))


def cut_end_counted(made: Made, lots: random.Random) -> Forged:
    """The end of the log is cut off, and the manifest counts what is left."""
    length = lots.randrange(1, sealed(made))
    return Forged(_counted(made.bundle, made.bundle.entries[:length]))


def cut_last_sealed(made: Made, lots: random.Random) -> Forged:
    """The last sealed entry and all behind it are cut off."""
    return Forged(_counted(made.bundle, made.bundle.entries[: sealed(made) - 1]))


def cut_byte(made: Made, lots: random.Random) -> Forged:
    """The log breaks off in the middle of a sealed line."""
    index = lots.randrange(1, sealed(made))
    entries = (*made.bundle.entries[:index], made.bundle.entries[index][:-1])
    return Forged(_counted(made.bundle, entries))


def repeat_entry(made: Made, lots: random.Random) -> Forged:
    """An entry stands twice."""
    index = lots.randrange(sealed(made))
    entries = list(made.bundle.entries)
    entries.insert(index + 1, entries[index])
    return Forged(_counted(made.bundle, entries))


def insert_backdated(made: Made, lots: random.Random) -> Forged | None:
    """An entry is slipped in among older ones, with a number that is free nowhere."""
    index = chosen(made, lots, of_issue)
    if index is None:
        return None
    content = made.bundle.content(index)
    slipped = content | {"request": f"slipped-{lots.getrandbits(64):x}", "n": content["n"] + 1}
    entries = list(made.bundle.entries)
    entries.insert(index + 1, canonical(slipped))
    return Forged(_counted(made.bundle, entries))


def insert_empty_line(made: Made, lots: random.Random) -> Forged:
    """An empty line is put in."""
    entries = list(made.bundle.entries)
    entries.insert(lots.randrange(sealed(made)), b"")
    return Forged(_counted(made.bundle, entries))


def insert_foreign_issue(made: Made, lots: random.Random) -> Forged:
    """An issue of another log is put in, sound in itself."""
    from tests.bundling import made_bundle

    other = made_bundle(made.seed + 1_000_003).bundle
    named = [
        line for i, line in enumerate(other.entries) if other.content(i)["stream"] == "@office"
    ]
    index = lots.randrange(1, sealed(made))
    entries = [*made.bundle.entries[:index], named[0], *made.bundle.entries[index:]]
    return Forged(_counted(made.bundle, entries))


def edit_tail(made: Made, lots: random.Random) -> Forged | None:
    """The very last entry, not sealed yet, is changed."""
    last = len(made.bundle.entries) - 1
    if last < sealed(made):
        return None
    content = made.bundle.content(last)
    other = canonical(content | {"day": "2020-01-01"})
    return Forged(replace(made.bundle, entries=(*made.bundle.entries[:last], other)))


def cut_tail(made: Made, lots: random.Random) -> Forged | None:
    """Entries that are not sealed yet are cut off."""
    if len(made.bundle.entries) == sealed(made):
        return None
    length = lots.randrange(sealed(made), len(made.bundle.entries))
    return Forged(_counted(made.bundle, made.bundle.entries[:length]))


MOVES: tuple[Kind, ...] = (
    Kind("swap_neighbours", swap_neighbours),
    Kind("swap_issues", swap_issues),
    Kind("delete_middle", delete_middle),
    Kind("delete_first", delete_first, exact=True),
    Kind("delete_issue", delete_issue),
    Kind("delete_batch", delete_batch),
    Kind("cut_end", cut_end, exact=True),
    Kind("cut_end_counted", cut_end_counted, exact=True),
    Kind("cut_last_sealed", cut_last_sealed, exact=True),
    Kind("cut_byte", cut_byte, exact=True),
    Kind("repeat_entry", repeat_entry, exact=False),
    Kind("insert_backdated", insert_backdated),
    Kind("insert_empty_line", insert_empty_line, exact=True),
    Kind("insert_foreign_entry", insert_foreign_issue, exact=True),
    Kind("edit_tail", edit_tail, alone=False, anchored=False),
    Kind("cut_tail", cut_tail, alone=None, anchored=None),
)

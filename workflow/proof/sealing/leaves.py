"""Which of the entries that wait may be sealed: those whose bytes and chain are right.

What is not sound is never sealed. It is named, the rest of its stream waits, and others go on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from states.canonical import stamp
from states.errors import Message, Problem
from states.log import OFFICE, UNREADABLE, Entry, Row, read_entry
from workflow.ports import Unsealed


@dataclass(slots=True)
class Sorted:
    """What may be sealed, in order of writing, and what is wrong with the rest."""

    sound: list[Unsealed] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def sort(waiting: Iterable[Unsealed], heads: Mapping[str, Row], *, empty: bool) -> Sorted:
    """Tell apart what may be sealed from what may not.

    ``heads`` are the last sealed entries of the streams; ``empty`` says that nothing is sealed yet,
    so that the office's first entry comes first.
    """
    found = Sorted()
    last: dict[str, tuple[int, str]] = {s: (row.n, _hash(row)) for s, row in heads.items()}
    held: set[str] = set()
    for leaf in waiting:
        row = leaf.row
        if row.stream in held:
            continue
        first = empty and not found.sound
        wrong = next(_faults(row, last.get(row.stream, (0, "")), first=first), None)
        if wrong is None:
            found.sound.append(leaf)
            last[row.stream] = (row.n, row.hash)
        else:
            held.add(row.stream)
            found.problems.append(
                Problem(wrong.code, wrong.text, wrong.facts, source=str(row.stream), line=row.n)
            )
    return found


def _hash(row: Row) -> str:
    """Return the hash that the bytes of a sealed entry have now: what follows must name it."""
    try:
        return read_entry(row.body).hash
    except UNREADABLE:
        return ""


def _faults(row: Row, before: tuple[int, str], *, first: bool) -> Iterator[Message]:
    try:
        entry = read_entry(row.body)
        yield from _differs(row, entry)
        prev = entry.content["prev"]
    except UNREADABLE:
        yield Message("entry_unreadable", "the entry's bytes are not those of an entry")
        return
    n, hash = before
    if row.n != n + 1:
        facts = {"expected": n + 1, "found": row.n}
        yield Message("entry_missing", "entry {expected} is missing, {found} follows", facts)
    if prev != hash:
        yield Message("chain_broken", "the entry does not follow from the one before it")
    if first and (row.stream, row.n) != (OFFICE, 1):
        yield Message("office_missing", "the log does not begin with the founding of the office")


def _differs(row: Row, entry: Entry) -> Iterator[Message]:
    if row.hash != entry.hash:
        yield Message("hash_wrong", "the entry's bytes do not have the hash recorded for them")
    written = (entry.stream, entry.n, entry.request_id, stamp(entry.at))
    if (row.stream, row.n, row.request_id, row.at) != written:
        yield Message("columns_differ", "the entry's columns say something else than its bytes")

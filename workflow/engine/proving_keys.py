"""The keys of a log proven: each but the first by a right signature of who may hand on to it.

Deciding an entry again finds a note with another text, or in another name. Whether its signature is
right, it cannot know.
"""

from __future__ import annotations

from collections.abc import Iterator

from states.acts.sealing import ON_SEALS, signature_unmet
from states.errors import Problem
from states.frozen import replace
from states.log import OFFICE, UNREADABLE, Entry, Row, read_entry
from states.office import Office
from states.signed_note import Verify
from workflow.ports import Session

_MARKS = tuple(f'"{event}"'.encode() for event in ON_SEALS)


def prove_keys(session: Session, verify: Verify | None) -> Iterator[Problem]:
    """Yield every key that was adopted without a right signature; nothing without ``verify``."""
    office: Office | None = None
    for row in session.rows(OFFICE) if verify is not None else ():
        entry = _adopting(row)
        if entry is None or verify is None:
            continue
        office = replace(
            office or Office(n=0, hash="", at=entry.at, process=""),
            n=row.n - 1,
            hash=entry.content["prev"],
        )
        if not _is_signed(office, entry, verify):
            text = "the key that is adopted here was not signed by a key that could hand on to it"
            yield Problem("key_forged", text, source=OFFICE, line=row.n)
            return  # what rests on it is not asked
        office = ON_SEALS[entry.event].change(office, entry.facts)


def _adopting(row: Row) -> Entry | None:
    """Return an entry that adopts a key; what cannot be read, the proof of the office names."""
    try:
        if not any(mark in row.body for mark in _MARKS):
            return None
        entry = read_entry(row.body)
        return entry if entry.event in ON_SEALS and entry.content["prev"] else None
    except UNREADABLE:
        return None


def _is_signed(office: Office, entry: Entry, verify: Verify) -> bool:
    try:
        return not signature_unmet(office, entry.event, entry.facts, verify)
    except UNREADABLE:
        return False

"""Beyond the format: decide every entry of a bundle again, as the product's own ``verify`` does.

Guards, roles, separation of duties, dates: what a forger with every key, who takes care that all
hashes fit, has to get right as well. It is no part of the verdict that three judges share. The log
is held in memory as a whole, because streams are decided one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from states.audit import Proven, Record, prove_office, prove_streams
from states.calendar import WEEKDAYS, Calendar, read_calendar
from states.canonical import digest, entry_digest
from states.errors import RectificationError
from states.log import OFFICE, UNREADABLE, Row
from states.process import Process, read_process
from workflow.proof.bundle.entries import read_line
from workflow.proof.bundle.reading import CALENDARS, ENTRIES, PROCESSES, Archive

Named = TypeVar("Named", Process, Calendar)


def decided_again(file: Path) -> Proven:
    """Return what comes of deciding every entry again.

    To be asked of a bundle whose verdict is sound; of any other, what can be read is decided.
    Raises ``BrokenBundle``, ``OSError``.
    """
    with Archive(file) as archive:
        processes = _named(archive, PROCESSES, read_process)
        calendars = {WEEKDAYS.hash: WEEKDAYS, **_named(archive, CALENDARS, read_calendar)}
        streams: dict[str, list[Row]] = {}
        for row in _rows(archive):
            streams.setdefault(row.stream, []).append(row)
    proven = Proven()
    record = prove_office(streams.pop(OFFICE, []), Record(processes, calendars, None), proven)
    lines = (
        (r.stream, r.n, r.request_id, r.at, r.hash, r.body) for s in streams.values() for r in s
    )
    prove_streams(lines, record, proven)
    return proven


def _rows(archive: Archive) -> Iterator[Row]:
    for line in archive.lines(ENTRIES):
        try:
            entry = read_line(line)
        except ValueError:
            return
        body = line or b""
        yield Row(
            stream=entry["stream"],
            n=entry["n"],
            request_id=entry["request"],
            at=entry["at"],
            hash=entry_digest(body),
            body=body,
        )


def _named(archive: Archive, folder: str, read: Callable[[bytes], Named]) -> Mapping[str, Named]:
    """Return what lies in a folder under the name of its hash."""
    found = {}
    for member in archive.names(folder):
        body = archive.whole(f"{folder}{member}") or b""
        name = member.removesuffix(".json")
        try:
            if digest(body) == name:
                found[name] = read(body)
        except (RectificationError, *UNREADABLE):
            continue
    return found

"""A database as years leave it behind: a log of histories, the rows computed from it, one seal.

The rows of the first lives are computed by rectify; those of their copies are copied likewise.
Somebody was reminded once of everything that was owed.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import case
from benchmarks.histories import FIRST, LIVES, SALT, Line, Log, lines, person
from notifications.samples.trying import sample_facts
from states.calendar_data import china
from states.canonical import digest, stamp
from states.checkpoint import Checkpoint
from states.merkle import SHA256, Frontier, hash_of
from states.signed_note import sign
from workflow.proof.keys import make_key
from workflow.seals import packed
from workflow.storage import open_store, rebuild
from workflow.storage.bodies import facts

_ENTRY = "INSERT INTO entries (stream, n, request_id, at, hash, body) VALUES (?, ?, ?, ?, ?, ?)"
_SEAL = """
INSERT INTO leaves (idx, stream, n) SELECT id - 1, stream, n FROM unsealed ORDER BY id;
DELETE FROM unsealed;
"""
_NOTICE = """
INSERT INTO notices (id, key, issue, obligation, rung, template, recipient, channel, address,
    language, facts, message_id, status, attempts, created_at, settled_at, if_unknown, first_at,
    doubts, slim)
VALUES (
    ?, ?, ?, ?, 'soon', 'reminder', ?, 'mail', ?, 'zh', ?, ?, 'accepted', 1, ?, ?, 'resend', ?, 0, 0
)
"""
_TRAIL = "INSERT INTO deliveries (notice, n, at, status) VALUES (?, 1, ?, 'accepted')"
_PERSON = "INSERT INTO people VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_SEALED_AT = datetime(2026, 3, 1, tzinfo=UTC)
Values = tuple[Any, ...]


def make(path: Path, entries: int) -> int:
    """Make a database of about so many entries; return how many it has."""
    key = make_key(path.with_suffix(".key"))
    log = Log()
    log.found()
    log.adopt(str(key.named(log.origin)))
    small = path.with_suffix(".small")
    _written(small, log, lines(log, 1), LIVES)
    rebuild(str(small))
    tree = Frontier.empty(hash_of(SHA256))
    last: dict[str, str] = {}
    count = _written(path, log, _noted(lines(log, entries), tree, last), 0)
    at = Checkpoint(
        origin=log.origin, size=tree.size, root=tree.root(), suite=SHA256, at=_SEALED_AT
    )
    note = str(sign(at.text(), key.named(log.origin), key.sign))
    seal = (at.size, stamp(at.at), at.root.hex(), SHA256, note, packed(tree.roots))
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA synchronous = OFF")
        database.executescript(_SEAL)
        database.execute("INSERT INTO checkpoints VALUES (?, ?, ?, ?, ?, ?)", seal)
        database.executemany(_PERSON, [_person(worker) for worker in case.WORKERS])
        _copy_rows(small, database, last)
        _remind(database)
        database.commit()
    return count


def _person(worker: case.Worker) -> Values:
    p = person(worker)
    at = json.dumps(dict(p.addresses))
    return (p.id, p.name, p.title, p.unit, p.department, p.language, p.zone, at, SALT)


def _written(path: Path, log: Log, rows: Iterator[Line], lives: int) -> int:
    """Write a log into a new database; of a small one so many lives."""
    open_store(str(path), create=True).close()
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA synchronous = OFF")
        rows = lines(log, 10_000) if lives else rows
        taken = (row for row in rows if not lives or row[0] < case.key(FIRST + lives))
        database.executemany(_ENTRY, taken)
        database.execute(
            "INSERT INTO processes VALUES (?, ?)", (log.process.hash, log.process.body)
        )
        database.execute("INSERT INTO calendars VALUES (?, ?)", (china().hash, china().body))
        database.commit()
        (count,) = database.execute("SELECT count(*) FROM entries").fetchone()
    return int(count)


def _noted(rows: Iterator[Line], tree: Frontier, last: dict[str, str]) -> Iterator[Line]:
    """Yield rows, letting the tree grow by them and noting the last hash of each stream."""
    for row in rows:
        tree.append(bytes.fromhex(row[4]))
        last[row[0]] = row[4]
        yield row


def _remind(database: sqlite3.Connection) -> None:
    """Write a message about each obligation that was ever opened, as one that arrived."""
    said = facts(sample_facts("reminder"))
    opened = database.execute("SELECT id, issue, opened_on FROM obligations ORDER BY id").fetchall()
    moments = [f"{day}T01:00:00.000000Z" for _, _, day in opened]
    told = (
        _reminder((number, at), obligation, issue, said)
        for number, (at, (obligation, issue, _)) in enumerate(zip(moments, opened, strict=True), 1)
    )
    database.executemany(_NOTICE, told)
    database.executemany(_TRAIL, enumerate(moments, 1))


def _reminder(sent: tuple[int, str], obligation: str, issue: str, said: str) -> Values:
    worker, (number, at) = case.WORKERS[0], sent
    key = f"{obligation}/soon.1/{worker.id}/mail"
    name = digest(key.encode())[:40]
    return (number, key, issue, obligation, worker.id, worker.address, said, name, at, at, at)


def _copy_rows(small: Path, database: sqlite3.Connection, last: dict[str, str]) -> None:
    """Write the rows of every issue as those of the life that it copies."""
    keys = sorted(key for key in last if not key.startswith("@"))
    with closing(sqlite3.connect(small)) as source:
        office = source.execute("SELECT * FROM office").fetchall()
        database.executemany(_insert("office", office), office)
        for table, of in (("issues", "key"), ("obligations", "issue")):
            known = [
                source.execute(f"SELECT * FROM {table} WHERE {of} = ?", (case.key(FIRST + v),))  # noqa: S608
                for v in range(LIVES)
            ]
            lives = [rows.fetchall() for rows in known]
            copies = (copy for key in keys for copy in _copies(lives, key, last))
            database.executemany(_insert(table, lives[0]), copies)


def _copies(lives: Sequence[Sequence[Values]], key: str, last: dict[str, str]) -> Iterator[Values]:
    number = int(key.rpartition("-")[2])
    variant = number % LIVES
    was, hash = str(FIRST + variant), last[case.key(FIRST + variant)]
    for row in lives[variant]:
        yield tuple(_copied(_copied(v, was, str(number)), hash, last[key]) for v in row)


def _copied(value: Any, was: str, now: str) -> Any:
    if isinstance(value, bytes):
        return value.replace(was.encode(), now.encode())
    if isinstance(value, str):
        return value.replace(was, now)
    return int(now) if isinstance(value, int) and str(value) == was else value


def _insert(table: str, rows: Sequence[Values]) -> str:
    return f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})"  # noqa: S608

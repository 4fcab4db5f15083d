"""eventsourcing on its SQLite recorder: an issue is the fold of its events.

``Peer`` extends the recorder, in the way that the library's documentation shows for searchable
content, so that one transaction writes what everybody here writes: what is owed, who is to be told,
and the issue's line for lists. ``EventsAlone`` is the library as it comes and does much less: what
is due, whom to tell or how an issue stands is known only to who replays every event, nothing
refuses a repeated request, and the people are kept in memory.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteConnection, SQLiteConnectionPool
from eventsourcing.utils import get_topic

from benchmarks import case
from benchmarks.durability import Durability
from benchmarks.peers import ruling

PACKAGES = ("eventsourcing",)

_OBLIGATION = tuple(ruling.first_obligations(case.key(1))[0])
_NOTICE = (
    "key",
    "issue",
    "template",
    "recipient",
    "channel",
    "address",
    "language",
    "facts",
    "message_id",
    "status",
    "created_at",
)
_PEOPLE = ("id", "name", "role", "unit", "address")
_TABLES = (
    f"CREATE TABLE IF NOT EXISTS obligations ({', '.join(_OBLIGATION)}, closed_by, closed_because, "
    "PRIMARY KEY (id))",
    "CREATE INDEX IF NOT EXISTS obligations_issue ON obligations (issue)",
    "CREATE INDEX IF NOT EXISTS obligations_awaited ON obligations (remind_on)",
    f"CREATE TABLE IF NOT EXISTS notices (id INTEGER PRIMARY KEY, {', '.join(_NOTICE)}, "
    "UNIQUE (key))",
    "CREATE TABLE IF NOT EXISTS issues (key PRIMARY KEY, title, unit, state, n, hash)",
    "CREATE TABLE IF NOT EXISTS requests (request_id PRIMARY KEY) WITHOUT ROWID",
    f"CREATE TABLE IF NOT EXISTS people ({', '.join(_PEOPLE)}, PRIMARY KEY (id))",
)
_CLOSE = (
    "UPDATE obligations SET closed_by = :n, closed_because = :because "
    "WHERE issue = :of AND kind = :done AND closed_by IS NULL"
)


def _insert(table: str, columns: Sequence[str]) -> str:
    places = ", ".join(f":{column}" for column in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608


_LINE = _insert("issues", ("key", "title", "unit", "state", "n", "hash"))
_MOVE = "UPDATE issues SET state = :state, n = :n, hash = :hash WHERE key = :stream AND n = :n - 1"
_REQUEST = "INSERT INTO requests VALUES (:request_id)"
_WORKER = _insert("people", _PEOPLE)
_WORKERS = "SELECT id, name, role, address FROM people WHERE unit = ? ORDER BY id"
_OPEN = _insert("obligations", _OBLIGATION)
_OWE = _insert("notices", _NOTICE)


class Recorder(SQLiteApplicationRecorder):
    """Records what moves write beside their events."""

    def construct_create_table_statements(self) -> list[str]:
        """Return what creates the tables."""
        return [*super().construct_create_table_statements(), *_TABLES]

    def _insert_events(
        self,
        c: Any,
        stored_events: Sequence[Any],
        writes: Sequence[ruling.Written] = (),
        **others: Any,
    ) -> Any:
        numbers = super()._insert_events(c, stored_events, **others)
        c.executemany(_REQUEST, [write.entry for write in writes])
        c.executemany(_MOVE, [write.entry | {"state": write.state} for write in writes])
        c.executemany(_CLOSE, [write.closed for write in writes])
        c.executemany(_OPEN, [row for write in writes for row in write.opened])
        c.executemany(_OWE, [row for write in writes for row in write.notices])
        return numbers


class Issue(Aggregate):
    """The issue: its state, how many entries it has, and the hash of the last one."""

    @event("Registered")
    def __init__(self, key: str, title: str) -> None:
        self.key = key
        self.title = title
        self.state = "reported"
        self.n = 4
        self.hash = "0" * 64
        self.responsible: tuple[str, ...] = ()
        self.measures: list[tuple[str, str]] = []
        self.owed = {row["kind"]: row for row in ruling.first_obligations(key)}

    @event("Assigned")
    def assign(self, leader: str, department: str, person: str) -> None:
        """Name the three clarities."""
        self.responsible = (leader, department, person)

    @event("Planned")
    def plan(self, text: str, due: str) -> None:
        """Plan a measure."""
        self.measures.append((text, due))

    @event("Advanced")
    def advance(
        self, entry: dict[str, Any], to: str, closed: str, opened: list[Any], notices: list[Any]
    ) -> None:
        """Apply a move."""
        self.state = to
        self.n = entry["n"]
        self.hash = entry["hash"]
        self.owed.pop(closed, None)
        self.owed.update({row["kind"]: row for row in opened})

    @staticmethod
    def create_id(key: str) -> uuid.UUID:
        """Return the id of the issue of that key."""
        return uuid.uuid5(uuid.NAMESPACE_URL, key)


class Peer:
    """The office of the case on a file of its own."""

    recorder: type[SQLiteApplicationRecorder] = Recorder

    def __init__(self, path: Path, durability: Durability, issues: int) -> None:
        _connect_with(durability)
        environment = {
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "SQLITE_DBNAME": str(path),
            "APPLICATION_RECORDER_TOPIC": get_topic(self.recorder),
        }
        self.application: Application[uuid.UUID] = Application(env=environment)
        self._fill(issues)

    def advance(self, move: case.Move) -> None:
        """Make a move, in a transaction of its own."""
        self.advance_all([move])

    def advance_all(self, moves: Sequence[case.Move]) -> None:
        """Make moves in one transaction."""
        people = self._people()
        issues, writes = zip(*(self._moved(move, people) for move in moves), strict=True)
        self._save(issues, writes)

    def _save(self, issues: Sequence[Issue], writes: Sequence[ruling.Written]) -> None:
        self.application.save(*issues, writes=writes)

    def _people(self) -> Sequence[ruling.Reachable]:
        with self.application.recorder.datastore.transaction(commit=False) as cursor:
            cursor.execute(_WORKERS, (case.UNIT,))
            rows = cursor.fetchall()
        return [case.Worker(id=r[0], name=r[1], role=r[2]) for r in rows]

    def _moved(
        self, move: case.Move, people: Sequence[ruling.Reachable]
    ) -> tuple[Issue, ruling.Written]:
        issue: Issue = self.application.repository.get(Issue.create_id(move.issue))
        rule = ruling.RULES[move.event]
        assert issue.state == rule.source
        assert ruling.allowed(move.event, next(p.role for p in people if p.id == move.person))
        write = ruling.written(issue, move, people)
        entry = write.entry | {"body": write.entry["body"].decode()}
        issue.advance(entry, rule.target, rule.closes, write.opened, self._kept(write))
        return issue, write

    def _kept(self, write: ruling.Written) -> list[ruling.Values]:
        """Return the notices that the event itself must hold."""
        return []

    def _fill(self, issues: int) -> None:
        self._save([_first(number) for number in range(1, issues + 1)], [])
        rows = [r for n in range(1, issues + 1) for r in ruling.first_obligations(case.key(n))]
        with self.application.recorder.datastore.transaction(commit=True) as cursor:
            cursor.executemany(_OPEN, rows)
            cursor.executemany(_LINE, [_line(number) for number in range(1, issues + 1)])
            cursor.executemany(_WORKER, [_worker(worker) for worker in case.WORKERS])


class EventsAlone(Peer):
    """The same with the library's own recorder: what is owed stands in the events alone."""

    recorder = SQLiteApplicationRecorder

    def _save(self, issues: Sequence[Issue], writes: Sequence[ruling.Written]) -> None:
        self.application.save(*issues)

    def _people(self) -> Sequence[ruling.Reachable]:
        return case.WORKERS

    def _kept(self, write: ruling.Written) -> list[ruling.Values]:
        return write.notices

    def _fill(self, issues: int) -> None:
        self._save([_first(number) for number in range(1, issues + 1)], [])


def _first(number: int) -> Issue:
    issue: Issue = Issue(case.key(number), case.title(number))
    issue.assign(case.LEADER, case.DEPARTMENT, case.RESPONSIBLE)
    for text, due in case.MEASURES:
        issue.plan(text, due)
    return issue


def _line(number: int) -> ruling.Values:
    key, title = case.key(number), case.title(number)
    line = {"key": key, "title": title, "unit": case.UNIT}
    return line | {"state": "reported", "n": 4, "hash": "0" * 64}


def _worker(worker: case.Worker) -> ruling.Values:
    known = {"id": worker.id, "name": worker.name, "role": worker.role}
    return known | {"unit": case.UNIT, "address": worker.address}


def _connect_with(durability: Durability) -> None:
    """Let every new connection have that durability; the recorder itself always takes WAL."""

    def connect(pool: SQLiteConnectionPool) -> SQLiteConnection:
        pool.is_journal_mode_wal = True  # leaves the mode as it is
        connection = _connect(pool)
        durability.set_on(connection._sqlite_conn)
        return connection

    SQLiteConnectionPool._create_connection = connect


_connect = SQLiteConnectionPool._create_connection

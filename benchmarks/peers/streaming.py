"""eventsourcing reading the same histories: every event of an issue, and the issue made of them.

An event holds what an entry of rectify holds. Applying one does what is least: the state, how many
there were, what is owed. No hash is computed, no order proven, no step looked up; so the peer does
less than rectify does in the same time.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from benchmarks.histories import Line

PACKAGES = ("eventsourcing",)


class Issue(Aggregate):
    """An issue as the events that were decided on make it."""

    @event("Registered")
    def __init__(self, key: str, entry: dict[str, Any]) -> None:
        self.key = key
        self.state = ""
        self.n = 0
        self.owed: dict[str, Any] = {}
        self.evidence: list[Any] = []
        self._take(entry)

    @event("Decided")
    def decide(self, entry: dict[str, Any]) -> None:
        """Take an entry."""
        self._take(entry)

    def _take(self, entry: dict[str, Any]) -> None:
        self.state = entry["to"]
        self.n = entry["n"]
        for closed in entry["closes"]:
            self.owed.pop(closed["id"], None)
        for opened in entry["opens"]:
            self.owed[opened["id"]] = opened
        if entry["records"] == "evidence":
            self.evidence.append(entry["facts"])

    @staticmethod
    def create_id(key: str) -> uuid.UUID:
        """Return the id of the issue of that key."""
        return uuid.uuid5(uuid.NAMESPACE_URL, key)


class Histories:
    """Histories kept by the library, in a file of their own."""

    def __init__(self, path: Path, rows: Iterable[Line]) -> None:
        os.environ["SQLITE_LOCK_TIMEOUT"] = "60"
        environment = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)}
        self.application: Application[uuid.UUID] = Application(env=environment)
        self.keys: list[str] = []
        self.events = 0
        for key, lines in groupby(rows, key=lambda row: row[0]):
            if key != "@office":
                self._save(key, [json.loads(line[5]) for line in lines])

    def _save(self, key: str, entries: list[dict[str, Any]]) -> None:
        first, *rest = entries
        issue: Issue = Issue(key, first)
        for entry in rest:
            issue.decide(entry)
        self.application.save(issue)
        self.keys.append(key)
        self.events += len(entries)

    def rebuild(self) -> int:
        """Read every event and make every issue anew; return how many entries they had."""
        get = self.application.repository.get
        return sum(get(Issue.create_id(key)).n for key in self.keys)

"""A stream read at a glance: what is in order is taken at once, without a word about the rest.

This is the same as the checks of ``states.audit.checks``, asked the other way round: most entries
of most logs are in order, and to know that costs a third of asking each check. What is not in order
here is given to the checks, which say why; tests hold that the two agree. Nothing is decided again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from states.audit.checks import Record
from states.canonical import entry_digest, instant
from states.evolution import Fold
from states.issue import Issue
from states.log import UNREADABLE, Entry, Line

Note = Callable[[str, int, dict[str, Any]], object]
"""Is called with stream, number and content of every entry that is sound."""

_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII).fullmatch

Taken = tuple[str, str]
"""To which state a step leads, and what it records."""


class Glance:
    """The stream of one issue, as far as it was taken."""

    __slots__ = (
        "_at",
        "_content",
        "_fold",
        "_hash",
        "_line",
        "_n",
        "_note",
        "_process",
        "_read",
        "_record",
        "_state",
    )

    def __init__(self, record: Record, note: Note) -> None:
        self._record, self._read, self._note = record, record.read, note
        self._fold = Fold()
        self._line: Line | None = None
        self._content: dict[str, Any] = {}
        self._n = 0
        self._hash = self._at = self._state = self._process = ""

    def takes(self, line: Line) -> bool:
        """Take an entry if it is in order; False leaves everything as it was."""
        stream, n, request, at, hash, body = line
        try:
            digest = entry_digest(body)
            content = self._read(body)
            process, records, to = content["process"], content["records"], content["to"]
            key = (process, self._state, content["event"])
            steps = self._record.steps
            taken = steps[key] if key in steps else self._step(key)
            in_order = (
                "office" in content
                and digest == hash
                and content["prev"] == self._hash
                and content["n"] == n == self._n + 1
                and content["stream"] == stream
                and content["request"] == request
                and content["at"] == at >= self._at
                and (at == self._at or _STAMP(at) is not None)
                and content["from"] == self._state
                and taken == (to, records)
                and content["calendar"] in self._record.calendars
                and (self._process in ("", process) or records == "recalculation")
            )
            if not in_order:
                return False
            self._fold.add(content)
        except UNREADABLE:
            return False
        self._line, self._content = line, content
        self._n, self._hash, self._at, self._state, self._process = n, digest, at, to, process
        self._note(stream, n, content)
        return True

    def _step(self, key: tuple[str, str, str]) -> Taken | None:
        process, state, event = key
        known = self._record.processes.get(process)
        step = None if known is None else known.step(state, event)
        found = None if step is None else (step.reaches(state), step.records)
        self._record.steps[key] = found
        return found

    @property
    def previous(self) -> Entry | None:
        """The last entry that was taken."""
        if self._line is None:
            return None
        stream, n, request, at, hash, body = self._line
        return Entry(
            stream=stream,
            n=n,
            request_id=request,
            at=instant(at),
            hash=hash,
            body=body,
            content=self._content,
        )

    @property
    def issue(self) -> Issue | None:
        """The issue after the last entry that was taken."""
        return None if self._line is None else self._fold.issue(self._content, self._hash)

    def goes_on(self, line: Line, entry: Entry, issue: Issue) -> None:
        """Go on after an entry that was taken elsewhere."""
        self._fold = Fold(issue)
        self._line, self._content = line, dict(entry.content)
        self._n, self._hash, self._at = entry.n, entry.hash, line[3]
        self._state, self._process = issue.state, issue.process
        self._note(entry.stream, entry.n, self._content)

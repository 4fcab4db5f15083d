"""The lights over time, worked out from a bundle's own members as the engine works them out.

Nothing here is a judge: what cannot be read is passed over, for the page to judge.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from states.calendar import WEEKDAYS, Calendar, read_calendar
from states.evolution import evolve
from states.issue import Issue
from states.lights import Turns
from states.log import OFFICE, UNREADABLE, Entry, read_entry
from states.process import Process, read_process
from states.rules import Rules
from workflow.proof.page.extras import Relights
from workflow.summary import lights_of


def lights_over(members: Mapping[str, bytes]) -> dict[str, Relights]:
    """Return from which index of the log each issue has which light on which days."""
    lights = _Lights(members)
    for index, line in enumerate(lines_of(members.get("entries.jsonl", b""))):
        try:
            lights.follow(index, read_entry(line))
        except UNREADABLE:  # a forger chose these bytes freely
            continue
    return {key: tuple(relights) for key, relights in lights.found.items()}


def lines_of(content: bytes) -> list[bytes]:
    """Return the lines of a member; what follows the last line end is one more."""
    lines = content.split(b"\n")
    return lines if lines[-1] else lines[:-1]


class _Lights:
    def __init__(self, members: Mapping[str, bytes]) -> None:
        self.found: dict[str, list[tuple[int, Turns]]] = {}
        self._members = members
        self._issues: dict[str, Issue] = {}
        self._calendar: Calendar = WEEKDAYS
        self._processes: dict[str, Process] = {}

    def follow(self, index: int, entry: Entry) -> None:
        """Take the next entry. Raises whatever unreadable bytes bring about."""
        if entry.stream == OFFICE:
            if self._calendar_changes(entry.facts):
                for issue in self._issues.values():
                    self._note(index, issue)
            return
        issue = evolve(self._issues.get(entry.stream), entry)
        self._issues[issue.key] = issue
        self._note(index, issue)

    def _calendar_changes(self, facts: Mapping[str, Any]) -> bool:
        body = self._members.get(f"calendars/{facts.get('calendar')}.json")
        if body is None:
            return False
        self._calendar = read_calendar(body)
        return True

    def _note(self, index: int, issue: Issue) -> None:
        turns = lights_of(Rules(self._process(issue.process), self._calendar), issue)
        relights = self.found.setdefault(issue.key, [])
        if (relights[-1][1] if relights else ()) != turns:
            relights.append((index, turns))

    def _process(self, hash: str) -> Process:
        if hash not in self._processes:
            self._processes[hash] = read_process(self._members[f"processes/{hash}.json"])
        return self._processes[hash]


def plain(relights: Iterable[tuple[int, Turns]]) -> Iterator[list[object]]:
    """Yield lights as JSON holds them: [index, [[day, colour] …]]."""
    for index, turns in relights:
        yield [index, [[day.isoformat(), colour] for day, colour in turns]]


def rounds_of(members: Mapping[str, bytes]) -> list[str]:
    """Return the codes of the rounds that a log registers, in that order."""
    found = []
    for line in lines_of(members.get("entries.jsonl", b"")):
        if b'"register_round"' not in line:
            continue
        try:
            entry = read_entry(line)
            if entry.event == "register_round":
                found.append(str(entry.facts["code"]))
        except UNREADABLE:
            continue
    return found

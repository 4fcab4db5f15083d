"""What people were told, compared with what the log knows."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from notifications.notice import DIGEST, SUPERSEDED
from states.errors import Problem
from workflow.engine.comparing_reading import Reading
from workflow.shares import Told

_NOBODY = "-"  # the recipient of what was never sent, because something later was
_CALLED = 40  # digits of a message's name


def owed(reading: Reading) -> dict[str, set[str]]:
    """Return, by obligation that is open, the occurrences on record as owed or superseded."""
    issues = reading.proven.issues.values()
    found: dict[str, set[str]] = {o.id: set() for issue in issues for o in issue.obligations}
    for _, key, _, obligation, *_ in reading.notices:
        if obligation in found:
            rest = key.removeprefix(f"{obligation}/")
            found[obligation].add(rest.partition("/")[0])
    return found


class _Known:
    """What a message may speak of: obligations that were ever opened, events of sound streams.

    Whatever was opened is closed or still owed. What an entry says is read again for the few
    messages that are about one.
    """

    def __init__(self, reading: Reading) -> None:
        issues = reading.proven.issues
        self._opened = reading.seen.closed.keys() | {
            obligation.id for issue in issues.values() for obligation in issue.obligations
        }
        self._reading, self._bodies = reading, dict[tuple[str, int], bytes]()
        self._events: dict[tuple[str, int], str] = {}

    def founded(self, told: Told) -> bool:
        """Return whether there is what a message speaks of."""
        _, key, issue, obligation, *_ = told
        if obligation is not None:
            named, own = key.startswith(f"{obligation}/"), obligation.startswith(f"{issue}/")
            return named and own and obligation in self._opened
        n, _, event = key.partition("/")[2].partition("/")
        if not n.isdecimal():
            return False
        return self._event((issue, int(n))) == event.partition("/")[0]

    def _event(self, place: tuple[str, int]) -> str | None:
        if not self._bodies:
            lines, issues = self._reading.lines, self._reading.proven.issues
            self._bodies = {line[:2]: line[5] for line in lines if line[0] in issues}
        if place not in self._events and place in self._bodies:
            self._events[place] = self._reading.read(self._bodies[place])["event"]
        return self._events.get(place)


def founded(reading: Reading) -> Iterator[Problem]:
    """Every notice speaks of something that the log knows, to somebody whom it knows."""
    if not reading.notices:
        return
    known = _Known(reading)
    for told in reading.notices:
        id, key, issue, obligation, *_ = told
        ours = obligation is not None or key.partition("/")[0] == issue != ""
        if ours and issue not in reading.bad and not known.founded(told):
            text = "message {id} speaks of what the log does not know"
            yield _of_notice("notice_unfounded", text, id, issue)


def _of_notice(code: str, text: str, id: int, issue: str) -> Problem:
    return Problem(code, text, {"id": id}, source=issue or "outbox")


def recipients(reading: Reading) -> Iterator[Problem]:
    """Every notice goes to somebody whom the log knows."""
    if reading.office is None:
        return
    known = {*reading.office.members, _NOBODY}
    for id, _, issue, _, _, recipient, _ in reading.notices:
        if recipient not in known:
            text = "message {id} is for somebody whom nobody recorded"
            yield _of_notice("notice_stranger", text, id, issue)


def named(reading: Reading) -> Iterator[Problem]:
    """Every notice is about, for and called what its key says."""
    for told in reading.notices:
        if not _follows(reading, told):
            text = "message {id} is not what its key says"
            yield _of_notice("notice_differs", text, told[0], told[2])


def _follows(reading: Reading, told: Told) -> bool:
    _, key, issue, obligation, rung, recipient, called = told
    if called != sha256(key.encode("utf-8", "surrogateescape")).hexdigest()[:_CALLED]:
        return False
    first, *middle = key.split("/")
    if first == DIGEST:
        return middle[:1] == [recipient] and reading.knows(issue) and rung is None
    if issue != first and (issue != "" or first in reading.streams):
        return False  # of an issue that is gone it is said elsewhere
    ends = middle[-2:-1] == [recipient] or (middle[-1:] == [SUPERSEDED] and recipient == _NOBODY)
    if obligation is None:
        return ends and rung is None
    step = key.removeprefix(f"{obligation}/").partition("/")[0]
    return ends and step.rpartition(".")[0] == rung

"""Log lines: for people in their language, or as JSON, one object a line, for programs.

No line holds a secret, an address, a person's name or the title of an issue: of an error that was
not foreseen only its kind and its place in the code are said.
"""

from __future__ import annotations

import json
import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any

from states.errors import RectificationError

if TYPE_CHECKING:
    from workflow.daemon.sweeps import Result
    from workflow.ports import Clock

INFO, WARNING, ERROR = "info", "warning", "error"

# What happens to a daemon. `swept` did something; `recovered` works again after it `failed`.
STARTED, SWEPT, FAILED, RECOVERED = "started", "swept", "failed", "recovered"
ALIVE, HANGS, REVIVED, SCHEDULER = "alive", "hangs", "revived", "scheduler"
STOPPING, STOPPED, METRICS, THREAD = "stopping", "stopped", "metrics_failed", "thread_died"
EVENTS = (
    STARTED,
    SWEPT,
    FAILED,
    RECOVERED,
    ALIVE,
    HANGS,
    REVIVED,
    SCHEDULER,
    STOPPING,
    STOPPED,
    METRICS,
    THREAD,
)


PACKAGES = {"states", "notifications", "workflow"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that is worth a line: ``name`` is one of ``EVENTS``, ``facts`` plain values.

    ``result`` is what a sweep did, ``error`` what it failed of.
    """

    name: str
    level: str = INFO
    sweep: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    result: Result | None = None
    error: BaseException | None = None


Words = Callable[[Event], list[str]]
"""Returns the lines that say an event to people, without the time."""


class Lines:
    """Where a daemon writes what happens; to be used by several threads."""

    def __init__(self, write: Callable[[str], None], node: str, clock: Clock, words: Words) -> None:
        self._write, self._node, self._clock, self._words = write, node, clock, words
        self._turn = threading.Lock()
        self.as_json = False

    def say(self, event: Event) -> None:
        """Write an event: one line of JSON, or a line or more for people."""
        lines = [self._json(event)] if self.as_json else self._words(event)
        with self._turn:
            for line in lines:
                self._write(line)

    def _json(self, event: Event) -> str:
        said: dict[str, Any] = {
            "ts": self._clock().astimezone(UTC).isoformat(timespec="milliseconds"),
            "level": event.level,
            "event": event.name,
            "node": self._node,
        }
        if event.sweep:
            said["sweep"] = event.sweep
        said |= event.facts
        if event.error is not None:
            said |= described(event.error)
        # In ASCII alone, so that no terminal obeys anything of it.
        return json.dumps(said, ensure_ascii=True, default=str).replace("\x7f", "\\u007f")


def described(error: BaseException) -> dict[str, str]:
    """Return an error as far as a log may show it: the code of a foreseen one, else its place."""
    if isinstance(error, RectificationError):
        return {"error": error.message.code}
    return {"error": type(error).__name__, "place": place(error)}


def place(error: BaseException) -> str:
    """Return where in our code, else where at all, an error arose: ``module.py:line``."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if PACKAGES & {*_parts(frame.filename)}]
    if not frames:
        return ""
    last = (ours or frames)[-1]
    return f"{'/'.join(_parts(last.filename)[-3:])}:{last.lineno}"


def _parts(filename: str) -> tuple[str, ...]:
    return Path(filename).parts

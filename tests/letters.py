"""Jobs as the outbox hands them out, with the facts of planning; and a channel that keeps them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from notifications.delivery.protocol import LOST, Begin, Job, Outcome, Traits
from notifications.notice import ACCEPTED
from notifications.samples.facts import (
    ABOUT,
    LETTER_TEXT,
    MISSING,
    OVERDUE,
    REMINDER,
    SAID,
    STEP,
    WORK,
)
from notifications.samples.facts import SENT_LETTER as LETTER

__all__ = [
    "ABOUT",
    "LETTER",
    "LETTER_TEXT",
    "MISSING",
    "NOW",
    "OVERDUE",
    "REMINDER",
    "SAID",
    "STEP",
    "WORK",
    "Recording",
    "a_job",
]

NOW = datetime(2023, 4, 8, 1, 30, tzinfo=UTC)


def a_job(**changes: Any) -> Job:
    """Return a claimed reminder to Wang, with what the test wants otherwise."""
    fields: dict[str, Any] = {
        "id": 1,
        "key": "YX2023-7/5/finish_measure/1/before.1/wang/mail",
        "message_id": "0123456789abcdef0123456789abcdef01234567",
        "template": "reminder",
        "recipient": "wang",
        "channel": "mail",
        "address": "wang@office.example",
        "language": "zh",
        "facts": REMINDER,
        "created_at": NOW,
        "attempts": 1,
        "token": "t1",
    }
    return Job(**(fields | changes))


Told = Any  # an outcome, an exception, or what is called and may return an outcome


@dataclass
class Recording:
    """A channel that keeps what it is handed, and does what it is told for a recipient.

    What it is told in ``breaking`` it does before it asks whether it may go on.
    """

    name: str = "mail"
    traits: Traits = field(default_factory=Traits)
    closed: int = 0
    handed: list[tuple[str, bytes]] = field(default_factory=list)
    composed: list[str] = field(default_factory=list)
    composing: dict[str, Exception | Callable[[], object]] = field(default_factory=dict)
    sending: dict[str, Told] = field(default_factory=dict)
    breaking: dict[str, Told] = field(default_factory=dict)
    found: dict[str, Outcome | Exception | None] = field(default_factory=dict)

    def compose(self, job: Job) -> bytes:
        self.composed.append(job.recipient)
        doing = self.composing.get(job.recipient)
        if isinstance(doing, Exception):
            raise doing
        if doing is not None:
            doing()
        return f"to {job.recipient}, {len(self.composed)}".encode()

    def close(self) -> None:
        self.closed += 1

    def send(self, job: Job, message: bytes, begin: Begin, now: datetime) -> Outcome:
        broken = _done(self.breaking.get(job.recipient))
        if broken is not None:
            return broken
        if not begin(f"ref {job.recipient}"):
            return LOST
        self.handed.append((job.recipient, message))
        return _done(self.sending.get(job.recipient)) or Outcome(status=ACCEPTED)

    def look_up(self, job: Job, now: datetime) -> Outcome | None:
        found = self.found.get(job.recipient)
        if isinstance(found, Exception):
            raise found
        return found


def _done(told: Told | None) -> Outcome | None:
    if isinstance(told, BaseException):
        raise told
    return told() if callable(told) else told

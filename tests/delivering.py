"""Deliveries as tests make them: people who are owed a reminder, a clock, what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from notifications.delivery.protocol import Begin, Delivered, Job, Outcome, Traits, Watch
from notifications.delivery.sending import Bounds, deliver_due
from notifications.notice import ACCEPTED, Notice
from tests.letters import NOW, REMINDER
from workflow.ports import Sent, Store


@dataclass
class Clock:
    """The time, and how long anything took: they go together unless the test says else."""

    at: datetime = NOW
    slept: timedelta = timedelta()  # by which the clock was set, while no time passed

    @property
    def watch(self) -> Watch:
        return Watch(now=lambda: self.at, elapsed=lambda: (self.at - self.slept).timestamp())

    def sets(self, by: timedelta) -> None:
        """Set the clock: no time passes."""
        self.at, self.slept = self.at + by, self.slept + by


class AnyChannel:
    """A channel named mail that keeps what it ``took``; the server takes everything, unless ``end``
    says else."""

    name = "mail"
    traits = Traits()

    def __init__(self, end: Callable[[Job], Outcome] | None = None) -> None:
        self._end = end
        self.took: list[Job] = []

    def compose(self, job: Job) -> bytes:
        return job.key.encode()

    def send(self, job: Job, message: bytes, begin: Begin, now: datetime) -> Outcome:
        if self._end is not None:
            return self._end(job)
        assert begin()
        self.took.append(job)
        return Outcome(status=ACCEPTED)

    def look_up(self, job: Job, now: datetime) -> Outcome | None:
        return None

    def close(self) -> None:
        pass


def delivered(store: Store, channel: Any, clock: Clock | None = None, **bounds: Any) -> Delivered:
    watch = (clock or Clock()).watch
    return deliver_due(store.outbox, {channel.name: channel}, watch, Bounds(**bounds))


def owe(store: Store, *people: str, **changes: Any) -> None:
    fields: dict[str, Any] = {
        "issue": "YX2023-7",
        "template": "reminder",
        "channel": "mail",
        "language": "zh",
        "created_at": NOW,
        "facts": REMINDER,
    }
    notices = [
        Notice(
            key=f"YX2023-7/{person}",
            recipient=person,
            address=f"{person}@office.example",
            **(fields | changes),
        )
        for person in people
    ]
    with store.writing() as session:
        assert session.owe(notices) == len(people)


def kept(store: Store) -> dict[str, Sent]:
    with store.reading() as session:
        return {sent.notice.recipient: sent for sent in session.notices()}


def statuses(store: Store) -> dict[str, str]:
    return {person: sent.status for person, sent in kept(store).items()}


def people(many: int) -> list[str]:
    return [f"p{number:02}" for number in range(many)]

"""A robot in a group: it posts a message, and cannot be asked afterwards what became of it.

It knows no key: what a lost answer means is decided by the policy of the rule.
"""

from __future__ import annotations

from datetime import datetime

from notifications.channels.http import Request
from notifications.channels.messenger import Messenger
from notifications.delivery.protocol import LOST, Begin, Job, Outcome
from notifications.notice import ACCEPTED


class Robot:
    """What the robots of all messengers have in common: one request, one answer, nothing more."""

    def __init__(self, messenger: Messenger) -> None:
        self._messenger = messenger

    def look_up(self, job: Job, now: datetime) -> Outcome | None:
        """Say that nobody can say: a robot cannot be asked."""
        return None

    def close(self) -> None:
        """Do nothing: no connection outlives its message."""

    def _post(self, request: Request, job: Job, begin: Begin, now: datetime) -> Outcome:
        """Post a message and return what the messenger said of it."""
        verdict = self._messenger.ask(request, now, begin)
        if verdict is None:
            return LOST
        return Outcome(status=ACCEPTED) if verdict.meaning is None else verdict.outcome(job, now)

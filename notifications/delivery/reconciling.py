"""Reconciling: what became of messages whose outcome is unknown, and what is done about them.

In the order of strength: the channel looks the message up (an archive mailbox, the provider's own
record), or says that sending it again under its key is harmless; else the policy of its rule
decides: a copy that says so, or a person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from notifications.cleaning import one_line
from notifications.delivery.protocol import LEASE, Channel, Job, Outbox, Outcome, Watch
from notifications.notice import AMBIGUOUS, DEAD, PENDING, RESEND, RETRY_WAIT
from states.frozen import replace

BATCH = 20

MOST_DOUBTS = 2
"""A message that is in doubt more often is decided by a person, whatever the policy says."""

FOUND, ABSENT, SAME_KEY, RESENT, HELD = "found", "absent", "same_key", "resent", "held"
DECISIONS = (FOUND, ABSENT, SAME_KEY, RESENT, HELD)
"""How a doubt was decided; ``by_hand`` besides, by a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """How many doubts were decided in which way.

    ``failed``: it was found out that the message was not delivered. ``later``: looked into once
    more.
    """

    found: int = 0
    absent: int = 0
    same_key: int = 0
    resent: int = 0
    held: int = 0
    failed: int = 0
    later: int = 0


def reconcile_due(
    outbox: Outbox,
    channels: Mapping[str, Channel],
    watch: Watch,
    ending: Callable[[], bool] = lambda: False,
) -> Reconciled:
    """Look into every doubt whose time has come, and return what came of it.

    ``ending`` is asked between two of them whether the program is to stop; what is left is free
    again when its lease has run out.
    """
    counts: Counter[str] = Counter()
    while not ending() and (jobs := outbox.doubtful(watch.now(), LEASE, BATCH)):
        since = watch.elapsed()
        for job in jobs:
            if ending() or watch.elapsed() - since > LEASE.total_seconds() / 3:
                return Reconciled(**counts)
            outcome = decided(job, _looked_up(channels.get(job.channel), job, watch.now()))
            if outbox.settle(job, outcome, watch.now()):
                counts[_counted(outcome)] += 1
        if len(jobs) < BATCH:
            break
    return Reconciled(**counts)


def decided(job: Job, found: Outcome | None) -> Outcome:
    """Return what is done about a doubt, ``found`` being what the channel could find out."""
    if found is not None:
        is_decided = found.status != AMBIGUOUS and found.decision is None
        return replace(found, decision=FOUND) if is_decided else found
    if job.if_unknown == RESEND and job.doubts <= MOST_DOUBTS:
        return Outcome(status=PENDING, cause="sent_again", fresh=True, decision=RESENT)
    return Outcome(status=AMBIGUOUS, cause="held_for_decision", decision=HELD)


def _looked_up(channel: Channel | None, job: Job, now: datetime) -> Outcome | None:
    if channel is None:
        return None
    try:
        return channel.look_up(job, now)
    except Exception as error:  # a fault of ours must not decide anything
        later = Outcome(status=AMBIGUOUS, retry_at=now + LEASE)
        return replace(later, cause=f"broke_off: {type(error).__name__}: {one_line(str(error))}")


def _counted(outcome: Outcome) -> str:
    if outcome.status in (DEAD, RETRY_WAIT):
        return "failed"
    return outcome.decision or "later"

"""Sending: claim what is due, render it once, hand it over, record what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from notifications.cleaning import one_line
from notifications.delivery.limits import is_failure
from notifications.delivery.protocol import (
    LEASE,
    LOST,
    MARGIN,
    SETTLING,
    Channel,
    Delivered,
    Foreseeing,
    Job,
    Outbox,
    Outcome,
    Stale,
    Watch,
)
from notifications.delivery.retrying import Patience, given_up, three_days, try_again
from notifications.notice import ACCEPTED, ALARMS, AMBIGUOUS, DEAD, RETRY_WAIT, STORM
from states.errors import RectificationError
from states.frozen import replace

BATCH = 20
"""Notices claimed at once: few, so that the last of them is still sent under its lease."""
_PUT_BACK = "put_back"

FRESH = timedelta(minutes=5)
"""So long what was made is sent as it stands; then it is asked whether it is still so."""

LIMIT = 10_000
"""Notices of one run, unless its caller says otherwise; what is left waits for the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Limits of a run: ``limit`` notices are handed over; if more than ``storm`` are ready (0: any
    number), nothing is. ``ending`` is asked between two messages whether the program is to stop:
    what was begun is finished. What is ``stale`` waits; ``patience`` says when to give up.
    ``taken_back`` is asked of what was made more than ``FRESH`` ago, before it is handed over:
    whether it says what is no longer so and was let wait again, to be said anew.
    """

    limit: int = LIMIT
    storm: int = 0
    ending: Callable[[], bool] = lambda: False
    stale: Stale | None = None
    patience: Patience = three_days
    taken_back: Callable[[Job], bool] = lambda job: False


def deliver_due(
    outbox: Outbox, channels: Mapping[str, Channel], watch: Watch, bounds: Bounds | None = None
) -> Delivered:
    """Deliver what is due and return what became of it.

    Nothing that one notice does to its channel keeps the others waiting. The outbox's own errors
    pass through; what was claimed then is free again when its lease has run out.
    """
    bounds = bounds or Bounds()
    now = watch.now()
    counts: Counter[str] = Counter()
    idempotent = [name for name, channel in channels.items() if channel.traits.idempotent]
    counts[AMBIGUOUS] += outbox.strand(now, idempotent)
    counts[DEAD] += outbox.orphan(list(channels), now)
    if bounds.storm and not outbox.stopped() and outbox.ready(now, bounds.stale) > bounds.storm:
        outbox.stop(STORM, now)
    left, trouble = bounds.limit, ""
    for channel in channels.values():
        run = _Run(outbox, channel, watch, replace(bounds, limit=left))
        left -= run.deliver()
        counts += run.counts
        trouble = run.trouble or trouble
    return Delivered(
        accepted=counts[ACCEPTED],
        retry_wait=counts[RETRY_WAIT],
        dead=counts[DEAD],
        ambiguous=counts[AMBIGUOUS],
        put_back=counts[_PUT_BACK],
        stopped=outbox.stopped(),
        trouble=trouble,
    )


class _Run:
    """One run over one channel; ``counts`` is what became of its notices, ``trouble`` the cause of
    the last that was not handed over."""

    def __init__(self, outbox: Outbox, channel: Channel, watch: Watch, bounds: Bounds) -> None:
        self._outbox, self._channel, self._watch, self._bounds = outbox, channel, watch, bounds
        self._held_since = 0.0
        self.counts: Counter[str] = Counter()
        self.trouble = ""

    def deliver(self) -> int:
        """Deliver batches until nothing is due, a limit is reached or the server is left alone.

        Return how many were tried.
        """
        done, limit = 0, self._bounds.limit
        while done < limit and not self._bounds.ending():
            size = min(BATCH, limit - done)
            tried = self._tried(self._claimed(size))
            done += tried
            if tried < size:
                break
        return done

    def _claimed(self, size: int) -> list[Job]:
        """Claim a batch, as far as server and provider take messages now."""
        now, traits = self._watch.now(), self._channel.traits
        if traits.server and self._outbox.circuit(traits.server, now) is not None:
            return []
        self._held_since = self._watch.elapsed()
        jobs = self._outbox.claim(self._channel.name, now, LEASE, size, self._bounds.stale)
        if traits.rate is None or not jobs:
            return jobs
        granted, next_at = self._outbox.admit(traits.credential, traits.rate, len(jobs), now)
        self._put_back(jobs[granted:], next_at)
        return jobs[:granted]

    def _tried(self, jobs: list[Job]) -> int:
        """Try jobs one by one; return how many, the rest being put back."""
        for number, job in enumerate(jobs):
            if self._bounds.ending() or self._is_late(LEASE / 3):
                self._put_back(jobs[number:], None)
                return number
            self._foresee(jobs[number + 1 :])
            outcome = self._deliver(job)
            if outcome is None:
                continue
            self.counts[outcome.status] += 1
            if outcome.status in (RETRY_WAIT, DEAD, AMBIGUOUS):
                self.trouble = outcome.cause or self.trouble
            if self._is_closed(job, outcome):
                self._put_back(jobs[number + 1 :], None)
                return number + 1
        return len(jobs)

    def _foresee(self, following: list[Job]) -> None:
        if isinstance(self._channel, Foreseeing):
            unwritten = (job for job in following[:1] if job.message is None)
            self._channel.foresee(next(unwritten, None))

    def _is_closed(self, job: Job, outcome: Outcome) -> bool:
        """Report an outcome to the server's circuit; return whether it is left alone now.

        A policy that refuses one message again and again has nothing against the others.
        """
        server = self._channel.traits.server
        if not server or not (is_failure(outcome) or outcome.status == ACCEPTED):
            return False
        if outcome.blame == "policy" and job.attempts > 1:
            return False
        now = self._watch.now()
        self._outbox.report(server, outcome, now)
        return outcome.status != ACCEPTED and self._outbox.circuit(server, now) is not None

    def _put_back(self, jobs: list[Job], until: datetime | None) -> None:
        if jobs:
            self._outbox.put_back(jobs, until)
            self.counts[_PUT_BACK] += len(jobs)

    def _is_late(self, allowed: timedelta) -> bool:
        return self._watch.elapsed() - self._held_since > allowed.total_seconds()

    def _deliver(self, job: Job) -> Outcome | None:
        """Deliver one notice; return its outcome, or None if its claim is lost or given up."""
        if self._is_taken_back(job):
            return None
        message = self._composed(job)
        outcome = message if isinstance(message, Outcome) else self._sent(job, message)
        if outcome == LOST:
            return None
        now = self._watch.now()
        outcome = given_up(job, outcome, now, self._bounds.patience)
        return outcome if self._outbox.settle(job, outcome, now) else None

    def _is_taken_back(self, job: Job) -> bool:
        """Return whether a job that is not fresh any more was let wait again."""
        if job.created_at >= self._watch.now() - FRESH and job.template not in ALARMS:
            return False
        try:
            return self._bounds.taken_back(job)
        except Exception:  # what cannot be looked into is sent as it stands
            return False

    def _composed(self, job: Job) -> bytes | Outcome:
        """Return the message as it was first rendered, or why there is none."""
        if job.message is not None:
            return job.message
        try:
            message = self._channel.compose(job)
        except RectificationError as error:
            cause = f"{error.message.code}: {one_line(str(error))}"
            return Outcome(status=DEAD, cause=cause, blame="message")
        except Exception as error:  # a fault of ours must not keep the other notices waiting
            return try_again(job, self._watch.now(), _unexpected(error))
        self._outbox.keep(job, message)
        return message

    def _sent(self, job: Job, message: bytes) -> Outcome:
        """Hand over; what breaks off before ``begin`` was certainly not taken."""
        begun = False

        def begin(ref: str | None = None) -> bool:
            nonlocal begun
            if self._is_late(LEASE - MARGIN):
                return False
            begun = self._outbox.begin(job, self._watch.now(), ref)
            return begun

        try:
            outcome = self._channel.send(job, message, begin, self._watch.now())
        except Exception as error:  # as above
            if self._channel.traits.idempotent or not begun:
                return try_again(job, self._watch.now(), _unexpected(error))
            outcome = Outcome(status=AMBIGUOUS, cause=_unexpected(error), blame="server")
        if outcome.status == AMBIGUOUS and outcome.retry_at is None:
            outcome = replace(outcome, retry_at=self._watch.now() + SETTLING)
        return outcome


def _unexpected(error: Exception) -> str:
    return f"broke_off: {type(error).__name__}: {one_line(str(error))}"

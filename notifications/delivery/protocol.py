"""The words of delivery: a claimed notice, what a channel answers, what keeps the outbox.

The protocol is ``pending → claimed → inflight → accepted``, each step committed before the next
begins, so that after a crash the row itself says how far its message had got. Before ``inflight``
nothing can have been accepted and it is safe to send again; what was ``inflight`` becomes
``ambiguous`` and is looked up, or decided by the policy of its rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol, runtime_checkable

from notifications.cleaning import one_line
from notifications.notice import RESEND
from states.errors import Message, RectificationError

LEASE = timedelta(minutes=15)
"""How long a claim holds: longer than every time-out of one message together."""

MARGIN = timedelta(minutes=2)
"""A claim with less left than this begins nothing any more."""

SETTLING = timedelta(minutes=10)
"""After the lease, before a doubt is looked into: servers keep a message that long before it shows
(RFC 5321 4.5.3.2.6)."""

Blame = Literal["", "recipient", "message", "server", "sender", "policy"]
"""Whose fault a refusal is: ``server`` and ``sender`` (our login, our signature, our address)
concern every message of the channel, the others this one alone. Of a ``policy`` nobody can know
that from one answer: if it meets several in a row, it concerns all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A claimed notice.

    ``message`` is what was rendered before, if it was; ``token`` the claim; ``first_at`` when it
    was first attempted. ``doubts`` counts how often its outcome was unknown: rendered anew after
    that, it says that it may be a copy. ``slim``: without attachments. ``if_unknown`` is the policy
    of its rule, ``ref`` the provider's name for it. ``anchor`` is the short form of the latest
    checkpoint of the log as the notice was claimed, "" where nothing is sealed: what is rendered
    now says it.
    """

    id: int
    key: str
    message_id: str
    template: str
    recipient: str
    channel: str
    address: str
    language: str
    facts: Mapping[str, Any]
    created_at: datetime
    attempts: int
    token: str
    message: bytes | None = None
    first_at: datetime | None = None
    doubts: int = 0
    slim: bool = False
    if_unknown: str = RESEND
    ref: str | None = None
    anchor: str = ""

    def said(self, *, slim: bool) -> dict[str, Any]:
        """Return what its text knows: the facts of the notice, and what concerns this copy of it.

        ``repeated``: it may be a copy of one that arrived; ``slim``: an attachment was left out.
        """
        doubted = self.doubts > 0
        return {**self.facts, "repeated": doubted, "slim": slim, "anchor": self.anchor}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of an attempt: ``status`` is one of the notice statuses; ``cause`` says why.

    ``retry_at`` belongs to ``retry_wait``, and to ``ambiguous`` as the time to look into it (None:
    a person decides). ``ref`` is the provider's name for the message. ``fresh``: forget the
    rendered bytes and render anew; ``slim``: and without attachments. ``decision`` says how a doubt
    was decided: ``found``, ``absent``, ``same_key``, ``resent``, ``held``.
    """

    status: str
    cause: str | None = None
    retry_at: datetime | None = None
    blame: Blame = ""
    ref: str | None = None
    fresh: bool = False
    slim: bool = False
    decision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What became of the notices of one run, by status.

    ``put_back`` were claimed but not tried: a limit was reached, or a server did not answer.
    ``stopped`` says that nothing is sent before somebody releases it, and why; ``trouble`` is the
    cause of the last message that was not handed over.
    """

    accepted: int = 0
    retry_wait: int = 0
    dead: int = 0
    ambiguous: int = 0
    put_back: int = 0
    stopped: str = ""
    trouble: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A provider's limit as a token bucket: ``burst`` messages at once, refilled over ``per``."""

    burst: int
    per: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """What is no longer said as it stands: it waits to be said anew (``Session.reopen``).

    That is a message of the day made before ``digests_before``, and any other notice owed before
    ``singles_before``; alarms never.
    """

    digests_before: datetime
    singles_before: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """The two clocks of delivery: ``now`` tells the time, ``elapsed`` the seconds since anything.

    The second one never steps: a lease is held against it.
    """

    now: Callable[[], datetime]
    elapsed: Callable[[], float]


class RenderError(RectificationError):
    """A message cannot be written: its template is broken; ``line`` counts from 1."""

    def __init__(self, template: str, line: int | None, detail: str) -> None:
        facts = {"template": template, "line": line or "–", "detail": detail}
        super().__init__(Message("template_broken", "{template}, line {line}: {detail}", facts))


class AddressError(RectificationError):
    """A message cannot be written: the address is none that the channel can send to."""

    def __init__(self, address: str) -> None:
        facts = {"address": one_line(address, 80)}
        super().__init__(Message("address_wrong", "{address} is not an e-mail address", facts))


class Begin(Protocol):
    """Called by a channel just before the other side can take the message.

    That is right before the final dot, or before the request is sent. It marks the job inflight,
    committed, with what the channel will need to look the message up (``ref``).
    """

    def __call__(self, ref: str | None = None) -> bool:
        """Return whether to go on.

        False: the claim is lost or nearly run out; the channel then breaks off, so that nothing is
        taken, and returns ``LOST``.
        """


LOST = Outcome(status="claimed", cause="claim_lost")
"""What a channel returns when ``Begin`` said no: the row belongs to somebody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What delivery must know of a channel.

    ``idempotent``: handing over the same message twice leaves one, whenever that is (a file of
    that name). ``server`` names what is spoken to, for the circuit that all nodes share; ``rate``
    limits what is sent under ``credential``, whose bucket all nodes share.
    """

    idempotent: bool = False
    server: str = ""
    credential: str = ""
    rate: Rate | None = None


class Channel(Protocol):
    """A way to reach people."""

    name: str
    traits: Traits

    def compose(self, job: Job) -> bytes:
        """Return the message's bytes: the same for the same job.

        Raises ``RenderError`` and ``AddressError``, which no later attempt can mend.
        """

    def send(self, job: Job, message: bytes, begin: Begin, now: datetime) -> Outcome:
        """Hand the message over and return what became of it; raises nothing foreseen."""

    def look_up(self, job: Job, now: datetime) -> Outcome | None:
        """Return what became of a message whose outcome is unknown, or None if nobody can say.

        ``accepted`` (found), ``dead`` (the provider says that it failed), ``pending`` with the
        decision ``absent`` (certainly not taken) or ``same_key`` (sending it again under its key
        is harmless now), or ``ambiguous`` with a time to look again.
        """

    def close(self) -> None:
        """End what is open towards the other side; sending again opens it anew."""


@runtime_checkable
class Foreseeing(Protocol):
    """A channel that can write the next message while it waits for the answer to one."""

    def foresee(self, job: Job | None) -> None:
        """Note which job will be composed next; None: it is not known."""


class Outbox(Protocol):
    """The notices to be sent, as delivery sees them. Each call is one committed transaction."""

    def claim(
        self,
        channel: str,
        now: datetime,
        lease: timedelta,
        limit: int,
        stale: Stale | None = None,
    ) -> list[Job]:
        """Claim notices of a channel that are free, the oldest first.

        Free is what is pending, or waits until now, or was claimed under a lease that ran out; a
        lease or a wait longer than ever given comes from a clock that was wrong and has run out.
        What is ``stale`` is not free. While ``stopped``, only alarms (``notice.ALARMS``) are free.
        """

    def put_back(self, jobs: Sequence[Job], until: datetime | None) -> None:
        """Free jobs that were not tried: no attempt is counted. ``until`` delays them."""

    def keep(self, job: Job, message: bytes) -> None:
        """Store the rendered bytes, so that every attempt sends the same."""

    def begin(self, job: Job, now: datetime, ref: str | None = None) -> bool:
        """Mark the job inflight, and keep ``ref``; False if its claim was lost to somebody else."""

    def settle(self, job: Job, outcome: Outcome, now: datetime) -> bool:
        """Record the outcome and keep it in the trail; False if the claim no longer holds.

        A doubtful job is settled out of ``ambiguous``, under the token of ``doubtful``.
        """

    def strand(self, now: datetime, idempotent: Sequence[str]) -> int:
        """Decide what was inflight when its lease ran out; return how many became ambiguous.

        On a channel named ``idempotent`` it becomes pending again; elsewhere ambiguous, to be
        looked into after ``SETTLING``.
        """

    def doubtful(self, now: datetime, lease: timedelta, limit: int) -> list[Job]:
        """Claim ambiguous notices whose time to be looked into has come; they stay ambiguous."""

    def orphan(self, channels: Sequence[str], now: datetime) -> int:
        """Settle as dead what is to go by a channel that is not among these; return how many."""

    def ready(self, now: datetime, stale: Stale | None = None) -> int:
        """Return how many notices are free to be sent now, alarms left out."""

    def admit(self, credential: str, rate: Rate, want: int, now: datetime) -> tuple[int, datetime]:
        """Take up to ``want`` tokens; return how many were granted, and when the next is there."""

    def circuit(self, server: str, now: datetime) -> datetime | None:
        """Return until when a server is left alone, None if it may be tried."""

    def report(self, server: str, outcome: Outcome, now: datetime) -> None:
        """Count a failure to reach a server, or a success, which closes its circuit.

        Three failures in a row open it for a while that doubles up to an hour; what is our own
        fault (``blame`` sender) opens it at once.
        """

    def stop(self, cause: str, now: datetime) -> None:
        """Stop sending, on every node, until somebody releases it; alarms still go."""

    def stopped(self) -> str:
        """Return why nothing is sent, "" if sending goes on."""

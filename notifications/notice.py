"""The notice: one person is owed one message, once; its key is what makes it once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

# What became of a notice. It may wait for the send window of its recipient and then be `bundled`
# with others into one message, whose end becomes its own. Of the others `retry_wait`, `inflight`
# and `ambiguous` arise in delivery; the last four are ends. What is ambiguous is looked into, or
# a person decides.
WAITING = "waiting"
BUNDLED = "bundled"
PENDING = "pending"
CLAIMED = "claimed"
INFLIGHT = "inflight"
RETRY_WAIT = "retry_wait"
AMBIGUOUS = "ambiguous"
ACCEPTED = "accepted"
DEAD = "dead"
SUPPRESSED = "suppressed"
SUPERSEDED = "superseded"
STATUSES = (
    WAITING,
    BUNDLED,
    PENDING,
    CLAIMED,
    INFLIGHT,
    RETRY_WAIT,
    AMBIGUOUS,
    ACCEPTED,
    DEAD,
    SUPPRESSED,
    SUPERSEDED,
)

# What is done where nobody can find out whether a message was taken (`if_unknown` of its rung):
# better twice than missed, in a copy that says so; or a person decides.
RESEND = "resend"
HOLD = "hold"

ALARMS = ("stopped",)
"""Templates of what the office must hear even while nothing else is sent."""

ANCHOR = "anchor"
"""Template of the mail that brings a checkpoint's note to an auditor."""

LASTING = (*ALARMS, ANCHOR)
"""Templates of what is said as it stands, by itself and however late it is sent."""

STORM = "storm"
"""Why sending stops by itself: a run found more to send than an office ever sends at once."""

RESTORED = "restored"
"""Why sending is stopped after a restore: what the lost time sent already would go out again."""

REMADE = "remade"
"""Cause of a message that is not sent as it stands: what it said waits again, to be said anew."""

DIGEST = "digest"
"""Template of the message of a day, and what its key begins with."""

UNDELIVERED = "undelivered"
"""Template of a notice that tells of failures; of its own failure nobody is told in turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What is owed: to whom, by which channel, of what.

    ``key`` is deterministic and unique in a store. ``template`` names the text, ``facts`` is all
    that it may say (JSON values, already in the recipient's language). A notice that cannot or
    need not be sent is born ``dead`` or ``superseded``, with its ``cause``. ``bundle`` is the key
    of the message that took it along.
    """

    key: str
    issue: str
    template: str
    recipient: str
    channel: str
    address: str
    language: str
    created_at: datetime
    facts: Mapping[str, Any] = field(default_factory=dict)
    obligation: str | None = None
    rung: str | None = None
    status: str = PENDING
    cause: str | None = None
    bundle: str | None = None
    if_unknown: str = RESEND

    @property
    def message_id(self) -> str:
        """The left part of the Message-ID: the same for every attempt to send this notice."""
        import hashlib  # takes longer to load than all of this, and a list needs none of it

        return hashlib.sha256(self.key.encode()).hexdigest()[:40]

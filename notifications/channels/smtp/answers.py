"""What the answers of a mail server mean, and what is done about a refusal.

Enhanced codes (RFC 3463, the registry of RFC 5248) decide before the basic ones (RFC 5321 4.2.2),
which servers use loosely. What is for now is tried again; of what is for good it matters whether
it is about the recipient, the message, its size, or about us, which concerns every message.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from notifications.cleaning import one_line
from notifications.delivery.protocol import Blame, Job, Outcome
from notifications.delivery.retrying import GREYLIST, try_again, without_attachments
from notifications.notice import DEAD

Step = Literal["MAIL", "RCPT", "DATA", "message"]
"""What was answered: a command, or the message itself."""

_ENHANCED = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})\b")
_CLOSING = (421, 521)
_LOGIN = (530, 534, 535, 538)
_OUT_OF_STEP = (500, 502, 503, 504)
_TOO_LARGE = ((2, 3), (3, 4))
_SENDER_WRONG = ((1, 7), (1, 8))
_OF_RECIPIENTS = (1, 2, 4)
"""Subjects of enhanced codes: address, mailbox, route. 6 is content."""

_OF_POLICY = 7
"""What is forbidden may be this address ("relaying denied" to a domain that was mistyped), this
text, or we."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A server's answer; ``code`` is -1 for what is none by the grammar of RFC 5321 4.2."""

    code: int
    raw: bytes

    def __str__(self) -> str:
        """Return the answer as one line: its code, if it has one, and the beginning of its text."""
        text = self.raw.decode("utf-8", errors="replace")
        return one_line(text if self.code < 0 else f"{self.code} {text}")

    @property
    def is_yes(self) -> bool:
        """Whether it grants what was asked; 221 or 220, say, would answer something else."""
        return self.code // 10 == 25

    @property
    def is_no(self) -> bool:
        """Whether it refuses."""
        return self.code // 100 in (4, 5)

    @property
    def is_last(self) -> bool:
        """Whether the server closes the connection with it (RFC 5321 3.8, RFC 7504)."""
        return self.code in _CLOSING

    @property
    def enhanced(self) -> tuple[int, int, int] | None:
        """Its enhanced code: class, subject and detail."""
        found = _ENHANCED.match(self.raw.decode("ascii", errors="replace"))
        if found is None:
            return None
        kind, subject, detail = (int(part) for part in found.groups())
        return kind, subject, detail

    @property
    def is_about_us(self) -> bool:
        """Whether it refuses for good because of our login, our address or a policy."""
        enhanced = self.enhanced
        if self.code // 100 != 5 or (enhanced is not None and enhanced[0] == 4):
            return False
        return self.code in _LOGIN or (enhanced is not None and enhanced[1] == 7)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a refusal means: its cause, whose fault it is, and what may be done about it."""

    cause: str
    blame: Blame
    action: Literal["again", "later", "never", "slim"]


AWAY = Meaning("try_later", "server", "again")
UNCLEAR = Meaning("answer_unclear", "", "again")
OURS = Meaning("sender_refused", "sender", "again")
POLICY = Meaning("sender_refused", "policy", "again")
NOBODY = Meaning("recipient_refused", "recipient", "never")
UNWANTED = Meaning("message_refused", "message", "never")
TOO_LARGE = Meaning("too_large", "message", "slim")
_LATER: dict[Step, Meaning] = {
    # Nothing was said yet but who sends: it is all the same for the next message.
    "MAIL": Meaning("try_later", "server", "later"),
    "RCPT": Meaning("try_later", "recipient", "later"),
    "DATA": Meaning("try_later", "message", "later"),
    "message": Meaning("try_later", "message", "later"),
}


def meaning(step: Step, answer: Answer) -> Meaning:
    """Return what it means that a step was not granted."""
    if answer.is_last:
        return AWAY
    if not answer.is_no:
        return UNCLEAR
    enhanced = answer.enhanced
    if answer.code // 100 == 4 or (enhanced is not None and enhanced[0] == 4):
        return _LATER[step]
    if answer.code in _LOGIN:
        return OURS
    if enhanced is not None and enhanced[0] == 5:
        return _by_enhanced(step, enhanced[1:]) or _by_basic(step, answer.code)
    return _by_basic(step, answer.code)


def _by_enhanced(step: Step, detail: tuple[int, int]) -> Meaning | None:
    """Return what is meant by an enhanced code of class 5; None where it leaves that open."""
    if detail in _TOO_LARGE:
        return TOO_LARGE
    if detail in _SENDER_WRONG or step == "MAIL":
        return OURS
    if detail[0] == _OF_POLICY:
        return POLICY
    if detail[0] in _OF_RECIPIENTS:
        return NOBODY
    return UNWANTED if detail[0] == 6 else None


def _by_basic(step: Step, code: int) -> Meaning:
    """Return what is meant by a code of class 5 alone."""
    if step == "MAIL":
        return OURS
    if code in _OUT_OF_STEP:
        return UNCLEAR
    if step == "RCPT":
        return NOBODY  # 552 as well: of the message nothing is known yet, so a mailbox is full
    return TOO_LARGE if code == 552 else UNWANTED


def refused(job: Job, now: datetime, step: Step, answer: Answer) -> Outcome:
    """Return the outcome of a message of which it is certain that the server did not take it."""
    found = meaning(step, answer)
    cause = f"{found.cause}: {answer}"
    match found.action:
        case "never":
            return Outcome(status=DEAD, cause=cause, blame=found.blame)
        case "slim":
            return without_attachments(job, cause)
        case "later":
            return try_again(job, now, cause, blame=found.blame, at_least=GREYLIST)
    return try_again(job, now, cause, blame=found.blame)

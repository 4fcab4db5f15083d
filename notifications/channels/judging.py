"""What a messenger's answer means: taken, refused and why, or nobody can say.

Messengers refuse with HTTP 200 and a number in JSON. A message was taken only where the answer has
exactly the form that the vendor documents for that; a number that no table knows is a refusal. What
is neither may mean that the message was taken, so it leaves the outcome open.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, NoReturn

from notifications.channels.http import Answer
from notifications.cleaning import one_line
from notifications.delivery.protocol import Blame, Job, Outcome
from notifications.delivery.retrying import try_again
from notifications.notice import AMBIGUOUS, DEAD

Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a refusal means: its cause, whose fault it is, what is done, and the least wait.

    ``renew``: the access token is not valid any more, and a new one will do.
    """

    cause: str
    blame: Blame
    action: Literal["again", "never", "renew", "unclear"]
    wait: timedelta | None = None


BUSY = Meaning("try_later", "server", "again")
OURS = Meaning("sender_refused", "sender", "again")
NOBODY = Meaning("recipient_refused", "recipient", "never")
UNWANTED = Meaning("message_refused", "message", "never")
EXPIRED = Meaning("sender_refused", "sender", "renew")
UNCLEAR = Meaning("answer_unclear", "server", "unclear")
LOST_ANSWER = Meaning("answer_lost", "server", "unclear")
NO_WAY = Meaning("unreachable", "server", "again")


def too_fast(wait: timedelta) -> Meaning:
    """Return the meaning of a refusal because of too many messages, for so long at least."""
    return Meaning("rate_limited", "server", "again", wait)


FAST = too_fast(timedelta(minutes=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How a vendor says what became of a request.

    ``code`` finds the number among the fields of an answer, None where none stands there as it
    should; 0 means that it was done. ``meanings`` says what the others mean, ``text`` is the name
    of the field with the vendor's own words.
    """

    code: Callable[[Fields], int | None]
    text: str
    meanings: Mapping[int, Meaning]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What an answer means; without a ``meaning`` it says that the request was done.

    ``fields`` are its fields, as far as it has any, ``said`` what the other side said of it.
    """

    fields: Fields = field(default_factory=dict)
    meaning: Meaning | None = None
    said: str = ""

    def outcome(self, job: Job, now: datetime) -> Outcome:
        """Return what became of a message that was not, or perhaps not, taken."""
        meaning = self.meaning or UNCLEAR
        cause = f"{meaning.cause}: {self.said}" if self.said else meaning.cause
        match meaning.action:
            case "never":
                return Outcome(status=DEAD, cause=cause, blame=meaning.blame)
            case "unclear":
                return Outcome(status=AMBIGUOUS, cause=cause, blame=meaning.blame)
        return try_again(job, now, cause, blame=meaning.blame, at_least=meaning.wait)


def unclear(fields: Fields, said: str) -> Verdict:
    """Return that an answer is not of the form in which its vendor says that it was done."""
    return Verdict(fields=fields, meaning=UNCLEAR, said=said)


def judged(answer: Answer, dialect: Dialect, now: datetime) -> Verdict:
    """Return what an answer means. With HTTP 5xx, too, a refusal is one if the vendor says so."""
    found = fields_of(answer.body)
    code = None if found is None else dialect.code(found)
    if found is None or code is None:
        meaning = _by_status(answer, now)
        return Verdict(fields=found or {}, meaning=meaning, said=f"HTTP {answer.status}")
    if code == 0:
        if answer.status != 200:
            return unclear(found, f"HTTP {answer.status}")
        return Verdict(fields=found)
    text = found.get(dialect.text)
    said = f"{code} {text}" if isinstance(text, str) else str(code)
    meaning = dialect.meanings.get(code, UNWANTED)
    return Verdict(fields=found, meaning=_waiting(meaning, answer, now), said=one_line(said))


def fields_of(body: bytes) -> Fields | None:
    """Return the fields of a JSON object; None if it is none, or says a thing twice."""
    try:
        read = json.loads(
            body.decode("utf-8"), object_pairs_hook=_once, parse_constant=_refuse_constant
        )
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None


def whole(fields: Fields, name: str) -> int | None:
    """Return a field that is a whole number, written as one; None otherwise."""
    value = fields.get(name)
    return value if type(value) is int else None


def text_of(fields: Fields, name: str) -> str | None:
    """Return a field that is a text and not empty; None otherwise."""
    value = fields.get(name)
    return value if isinstance(value, str) and value else None


def _by_status(answer: Answer, now: datetime) -> Meaning:
    """Return what an answer means of which only the status can be understood (RFC 9110, 15)."""
    wait = answer.wait(now)
    match answer.status:
        case 429:
            return _waiting(FAST, answer, now)
        case 503 if wait is not None:
            return _waiting(BUSY, answer, now)
        case 408 | 425:
            return BUSY
        case 401 | 403 | 404 | 405 | 407 | 410 | 421:
            return OURS
        case status if 300 <= status < 400:
            return OURS
        case status if 400 <= status < 500:
            return UNWANTED
    return UNCLEAR


def _waiting(meaning: Meaning, answer: Answer, now: datetime) -> Meaning:
    """Return a meaning with the wait that the other side asks for, if that is longer."""
    wait = answer.wait(now)
    if wait is None or meaning.action != "again" or wait <= (meaning.wait or timedelta(0)):
        return meaning
    return Meaning(meaning.cause, meaning.blame, meaning.action, wait)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands there twice")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")

"""The notices owed by an instant, with what had become of each by then.

A notice's row holds the present; its trail holds every time that something became of it. What had
ended by the instant and was left alone since is as it is; of everything else the status of then is
worked out from the trail, and from when its message of the day was made. What a trail does not
tell, such as a claim that lasted for seconds, is not known of the past.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from notifications.notice import (
    ACCEPTED,
    AMBIGUOUS,
    BUNDLED,
    DEAD,
    PENDING,
    RETRY_WAIT,
    SUPERSEDED,
    SUPPRESSED,
    WAITING,
)
from notifications.planning.digest import is_digest
from states.frozen import replace
from workflow.memory.kept import Kept
from workflow.ports import Delivery, Sent

ENDS = (ACCEPTED, DEAD, SUPPRESSED, SUPERSEDED)
BY_HAND = "by_hand"
REMADE = "remade"
NO_ADDRESS, NOBODY_TO_TELL = "no_address", "nobody_to_tell"
NOBODY = "-"

Trail = Callable[[int], Sequence[Delivery]]
"""Returns what became of a notice, oldest first."""


@dataclass(frozen=True, slots=True)
class PastNotices:
    """Finds the status that notices had at an instant, by the notices of today and their trails.

    ``held`` says of an issue whether nothing of its round was sent then.
    """

    at: datetime
    trail: Trail
    held: Callable[[str], bool]

    def as_of(self, sent: Sequence[Sent]) -> dict[str, Kept]:
        """Return the notices that were owed by then, by their keys."""
        owed = [one for one in sent if one.notice.created_at <= self.at]
        found = {one.notice.key: self._then(one) for one in owed if is_digest(one.notice.key)}
        remade = [found[one.notice.key] for one in owed if _is_remade(one)]
        for one in owed:
            if one.notice.key not in found:
                found[one.notice.key] = self._item(one, found, remade)
        return {kept.notice.key: _as_it_stood(kept) for kept in sorted(found.values(), key=_by_id)}

    def _item(self, sent: Sent, digests: dict[str, Kept], remade: Sequence[Kept]) -> Kept:
        """Return a notice that may have gone in a message of the day."""
        kept = self._then(sent)
        message = digests.get(sent.notice.bundle or "")
        if kept.status == WAITING and not self.held(sent.notice.issue):
            former = [one for one in remade if _held(one, sent)]
            ended = [one for one in former if one.status == SUPERSEDED]
            tried = max((one.attempts for one in ended), default=0)
            first_at = min((one.first_at for one in ended if one.first_at), default=None)
            kept = replace(kept, attempts=tried, first_at=first_at)
            lasting = (one for one in former if one.status != SUPERSEDED)
            message = message or next(lasting, None)
        if message is None:
            return replace(kept, notice=replace(kept.notice, bundle=None))
        kept = replace(kept, notice=replace(kept.notice, bundle=message.notice.key))
        if kept.status != WAITING:
            return kept
        if message.status in ENDS:
            return replace(
                kept, status=message.status, cause=message.cause, settled_at=message.settled_at
            )
        return replace(kept, status=BUNDLED, cause=None)

    def _then(self, sent: Sent) -> Kept:
        if self._is_as_then(sent):
            return _kept(sent)
        lines = list(self.trail(sent.id))
        past = [line for line in lines if line.at <= self.at]
        coming = [line for line in lines if line.at > self.at]
        if past:
            return self._last_became(sent, past, coming)
        return self._first_was(sent, coming)

    def _is_as_then(self, sent: Sent) -> bool:
        """Return whether nothing became of a notice after the instant.

        An item's end is its message's; it may have been made part of it only later.
        """
        ended = sent.settled_at is not None and sent.settled_at <= self.at
        return ended and (sent.resolved_at is None or sent.resolved_at <= self.at)

    def _last_became(
        self, sent: Sent, past: Sequence[Delivery], coming: Sequence[Delivery]
    ) -> Kept:
        """Return a notice as the last line of its trail by then left it."""
        last = past[-1]
        begun = max((n for n, line in enumerate(past) if _starts_anew(line)), default=-1) + 1
        tried = [line for line in past[begun:] if line.cause != BY_HAND]
        following = coming[0] if coming and coming[0].cause != BY_HAND else None
        waits = last.status in (RETRY_WAIT, AMBIGUOUS)
        by_hand = [line.at for line in past if line.cause == BY_HAND]
        retry_at = following.at if following is not None else None if coming else sent.retry_at
        return replace(
            _kept(sent),
            status=last.status,
            cause=last.cause,
            attempts=len(tried),
            first_at=tried[0].at if tried else None,
            retry_at=retry_at if waits else None,
            settled_at=last.at if last.status in ENDS else None,
            resolved_at=by_hand[-1] if by_hand and last.cause == BY_HAND else None,
            doubts=_doubts(past),
            decision=None if coming else sent.decision,
            ref=next((line.ref for line in reversed(past) if line.ref), None),
        )

    def _first_was(self, sent: Sent, coming: Sequence[Delivery]) -> Kept:
        """Return a notice of which nothing had become by then."""
        kept = replace(
            _kept(sent),
            cause=None,
            attempts=0,
            first_at=None,
            retry_at=None,
            settled_at=None,
            resolved_at=None,
            doubts=0,
            decision=None,
            ref=None,
        )
        if coming and coming[0].cause == BY_HAND:  # only what is dead or in doubt is decided on
            cause = NOBODY_TO_TELL if sent.notice.recipient == NOBODY else NO_ADDRESS
            return replace(kept, status=DEAD, cause=cause, settled_at=sent.notice.created_at)
        goes_alone = bool(coming) or sent.status in (PENDING, RETRY_WAIT, "claimed", "inflight")
        return replace(kept, status=PENDING if goes_alone else WAITING)


def _kept(sent: Sent) -> Kept:
    """Return a notice as it is today."""
    return Kept(
        id=sent.id,
        notice=sent.notice,
        status=sent.status,
        cause=sent.cause,
        attempts=sent.attempts,
        first_at=sent.first_at,
        retry_at=sent.retry_at,
        settled_at=sent.settled_at,
        resolved_at=sent.resolved_at,
        doubts=sent.doubts,
        decision=sent.decision,
        ref=sent.ref,
    )


def _by_id(kept: Kept) -> int:
    return kept.id


def _as_it_stood(kept: Kept) -> Kept:
    """Return a notice whose own words of its status are those of then, too."""
    return replace(kept, notice=replace(kept.notice, status=kept.status, cause=kept.cause))


def _starts_anew(line: Delivery) -> bool:
    return line.cause == BY_HAND and line.status == PENDING


def _doubts(past: Sequence[Delivery]) -> int:
    before = ""
    count = 0
    for line in past:
        count += line.status == AMBIGUOUS != before
        before = line.status
    return count


def _is_remade(sent: Sent) -> bool:
    return is_digest(sent.notice.key) and (sent.status, sent.cause) == (SUPERSEDED, REMADE)


def _held(message: Kept, sent: Sent) -> bool:
    """Return whether a message of the day that was made anew later held a notice before that.

    Its row no longer says so; whatever waited for its person when it was made was in it.
    """
    digest, notice = message.notice, sent.notice
    return (
        (digest.recipient, digest.channel) == (notice.recipient, notice.channel)
        and notice.created_at <= digest.created_at
        and (sent.settled_at is None or sent.settled_at > digest.created_at)
    )

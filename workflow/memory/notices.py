"""The notices of the memory store as a session sees them: what waits, what failed, what is decided.

Each function works on the session's own snapshot of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from notifications.delivery.protocol import LEASE, Outcome, Stale
from notifications.notice import (
    ALARMS,
    AMBIGUOUS,
    BUNDLED,
    CLAIMED,
    DEAD,
    PENDING,
    REMADE,
    RETRY_WAIT,
    SUPERSEDED,
    SUPPRESSED,
    UNDELIVERED,
    WAITING,
    Notice,
)
from notifications.planning.digest import is_digest
from states.frozen import replace
from workflow.memory.kept import Kept, has_run_out, is_stale, items_of
from workflow.ports import Addressee, Sent, Tally, Waiting

Notices = dict[str, Kept]
BY_HAND = "by_hand"


def in_order(notices: Notices) -> list[Kept]:
    """Return notices, oldest first."""
    return sorted(notices.values(), key=lambda k: k.id)


def listed(notices: Notices, issue: str | None) -> list[Sent]:
    """Return notices with their outcome, oldest first; of one issue or of all."""
    return [k.sent() for k in in_order(notices) if issue in (None, k.notice.issue)]


def some(notices: Notices, ids: Collection[int]) -> list[Sent]:
    """Return the notices of these ids that exist, ordered by id."""
    return [k.sent() for k in in_order(notices) if k.id in frozenset(ids)]


def owe(notices: Notices, owed: Sequence[Notice]) -> int:
    """Write the notices whose key is not there yet; return how many were new."""
    new = 0
    for notice in owed:
        if notice.key not in notices:
            notices[notice.key] = Kept.of(len(notices) + 1, notice)
            new += 1
    return new


def addressees(notices: Notices) -> list[Addressee]:
    """Return for whom notices wait, by person and channel."""
    waiting = Counter(
        (k.notice.recipient, k.notice.channel) for k in notices.values() if k.status == WAITING
    )
    return [
        Addressee(recipient=recipient, channel=channel, items=items)
        for (recipient, channel), items in sorted(waiting.items())
    ]


def waiting(notices: Notices, recipient: str, channel: str) -> list[Waiting]:
    """Return the notices that wait for a person on a channel, oldest first."""
    return [
        Waiting(id=k.id, notice=k.notice)
        for k in in_order(notices)
        if k.status == WAITING and (k.notice.recipient, k.notice.channel) == (recipient, channel)
    ]


def withdraw(notices: Notices, items: Collection[int], cause: str, now: datetime) -> None:
    """Settle waiting notices as superseded: they need not be sent any more."""
    for kept in _of(notices, items, (WAITING,)):
        notices[kept.notice.key] = replace(kept, status=SUPERSEDED, cause=cause, settled_at=now)


def bundle(notices: Notices, digest: Notice, items: Collection[int]) -> bool:
    """Write a digest and make waiting notices its items; False if its key is there already.

    It is as old as the first attempt to say any of them.
    """
    before = notices.get(digest.key)
    if before is not None and (before.status, before.cause) != (SUPERSEDED, REMADE):
        return False
    taken = _of(notices, items, (WAITING,))
    for kept in taken:
        notice = replace(kept.notice, bundle=digest.key)
        notices[notice.key] = replace(kept, status=BUNDLED, notice=notice)
    first_at = min((kept.first_at for kept in taken if kept.first_at), default=None)
    attempts = max((kept.attempts for kept in taken), default=0)
    made = Kept.of(len(notices) + 1, digest) if before is None else _revived(before, digest)
    notices[digest.key] = replace(made, first_at=first_at, attempts=attempts)
    return True


def _revived(before: Kept, digest: Notice) -> Kept:
    """Return a message that was taken back as it is made anew on the same day."""
    return replace(
        before,
        notice=digest,
        status=digest.status,
        cause=None,
        settled_at=None,
        retry_at=None,
        message=None,
        slim=False,
    )


def reopen(notices: Notices, stale: Stale, now: datetime) -> int:
    """Let what was not sent in its time wait again; return how many do."""
    again = 0
    for kept in in_order(notices):
        if not _is_unsent(kept, now) or not is_stale(kept, stale):
            continue
        again += _freed(notices, kept, now)
    return again


def take_back(notices: Notices, id: int, token: str, now: datetime) -> bool:
    """Let a claimed notice wait again; False if the claim was lost."""
    for kept in _of(notices, (id,), (CLAIMED,)):
        if kept.token == token:
            _freed(notices, replace(kept, attempts=kept.attempts - 1), now)
            return True
    return False


def _freed(notices: Notices, kept: Kept, now: datetime) -> int:
    """Let a notice wait again, or the items of a message; return how many do."""
    if not is_digest(kept.notice.key):
        notices[kept.notice.key] = replace(
            kept, status=WAITING, cause=None, retry_at=None, lease_until=None, message=None
        )
        return 1
    notices[kept.notice.key] = kept.ending(Outcome(status=SUPERSEDED, cause=REMADE), now)
    free = [k for k in items_of(notices, kept.notice.key) if k.status == BUNDLED]
    for item in free:
        notice = replace(item.notice, bundle=None)
        notices[notice.key] = replace(
            item,
            status=WAITING,
            notice=notice,
            first_at=item.first_at or kept.first_at,
            attempts=max(item.attempts, kept.attempts),
        )
    return len(free)


def _is_unsent(kept: Kept, now: datetime) -> bool:
    if kept.status == CLAIMED:
        return has_run_out(kept.lease_until, now, LEASE)
    return kept.status in (PENDING, RETRY_WAIT)


def unresolved(notices: Notices) -> list[Sent]:
    """Return the failures nobody has taken note of, oldest first."""
    return [
        kept.sent()
        for kept in in_order(notices)
        if (kept.status == DEAD or (kept.status == AMBIGUOUS and kept.retry_at is None))
        and kept.resolved_at is None
        and kept.notice.bundle is None
        and kept.notice.template not in (*ALARMS, UNDELIVERED)
    ]


def decide(notices: Notices, ids: Collection[int], outcome: Outcome, now: datetime) -> int:
    """Decide by hand about notices that are dead or ambiguous; return how many were."""
    status = outcome.status
    open_ones = (DEAD, AMBIGUOUS) if status == PENDING else (DEAD, AMBIGUOUS, PENDING, RETRY_WAIT)
    decided = [kept for kept in _of(notices, ids, open_ones) if kept.notice.bundle is None]
    for kept in decided:
        ended = replace(kept.ending(outcome, now), resolved_at=now)
        if status == PENDING:
            ended = replace(ended, attempts=0, first_at=None)
        notices[kept.notice.key] = ended
        for item in items_of(notices, kept.notice.key):
            if item.status in (BUNDLED, DEAD):
                became = (BUNDLED, None) if status == PENDING else (status, outcome.cause)
                notices[item.notice.key] = replace(
                    item, status=became[0], cause=became[1], settled_at=ended.settled_at
                )
    return len(decided)


def readdress(notices: Notices, id: int, channel: str, address: str) -> None:
    """Send a notice elsewhere from now on."""
    for kept in _of(notices, (id,), (DEAD, AMBIGUOUS, WAITING)):
        notice = replace(kept.notice, channel=channel, address=address)
        notices[notice.key] = replace(kept, notice=notice)


def sent_since(notices: Notices, recipient: str, channel: str, since: datetime) -> int:
    """Return how many messages to a person were owed on a channel since.

    Items are left out, and what could never be sent.
    """
    return sum(
        (k.notice.recipient, k.notice.channel) == (recipient, channel)
        and k.notice.created_at >= since
        and k.notice.bundle is None
        and k.status not in (WAITING, SUPERSEDED, SUPPRESSED)
        and (k.status != DEAD or k.attempts > 0)
        for k in notices.values()
    )


def tally(notices: Notices) -> list[Tally]:
    """Return how many notices have each status, ordered by status."""
    since: dict[str, list[datetime]] = {}
    for kept in notices.values():
        first = kept.first_at if kept.status in (RETRY_WAIT, AMBIGUOUS) else None
        since.setdefault(kept.status, []).append(first or kept.notice.created_at)
    return [
        Tally(status=status, count=len(found), oldest=min(found))
        for status, found in sorted(since.items())
    ]


def _of(notices: Notices, ids: Collection[int], statuses: Sequence[str]) -> list[Kept]:
    wanted = frozenset(ids)
    return [k for k in in_order(notices) if k.id in wanted and k.status in statuses]


def by_hand(status: str, decision: str) -> Outcome:
    """Return the outcome of a decision by hand; what is sent again is rendered anew."""
    return Outcome(status=status, cause=BY_HAND, decision=decision, fresh=status == PENDING)

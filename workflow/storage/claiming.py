"""Which notices are free to be sent, in doubt or stranded, and claiming them in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, Text, bindparam, exists, func, or_, select, update

from notifications.delivery.limits import FORGOTTEN, SKEW
from notifications.delivery.protocol import LEASE, Job, Stale
from notifications.notice import ALARMS, DIGEST, LASTING
from states.canonical import instant
from states.checkpoint import SHORT
from workflow.storage.bodies import Facts
from workflow.storage.cells import moment
from workflow.storage.constructs import among
from workflow.storage.seal_tables import checkpoints
from workflow.storage.tables import halts, notices

_STATUS = notices.c.status
_NOW = bindparam("now", type_=Text)
_UNSETTLED = notices.c.settled_at.is_(None)  # what the partial index holds

_WAITED = or_(
    notices.c.retry_at.is_(None),
    notices.c.retry_at <= _NOW,
    notices.c.retry_at > bindparam("longest", type_=Text),
)
HAS_LAPSED = or_(
    notices.c.lease_until <= _NOW, notices.c.lease_until > bindparam("latest", type_=Text)
)
IS_ALARM = among(notices.c.template, ALARMS)
IS_DIGEST: ColumnElement[bool] = func.substr(
    notices.c.key, 1, len(DIGEST) + 1
).is_not_distinct_from(f"{DIGEST}/")
IS_STALE = or_(
    IS_DIGEST & (notices.c.created_at < bindparam("digests_before", type_=Text)),
    ~IS_DIGEST & (notices.c.created_at < bindparam("singles_before", type_=Text)),
) & ~among(notices.c.template, LASTING)
IS_FREE = _UNSETTLED & or_(
    _STATUS == "pending",
    (_STATUS == "retry_wait") & _WAITED,
    (_STATUS == "claimed") & HAS_LAPSED,
)
_MAY_GO = or_(IS_ALARM, ~exists(select(halts.c.id).where(halts.c.released_at.is_(None))))

_JOB = (
    "id",
    "key",
    "message_id",
    "template",
    "recipient",
    "channel",
    "address",
    "language",
    "facts",
    "created_at",
    "attempts",
    "message",
    "first_at",
    "doubts",
    "slim",
    "if_unknown",
    "ref",
)

# What is rendered in this claim says it in its foot.
ANCHOR = select(checkpoints.c.size, checkpoints.c.root).order_by(checkpoints.c.size.desc()).limit(1)

# As common table expressions: what locks rows is then evaluated once, however it is joined.
_OLDEST = (
    select(notices.c.id)
    .where(IS_FREE, notices.c.channel == bindparam("channel"), ~IS_STALE, _MAY_GO)
    .order_by(notices.c.id)
    .limit(bindparam("limit", type_=Integer))
    .with_for_update(skip_locked=True, of=notices)
    .cte("oldest")
)
CLAIM = (
    update(notices)
    .values(
        status="claimed",
        attempts=notices.c.attempts + 1,
        token=bindparam("token"),
        lease_until=bindparam("lease_until"),
    )
    .where(notices.c.id.in_(select(_OLDEST.c.id)))
    .returning(*(notices.c[name] for name in _JOB))
)
_IN_DOUBT = (
    select(notices.c.id)
    .where(
        _UNSETTLED,
        _STATUS == "ambiguous",
        notices.c.retry_at.is_not(None),
        _WAITED,
        or_(notices.c.lease_until.is_(None), HAS_LAPSED),
    )
    .order_by(notices.c.id)
    .limit(bindparam("limit", type_=Integer))
    .with_for_update(skip_locked=True, of=notices)
    .cte("in_doubt")
)
DOUBTFUL = (
    update(notices)
    .values(token=bindparam("token"), lease_until=bindparam("lease_until"))
    .where(notices.c.id.in_(select(_IN_DOUBT.c.id)))
    .returning(*(notices.c[name] for name in _JOB))
)
STRANDED = (
    select(notices.c.id, notices.c.token, notices.c.channel, notices.c.key)
    .where(_UNSETTLED, _STATUS == "inflight", HAS_LAPSED)
    .order_by(notices.c.id)
    .with_for_update(skip_locked=True)
)
# What somebody has let go once is never counted again.
_RELEASED = select(halts.c.released_at).where(halts.c.id == 1).scalar_subquery()
READY = (
    select(func.count())
    .select_from(notices)
    .where(IS_FREE, ~IS_STALE, ~IS_ALARM, notices.c.created_at > func.coalesce(_RELEASED, ""))
)


def claiming(now: datetime, lease: timedelta = LEASE, stale: Stale | None = None) -> dict[str, str]:
    """Return the instants that the statements above ask for."""
    return {
        "now": moment(now),
        "longest": moment(now + FORGOTTEN + SKEW),
        "latest": moment(now + lease + SKEW),
        "lease_until": moment(now + lease),
        "digests_before": moment(stale.digests_before) if stale else "",
        "singles_before": moment(stale.singles_before) if stale else "",
    }


def anchor_in(row: Sequence[Any] | None) -> str:
    """Return the short form of the latest checkpoint, "" where there is none."""
    return f"{row[0]}:{row[1][:SHORT]}" if row else ""


def job_in(row: Sequence[Any], token: str, anchor: str) -> Job:
    """Return a claimed row as a job. Raises ``ValueError`` if it cannot be read."""
    values = dict(zip(_JOB, row, strict=True))
    values["facts"] = Facts(values["facts"])
    values["created_at"] = instant(values["created_at"])
    values["first_at"] = values["first_at"] and instant(values["first_at"])
    values["slim"] = values["slim"] == 1
    return Job(**values, token=token, anchor=anchor)

"""The steps of a delivery as tests take them by hand, on any store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from notifications.delivery.protocol import LEASE, Job, Outcome
from notifications.notice import ACCEPTED, AMBIGUOUS, DEAD, RETRY_WAIT, WAITING, Notice
from notifications.planning.digest import digest_key
from tests.changes import a_notice, owed
from workflow.ports import Sent, Store

NOW = datetime(2023, 3, 2, 1, tzinfo=UTC)
EXPIRED = NOW + LEASE
A_TICK = timedelta(microseconds=1)
SENT = Outcome(status=ACCEPTED)
FAILED = Outcome(status=DEAD, cause="550")
LATER = Outcome(status=RETRY_WAIT, cause="450", retry_at=NOW + timedelta(hours=1))
UNKNOWN = Outcome(status=AMBIGUOUS, cause="answer_lost", retry_at=NOW + timedelta(minutes=10))
HELD = Outcome(status=AMBIGUOUS, cause="held_for_decision", decision="held")


def claimed(store: Store, now: datetime = NOW, limit: int = 100, **how: Any) -> list[Job]:
    """Claim what goes by mail; ``channel`` and ``stale`` may be given."""
    return store.outbox.claim(how.pop("channel", "mail"), now, LEASE, limit, **how)


def a_job(store: Store, key: str = "a", **fields: Any) -> Job:
    """Owe a notice and claim it."""
    owed(store, a_notice(key, **fields))
    (job,) = claimed(store)
    return job


def ended(store: Store, outcome: Outcome, key: str = "a", now: datetime = NOW) -> Job:
    """Owe a notice, claim it, hand it over and settle it; return its job."""
    job = a_job(store, key)
    assert store.outbox.begin(job, now)
    assert store.outbox.settle(job, outcome, now)
    return job


def inflight(store: Store, key: str = "a", **fields: Any) -> Job:
    """Owe a notice, claim it and begin to hand it over."""
    job = a_job(store, key, **fields)
    assert store.outbox.begin(job, NOW)
    return job


def doubted(store: Store, at: datetime) -> list[Job]:
    """Claim the doubts to be looked into by then."""
    return store.outbox.doubtful(at, LEASE, 100)


def sent(store: Store) -> list[Sent]:
    """Return every notice, the oldest first."""
    with store.reading() as session:
        return session.notices()


def sent_of(store: Store, key: str) -> Sent:
    """Return the notice of a key."""
    return {one.notice.key: one for one in sent(store)}[key]


def statuses(store: Store) -> list[str]:
    """Return the status of every notice, the oldest first."""
    return [one.status for one in sent(store)]


def trail(store: Store, key: str) -> list[tuple[str, str | None]]:
    """Return status and cause of every line of a notice's trail."""
    id = sent_of(store, key).id
    with store.reading() as session:
        lines = session.deliveries(id)
    assert [line.n for line in lines] == list(range(1, len(lines) + 1))
    return [(line.status, line.cause) for line in lines]


def a_digest(
    store: Store, *keys: str, at: datetime = NOW, person: str = "wang", **fields: Any
) -> Notice:
    """Owe items of those keys and make a message of the day of them."""
    items = [a_notice(key, status=WAITING, recipient=person, **fields) for key in keys]
    owed(store, *items)
    with store.writing() as session:
        return bundled(session, at, person)


def bundled(session: Any, at: datetime, person: str = "wang") -> Notice:
    """Make a message of the day of what waits for a person."""
    key = digest_key(person, "mail", at.date())
    digest = a_notice(key, template="digest", issue="", recipient=person, created_at=at)
    assert session.bundle(digest, [item.id for item in session.waiting(person, "mail")])
    return digest

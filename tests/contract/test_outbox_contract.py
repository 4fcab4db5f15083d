"""What every outbox promises: a notice is claimed by one, and lost claims change nothing."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from notifications.delivery import LEASE, Job, Outcome
from tests.changes import CREATED_AT, a_notice, owed
from workflow.ports import Sent, Store

NOW = datetime(2023, 3, 2, 1, tzinfo=UTC)
EXPIRED = NOW + LEASE
SENT = Outcome(status="accepted")


def claimed(store: Store, now: datetime = NOW, limit: int = 100) -> list[Job]:
    return store.outbox.claim(now, LEASE, limit)


def a_job(store: Store, key: str = "a") -> Job:
    owed(store, a_notice(key))
    (job,) = claimed(store)
    return job


def sent(store: Store) -> list[Sent]:
    with store.reading() as session:
        return session.notices()


def statuses(store: Store) -> list[str]:
    return [one.status for one in sent(store)]


# --- claiming ----------------------------------------------------------------------------------


def test_a_claim_brings_all_that_delivery_needs(store: Store) -> None:
    notice = a_notice("a", language="en")
    owed(store, notice)

    (job,) = claimed(store)

    assert job == Job(
        id=sent(store)[0].id,
        key="a",
        message_id=notice.message_id,
        template="due",
        recipient="wang",
        channel="mail",
        address="wang@office.example",
        language="en",
        facts=notice.facts,
        created_at=CREATED_AT,
        attempts=1,
        token=job.token,
        message=None,
    )
    assert len(job.token) >= 32
    assert (statuses(store), sent(store)[0].attempts) == (["claimed"], 1)


def test_the_oldest_are_claimed_first_and_no_more_than_asked_for(store: Store) -> None:
    owed(store, *(a_notice(key) for key in "dbca"))

    assert [job.key for job in claimed(store, limit=3)] == ["d", "b", "c"]
    assert [job.key for job in claimed(store)] == ["a"]
    assert claimed(store) == []


def test_a_claim_holds_until_its_lease_has_run_out(store: Store) -> None:
    job = a_job(store)

    assert claimed(store, EXPIRED - timedelta(microseconds=1)) == []
    (again,) = claimed(store, EXPIRED)
    assert (again.id, again.attempts) == (job.id, 2)
    assert again.token != job.token


@pytest.mark.parametrize("status", ["dead", "superseded", "suppressed"])
def test_a_notice_born_settled_is_never_claimed(store: Store, status: str) -> None:
    owed(store, a_notice("a", status=status, cause="because"))

    assert claimed(store, datetime.max.replace(tzinfo=UTC) - LEASE) == []


def test_many_claimers_at_once_share_the_work(store: Store) -> None:
    owed(store, *(a_notice(str(number)) for number in range(60)))
    found: list[str] = []

    def works() -> None:
        while jobs := claimed(store, limit=7):
            found.extend(job.key for job in jobs)

    threads = [threading.Thread(target=works) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(found, key=int) == [str(number) for number in range(60)]


# --- the steps of a delivery -------------------------------------------------------------------


def test_what_was_rendered_is_kept_for_the_next_attempt(store: Store) -> None:
    job = a_job(store)
    store.outbox.keep(job, b"Subject: \xe6\x95\xb4\r\n\r\n\x00")

    (again,) = claimed(store, EXPIRED)
    assert again.message == b"Subject: \xe6\x95\xb4\r\n\r\n\x00"


def test_an_accepted_notice_is_settled(store: Store) -> None:
    job = a_job(store)
    assert store.outbox.begin(job, NOW)
    assert statuses(store) == ["inflight"]
    store.outbox.settle(job, SENT, NOW + timedelta(seconds=1))

    (one,) = sent(store)
    assert (one.status, one.cause, one.attempts) == ("accepted", None, 1)
    assert one.settled_at == NOW + timedelta(seconds=1)
    assert claimed(store, EXPIRED) == []
    assert store.outbox.strand(EXPIRED, []) == 0


def test_a_notice_can_be_settled_before_it_was_handed_over(store: Store) -> None:
    job = a_job(store)
    store.outbox.settle(job, Outcome(status="dead", cause="no_such_template"), NOW)

    assert [(one.status, one.cause) for one in sent(store)] == [("dead", "no_such_template")]


def test_a_notice_to_be_tried_again_waits_until_then(store: Store) -> None:
    job = a_job(store)
    store.outbox.begin(job, NOW)
    later = NOW + timedelta(minutes=3)
    store.outbox.settle(job, Outcome(status="retry_wait", cause="451", retry_at=later), NOW)

    (one,) = sent(store)
    assert (one.status, one.cause, one.settled_at) == ("retry_wait", "451", None)
    assert claimed(store, later - timedelta(microseconds=1)) == []
    (again,) = claimed(store, later)
    assert (again.id, again.attempts) == (job.id, 2)


def test_a_notice_to_be_tried_again_at_no_time_is_tried_at_once(store: Store) -> None:
    job = a_job(store)
    store.outbox.settle(job, Outcome(status="retry_wait"), NOW)

    assert [again.id for again in claimed(store)] == [job.id]


def test_a_notice_begins_once(store: Store) -> None:
    job = a_job(store)

    assert [store.outbox.begin(job, NOW) for _ in range(2)] == [True, False]


# --- lost claims -------------------------------------------------------------------------------


def test_whoever_lost_the_claim_changes_nothing(store: Store) -> None:
    lost = a_job(store)
    (held,) = claimed(store, EXPIRED)

    store.outbox.keep(lost, b"too late")
    assert not store.outbox.begin(lost, EXPIRED)
    store.outbox.settle(lost, SENT, EXPIRED)

    assert statuses(store) == ["claimed"]
    assert store.outbox.begin(held, EXPIRED)
    store.outbox.settle(lost, SENT, EXPIRED)
    assert statuses(store) == ["inflight"]
    store.outbox.settle(held, Outcome(status="retry_wait"), EXPIRED)
    (again,) = claimed(store, EXPIRED)
    assert again.message is None


def test_a_made_up_token_changes_nothing(store: Store) -> None:
    job = replace(a_job(store), token="")

    assert not store.outbox.begin(job, NOW)
    assert statuses(store) == ["claimed"]


def test_a_settled_notice_stays_as_it_is(store: Store) -> None:
    job = a_job(store)
    store.outbox.settle(job, SENT, NOW)
    store.outbox.settle(job, Outcome(status="dead", cause="late"), EXPIRED)
    store.outbox.keep(job, b"late")

    assert not store.outbox.begin(job, NOW)
    assert [(one.status, one.cause, one.settled_at) for one in sent(store)] == [
        ("accepted", None, NOW)
    ]


# --- what a crash leaves behind ----------------------------------------------------------------


def test_what_was_inflight_is_never_claimed_again(store: Store) -> None:
    store.outbox.begin(a_job(store), NOW)

    assert claimed(store, EXPIRED + timedelta(days=365)) == []


def test_what_was_inflight_is_ambiguous_once_its_lease_ran_out(store: Store) -> None:
    job = a_job(store)
    store.outbox.begin(job, NOW)
    assert store.outbox.strand(EXPIRED - timedelta(microseconds=1), []) == 0
    assert statuses(store) == ["inflight"]

    assert store.outbox.strand(EXPIRED, ["spool"]) == 1

    (one,) = sent(store)
    assert (one.status, one.cause, one.settled_at) == ("ambiguous", "crashed_inflight", EXPIRED)
    assert claimed(store, EXPIRED) == []
    assert store.outbox.strand(EXPIRED, []) == 0


def test_on_an_idempotent_channel_it_is_sent_again(store: Store) -> None:
    owed(store, a_notice("a", channel="spool"), a_notice("b"), a_notice("c"))
    for job in claimed(store, limit=2):
        store.outbox.begin(job, NOW)

    assert store.outbox.strand(EXPIRED, ["spool", "other"]) == 1

    assert statuses(store) == ["pending", "ambiguous", "pending"]
    assert [(job.key, job.attempts) for job in claimed(store, EXPIRED)] == [("a", 2), ("c", 1)]


def test_what_was_only_claimed_is_not_stranded(store: Store) -> None:
    a_job(store)

    assert store.outbox.strand(EXPIRED, []) == 0
    assert statuses(store) == ["claimed"]

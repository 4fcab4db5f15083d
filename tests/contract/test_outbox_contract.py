"""What every outbox promises of a claim: one holds it, and whoever lost it changes nothing."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from notifications.delivery.limits import SKEW
from notifications.delivery.protocol import LEASE, Job, Stale
from notifications.notice import ALARMS, BUNDLED, HOLD, WAITING
from tests.changes import CREATED_AT, a_notice, owed
from tests.outbox import (
    A_TICK,
    EXPIRED,
    LATER,
    NOW,
    SENT,
    a_digest,
    a_job,
    claimed,
    sent,
    statuses,
    trail,
)
from workflow.ports import Store

FAR = datetime(9000, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)

# --- claiming ----------------------------------------------------------------------------------


def test_a_claim_brings_all_that_delivery_needs(store: Store) -> None:
    notice = a_notice("a", language="en", if_unknown=HOLD)
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
        first_at=None,
        doubts=0,
        slim=False,
        if_unknown=HOLD,
        ref=None,
    )
    assert len(job.token) >= 32
    assert (statuses(store), sent(store)[0].attempts) == (["claimed"], 1)


def test_the_oldest_are_claimed_first_and_no_more_than_asked_for(store: Store) -> None:
    owed(store, *(a_notice(key) for key in "dbca"))

    assert [job.key for job in claimed(store, limit=3)] == ["d", "b", "c"]
    assert [job.key for job in claimed(store)] == ["a"]
    assert claimed(store) == []


def test_only_what_goes_by_the_channel_is_claimed(store: Store) -> None:
    owed(store, a_notice("a"), a_notice("b", channel="chat"))

    assert [job.key for job in claimed(store, channel="chat")] == ["b"]
    assert claimed(store, channel="pigeon") == []
    assert statuses(store) == ["pending", "claimed"]


def test_no_two_claims_have_the_same_token(store: Store) -> None:
    owed(store, a_notice("a"), a_notice("b"))

    assert claimed(store, limit=1)[0].token != claimed(store, limit=1)[0].token


def test_a_claim_holds_until_its_lease_has_run_out(store: Store) -> None:
    job = a_job(store)

    assert claimed(store, EXPIRED - A_TICK) == []
    (again,) = claimed(store, EXPIRED)
    assert (again.id, again.attempts) == (job.id, 2)
    assert again.token != job.token


def test_a_node_whose_clock_is_behind_steals_no_claim(store: Store) -> None:
    a_job(store)

    for behind in (A_TICK, SECOND, SKEW):
        assert claimed(store, NOW - behind) == []


def test_a_lease_that_a_wrong_clock_gave_does_not_hold(store: Store) -> None:
    owed(store, a_notice("a"))
    (lost,) = claimed(store, NOW + timedelta(days=1000))

    (job,) = claimed(store, NOW)

    assert job.token != lost.token


@pytest.mark.parametrize("status", ["dead", "superseded", "suppressed"])
def test_a_notice_born_settled_is_never_claimed(store: Store, status: str) -> None:
    owed(store, a_notice("a", status=status, cause="because"))

    assert claimed(store, FAR) == []


def test_what_waits_or_was_bundled_is_not_claimed(store: Store) -> None:
    digest = a_digest(store, "a", "b")
    owed(store, a_notice("c", status=WAITING))

    assert [job.key for job in claimed(store, FAR)] == [digest.key]
    assert statuses(store) == [BUNDLED, BUNDLED, "claimed", WAITING]


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


def test_many_who_settle_one_claim_settle_it_once(store: Store) -> None:
    job = a_job(store)
    settled: list[bool] = []

    def settles() -> None:
        settled.append(store.outbox.begin(job, NOW))
        settled.append(store.outbox.settle(job, SENT, NOW))

    threads = [threading.Thread(target=settles) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(settled) <= 2
    assert trail(store, "a") == [("accepted", None)]


# --- what is stale -----------------------------------------------------------------------------

STALE = Stale(digests_before=NOW, singles_before=NOW - timedelta(days=1))


def test_what_is_no_longer_said_as_it_stands_is_not_claimed(store: Store) -> None:
    a_digest(store, "old/1", at=NOW - SECOND, person="zhou")
    new = a_digest(store, "new/1", at=NOW, person="wang")
    owed(store, a_notice("old", created_at=NOW - timedelta(days=1, seconds=1)))
    owed(store, a_notice("young", created_at=NOW - timedelta(days=1)))

    assert store.outbox.ready(NOW, STALE) == 2
    assert [job.key for job in claimed(store, stale=STALE)] == [new.key, "young"]
    assert store.outbox.ready(NOW) == 2  # the rest, if nothing is stale


def test_what_is_stale_and_waits_or_was_claimed_stays_where_it_is(store: Store) -> None:
    a_job(store, "waits", created_at=NOW - timedelta(days=2))
    store.outbox.settle(claimed(store, EXPIRED)[0], LATER, EXPIRED)
    a_job(store, "claimed", created_at=NOW - timedelta(days=2))

    assert claimed(store, NOW + LEASE * 9, stale=STALE) == []
    assert {job.key for job in claimed(store, NOW + LEASE * 9)} == {"waits", "claimed"}


def test_an_alarm_is_never_stale(store: Store) -> None:
    owed(store, a_notice("alarm", template=ALARMS[0]))

    assert [job.key for job in claimed(store, stale=STALE)] == ["alarm"]


# --- putting back ------------------------------------------------------------------------------


def test_what_is_put_back_was_no_attempt(store: Store) -> None:
    job = a_job(store)
    store.outbox.keep(job, b"rendered")

    store.outbox.put_back([job], None)

    assert (statuses(store), sent(store)[0].attempts) == (["pending"], 0)
    (again,) = claimed(store)
    assert (again.attempts, again.message, again.first_at) == (1, b"rendered", None)


def test_what_is_put_back_until_later_waits_until_then(store: Store) -> None:
    owed(store, a_notice("a"), a_notice("b"))
    store.outbox.put_back(claimed(store), NOW + SECOND)

    assert claimed(store, NOW + SECOND - A_TICK) == []
    assert [job.attempts for job in claimed(store, NOW + SECOND)] == [1, 1]


def test_only_whoever_holds_the_claim_puts_it_back(store: Store) -> None:
    lost = a_job(store)
    (held,) = claimed(store, EXPIRED)
    store.outbox.put_back([lost], None)
    assert statuses(store) == ["claimed"]

    assert store.outbox.begin(held, EXPIRED)
    store.outbox.put_back([held], None)

    assert (statuses(store), sent(store)[0].attempts) == (["inflight"], 2)


def test_nothing_to_put_back_is_no_change(store: Store) -> None:
    a_job(store)
    store.outbox.put_back([], None)

    assert statuses(store) == ["claimed"]

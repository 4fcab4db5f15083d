"""What every outbox promises of doubts: after a crash the row says what is known, and no more."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from notifications.delivery.limits import SKEW
from notifications.delivery.protocol import LEASE, SETTLING, Outcome
from notifications.notice import ACCEPTED, AMBIGUOUS, PENDING
from states.frozen import replace
from tests.changes import a_notice, owed
from tests.outbox import (
    A_TICK,
    EXPIRED,
    FAILED,
    HELD,
    LATER,
    NOW,
    SENT,
    UNKNOWN,
    a_job,
    claimed,
    doubted,
    ended,
    inflight,
    sent,
    statuses,
    trail,
)
from workflow.ports import Store

LOOKED = NOW + timedelta(minutes=10)
YEARS = timedelta(days=365)
RESENT = Outcome(status=PENDING, cause="sent_again", fresh=True, decision="resent")


# --- what a crash leaves behind ----------------------------------------------------------------


def test_what_was_inflight_is_never_claimed_again(store: Store) -> None:
    inflight(store)

    assert claimed(store, EXPIRED + YEARS) == []


def test_what_was_inflight_is_ambiguous_once_its_lease_ran_out(store: Store) -> None:
    inflight(store)
    assert store.outbox.strand(EXPIRED - A_TICK, []) == 0
    assert statuses(store) == ["inflight"]

    assert store.outbox.strand(EXPIRED, ["spool"]) == 1

    (one,) = sent(store)
    assert (one.status, one.cause, one.settled_at) == (AMBIGUOUS, "crashed_inflight", None)
    assert (one.doubts, one.retry_at, one.decision) == (1, EXPIRED + SETTLING, None)
    assert one.first_at == EXPIRED
    assert claimed(store, EXPIRED + YEARS) == []
    assert store.outbox.strand(EXPIRED, []) == 0
    assert trail(store, "a") == [(AMBIGUOUS, "crashed_inflight")]


def test_a_node_whose_clock_is_behind_strands_nothing_that_is_being_sent(store: Store) -> None:
    inflight(store)

    assert store.outbox.strand(NOW - SKEW, []) == 0
    assert store.outbox.strand(NOW - SKEW - A_TICK, []) == 1  # a clock that was far ahead


def test_on_an_idempotent_channel_it_is_sent_again(store: Store) -> None:
    owed(store, a_notice("a", channel="spool"), a_notice("b"), a_notice("c"))
    jobs = [*claimed(store, channel="spool"), *claimed(store, limit=1)]
    for job in jobs:
        store.outbox.begin(job, NOW)

    assert store.outbox.strand(EXPIRED, ["spool", "other"]) == 1

    assert statuses(store) == ["pending", "ambiguous", "pending"]
    assert [one.doubts for one in sent(store)] == [0, 1, 0]
    assert [(job.key, job.attempts) for job in claimed(store, EXPIRED)] == [("c", 1)]
    assert [job.attempts for job in claimed(store, EXPIRED, channel="spool")] == [2]
    assert trail(store, "a") == [(PENDING, "crashed_inflight")]


def test_what_was_only_claimed_is_not_stranded(store: Store) -> None:
    a_job(store)

    assert store.outbox.strand(EXPIRED, []) == 0
    assert statuses(store) == ["claimed"]


def test_many_who_strand_at_once_leave_one_doubt(store: Store) -> None:
    inflight(store)
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda: found.append(store.outbox.strand(EXPIRED, [])))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(found) == 1
    assert len(trail(store, "a")) == 1


@pytest.mark.parametrize("outcome", [SENT, FAILED, replace(LATER, retry_at=EXPIRED + LEASE)])
def test_an_answer_that_comes_late_decides_a_doubt_nobody_looks_into(
    store: Store, outcome: Outcome
) -> None:
    job = inflight(store)
    store.outbox.strand(EXPIRED, [])

    assert store.outbox.settle(job, outcome, EXPIRED)

    assert [(one.status, one.cause) for one in sent(store)] == [(outcome.status, outcome.cause)]


# --- looking into doubts -----------------------------------------------------------------------


def test_a_doubt_is_looked_into_when_its_time_has_come(store: Store) -> None:
    job = inflight(store)
    store.outbox.settle(job, replace(UNKNOWN, ref="q1"), NOW)
    assert doubted(store, LOOKED - A_TICK) == []

    (found,) = doubted(store, LOOKED)

    assert (found.id, found.attempts, found.doubts, found.ref) == (job.id, 1, 1, "q1")
    assert found.token != job.token
    assert statuses(store) == [AMBIGUOUS]
    assert doubted(store, LOOKED + LEASE - A_TICK) == []
    assert len(doubted(store, LOOKED + LEASE)) == 1


def test_whoever_looks_into_a_doubt_keeps_the_others_from_deciding_it(store: Store) -> None:
    first = inflight(store)
    store.outbox.settle(first, UNKNOWN, NOW)
    (second,) = doubted(store, LOOKED)
    (third,) = doubted(store, LOOKED + LEASE)

    assert not store.outbox.settle(first, SENT, LOOKED)
    assert not store.outbox.settle(second, FAILED, LOOKED)
    assert store.outbox.settle(third, replace(SENT, decision="found"), LOOKED)

    (one,) = sent(store)
    assert (one.status, one.decision, one.doubts, one.settled_at) == (ACCEPTED, "found", 1, LOOKED)
    assert trail(store, "a") == [(AMBIGUOUS, "answer_lost"), (ACCEPTED, None)]


def test_many_who_look_at_once_share_the_doubts(store: Store) -> None:
    for key in "abcdef":
        ended(store, UNKNOWN, key)
    found: list[str] = []

    def looks() -> None:
        while jobs := store.outbox.doubtful(LOOKED, LEASE, 2):
            found.extend(job.key for job in jobs)

    threads = [threading.Thread(target=looks) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(found) == list("abcdef")


def test_the_oldest_doubts_come_first_and_no_more_than_asked_for(store: Store) -> None:
    for key in "bac":
        ended(store, UNKNOWN, key)

    assert [job.key for job in store.outbox.doubtful(LOOKED, LEASE, 2)] == ["b", "a"]
    assert [job.key for job in doubted(store, LOOKED)] == ["c"]


def test_a_doubt_to_be_looked_into_once_more_counts_once(store: Store) -> None:
    ended(store, replace(UNKNOWN, ref="q1"))
    for look in range(3):
        at = LOOKED + timedelta(hours=look)
        (job,) = doubted(store, at)
        again = replace(UNKNOWN, cause="archive_away", retry_at=at + timedelta(hours=1))
        assert store.outbox.settle(job, again, at)

    (one,) = sent(store)
    assert (one.doubts, one.status, one.ref) == (1, AMBIGUOUS, "q1")


def test_what_is_sent_again_is_rendered_anew_and_knows_of_its_doubt(store: Store) -> None:
    job = a_job(store)
    store.outbox.keep(job, b"first")
    store.outbox.begin(job, NOW)
    store.outbox.settle(job, UNKNOWN, NOW)
    (looked,) = doubted(store, LOOKED)
    assert looked.message == b"first"
    assert store.outbox.settle(looked, RESENT, LOOKED)

    (again,) = claimed(store, LOOKED)

    assert (again.message, again.doubts, again.attempts) == (None, 1, 2)
    store.outbox.begin(again, LOOKED)
    store.outbox.settle(again, replace(UNKNOWN, retry_at=LOOKED), LOOKED)
    assert (sent(store)[0].doubts, sent(store)[0].decision) == (2, "resent")


def test_what_is_sent_again_under_its_key_keeps_its_bytes(store: Store) -> None:
    job = a_job(store)
    store.outbox.keep(job, b"first")
    store.outbox.settle(job, UNKNOWN, NOW)
    (looked,) = doubted(store, LOOKED)
    store.outbox.settle(looked, Outcome(status=PENDING, decision="same_key"), LOOKED)

    assert [again.message for again in claimed(store, LOOKED)] == [b"first"]


def test_a_doubt_that_a_person_decides_is_looked_into_by_nobody(store: Store) -> None:
    ended(store, HELD)

    assert doubted(store, NOW + YEARS) == []
    assert claimed(store, NOW + YEARS) == []
    assert (sent(store)[0].retry_at, sent(store)[0].settled_at) == (None, None)


def test_a_stop_keeps_nobody_from_looking_into_doubts(store: Store) -> None:
    ended(store, UNKNOWN)
    store.outbox.stop("storm", NOW)

    assert len(doubted(store, LOOKED)) == 1

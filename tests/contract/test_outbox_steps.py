"""What every outbox promises of a delivery's steps: each once, in order, by whoever holds it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from notifications.delivery.limits import FORGOTTEN, SKEW
from notifications.delivery.protocol import LEASE, Outcome
from states.frozen import replace
from tests.changes import a_notice, owed
from tests.outbox import (
    A_TICK,
    EXPIRED,
    FAILED,
    LATER,
    NOW,
    SENT,
    a_job,
    claimed,
    doubted,
    ended,
    sent,
    sent_of,
    statuses,
)
from workflow.ports import Store

FAR = datetime(9000, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)

# --- the steps of a delivery -------------------------------------------------------------------


def test_what_was_rendered_is_kept_for_the_next_attempt(store: Store) -> None:
    job = a_job(store)
    store.outbox.keep(job, b"Subject: \xe6\x95\xb4\r\n\r\n\x00")

    with store.reading() as session:
        assert session.message(job.id) == b"Subject: \xe6\x95\xb4\r\n\r\n\x00"
    (again,) = claimed(store, EXPIRED)
    assert again.message == b"Subject: \xe6\x95\xb4\r\n\r\n\x00"


def test_an_accepted_notice_is_settled(store: Store) -> None:
    job = a_job(store)
    assert store.outbox.begin(job, NOW)
    assert statuses(store) == ["inflight"]
    assert store.outbox.settle(job, replace(SENT, ref="<1@x>"), NOW + SECOND)

    (one,) = sent(store)
    assert (one.status, one.cause, one.attempts) == ("accepted", None, 1)
    assert (one.settled_at, one.first_at, one.ref) == (NOW + SECOND, NOW + SECOND, "<1@x>")
    assert claimed(store, FAR) == []
    assert store.outbox.strand(FAR, []) == 0


def test_a_notice_can_be_settled_before_it_was_handed_over(store: Store) -> None:
    job = a_job(store)

    assert store.outbox.settle(job, Outcome(status="dead", cause="no_such_template"), NOW)

    assert [(one.status, one.cause) for one in sent(store)] == [("dead", "no_such_template")]


def test_a_notice_to_be_tried_again_waits_until_then(store: Store) -> None:
    job = ended(store, LATER)
    assert LATER.retry_at is not None

    (one,) = sent(store)
    assert (one.status, one.cause, one.settled_at) == ("retry_wait", "450", None)
    assert (one.retry_at, one.first_at) == (LATER.retry_at, NOW)
    assert claimed(store, LATER.retry_at - A_TICK) == []
    (again,) = claimed(store, LATER.retry_at)
    assert (again.id, again.attempts, again.first_at) == (job.id, 2, NOW)
    assert store.outbox.settle(again, SENT, LATER.retry_at)
    assert sent(store)[0].first_at == NOW


def test_a_notice_to_be_tried_again_at_no_time_is_tried_at_once(store: Store) -> None:
    job = ended(store, Outcome(status="retry_wait"))

    assert [again.id for again in claimed(store)] == [job.id]


def test_a_wait_that_a_wrong_clock_gave_is_over(store: Store) -> None:
    ended(store, replace(LATER, retry_at=NOW + FORGOTTEN + SKEW))
    assert claimed(store, NOW) == []

    assert [job.attempts for job in claimed(store, NOW - SECOND)] == [2]


def test_a_notice_begins_once(store: Store) -> None:
    job = a_job(store)

    assert [store.outbox.begin(job, NOW) for _ in range(2)] == [True, False]


def test_what_a_channel_says_at_the_beginning_is_kept_until_it_says_else(store: Store) -> None:
    job = a_job(store)
    store.outbox.begin(job, NOW, "archive since 01:00")
    assert store.outbox.settle(job, LATER, NOW)
    (again,) = claimed(store, EXPIRED + LEASE * 9)
    assert again.ref == "archive since 01:00"

    store.outbox.begin(again, EXPIRED)
    store.outbox.settle(again, replace(SENT, ref="4711"), EXPIRED)

    assert sent(store)[0].ref == "4711"


def test_a_message_can_be_forgotten_and_rendered_without_attachments(store: Store) -> None:
    job = a_job(store)
    store.outbox.keep(job, b"large")
    slim = Outcome(status="pending", cause="552", fresh=True, slim=True)
    assert store.outbox.settle(job, slim, NOW)

    (again,) = claimed(store)

    assert (again.message, again.slim, again.attempts) == (None, True, 2)
    store.outbox.settle(again, LATER, NOW)
    assert [job.slim for job in claimed(store, FAR)] == [True]


def test_the_trail_has_a_line_for_each_outcome(store: Store) -> None:
    job = ended(store, replace(LATER, ref="q1"))
    (again,) = claimed(store, EXPIRED + LEASE * 9)
    store.outbox.settle(again, FAILED, EXPIRED)
    store.outbox.settle(again, SENT, EXPIRED)  # too late, and so no line

    with store.reading() as session:
        first, second = session.deliveries(job.id)
        assert session.deliveries(job.id + 1) == []
    assert (first.n, first.at, first.status, first.cause, first.ref) == (
        *(1, NOW, "retry_wait", "450", "q1"),
    )
    assert (second.n, second.at, second.status, second.cause) == (2, EXPIRED, "dead", "550")


# --- lost claims -------------------------------------------------------------------------------


def test_whoever_lost_the_claim_changes_nothing(store: Store) -> None:
    lost = a_job(store)
    (held,) = claimed(store, EXPIRED)

    store.outbox.keep(lost, b"too late")
    assert not store.outbox.begin(lost, EXPIRED)
    assert not store.outbox.settle(lost, SENT, EXPIRED)

    assert statuses(store) == ["claimed"]
    assert store.outbox.begin(held, EXPIRED)
    assert not store.outbox.settle(lost, SENT, EXPIRED)
    assert statuses(store) == ["inflight"]
    store.outbox.settle(held, Outcome(status="retry_wait"), EXPIRED)
    (again,) = claimed(store, EXPIRED)
    assert again.message is None


@pytest.mark.parametrize("token", ["", "0" * 32])
def test_a_made_up_token_changes_nothing(store: Store, token: str) -> None:
    job = replace(a_job(store), token=token)

    assert not store.outbox.begin(job, NOW)
    assert not store.outbox.settle(job, SENT, NOW)
    store.outbox.keep(job, b"made up")
    store.outbox.put_back([job], None)
    assert statuses(store) == ["claimed"]


def test_nothing_is_settled_that_nobody_claimed(store: Store) -> None:
    job = replace(a_job(store), token="")
    owed(store, a_notice("b"))
    other = replace(job, id=sent_of(store, "b").id, key="b")

    assert not store.outbox.settle(other, SENT, NOW)
    assert statuses(store) == ["claimed", "pending"]


def test_a_settled_notice_stays_as_it_is(store: Store) -> None:
    job = a_job(store)
    assert store.outbox.settle(job, SENT, NOW)
    assert not store.outbox.settle(job, Outcome(status="dead", cause="late"), EXPIRED)
    store.outbox.keep(job, b"late")

    assert not store.outbox.begin(job, NOW)
    assert [(one.status, one.cause, one.settled_at) for one in sent(store)] == [
        ("accepted", None, NOW)
    ]


def test_what_is_tried_again_is_no_affair_of_whoever_tried_before(store: Store) -> None:
    job = ended(store, LATER)

    assert not store.outbox.settle(job, SENT, NOW)
    assert not store.outbox.begin(job, NOW)
    assert doubted(store, FAR) == []

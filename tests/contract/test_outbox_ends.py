"""What every outbox promises of ends: what nobody can send has one, and items share theirs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from notifications.notice import ACCEPTED, AMBIGUOUS, BUNDLED, DEAD, PENDING
from states.frozen import replace
from tests.changes import a_notice, owed
from tests.outbox import (
    A_TICK,
    EXPIRED,
    FAILED,
    LATER,
    NOW,
    SENT,
    UNKNOWN,
    a_digest,
    a_job,
    claimed,
    doubted,
    ended,
    inflight,
    sent,
    sent_of,
    statuses,
    trail,
)
from workflow.ports import Store

LOOKED = NOW + timedelta(minutes=10)


# --- channels that are gone --------------------------------------------------------------------


def test_what_is_to_go_by_a_channel_that_is_gone_is_dead(store: Store) -> None:
    ended(store, replace(LATER, retry_at=NOW + timedelta(hours=9)), "waits")
    for channel in ("mail", "pigeon", "chat"):
        owed(store, a_notice(channel, channel=channel))

    assert store.outbox.orphan(["chat"], NOW) == 3

    assert statuses(store) == [DEAD, DEAD, DEAD, PENDING]
    assert {one.cause for one in sent(store)} == {
        *("channel_unknown: mail", "channel_unknown: pigeon", None),
    }
    assert {one.settled_at for one in sent(store)} == {NOW, None}
    assert trail(store, "pigeon") == [(DEAD, "channel_unknown: pigeon")]
    assert store.outbox.orphan(["chat"], NOW) == 0


def test_what_is_under_way_by_a_channel_that_is_gone_ends_first(store: Store) -> None:
    a_job(store)
    inflight(store, "b")
    assert store.outbox.orphan([], EXPIRED - A_TICK) == 0

    assert store.outbox.orphan([], EXPIRED) == 1

    assert statuses(store) == [DEAD, "inflight"]


def test_what_is_sent_again_by_a_channel_that_is_gone_has_failed_once_more(store: Store) -> None:
    job = ended(store, FAILED)
    with store.writing() as session:
        assert session.decide([job.id], PENDING, "by_hand", NOW) == 1
        assert session.unresolved() == []

    assert store.outbox.orphan([], NOW) == 1

    with store.reading() as session:
        assert [one.id for one in session.unresolved()] == [job.id]


# --- a message of the day ----------------------------------------------------------------------


def test_items_share_the_end_of_their_message_and_nothing_before_it(store: Store) -> None:
    digest = a_digest(store, "a", "b")
    (job,) = claimed(store)
    store.outbox.begin(job, NOW)
    store.outbox.settle(job, UNKNOWN, NOW)
    assert [sent_of(store, key).status for key in "ab"] == [BUNDLED, BUNDLED]
    (looked,) = doubted(store, LOOKED)

    store.outbox.settle(looked, SENT, LOOKED)

    assert statuses(store) == [ACCEPTED] * 3
    assert {one.settled_at for one in sent(store)} == {LOOKED}
    assert trail(store, "a") == []
    assert trail(store, digest.key) == [(AMBIGUOUS, "answer_lost"), (ACCEPTED, None)]


@pytest.mark.parametrize("gone", [True, False])
def test_items_of_a_message_that_failed_have_failed(store: Store, gone: bool) -> None:
    a_digest(store, "a")
    if gone:
        store.outbox.orphan([], NOW)
    else:
        store.outbox.settle(claimed(store)[0], FAILED, NOW)

    cause = "channel_unknown: mail" if gone else "550"
    assert [(one.status, one.cause, one.settled_at) for one in sent(store)] == [
        (DEAD, cause, NOW),
        (DEAD, cause, NOW),
    ]

"""What every store can be asked about its notices."""

from __future__ import annotations

from datetime import datetime, timedelta

from notifications.notice import (
    ACCEPTED,
    AMBIGUOUS,
    DEAD,
    PENDING,
    RETRY_WAIT,
    SUPERSEDED,
    WAITING,
)
from states.frozen import replace
from tests.changes import CREATED_AT, a_notice, owed
from tests.outbox import (
    EXPIRED,
    FAILED,
    HELD,
    LATER,
    NOW,
    SENT,
    UNKNOWN,
    a_digest,
    doubted,
    ended,
    sent,
)
from workflow.ports import Sent, Store, Tally

SECOND = timedelta(seconds=1)


def since(
    store: Store, at: datetime = CREATED_AT, person: str = "wang", channel: str = "mail"
) -> int:
    with store.reading() as session:
        return session.sent_since(person, channel, at)


def test_messages_of_a_person_are_counted_since_an_instant(store: Store) -> None:
    ended(store, SENT, "sent")
    ended(store, FAILED, "failed")
    ended(store, LATER, "later")
    a_digest(store, "a", "b", at=CREATED_AT)
    owed(store, a_notice("waits", status=WAITING), a_notice("chat", channel="chat"))
    owed(store, a_notice("zhou", recipient="zhou"))
    owed(store, a_notice("nowhere", status=DEAD, cause="no_address"))
    owed(store, a_notice("closed", status=SUPERSEDED, cause="closed"))

    assert since(store) == 4
    assert since(store, CREATED_AT + SECOND) == 0
    assert since(store, channel="chat") == since(store, person="zhou") == 1
    assert since(store, person="nobody") == 0


def test_notices_are_found_by_their_numbers_and_as_items(store: Store) -> None:
    digest = a_digest(store, "b", "a")
    owed(store, a_notice("c"))
    everything = sent(store)

    with store.reading() as session:
        ids = [one.id for one in reversed(everything)]
        assert session.sent([*ids, *ids, 4711]) == everything
        assert session.sent([]) == []
        assert [item.notice.key for item in session.items(digest.key)] == ["b", "a"]
        assert session.items("c") == []
        assert session.message(4711) is None
        assert session.deliveries(4711) == []


def test_a_notice_shows_what_became_of_it(store: Store) -> None:
    ended(store, replace(UNKNOWN, ref="q1"))
    (looked,) = doubted(store, EXPIRED)
    store.outbox.settle(looked, replace(HELD, ref="q2"), EXPIRED)

    (one,) = sent(store)
    assert one == Sent(
        id=one.id,
        notice=one.notice,
        status=AMBIGUOUS,
        cause="held_for_decision",
        attempts=1,
        settled_at=None,
        first_at=NOW,
        retry_at=None,
        doubts=1,
        decision="held",
        ref="q2",
        resolved_at=None,
    )


def test_a_tally_counts_each_status_and_says_since_when(store: Store) -> None:
    with store.reading() as session:
        assert session.tally() == []
    ended(store, LATER, "a")
    ended(store, replace(UNKNOWN), "b")
    ended(store, SENT, "c")
    owed(store, a_notice("d", created_at=NOW), a_notice("e"))

    with store.reading() as session:
        found = session.tally()

    assert found == [
        Tally(status=ACCEPTED, count=1, oldest=CREATED_AT),
        Tally(status=AMBIGUOUS, count=1, oldest=NOW),
        Tally(status=PENDING, count=2, oldest=CREATED_AT),
        Tally(status=RETRY_WAIT, count=1, oldest=NOW),
    ]

"""What every store promises of messages that are still to be sent: they may be settled by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from notifications.notice import ACCEPTED, BUNDLED, DEAD, PENDING
from tests.changes import a_notice, owed
from tests.outbox import LATER, NOW, a_digest, claimed, sent_of, statuses
from workflow.ports import Store

TOMORROW = NOW + timedelta(days=1)


def decided(store: Store, key: str, status: str) -> int:
    id = sent_of(store, key).id
    with store.writing() as session:
        return session.decide([id], status, "by_hand", TOMORROW)


def unresolved(store: Store) -> list[str]:
    with store.reading() as session:
        return [one.notice.key for one in session.unresolved()]


@pytest.mark.parametrize("became", [ACCEPTED, DEAD])
@pytest.mark.parametrize("put_off", [False, True])
def test_what_is_still_to_be_sent_may_be_settled(store: Store, became: str, put_off: bool) -> None:
    owed(store, a_notice("a"))
    if put_off:
        store.outbox.settle(claimed(store)[0], LATER, NOW)
    assert decided(store, "a", became) == 1
    one = sent_of(store, "a")
    assert (one.status, one.settled_at, one.resolved_at) == (became, TOMORROW, TOMORROW)
    assert (claimed(store, TOMORROW), unresolved(store)) == ([], [])


def test_the_items_of_a_message_share_what_is_decided_of_it(store: Store) -> None:
    digest = a_digest(store, "a", "b")
    assert statuses(store) == [BUNDLED, BUNDLED, PENDING]
    assert decided(store, digest.key, ACCEPTED) == 1
    assert statuses(store) == [ACCEPTED, ACCEPTED, ACCEPTED]


def test_what_is_being_sent_is_settled_by_nobody(store: Store) -> None:
    owed(store, a_notice("a"))
    assert decided(store, "a", PENDING) == 0
    claimed(store)
    assert [decided(store, "a", became) for became in (ACCEPTED, DEAD)] == [0, 0]

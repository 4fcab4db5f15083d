"""What every store promises of failures: somebody owns each, and decides it once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from notifications.delivery.protocol import LEASE, Outcome, Stale
from notifications.notice import (
    ACCEPTED,
    ALARMS,
    BUNDLED,
    DEAD,
    PENDING,
    SUPERSEDED,
    UNDELIVERED,
    WAITING,
)
from tests.changes import a_notice, owed
from tests.outbox import (
    EXPIRED,
    FAILED,
    HELD,
    LATER,
    NOW,
    SENT,
    UNKNOWN,
    a_digest,
    a_job,
    bundled,
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

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
TOMORROW = NOW + DAY


def reopened(store: Store, digests: timedelta, singles: timedelta = -DAY) -> int:
    """Reopen by instants counted from NOW, tomorrow."""
    with store.writing() as session:
        return session.reopen(NOW + digests, NOW + singles, TOMORROW)


def decided(store: Store, keys: Sequence[str], status: str, decision: str = "by_hand") -> int:
    ids = [sent_of(store, key).id for key in keys]
    with store.writing() as session:
        return session.decide(ids, status, decision, TOMORROW)


def unresolved(store: Store) -> list[str]:
    with store.reading() as session:
        return [one.notice.key for one in session.unresolved()]


# --- said anew ---------------------------------------------------------------------------------


def test_a_message_of_a_day_gone_by_lets_its_items_wait_again(store: Store) -> None:
    digest = a_digest(store, "a", "b")
    owed(store, a_notice("new", status=WAITING))

    assert reopened(store, SECOND) == 2

    one = sent_of(store, digest.key)
    assert (one.status, one.cause, one.settled_at) == (SUPERSEDED, "remade", TOMORROW)
    assert trail(store, digest.key) == [(SUPERSEDED, "remade")]
    for key in ("a", "b", "new"):
        item = sent_of(store, key)
        assert (item.status, item.notice.bundle, item.settled_at) == (WAITING, None, None)
    with store.writing() as session:
        again = bundled(session, TOMORROW)
    assert {sent_of(store, key).notice.bundle for key in ("a", "b", "new")} == {again.key}
    assert [job.key for job in claimed(store, TOMORROW)] == [again.key]
    assert reopened(store, SECOND) == 0


def test_the_patience_with_a_message_counts_from_the_first_that_failed(store: Store) -> None:
    a_digest(store, "a", "b")
    store.outbox.settle(claimed(store)[0], LATER, NOW)
    assert reopened(store, SECOND) == 2
    owed(store, a_notice("new", status=WAITING))

    with store.writing() as session:
        bundled(session, TOMORROW)

    (job,) = claimed(store, TOMORROW)
    assert (job.first_at, job.attempts) == (NOW, 2)
    store.outbox.put_back([job], None)
    assert [(job.first_at, job.attempts) for job in claimed(store, TOMORROW)] == [(NOW, 2)]


def test_a_notice_of_its_own_waits_again_as_nobody_has_seen_it(store: Store) -> None:
    job = a_job(store, "old", created_at=NOW - DAY - SECOND)
    store.outbox.keep(job, b"yesterday")
    store.outbox.settle(job, LATER, NOW)
    owed(store, a_notice("young", created_at=NOW - DAY))

    assert reopened(store, SECOND) == 1

    old = sent_of(store, "old")
    assert (old.status, old.cause, old.retry_at, old.first_at) == (WAITING, None, None, NOW)
    assert sent_of(store, "young").status == PENDING
    with store.reading() as session:
        assert session.message(old.id) is None
        assert [item.notice.key for item in session.waiting("wang", "mail")] == ["old"]


def test_only_what_is_certainly_not_sent_is_said_anew(store: Store) -> None:
    settled = [
        ended(store, how, key) for key, how in zip("abc", (SENT, FAILED, UNKNOWN), strict=True)
    ]
    under_way = inflight(store, "d")
    held = a_job(store, "e")
    owed(store, a_notice("w", status=WAITING), a_notice("alarm", template=ALARMS[0]))
    before = sent(store)

    with store.writing() as session:
        assert session.reopen(EXPIRED, EXPIRED, NOW) == 0

    assert sent(store) == before
    assert len({job.token for job in (*settled, under_way, held)}) == 5


def test_a_claim_that_ran_out_is_said_anew_and_whoever_held_it_sends_nothing(store: Store) -> None:
    digest = a_digest(store, "a")
    (lost,) = claimed(store)
    single = a_job(store, "single")
    with store.writing() as session:
        assert session.reopen(EXPIRED, EXPIRED, EXPIRED) == 2

    for job in (lost, single):
        assert not store.outbox.begin(job, EXPIRED)
        assert not store.outbox.settle(job, SENT, EXPIRED)
        store.outbox.put_back([job], None)
    assert sent_of(store, digest.key).status == SUPERSEDED
    assert {sent_of(store, key).status for key in ("a", "single")} == {WAITING}


def test_what_waits_to_be_said_anew_is_what_is_not_claimed(store: Store) -> None:
    """Nothing falls between the two: neither free for a claim nor reopened."""
    a_job(store, "single")
    a_digest(store, "a", person="zhou")
    owed(store, a_notice("b", created_at=NOW - DAY * 2), a_notice("alarm", template=ALARMS[0]))
    late = NOW + LEASE * 9
    stale = Stale(digests_before=NOW + SECOND, singles_before=NOW)

    with store.writing() as session:
        session.reopen(stale.digests_before, stale.singles_before, late)

    assert [job.key for job in claimed(store, late, stale=stale)] == ["alarm"]
    left = [one for one in sent(store) if one.status not in (WAITING, SUPERSEDED)]
    assert [one.notice.key for one in left] == ["alarm"]


def test_nothing_is_said_anew_by_a_transaction_that_failed(store: Store) -> None:
    a_digest(store, "a")
    before = sent(store)

    with pytest.raises(ZeroDivisionError), store.writing() as session:
        assert session.reopen(EXPIRED, EXPIRED, NOW) == 1
        raise ZeroDivisionError

    assert sent(store) == before


# --- failures ----------------------------------------------------------------------------------


def test_failures_are_what_is_dead_or_held_and_nobody_took_note_of(store: Store) -> None:
    ended(store, FAILED, "dead")
    ended(store, HELD, "held")
    ended(store, UNKNOWN, "looked into")
    ended(store, LATER, "later")
    ended(store, SENT, "sent")
    owed(store, a_notice("nowhere", status=DEAD, cause="no_address"))
    for template in (*ALARMS, UNDELIVERED):
        owed(store, a_notice(template, template=template, status=DEAD, cause="no_address"))

    assert unresolved(store) == ["dead", "held", "nowhere"]


def test_a_message_of_the_day_fails_once_and_not_by_its_items(store: Store) -> None:
    digest = a_digest(store, "a", "b")
    store.outbox.settle(claimed(store)[0], FAILED, NOW)

    assert unresolved(store) == [digest.key]


@pytest.mark.parametrize("failure", [FAILED, HELD, UNKNOWN])
def test_who_knows_that_it_arrived_ends_the_failure(store: Store, failure: Outcome) -> None:
    ended(store, failure)

    assert decided(store, ["a"], ACCEPTED) == 1

    one = sent_of(store, "a")
    assert (one.status, one.cause, one.decision) == (ACCEPTED, "by_hand", "by_hand")
    assert (one.settled_at, one.resolved_at, one.retry_at) == (TOMORROW, TOMORROW, None)
    assert trail(store, "a")[-1] == (ACCEPTED, "by_hand")
    assert unresolved(store) == []
    assert decided(store, ["a"], ACCEPTED) == 0


def test_what_is_given_up_is_dead_and_no_failure_any_more(store: Store) -> None:
    ended(store, HELD)

    assert decided(store, ["a"], DEAD) == 1

    one = sent_of(store, "a")
    assert (one.status, one.settled_at, one.resolved_at) == (DEAD, TOMORROW, TOMORROW)
    assert (unresolved(store), doubted(store, TOMORROW)) == ([], [])


@pytest.mark.parametrize(("failure", "doubts"), [(FAILED, 0), (HELD, 1)])
def test_what_is_sent_again_begins_anew(store: Store, failure: Outcome, doubts: int) -> None:
    job = a_job(store)
    store.outbox.keep(job, b"yesterday")
    store.outbox.settle(job, failure, NOW)

    assert decided(store, ["a"], PENDING) == 1

    assert unresolved(store) == []
    (again,) = claimed(store, TOMORROW)
    assert (again.attempts, again.first_at, again.message) == (1, None, None)
    assert again.doubts == doubts
    assert not store.outbox.settle(job, SENT, TOMORROW)
    assert store.outbox.settle(again, failure, TOMORROW)
    assert unresolved(store) == ["a"]  # it failed once more


def test_a_doubt_that_a_person_decides_is_taken_from_whoever_looks_into_it(store: Store) -> None:
    ended(store, UNKNOWN)
    (looked,) = doubted(store, EXPIRED)

    assert decided(store, ["a"], PENDING) == 1

    assert not store.outbox.settle(looked, FAILED, TOMORROW)
    assert statuses(store) == [PENDING]


@pytest.mark.parametrize("status", [ACCEPTED, DEAD, PENDING])
def test_items_follow_their_message(store: Store, status: str) -> None:
    digest = a_digest(store, "a", "b")
    store.outbox.settle(claimed(store)[0], FAILED, NOW)

    assert decided(store, [digest.key], status) == 1

    items = [sent_of(store, key) for key in "ab"]
    assert {item.notice.bundle for item in items} == {digest.key}
    if status == PENDING:
        assert {(i.status, i.cause, i.settled_at) for i in items} == {(BUNDLED, None, None)}
        store.outbox.settle(claimed(store, TOMORROW)[0], SENT, TOMORROW)
        assert statuses(store) == [ACCEPTED] * 3
    else:
        assert {(i.status, i.cause, i.settled_at) for i in items} == {(status, "by_hand", TOMORROW)}


def test_items_of_a_doubt_follow_it(store: Store) -> None:
    digest = a_digest(store, "a")
    store.outbox.settle(claimed(store)[0], HELD, NOW)

    assert decided(store, [digest.key], ACCEPTED) == 1
    assert statuses(store) == [ACCEPTED, ACCEPTED]


def test_only_what_failed_is_decided(store: Store) -> None:
    for key, outcome in (("sent", SENT), ("later", LATER)):
        ended(store, outcome, key)
    inflight(store, "under way")
    a_digest(store, "item")
    store.outbox.settle(claimed(store)[0], FAILED, NOW)
    owed(store, a_notice("waits", status=WAITING), a_notice("new"))
    before = sent(store)
    keys = ["sent", "under way", "item", "waits"]

    found = [decided(store, keys, status) for status in (ACCEPTED, DEAD, PENDING)]
    assert (found, decided(store, ["later", "new"], PENDING)) == ([0, 0, 0], 0)

    assert sent(store) == before


def test_it_goes_where_it_is_sent_from_then_on(store: Store) -> None:
    job = ended(store, FAILED)
    with store.writing() as session:
        session.readdress(job.id, "chat", "wang-1")
        assert session.decide([job.id, 4711], PENDING, "by_hand", NOW) == 1

    assert claimed(store) == []
    (again,) = claimed(store, channel="chat")
    assert (again.address, sent_of(store, "a").notice.address) == ("wang-1", "wang-1")

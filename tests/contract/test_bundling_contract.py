"""What every store promises of messages of the day: each item in one, and it shares its end."""

from __future__ import annotations

import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest

from notifications.delivery.protocol import LEASE, Outcome
from notifications.notice import (
    ACCEPTED,
    AMBIGUOUS,
    BUNDLED,
    DEAD,
    PENDING,
    RETRY_WAIT,
    SUPERSEDED,
    WAITING,
    Notice,
)
from notifications.planning.digest import digest_key
from tests.changes import CREATED_AT, a_notice, owed
from workflow.ports import Addressee, Sent, Session, Store

NOW = datetime(2023, 3, 2, 1, tzinfo=UTC)
TODAY = date(2023, 3, 2)
EXPIRED = NOW + LEASE


def an_item(key: str, person: str = "wang", channel: str = "mail") -> Notice:
    return a_notice(key, status=WAITING, recipient=person, channel=channel)


def a_digest(person: str = "wang", channel: str = "mail", day: date = TODAY) -> Notice:
    key = digest_key(person, channel, day)
    return a_notice(key, template="digest", recipient=person, channel=channel, issue="")


def kept(store: Store) -> dict[str, Sent]:
    with store.reading() as session:
        return {sent.notice.key: sent for sent in session.notices()}


def waits(session: Session, person: str = "wang", channel: str = "mail") -> list[int]:
    return [item.id for item in session.waiting(person, channel)]


def bundled(store: Store, person: str = "wang", day: date = TODAY) -> bool:
    """Make a person's message of the day of all that waits; whether there was any to be made."""
    with store.writing() as session:
        items = waits(session, person)
        return bool(items) and session.bundle(a_digest(person, day=day), items)


# --- waiting -----------------------------------------------------------------------------------


def test_what_waits_is_listed_by_person_and_channel_the_oldest_first(store: Store) -> None:
    owed(store, an_item("c"), an_item("a"), an_item("z", "chen"), an_item("b", channel="chat"))
    owed(store, a_notice("pending"), a_notice("dead", status=DEAD, cause="no_address"))

    with store.reading() as session:
        assert session.addressees() == [
            Addressee(recipient="chen", channel="mail", items=1),
            Addressee(recipient="wang", channel="chat", items=1),
            Addressee(recipient="wang", channel="mail", items=2),
        ]
        assert [item.notice for item in session.waiting("wang", "mail")] == [
            an_item("c"),
            an_item("a"),
        ]
        assert session.waiting("nobody", "mail") == []


def test_what_waits_is_not_handed_over(store: Store) -> None:
    owed(store, an_item("a"))

    assert store.outbox.claim("mail", EXPIRED, LEASE, 10) == []
    assert (kept(store)["a"].status, kept(store)["a"].settled_at) == (WAITING, None)


# --- bundling ----------------------------------------------------------------------------------


def test_the_items_of_a_message_wait_no_more_and_it_alone_is_handed_over(store: Store) -> None:
    owed(store, an_item("a"), an_item("b"), an_item("other", "chen"))

    assert bundled(store)

    for key in "ab":
        one = kept(store)[key]
        assert (one.status, one.notice.bundle) == (BUNDLED, a_digest().key)
        assert (one.settled_at, one.attempts) == (None, 0)
    assert kept(store)["other"].status == WAITING
    assert kept(store)[a_digest().key].status == PENDING
    assert [job.key for job in store.outbox.claim("mail", NOW, LEASE, 10)] == [a_digest().key]


def test_there_is_one_message_a_day_and_the_rest_waits_for_the_next(store: Store) -> None:
    owed(store, an_item("a"))
    assert bundled(store)
    owed(store, an_item("b"))

    assert not bundled(store)
    assert (kept(store)["b"].status, kept(store)["b"].notice.bundle) == (WAITING, None)

    tomorrow = TODAY + timedelta(days=1)
    assert bundled(store, day=tomorrow)
    assert kept(store)["b"].notice.bundle == a_digest(day=tomorrow).key
    assert kept(store)["a"].notice.bundle == a_digest().key


def test_only_what_waits_becomes_an_item(store: Store) -> None:
    owed(store, a_notice("gone", status=SUPERSEDED, cause="closed"), an_item("a"))
    everything = [sent.id for sent in kept(store).values()]

    with store.writing() as session:
        assert session.bundle(a_digest(), everything)

    assert (kept(store)["gone"].status, kept(store)["gone"].notice.bundle) == (SUPERSEDED, None)
    assert kept(store)["a"].status == BUNDLED


def test_a_message_that_was_not_committed_leaves_its_items_waiting(store: Store) -> None:
    owed(store, an_item("a"))

    with pytest.raises(ZeroDivisionError), store.writing() as session:
        assert session.bundle(a_digest(), waits(session))
        raise ZeroDivisionError

    assert kept(store)["a"].status == WAITING
    assert list(kept(store)) == ["a"]


def test_ten_at_once_make_one_message_that_holds_everything(store: Store) -> None:
    people = [f"p{number}" for number in range(8)]
    owed(store, *(an_item(f"{p}/{n}", p) for n in range(12) for p in people))
    start = threading.Barrier(10)

    def bundles(_: int) -> int:
        start.wait()
        return sum(bundled(store, person) for person in people)

    with ThreadPoolExecutor(10) as pool:
        made = sum(pool.map(bundles, range(10)))

    taken = defaultdict(set)
    for key, sent in kept(store).items():
        taken[sent.notice.bundle].add(key)
    assert made == len(people)
    assert taken.pop(None) == {a_digest(p).key for p in people}
    assert taken == {a_digest(p).key: {f"{p}/{n}" for n in range(12)} for p in people}


def test_who_comes_later_does_not_take_the_day_with_half_of_the_items(store: Store) -> None:
    owed(store, an_item("a"), an_item("b"))
    answers: list[bool] = []

    def comes_later() -> None:
        owed(store, an_item("c"))
        answers.append(bundled(store))

    other = threading.Thread(target=comes_later)
    with store.writing() as session:
        items = waits(session)
        other.start()
        other.join(0.5)  # some stores let the other in, some let it wait
        assert session.bundle(a_digest(), items)
    other.join()

    assert answers == [False]
    assert {key: sent.status for key, sent in kept(store).items() if key in "abc"} == {
        "a": BUNDLED,
        "b": BUNDLED,
        "c": WAITING,
    }


# --- withdrawing -------------------------------------------------------------------------------


def test_what_need_not_be_said_any_more_is_settled_with_its_cause(store: Store) -> None:
    owed(store, an_item("a"), an_item("b"), a_notice("sent"))

    with store.writing() as session:
        session.withdraw(waits(session)[:1], "closed", NOW)
        session.withdraw([], "closed", NOW)

    a, b = kept(store)["a"], kept(store)["b"]
    assert (a.status, a.cause, a.settled_at) == (SUPERSEDED, "closed", NOW)
    assert a.notice.created_at == CREATED_AT
    assert (b.status, b.cause, b.settled_at) == (WAITING, None, None)


def test_what_waits_no_more_cannot_be_withdrawn(store: Store) -> None:
    owed(store, a_notice("pending"), an_item("a"))
    assert bundled(store)
    ids = [sent.id for sent in kept(store).values()]

    with store.writing() as session:
        session.withdraw(ids, "closed", NOW)

    assert [sent.status for sent in kept(store).values()] == [PENDING, BUNDLED, PENDING]


# --- the end of a message is that of its items ---------------------------------------------------


@pytest.mark.parametrize("status", [ACCEPTED, DEAD])
def test_the_items_share_the_end_of_their_message(store: Store, status: str) -> None:
    owed(store, an_item("a"), an_item("b"), an_item("other", "chen"))
    assert bundled(store)
    assert bundled(store, "chen")
    (job,) = [j for j in store.outbox.claim("mail", NOW, LEASE, 10) if j.recipient == "wang"]
    later = NOW + timedelta(seconds=1)
    store.outbox.settle(job, Outcome(status=status, cause="because"), later)

    for key in ("a", "b", job.key):
        one = kept(store)[key]
        assert (one.status, one.cause, one.settled_at) == (status, "because", later)
    assert kept(store)["other"].status == BUNDLED


def test_a_message_to_be_tried_again_leaves_its_items_bundled(store: Store) -> None:
    owed(store, an_item("a"))
    assert bundled(store)
    (job,) = store.outbox.claim("mail", NOW, LEASE, 10)
    store.outbox.settle(job, Outcome(status=RETRY_WAIT, cause="451", retry_at=EXPIRED), NOW)

    assert (kept(store)["a"].status, kept(store)["a"].settled_at) == (BUNDLED, None)


def test_whoever_lost_the_claim_ends_no_item(store: Store) -> None:
    owed(store, an_item("a"))
    assert bundled(store)
    (lost,) = store.outbox.claim("mail", NOW, LEASE, 10)
    store.outbox.claim("mail", EXPIRED, LEASE, 10)
    store.outbox.settle(lost, Outcome(status=ACCEPTED), EXPIRED)

    assert kept(store)["a"].status == BUNDLED


def test_items_wait_for_the_end_of_a_message_of_which_nobody_knows(store: Store) -> None:
    owed(store, an_item("a"))
    assert bundled(store)
    (job,) = store.outbox.claim("mail", NOW, LEASE, 10)
    assert store.outbox.begin(job, NOW)
    assert store.outbox.strand(EXPIRED, []) == 1

    assert kept(store)[job.key].status == AMBIGUOUS
    assert (kept(store)["a"].status, kept(store)["a"].settled_at) == (BUNDLED, None)

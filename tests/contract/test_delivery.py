"""Delivery on every store: each notice once, each with an outcome, none waits for another."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from notifications.channels.spool import Spool
from notifications.delivery import (
    BATCH,
    FIRST_WAIT,
    LEASE,
    Delivered,
    Outcome,
    RenderError,
    deliver_due,
)
from notifications.mime import Composer, Sender
from notifications.notice import ACCEPTED, AMBIGUOUS, CLAIMED, DEAD, INFLIGHT, RETRY_WAIT, Notice
from notifications.rendering import Renderer
from tests.letters import NOW, REMINDER, Recording
from workflow.ports import Sent, Store


@dataclass
class Clock:
    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at


def owe(store: Store, *people: str, **changes: Any) -> None:
    fields: dict[str, Any] = {
        "issue": "YX2023-7",
        "template": "reminder",
        "channel": "mail",
        "language": "zh",
        "created_at": NOW,
        "facts": REMINDER,
    }
    notices = [
        Notice(
            key=f"YX2023-7/{person}",
            recipient=person,
            address=f"{person}@office.example",
            **(fields | changes),
        )
        for person in people
    ]
    with store.writing() as session:
        assert session.owe(notices) == len(people)


def kept(store: Store) -> dict[str, Sent]:
    with store.reading() as session:
        return {sent.notice.recipient: sent for sent in session.notices()}


def statuses(store: Store) -> dict[str, str]:
    return {person: sent.status for person, sent in kept(store).items()}


def test_every_notice_is_handed_over_once_and_settled(store):
    owe(store, "wang", "zhou")
    channel = Recording()

    assert deliver_due(store.outbox, {"mail": channel}, Clock()) == Delivered(accepted=2)
    assert deliver_due(store.outbox, {"mail": channel}, Clock()) == Delivered()

    assert [person for person, _ in channel.handed] == ["wang", "zhou"]
    wang = kept(store)["wang"]
    assert (wang.status, wang.cause, wang.attempts, wang.settled_at) == (ACCEPTED, None, 1, NOW)


def test_no_more_are_delivered_than_asked_for(store):
    owe(store, *(f"p{number:02}" for number in range(BATCH + 9)))
    channel = Recording()

    assert deliver_due(store.outbox, {"mail": channel}, Clock(), limit=3).accepted == 3
    assert deliver_due(store.outbox, {"mail": channel}, Clock(), limit=BATCH + 2).accepted == 22
    assert deliver_due(store.outbox, {"mail": channel}, Clock()).accepted == 4
    assert len({person for person, _ in channel.handed}) == len(channel.handed) == BATCH + 9


def test_what_cannot_be_rendered_is_dead_with_its_cause_and_keeps_nobody_waiting(store):
    owe(store, "wang", "zhou", "chen")
    channel = Recording(composing={"zhou": RenderError("zh/step.txt.j2", 4, "'x' is undefined")})

    delivered = deliver_due(store.outbox, {"mail": channel}, Clock())

    assert delivered == Delivered(accepted=2, dead=1)
    assert kept(store)["zhou"].cause == (
        "template_broken: zh/step.txt.j2, line 4: 'x' is undefined"
    )
    assert [person for person, _ in channel.handed] == ["wang", "chen"]


def test_a_channel_that_is_not_configured_leaves_the_notice_dead(store):
    owe(store, "wang", channel="pigeon")
    owe(store, "zhou")

    delivered = deliver_due(store.outbox, {"mail": Recording()}, Clock())

    assert delivered == Delivered(accepted=1, dead=1)
    assert kept(store)["wang"].cause == "channel_unknown: pigeon"


def test_every_attempt_sends_the_bytes_that_were_rendered_first(store):
    owe(store, "wang")
    clock = Clock()
    later = Outcome(status=RETRY_WAIT, cause="try_later: 450", retry_at=NOW + FIRST_WAIT)
    channel = Recording(sending={"wang": later})

    assert deliver_due(store.outbox, {"mail": channel}, clock) == Delivered(retry_wait=1)
    assert deliver_due(store.outbox, {"mail": channel}, clock) == Delivered()
    clock.at += FIRST_WAIT
    channel.sending.clear()
    assert deliver_due(store.outbox, {"mail": channel}, clock) == Delivered(accepted=1)

    assert channel.composed == ["wang"]
    assert channel.handed == [("wang", b"to wang, 1")] * 2
    assert kept(store)["wang"].attempts == 2


def test_an_unforeseen_error_in_sending_is_not_repeated_where_that_might_send_twice(store):
    owe(store, "wang", "zhou")
    channel = Recording(sending={"wang": RuntimeError("a fault\r\nof ours")})

    assert deliver_due(store.outbox, {"mail": channel}, Clock()) == Delivered(
        accepted=1, ambiguous=1
    )
    assert kept(store)["wang"].cause == "broke_off: RuntimeError: a fault of ours"


def test_where_sending_twice_is_harmless_it_is_tried_again(store):
    owe(store, "wang")
    channel = Recording(idempotent=True, sending={"wang": RuntimeError("a fault")})

    assert deliver_due(store.outbox, {"mail": channel}, Clock()) == Delivered(retry_wait=1)


def test_an_unforeseen_error_in_rendering_is_tried_again(store):
    owe(store, "wang", "zhou")
    channel = Recording(composing={"wang": OSError("too many open files")})

    assert deliver_due(store.outbox, {"mail": channel}, Clock()) == Delivered(
        accepted=1, retry_wait=1
    )
    assert kept(store)["wang"].cause == "broke_off: OSError: too many open files"


@pytest.mark.parametrize(
    ("idempotent", "left", "status", "handed"),
    [(False, INFLIGHT, AMBIGUOUS, 1), (True, CLAIMED, ACCEPTED, 2)],
)
def test_a_crash_while_sending_is_repeated_only_where_it_is_harmless(
    store, idempotent, left, status, handed
):
    owe(store, "wang")
    clock = Clock()
    channel = Recording(idempotent=idempotent, sending={"wang": KeyboardInterrupt()})
    with pytest.raises(KeyboardInterrupt):
        deliver_due(store.outbox, {"mail": channel}, clock)
    assert statuses(store) == {"wang": left}
    channel.sending.clear()

    assert deliver_due(store.outbox, {"mail": channel}, clock) == Delivered()
    clock.at += LEASE + timedelta(seconds=1)
    deliver_due(store.outbox, {"mail": channel}, clock)

    assert statuses(store) == {"wang": status}
    assert len(channel.handed) == handed
    if status == AMBIGUOUS:
        assert kept(store)["wang"].cause == "crashed_inflight"


def test_a_crash_before_sending_is_made_good_when_the_lease_has_run_out(store):
    owe(store, "wang")
    clock = Clock()
    store.outbox.claim(clock.at, LEASE, 10)
    channel = Recording()

    assert deliver_due(store.outbox, {"mail": channel}, clock) == Delivered()
    clock.at += LEASE + timedelta(seconds=1)
    assert deliver_due(store.outbox, {"mail": channel}, clock) == Delivered(accepted=1)


def test_whoever_lost_a_claim_neither_sends_nor_settles(store):
    owe(store, "wang")
    (lost,) = store.outbox.claim(NOW, LEASE, 10)
    (taken,) = store.outbox.claim(NOW + LEASE + timedelta(seconds=1), LEASE, 10)

    assert not store.outbox.begin(lost, NOW)
    store.outbox.keep(lost, b"stale")
    store.outbox.settle(lost, Outcome(status=DEAD, cause="stale"), NOW)
    assert store.outbox.begin(taken, NOW)
    store.outbox.settle(taken, Outcome(status=ACCEPTED), NOW)

    assert statuses(store) == {"wang": ACCEPTED}


def test_a_delivery_whose_claim_is_taken_over_sends_nothing(store):
    owe(store, "wang", "zhou")
    after = NOW + LEASE + timedelta(seconds=1)
    channel = Recording(composing={"wang": lambda: store.outbox.claim(after, LEASE, 1)})

    assert deliver_due(store.outbox, {"mail": channel}, Clock()) == Delivered(accepted=1)

    assert [person for person, _ in channel.handed] == ["zhou"]
    assert statuses(store) == {"wang": CLAIMED, "zhou": ACCEPTED}


def test_the_transaction_is_over_before_anything_is_sent(store):
    owe(store, "wang", "zhou")
    seen = []

    def look_and_write() -> Outcome:
        seen.append(statuses(store)["wang"])
        owe(store, "chen")
        return Outcome(status=ACCEPTED)

    channel = Recording(sending={"wang": look_and_write})
    deliver_due(store.outbox, {"mail": channel}, Clock())

    assert seen == [INFLIGHT]


def test_a_slow_server_does_not_outlast_the_claims(store):
    """Nothing is begun under a claim that is about to run out: somebody else might take it."""
    owe(store, "wang", "zhou")
    clock = Clock()

    def slowly() -> Outcome:
        clock.at += LEASE / 2
        return Outcome(status=ACCEPTED)

    channel = Recording(sending={"wang": slowly})

    assert deliver_due(store.outbox, {"mail": channel}, clock) == Delivered(accepted=1)
    clock.at += LEASE
    assert deliver_due(store.outbox, {"mail": channel}, clock) == Delivered(accepted=1)
    assert [person for person, _ in channel.handed] == ["wang", "zhou"]


def test_several_deliveries_at_once_send_each_notice_once(store):
    owe(store, *(f"p{number:02}" for number in range(60)))
    channel = Recording()
    totals = []

    def deliver() -> None:
        totals.append(deliver_due(store.outbox, {"mail": channel}, Clock()).accepted)

    threads = [threading.Thread(target=deliver) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    totals.append(deliver_due(store.outbox, {"mail": channel}, Clock()).accepted)

    assert sum(totals) == 60
    assert sorted(person for person, _ in channel.handed) == [f"p{n:02}" for n in range(60)]


def test_notices_become_files_in_the_spool(store, tmp_path):
    owe(store, "wang", "zhou")
    composer = Composer(Renderer(), Sender(address="office@yunxi.example"))
    spool = Spool(tmp_path / "spool", composer)

    assert deliver_due(store.outbox, {"mail": spool}, Clock()) == Delivered(accepted=2)
    assert len(list((tmp_path / "spool").glob("*.eml"))) == 2

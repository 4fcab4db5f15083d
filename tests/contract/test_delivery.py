"""Delivery on every store: each notice once, each with an outcome, none waits for another."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from notifications.channels.spool import Spool
from notifications.delivery.protocol import (
    LEASE,
    SETTLING,
    Delivered,
    Job,
    Outcome,
    RenderError,
    Traits,
)
from notifications.delivery.sending import BATCH, Bounds, deliver_due
from notifications.mail.mime import Composer, Sender
from notifications.notice import (
    ACCEPTED,
    AMBIGUOUS,
    CLAIMED,
    INFLIGHT,
    PENDING,
    RETRY_WAIT,
)
from notifications.rendering.renderer import Renderer
from tests.delivering import Clock, delivered, kept, owe, people, statuses
from tests.letters import NOW, Recording

# --- once, and with an outcome -----------------------------------------------------------------


def test_every_notice_is_handed_over_once_and_settled(store):
    owe(store, "wang", "zhou")
    channel = Recording()

    assert delivered(store, channel) == Delivered(accepted=2)
    assert delivered(store, channel) == Delivered()

    assert [person for person, _ in channel.handed] == ["wang", "zhou"]
    wang = kept(store)["wang"]
    assert (wang.status, wang.cause, wang.attempts, wang.settled_at) == (ACCEPTED, None, 1, NOW)
    assert wang.ref == "ref wang"


def test_no_more_are_delivered_than_asked_for(store):
    owe(store, *people(BATCH + 9))
    channel = Recording()

    assert delivered(store, channel, limit=3).accepted == 3
    assert delivered(store, channel, limit=BATCH + 2).accepted == BATCH + 2
    assert delivered(store, channel).accepted == 4
    assert len({person for person, _ in channel.handed}) == len(channel.handed) == BATCH + 9


def test_a_limit_counts_over_all_channels(store):
    owe(store, "wang", "zhou")
    owe(store, "li", "sun", channel="chat")
    channels = {name: Recording(name=name) for name in ("mail", "chat")}

    done = deliver_due(store.outbox, channels, Clock().watch, Bounds(limit=3))

    assert done.accepted == 3
    assert statuses(store)["sun"] == PENDING


def test_what_cannot_be_rendered_is_dead_with_its_cause_and_keeps_nobody_waiting(store):
    owe(store, "wang", "zhou", "chen")
    channel = Recording(composing={"zhou": RenderError("zh/step.txt.j2", 4, "'x' is undefined")})

    assert delivered(store, channel) == Delivered(accepted=2, dead=1)

    assert kept(store)["zhou"].cause == (
        "template_broken: zh/step.txt.j2, line 4: 'x' is undefined"
    )
    assert [person for person, _ in channel.handed] == ["wang", "chen"]


def test_a_channel_that_is_not_configured_leaves_the_notice_dead(store):
    owe(store, "wang", channel="pigeon")
    owe(store, "zhou")

    assert delivered(store, Recording()) == Delivered(accepted=1, dead=1)
    assert kept(store)["wang"].cause == "channel_unknown: pigeon"


def test_every_attempt_sends_the_bytes_that_were_rendered_first(store):
    owe(store, "wang")
    clock = Clock()
    wait = timedelta(minutes=5)
    channel = Recording(
        sending={"wang": Outcome(status=RETRY_WAIT, cause="450", retry_at=NOW + wait)}
    )

    assert delivered(store, channel, clock) == Delivered(retry_wait=1)
    assert delivered(store, channel, clock) == Delivered()
    clock.at += wait
    channel.sending.clear()
    assert delivered(store, channel, clock) == Delivered(accepted=1)

    assert channel.composed == ["wang"]
    assert channel.handed == [("wang", b"to wang, 1")] * 2
    assert kept(store)["wang"].attempts == 2


def test_what_is_too_large_goes_without_attachments_in_the_same_run(store):
    owe(store, "wang")
    large = Outcome(status=PENDING, cause="552", blame="message", fresh=True, slim=True)
    answers = iter([large, Outcome(status=ACCEPTED)])
    channel = Recording(sending={"wang": lambda: next(answers)})

    assert delivered(store, channel).accepted == 0
    assert delivered(store, channel).accepted == 1

    assert [message for _, message in channel.handed] == [b"to wang, 1", b"to wang, 2"]


# --- faults and crashes ------------------------------------------------------------------------


def test_an_unforeseen_error_in_sending_is_not_repeated_where_that_might_send_twice(store):
    owe(store, "wang", "zhou")
    channel = Recording(sending={"wang": RuntimeError("a fault\r\nof ours")})

    assert delivered(store, channel) == Delivered(accepted=1, ambiguous=1)

    wang = kept(store)["wang"]
    assert wang.cause == "broke_off: RuntimeError: a fault of ours"
    assert wang.retry_at == NOW + SETTLING


@pytest.mark.parametrize("idempotent", [True, False])
def test_where_it_was_certainly_not_taken_it_is_tried_again(store, idempotent):
    owe(store, "wang")
    fault = {"wang": RuntimeError("a fault")}
    channel = (
        Recording(traits=Traits(idempotent=True), sending=fault)
        if idempotent
        else Recording(breaking=fault)
    )

    assert delivered(store, channel) == Delivered(retry_wait=1)
    assert kept(store)["wang"].doubts == 0


def test_an_unforeseen_error_in_rendering_is_tried_again(store):
    owe(store, "wang", "zhou")
    channel = Recording(composing={"wang": OSError("too many open files")})

    assert delivered(store, channel) == Delivered(accepted=1, retry_wait=1)
    assert kept(store)["wang"].cause == "broke_off: OSError: too many open files"


@pytest.mark.parametrize(
    ("idempotent", "status", "handed"), [(False, AMBIGUOUS, 1), (True, ACCEPTED, 2)]
)
def test_a_crash_while_sending_is_repeated_only_where_it_is_harmless(
    store, idempotent, status, handed
):
    owe(store, "wang")
    clock = Clock()
    channel = Recording(traits=Traits(idempotent=idempotent), sending={"wang": KeyboardInterrupt()})
    with pytest.raises(KeyboardInterrupt):
        delivered(store, channel, clock)
    assert statuses(store) == {"wang": INFLIGHT}
    channel.sending.clear()

    assert delivered(store, channel, clock) == Delivered()
    clock.at += LEASE
    done = delivered(store, channel, clock)

    assert (done.ambiguous, done.accepted) == (int(not idempotent), int(idempotent))
    assert statuses(store) == {"wang": status}
    assert len(channel.handed) == handed


def test_a_crash_before_sending_is_made_good_when_the_lease_has_run_out(store):
    owe(store, "wang")
    clock = Clock()
    channel = Recording(breaking={"wang": KeyboardInterrupt()})
    with pytest.raises(KeyboardInterrupt):
        delivered(store, channel, clock)
    assert statuses(store) == {"wang": CLAIMED}
    channel.breaking.clear()

    assert delivered(store, channel, clock) == Delivered()
    clock.at += LEASE
    assert delivered(store, channel, clock) == Delivered(accepted=1)


def test_a_delivery_whose_claim_is_taken_over_sends_nothing(store):
    owe(store, "wang", "zhou")
    after = NOW + LEASE
    channel = Recording(composing={"wang": lambda: store.outbox.claim("mail", after, LEASE, 1)})

    assert delivered(store, channel) == Delivered(accepted=1)

    assert [person for person, _ in channel.handed] == ["zhou"]
    assert statuses(store) == {"wang": CLAIMED, "zhou": ACCEPTED}


def test_an_answer_that_comes_after_somebody_looks_into_it_decides_nothing(store):
    owe(store, "wang")

    def too_late() -> Outcome:
        assert store.outbox.strand(NOW + LEASE, []) == 1
        assert len(store.outbox.doubtful(NOW + LEASE + SETTLING, LEASE, 1)) == 1
        return Outcome(status=ACCEPTED)

    assert delivered(store, Recording(sending={"wang": too_late})) == Delivered()
    assert statuses(store) == {"wang": AMBIGUOUS}


def test_the_transaction_is_over_before_anything_is_sent(store):
    owe(store, "wang", "zhou")
    seen = []

    def look_and_write() -> Outcome:
        seen.append(statuses(store)["wang"])
        owe(store, "chen")
        return Outcome(status=ACCEPTED)

    delivered(store, Recording(sending={"wang": look_and_write}))

    assert seen == [INFLIGHT]


# --- all together ------------------------------------------------------------------------------


def test_several_deliveries_at_once_send_each_notice_once(store):
    owe(store, *people(60))
    channel = Recording()
    totals = []

    def deliver() -> None:
        totals.append(delivered(store, channel).accepted)

    threads = [threading.Thread(target=deliver) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    totals.append(delivered(store, channel).accepted)

    assert sum(totals) == 60
    assert sorted(person for person, _ in channel.handed) == people(60)


def test_notices_become_files_in_the_spool(store, tmp_path):
    owe(store, "wang", "zhou")
    composer = Composer(Renderer(), Sender(address="office@yunxi.example"))
    spool = Spool(tmp_path / "spool", composer)

    assert delivered(store, spool) == Delivered(accepted=2)
    assert len(list((tmp_path / "spool").glob("*.eml"))) == 2


def test_a_run_says_why_the_last_message_was_not_handed_over(store):
    owe(store, *people(3))
    away = Outcome(status=RETRY_WAIT, cause="unreachable: refused", retry_at=NOW)
    channel = Recording(breaking={"p01": away})
    assert delivered(store, channel).trouble == "unreachable: refused"
    assert delivered(store, Recording()).trouble == ""


def test_what_cannot_be_looked_into_again_is_sent_as_it_stands_and_stops_no_other(store):
    owe(store, *people(3))

    def spoilt(job: Job) -> bool:
        raise ValueError("a row that nobody can read")

    later = Clock(at=NOW + timedelta(hours=1))
    assert delivered(store, Recording(), later, taken_back=spoilt) == Delivered(accepted=3)

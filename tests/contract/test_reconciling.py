"""Doubts on every store: looked up, decided by the policy of their rule, or left to a person."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from notifications.delivery.protocol import LEASE, SETTLING, Delivered, Outcome
from notifications.delivery.reconciling import (
    BATCH,
    DECISIONS,
    MOST_DOUBTS,
    Reconciled,
    decided,
    reconcile_due,
)
from notifications.notice import ACCEPTED, AMBIGUOUS, DEAD, HOLD, PENDING, RETRY_WAIT
from states.frozen import replace
from tests.delivering import Clock, delivered, kept, owe, people, statuses
from tests.letters import NOW, Recording, a_job

UNKNOWN = Outcome(status=AMBIGUOUS, cause="answer_lost", blame="server")
FOUND = Outcome(status=ACCEPTED, ref="<1@archive>")
ABSENT = Outcome(status=PENDING, cause="absent", decision="absent")


def doubtful(store, *who, **changes):
    """Owe reminders of which nobody knows whether they were taken; return channel and clock."""
    owe(store, *who, **changes)
    clock, channel = Clock(), Recording(sending=dict.fromkeys(who, UNKNOWN))
    assert delivered(store, channel, clock) == Delivered(ambiguous=len(who))
    channel.sending.clear()
    clock.at += SETTLING
    return channel, clock


def reconciled(store, channel, clock, **how):
    return reconcile_due(store.outbox, {channel.name: channel}, clock.watch, **how)


def test_nothing_is_looked_into_before_the_server_has_settled(store):
    channel, clock = doubtful(store, "wang")
    clock.at -= timedelta(seconds=1)

    assert reconciled(store, channel, clock) == Reconciled()


def test_what_is_found_was_delivered(store):
    channel, clock = doubtful(store, "wang")
    channel.found["wang"] = FOUND

    assert reconciled(store, channel, clock) == Reconciled(found=1)
    assert delivered(store, channel, clock) == Delivered()

    wang = kept(store)["wang"]
    assert (wang.status, wang.decision, wang.ref) == (ACCEPTED, "found", "<1@archive>")
    assert wang.settled_at == clock.at


def test_what_is_certainly_absent_is_sent_again_as_it_was(store):
    channel, clock = doubtful(store, "wang")
    channel.found["wang"] = ABSENT

    assert reconciled(store, channel, clock) == Reconciled(absent=1)
    assert delivered(store, channel, clock) == Delivered(accepted=1)

    assert [message for _, message in channel.handed] == [b"to wang, 1"] * 2
    assert kept(store)["wang"].decision == "absent"


def test_what_failed_on_the_other_side_is_dead(store):
    channel, clock = doubtful(store, "wang")
    channel.found["wang"] = Outcome(status=DEAD, cause="recipient_refused")

    assert reconciled(store, channel, clock) == Reconciled(failed=1)
    assert (kept(store)["wang"].status, kept(store)["wang"].decision) == (DEAD, "found")


def test_what_was_not_passed_on_is_tried_again(store):
    channel, clock = doubtful(store, "wang")
    later = clock.at + timedelta(hours=1)
    channel.found["wang"] = Outcome(status=RETRY_WAIT, cause="too_many", retry_at=later)

    assert reconciled(store, channel, clock) == Reconciled(failed=1)
    assert delivered(store, channel, clock) == Delivered()
    clock.at = later
    assert delivered(store, channel, clock) == Delivered(accepted=1)


def test_where_nobody_can_say_a_copy_that_says_so_goes(store):
    channel, clock = doubtful(store, "wang")

    assert reconciled(store, channel, clock) == Reconciled(resent=1)
    assert delivered(store, channel, clock) == Delivered(accepted=1)

    assert [message for _, message in channel.handed] == [b"to wang, 1", b"to wang, 2"]
    assert (kept(store)["wang"].decision, kept(store)["wang"].doubts) == ("resent", 1)


def test_where_the_rule_says_so_a_person_decides(store):
    channel, clock = doubtful(store, "wang", if_unknown=HOLD)

    assert reconciled(store, channel, clock) == Reconciled(held=1)
    clock.at += timedelta(days=30)
    assert reconciled(store, channel, clock) == Reconciled()

    assert statuses(store) == {"wang": AMBIGUOUS}
    with store.reading() as session:
        assert [one.notice.recipient for one in session.unresolved()] == ["wang"]


def test_what_is_in_doubt_again_and_again_is_left_to_a_person(store):
    channel, clock = doubtful(store, "wang")
    channel.sending["wang"] = UNKNOWN
    for _ in range(MOST_DOUBTS):
        assert reconciled(store, channel, clock) == Reconciled(resent=1)
        assert delivered(store, channel, clock) == Delivered(ambiguous=1)
        clock.at += SETTLING

    assert reconciled(store, channel, clock) == Reconciled(held=1)
    assert kept(store)["wang"].doubts == MOST_DOUBTS + 1
    assert len(channel.handed) == MOST_DOUBTS + 1


def test_a_look_that_breaks_off_decides_nothing_and_keeps_nobody_waiting(store):
    channel, clock = doubtful(store, "wang", "zhou")
    channel.found = {"wang": OSError("the archive\r\nis away"), "zhou": FOUND}

    assert reconciled(store, channel, clock) == Reconciled(found=1, later=1)
    wang = kept(store)["wang"]
    assert (wang.status, wang.doubts) == (AMBIGUOUS, 1)
    assert wang.cause == "broke_off: OSError: the archive is away"
    assert reconciled(store, channel, clock) == Reconciled()
    clock.at += LEASE
    channel.found["wang"] = FOUND
    assert reconciled(store, channel, clock) == Reconciled(found=1)


def test_a_channel_that_is_gone_cannot_be_asked(store):
    _, clock = doubtful(store, "wang")

    assert reconcile_due(store.outbox, {}, clock.watch) == Reconciled(resent=1)
    assert deliver_nowhere(store, clock) == Delivered(dead=1)


def deliver_nowhere(store, clock):
    return delivered(store, Recording(name="chat"), clock)


def test_a_crash_is_looked_into_after_its_lease_and_the_servers_time(store):
    owe(store, "wang")
    clock, channel = Clock(), Recording(sending={"wang": KeyboardInterrupt()})
    with pytest.raises(KeyboardInterrupt):
        delivered(store, channel, clock)
    channel.found["wang"] = FOUND
    clock.at += LEASE
    assert delivered(store, channel, clock) == Delivered(ambiguous=1)

    assert reconciled(store, channel, clock) == Reconciled()
    clock.at += SETTLING
    assert reconciled(store, channel, clock) == Reconciled(found=1)


def test_a_crash_while_looking_leaves_the_doubt_as_it_was(store):
    channel, clock = doubtful(store, "wang")

    class Crash(BaseException):
        pass

    def crash() -> bool:
        raise Crash

    with pytest.raises(Crash):
        reconciled(store, channel, clock, ending=iter_of([False, crash]))
    assert statuses(store) == {"wang": AMBIGUOUS}
    assert reconciled(store, channel, clock) == Reconciled()
    clock.at += LEASE
    assert reconciled(store, channel, clock) == Reconciled(resent=1)


def iter_of(answers):
    left = iter(answers)

    def ending() -> bool:
        answer = next(left)
        return bool(answer() if callable(answer) else answer)

    return ending


def test_a_program_that_is_to_stop_ends_between_two_looks(store):
    channel, clock = doubtful(store, "wang", "zhou", "chen")

    assert reconciled(store, channel, clock, ending=lambda: True) == Reconciled()
    two = iter_of([False, False, True])
    assert reconciled(store, channel, clock, ending=two) == Reconciled(resent=1)


def test_many_who_look_at_once_decide_each_doubt_once(store):
    channel, clock = doubtful(store, *people(BATCH + 5))
    found = []

    def look() -> None:
        found.append(reconciled(store, channel, clock).resent)

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(found) == BATCH + 5
    assert delivered(store, channel, clock) == Delivered(accepted=BATCH + 5)


# --- the policy --------------------------------------------------------------------------------


@pytest.mark.parametrize("doubts", [1, MOST_DOUBTS, MOST_DOUBTS + 1])
@pytest.mark.parametrize("policy", ["resend", HOLD])
def test_the_policy_decides_only_what_nobody_found_out(policy, doubts):
    job = a_job(if_unknown=policy, doubts=doubts)

    outcome = decided(job, None)

    again = policy == "resend" and doubts <= MOST_DOUBTS
    assert outcome.status == (PENDING if again else AMBIGUOUS)
    assert outcome.fresh == again
    assert outcome.retry_at is None
    assert outcome.decision in DECISIONS
    for found in (FOUND, ABSENT, replace(UNKNOWN, retry_at=NOW)):
        known = decided(job, found)
        assert (known.status, known.retry_at) == (found.status, found.retry_at)
        assert (known.decision is None) == (found.status == AMBIGUOUS)

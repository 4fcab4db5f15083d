"""What every outbox promises of limits: all nodes share them, and no clock opens them."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest

from notifications.delivery.limits import LONGEST_PAUSE, PAUSE
from notifications.delivery.protocol import Blame, Outcome, Rate
from notifications.notice import ALARMS, RETRY_WAIT, WAITING
from tests.changes import a_notice, owed
from tests.outbox import A_TICK, EXPIRED, LATER, NOW, SENT, a_job, claimed, ended
from workflow.ports import Circuit, Halt, Store

MINUTE = timedelta(minutes=1)
TEN = Rate(burst=10, per=MINUTE)


def down(blame: Blame = "server", cause: str = "unreachable") -> Outcome:
    return Outcome(status=RETRY_WAIT, cause=cause, blame=blame)


def circuits(store: Store) -> list[Circuit]:
    with store.reading() as session:
        return session.circuits()


# --- rates -------------------------------------------------------------------------------------


def test_a_bucket_gives_what_it_holds_and_says_when_there_is_more(store: Store) -> None:
    admit = store.outbox.admit

    assert admit("key", TEN, 4, NOW) == (4, NOW)
    assert admit("key", TEN, 9, NOW) == (6, NOW + MINUTE / 10)
    assert admit("key", TEN, 1, NOW + MINUTE / 10 - A_TICK) == (0, NOW + MINUTE / 10)
    assert admit("key", TEN, 9, NOW + MINUTE / 10)[0] == 1
    assert admit("other", TEN, 9, NOW) == (9, NOW)
    assert admit("key", TEN, 99, NOW + timedelta(days=9))[0] == 10


def test_no_two_nodes_take_one_token(store: Store) -> None:
    granted: list[int] = []

    def takes() -> None:
        for _ in range(5):
            granted.append(store.outbox.admit("key", TEN, 3, NOW)[0])

    threads = [threading.Thread(target=takes) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(granted) == 10


def test_nodes_whose_clocks_differ_get_no_more_together(store: Store) -> None:
    granted = 0
    for second in range(0, 120, 4):
        for ahead in (0, 30):  # seconds
            at = NOW + timedelta(seconds=second + ahead)
            granted += store.outbox.admit("key", TEN, 10, at)[0]

    assert granted <= 10 + 10 * (120 + 30) / 60


# --- circuits ----------------------------------------------------------------------------------


def test_three_failures_in_a_row_leave_a_server_alone_for_a_while(store: Store) -> None:
    outbox = store.outbox
    for _ in range(2):
        outbox.report("mx", down(), NOW)
    assert outbox.circuit("mx", NOW) is None

    outbox.report("mx", down(cause="tls_failed"), NOW)

    until = NOW + PAUSE
    assert circuits(store) == [
        Circuit(server="mx", failures=3, open_until=until, cause="tls_failed")
    ]
    assert outbox.circuit("mx", NOW) == until
    assert outbox.circuit("mx", until - A_TICK) == until
    assert outbox.circuit("other", NOW) is None
    assert outbox.circuit("mx", until) is None


def test_each_failed_trial_doubles_the_pause_up_to_an_hour(store: Store) -> None:
    pauses, at = [], NOW
    for _ in range(12):
        store.outbox.report("mx", down(), at)
        until = store.outbox.circuit("mx", at)
        if until is not None:
            pauses.append(until - at)
            at = until

    assert pauses[:3] == [PAUSE, PAUSE * 2, PAUSE * 4]
    assert pauses[-1] == LONGEST_PAUSE
    assert pauses == sorted(pauses)


def test_a_success_closes_the_circuit(store: Store) -> None:
    for _ in range(4):
        store.outbox.report("mx", down(), NOW)
    later = NOW + PAUSE * 2
    assert store.outbox.circuit("mx", later) is None
    store.outbox.report("mx", SENT, later)

    assert circuits(store) == []
    store.outbox.report("mx", down(), later)
    store.outbox.report("mx", SENT, later)
    for _ in range(2):
        store.outbox.report("mx", down(), later)
    assert store.outbox.circuit("mx", later) is None


def test_a_success_is_told_to_whoever_sees_the_failures_of_others(store: Store) -> None:
    """An outbox that has met no failure itself closes the circuit that another one opened."""
    for _ in range(3):
        store.outbox.report("mx", down(), NOW)
    store.outbox.__dict__.get("_failing", set()).clear()

    assert store.outbox.circuit("mx", NOW + PAUSE) is None
    store.outbox.report("mx", SENT, NOW + PAUSE)

    assert circuits(store) == []


def test_what_is_our_own_fault_stops_a_server_at_once(store: Store) -> None:
    store.outbox.report("mx", down("sender", "login_refused"), NOW)

    assert store.outbox.circuit("mx", NOW) == NOW + PAUSE


@pytest.mark.parametrize("blame", ["recipient", "message"])
def test_what_one_message_did_is_no_failure_of_the_server(store: Store, blame: Blame) -> None:
    for _ in range(9):
        store.outbox.report("mx", down(blame), NOW)

    assert circuits(store) == []


def test_a_pause_that_a_wrong_clock_gave_is_over(store: Store) -> None:
    for _ in range(9):
        store.outbox.report("mx", down(), NOW + timedelta(days=1000))

    assert store.outbox.circuit("mx", NOW) is None


def test_circuits_are_listed_by_name(store: Store) -> None:
    for server in ("smtp@b", "smtp@a"):
        store.outbox.report(server, down(), NOW)

    assert [(c.server, c.failures, c.open_until) for c in circuits(store)] == [
        ("smtp@a", 1, None),
        ("smtp@b", 1, None),
    ]


# --- stopping ----------------------------------------------------------------------------------


def released(store: Store, at: datetime = NOW) -> None:
    with store.writing() as session:
        session.release(at)


def halt(store: Store) -> Halt | None:
    with store.reading() as session:
        return session.halt()


def test_while_stopped_nothing_goes_but_alarms(store: Store) -> None:
    owed(store, a_notice("a"), a_notice("alarm", template=ALARMS[0]))
    assert (store.outbox.stopped(), halt(store)) == ("", None)

    store.outbox.stop("storm", NOW)
    store.outbox.stop("something else", NOW + MINUTE)

    assert store.outbox.stopped() == "storm"
    assert halt(store) == Halt(since=NOW, cause="storm")
    assert [job.key for job in claimed(store)] == ["alarm"]
    assert claimed(store) == []
    released(store)
    assert (store.outbox.stopped(), halt(store)) == ("", None)
    assert [job.key for job in claimed(store)] == ["a"]


def test_it_can_be_stopped_once_more(store: Store) -> None:
    owed(store, a_notice("a"))
    store.outbox.stop("storm", NOW)
    released(store, NOW + MINUTE)

    store.outbox.stop("again", NOW + MINUTE * 2)

    assert halt(store) == Halt(since=NOW + MINUTE * 2, cause="again")
    assert claimed(store) == []


def test_to_release_what_was_never_stopped_is_no_change(store: Store) -> None:
    owed(store, a_notice("a"))
    released(store)

    assert store.outbox.ready(NOW) == 1
    assert halt(store) is None


def test_ready_is_what_could_be_claimed_on_any_channel_but_alarms(store: Store) -> None:
    ended(store, LATER, "waits")
    a_job(store, "claimed")
    owed(store, a_notice("a"), a_notice("b", channel="chat"), a_notice("w", status=WAITING))
    owed(store, a_notice("alarm", template=ALARMS[0]))

    assert store.outbox.ready(NOW) == 2
    assert store.outbox.ready(EXPIRED) == 3
    assert store.outbox.ready(NOW + MINUTE * 60) == 4
    store.outbox.stop("storm", NOW)
    assert store.outbox.ready(NOW) == 2


def test_what_somebody_let_go_is_never_counted_as_a_storm_again(store: Store) -> None:
    owed(store, *(a_notice(key, created_at=NOW) for key in "abc"))
    store.outbox.stop("storm", NOW)
    released(store, NOW)
    owed(store, a_notice("d", created_at=NOW + A_TICK))

    assert store.outbox.ready(NOW) == 1
    assert len(claimed(store)) == 4

"""Delivery keeps its limits on every store: leases, patience, servers that are away, storms."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from notifications.delivery.limits import FAILURES, PAUSE
from notifications.delivery.protocol import (
    LEASE,
    MARGIN,
    Delivered,
    Outcome,
    Rate,
    Stale,
    Traits,
)
from notifications.delivery.retrying import FEWEST_ATTEMPTS
from notifications.delivery.sending import deliver_due
from notifications.notice import (
    ACCEPTED,
    ALARMS,
    CLAIMED,
    DEAD,
    PENDING,
    RETRY_WAIT,
    STORM,
)
from states.frozen import replace
from tests.delivering import Clock, delivered, kept, owe, people, statuses
from tests.letters import NOW, Recording
from workflow.ports import Sent, Store

SERVER = Traits(server="mail@mx")
DOWN = Outcome(status=RETRY_WAIT, cause="unreachable", retry_at=NOW, blame="server")
POLICY = Outcome(status=RETRY_WAIT, cause="sender_refused: 550", retry_at=NOW, blame="policy")


# --- what is given up --------------------------------------------------------------------------


def failing(store: Store, clock: Clock, outcome: Outcome, **bounds: Any) -> Sent:
    """Let a message fail again and again, a day apart, until it is settled or eight days passed."""
    owe(store, "wang")
    channel = Recording(
        sending={"wang": lambda: replace(outcome, retry_at=clock.at + timedelta(hours=12))}
    )
    for _ in range(16):
        delivered(store, channel, clock, **bounds)
        if kept(store)["wang"].settled_at:
            break
        clock.at += timedelta(hours=12)
    return kept(store)["wang"]


def test_what_fails_for_three_days_is_given_up_and_says_what_it_was(store):
    sent = failing(store, Clock(), Outcome(status=RETRY_WAIT, cause="try_later: 450"))

    assert (sent.status, sent.cause) == (DEAD, "gave_up: try_later: 450")
    assert sent.attempts == 7
    assert sent.settled_at == NOW + timedelta(days=3)


def test_the_office_says_how_long_it_has_patience(store):
    def until(first: datetime) -> datetime:
        return first + timedelta(days=5)

    sent = failing(store, Clock(), Outcome(status=RETRY_WAIT, cause="450"), patience=until)

    assert sent.settled_at == NOW + timedelta(days=5)


def test_what_failed_on_the_servers_or_our_own_side_is_not_given_up(store):
    sent = failing(store, Clock(), DOWN)

    assert (sent.status, sent.attempts) == (RETRY_WAIT, 16)


def test_a_machine_that_slept_tries_again_before_it_gives_up(store):
    owe(store, "wang")
    clock = Clock()
    wait = Outcome(status=RETRY_WAIT, cause="450")
    channel = Recording(sending={"wang": wait})
    delivered(store, channel, clock)
    clock.at += timedelta(days=30)

    for _ in range(FEWEST_ATTEMPTS - 2):
        assert delivered(store, channel, clock).retry_wait
    assert delivered(store, channel, clock).dead


# --- leases ------------------------------------------------------------------------------------


def test_a_slow_server_does_not_outlast_the_claims(store):
    """Nothing is begun under a claim that is about to run out: somebody else might take it."""
    owe(store, "wang", "zhou")
    clock = Clock()

    def slowly() -> Outcome:
        clock.at += LEASE / 2
        return Outcome(status=ACCEPTED)

    channel = Recording(sending={"wang": slowly})

    assert delivered(store, channel, clock) == Delivered(accepted=1, put_back=1)
    assert statuses(store)["zhou"] == PENDING
    assert delivered(store, channel, clock) == Delivered(accepted=1)
    assert [person for person, _ in channel.handed] == ["wang", "zhou"]


@pytest.mark.parametrize(("late", "handed"), [(timedelta(), 1), (timedelta(seconds=1), 0)])
def test_nothing_begins_so_late_that_it_could_end_after_its_lease(store, late, handed):
    owe(store, "wang")
    clock = Clock()

    def slowly() -> None:
        clock.at += LEASE - MARGIN + late

    channel = Recording(breaking={"wang": slowly})
    delivered(store, channel, clock)

    assert len(channel.handed) == handed


@pytest.mark.parametrize("step", [timedelta(hours=-5), timedelta(minutes=20)])
def test_a_clock_that_is_set_meanwhile_is_no_deadline(store, step):
    owe(store, "wang")
    clock = Clock()
    channel = Recording(breaking={"wang": lambda: clock.sets(step)})

    assert delivered(store, channel, clock) == Delivered(accepted=1)


def test_a_clock_that_stands_still_does_not_hide_that_time_has_passed(store):
    owe(store, "wang")
    clock = Clock()

    def slowly() -> None:
        clock.at += LEASE
        clock.sets(-LEASE)

    channel = Recording(breaking={"wang": slowly})
    delivered(store, channel, clock)

    assert channel.handed == []
    assert statuses(store) == {"wang": CLAIMED}


# --- limits ------------------------------------------------------------------------------------


def test_a_server_that_is_away_is_left_alone_and_nobody_counts_it_as_an_attempt(store):
    owe(store, *people(10))
    clock = Clock()
    channel = Recording(traits=SERVER, breaking=dict.fromkeys(people(10), DOWN))

    assert delivered(store, channel, clock) == Delivered(
        retry_wait=FAILURES, put_back=10 - FAILURES
    )
    assert delivered(store, channel, clock) == Delivered()
    assert [sent.attempts for sent in kept(store).values()] == [1] * 3 + [0] * 7

    clock.at += PAUSE
    assert delivered(store, channel, clock) == Delivered(retry_wait=1, put_back=9)  # a trial
    clock.at += PAUSE
    assert delivered(store, channel, clock) == Delivered()
    clock.at += PAUSE
    channel.breaking.clear()
    assert delivered(store, channel, clock) == Delivered(accepted=10)


def test_a_server_that_takes_some_is_not_left_alone(store):
    owe(store, *people(12))
    away = dict.fromkeys([p for n, p in enumerate(people(12)) if n % 3], DOWN)

    done = delivered(store, Recording(traits=SERVER, breaking=away))

    assert (done.accepted, done.retry_wait % 8) == (4, 0)


def test_a_wrong_password_stops_the_channel_at_once_and_no_other(store):
    owe(store, *people(5))
    owe(store, "wang", channel="chat")
    refused = Outcome(status=RETRY_WAIT, cause="login_refused", blame="sender", retry_at=NOW)
    mail = Recording(traits=SERVER, breaking=dict.fromkeys(people(5), refused))
    chat = Recording(name="chat", traits=Traits(server="chat@x"))

    done = deliver_due(store.outbox, {"mail": mail, "chat": chat}, Clock().watch)

    assert done == Delivered(accepted=1, retry_wait=1, put_back=4)


def test_a_policy_against_one_address_keeps_nobody_else_waiting_however_often_it_is_tried(store):
    owe(store, *people(6))
    clock = Clock()
    channel = Recording(traits=SERVER, breaking={"p00": POLICY})
    assert delivered(store, channel, clock) == Delivered(accepted=5, retry_wait=1)
    for _ in range(2 * FAILURES):
        assert delivered(store, channel, clock) == Delivered(retry_wait=1)
    assert store.outbox.circuit(SERVER.server, clock.at) is None


def test_a_policy_against_several_in_a_row_is_against_us(store):
    owe(store, *people(10))
    channel = Recording(traits=SERVER, breaking=dict.fromkeys(people(10), POLICY))
    assert delivered(store, channel) == Delivered(retry_wait=FAILURES, put_back=10 - FAILURES)


def test_a_policy_against_one_address_is_told_to_somebody_in_the_end(store):
    sent = failing(store, Clock(), POLICY)
    assert (sent.status, sent.cause) == (DEAD, "gave_up: sender_refused: 550")


def test_a_refused_recipient_is_no_fault_of_the_server(store):
    owe(store, *people(6))
    refused = Outcome(status=DEAD, cause="recipient_refused", blame="recipient")
    channel = Recording(traits=SERVER, breaking=dict.fromkeys(people(6), refused))

    assert delivered(store, channel) == Delivered(dead=6)


def test_no_more_go_than_the_provider_takes_and_the_rest_goes_later(store):
    owe(store, *people(25))
    clock = Clock()
    traits = Traits(credential="robot", rate=Rate(burst=10, per=timedelta(minutes=1)))
    channel = Recording(traits=traits)

    assert delivered(store, channel, clock) == Delivered(accepted=10, put_back=10)
    assert delivered(store, channel, clock) == Delivered(put_back=5)
    clock.at += timedelta(seconds=6)
    assert delivered(store, channel, clock).accepted == 1
    clock.at += timedelta(minutes=1)
    assert delivered(store, channel, clock).accepted == 10
    clock.at += timedelta(minutes=1)
    assert delivered(store, channel, clock).accepted == 4

    assert {sent.attempts for sent in kept(store).values()} == {1}


def test_a_storm_stops_everything_but_the_alarm_until_it_is_released(store):
    owe(store, *people(4))
    owe(store, "chief", template=ALARMS[0])
    channel = Recording()

    assert delivered(store, channel, storm=3) == Delivered(accepted=1, stopped=STORM)
    assert [person for person, _ in channel.handed] == ["chief"]
    assert delivered(store, channel) == Delivered(stopped=STORM)  # a node that knows no limit
    with store.writing() as session:
        session.release(NOW)

    assert delivered(store, channel, storm=3) == Delivered(accepted=4)


def test_as_many_as_the_limit_are_no_storm(store):
    owe(store, *people(3))

    assert delivered(store, Recording(), storm=3) == Delivered(accepted=3)


def test_what_is_stale_waits_to_be_said_anew(store):
    owe(store, "wang")
    stale = Stale(digests_before=NOW, singles_before=NOW + timedelta(seconds=1))

    assert delivered(store, Recording(), stale=stale) == Delivered()
    assert statuses(store) == {"wang": PENDING}


def test_a_program_that_is_to_stop_ends_after_the_message_under_way(store):
    owe(store, *people(5))
    channel = Recording()

    done = delivered(store, channel, ending=lambda: len(channel.handed) >= 2)

    assert done == Delivered(accepted=2, put_back=3)
    assert delivered(store, channel, ending=lambda: True) == Delivered()
    assert delivered(store, channel) == Delivered(accepted=3)


def test_it_is_asked_before_every_message_whether_the_program_is_to_stop(store):
    owe(store, *people(5))
    asked = []

    def ending() -> bool:
        asked.append(1)
        return False

    delivered(store, Recording(), ending=ending)

    assert len(asked) >= 5

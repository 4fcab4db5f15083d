"""Delivery through messengers and a real outbox: doubts, keys and results, to their end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from notifications.delivery.protocol import Channel
from notifications.delivery.reconciling import Reconciled, reconcile_due
from notifications.notice import ACCEPTED, AMBIGUOUS, DEAD, HOLD, PENDING, RETRY_WAIT
from tests.delivering import Clock, delivered, kept, owe, people
from tests.messengers import (
    DINGTALK,
    DINGTALK_ROBOT,
    FACTS,
    FEISHU,
    NOW,
    RESULT,
    VENDORS,
    WECOM,
    WECOM_ROBOT,
    Vendor,
    passed_on,
)
from tests.servers.messengers import MessengerServer, closes, running_messenger, says
from workflow.memory import MemoryStore
from workflow.ports import Sent, Store
from workflow.storage import open_store

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
WANG = "wang@office.example"
KEYED = [vendor for vendor in VENDORS if vendor.keyed]
ROBOTS = [vendor for vendor in VENDORS if not vendor.keyed]


@pytest.fixture
def server() -> Iterator[MessengerServer]:
    with running_messenger() as running:
        yield running


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryStore()
        return
    opened = open_store(str(tmp_path / "rectify.db"), create=True)
    yield opened
    opened.close()


def owed(store: Store, vendor: Vendor, *people: str, **changes: object) -> None:
    made = {"channel": vendor.name, "facts": FACTS, "created_at": NOW, **changes}
    owe(store, *(people or ("wang",)), **made)


def reconciled(store: Store, channel: Channel, clock: Clock) -> Reconciled:
    return reconcile_due(store.outbox, {channel.name: channel}, clock.watch)


def wang(store: Store) -> Sent:
    return kept(store)["wang"]


@pytest.mark.parametrize("vendor", KEYED, ids=lambda vendor: vendor.name)
def test_a_lost_answer_of_an_app_ends_with_one_message_and_the_same_bytes(vendor, store, server):
    channel, clock = vendor.channel(server), Clock(NOW)
    server.on(vendor.path, closes, says(vendor.yes))
    server.on(RESULT, says(passed_on(WANG)))
    owed(store, vendor)

    assert delivered(store, channel, clock).ambiguous == 1
    assert (wang(store).status, wang(store).ref) == (AMBIGUOUS, "since 2026-11-30T01:05:00+00:00")
    clock.at += 2 * MINUTE
    assert reconciled(store, channel, clock) == Reconciled(same_key=1)
    assert wang(store).status == PENDING
    assert delivered(store, channel, clock).accepted == 1

    first, second = server.at(vendor.path)
    assert first.body == second.body
    assert wang(store).status == ACCEPTED


@pytest.mark.parametrize("vendor", ROBOTS, ids=lambda vendor: vendor.name)
def test_a_lost_answer_of_a_robot_ends_with_a_copy_that_says_so(vendor, store, server):
    channel, clock = vendor.channel(server), Clock(NOW)
    server.on(vendor.path, closes, says(vendor.yes))
    owed(store, vendor)

    delivered(store, channel, clock)
    clock.at += HOUR
    assert reconciled(store, channel, clock) == Reconciled(resent=1)
    assert delivered(store, channel, clock).accepted == 1

    first, second = server.at(vendor.path)
    assert first.body != second.body
    assert len(server.at(vendor.path)) == 2


@pytest.mark.parametrize("vendor", [WECOM_ROBOT, FEISHU], ids=lambda vendor: vendor.name)
def test_where_the_rule_says_so_a_person_decides(vendor, store, server):
    channel, clock = vendor.channel(server), Clock(NOW)
    server.on(vendor.path, closes)
    owed(store, vendor, if_unknown=HOLD)

    delivered(store, channel, clock)
    clock.at += 5 * HOUR
    assert reconciled(store, channel, clock) == Reconciled(held=1)
    assert (wang(store).status, wang(store).retry_at) == (AMBIGUOUS, None)
    assert len(server.at(vendor.path)) == 1


@pytest.mark.parametrize("vendor", [WECOM, FEISHU], ids=lambda vendor: vendor.name)
def test_a_key_that_is_forgotten_before_the_next_run_sends_no_second_message(vendor, store, server):
    channel, clock = vendor.channel(server), Clock(NOW)
    server.on(vendor.path, closes, says(vendor.yes))
    owed(store, vendor)
    delivered(store, channel, clock)
    clock.at += 2 * MINUTE
    assert reconciled(store, channel, clock) == Reconciled(same_key=1)

    clock.at += 5 * HOUR  # nothing ran meanwhile
    delivered(store, channel, clock)
    delivered(store, channel, clock)

    first, second = server.at(vendor.path)
    assert first.body != second.body  # a copy that says so
    assert wang(store).status == ACCEPTED


def test_a_result_that_is_late_is_looked_up_by_its_number(store, server):
    channel, clock = DINGTALK.channel(server), Clock(NOW)
    server.on(RESULT, says({"errcode": 0, "send_result": {}}))
    owed(store, DINGTALK)

    assert delivered(store, channel, clock).ambiguous == 1
    assert wang(store).ref == "256271667526"
    clock.at += 2 * MINUTE
    assert reconciled(store, channel, clock) == Reconciled(later=1)
    server.on(RESULT, says(passed_on(WANG)))
    clock.at += 10 * MINUTE
    assert reconciled(store, channel, clock) == Reconciled(found=1)

    assert wang(store).status == ACCEPTED
    assert len(server.at(DINGTALK.path)) == 1


def test_a_result_that_says_no_ends_it(store, server):
    channel, clock = DINGTALK.channel(server), Clock(NOW)
    server.on(RESULT, says({"errcode": 0, "send_result": {}}))
    owed(store, DINGTALK)
    delivered(store, channel, clock)

    server.on(RESULT, says({"errcode": 0, "send_result": {"invalid_user_id_list": [WANG]}}))
    clock.at += 2 * MINUTE
    assert reconciled(store, channel, clock) == Reconciled(failed=1)

    assert wang(store).status == DEAD
    assert str(wang(store).cause).startswith("recipient_refused")


def test_a_wrong_signature_stops_one_channel_and_loses_nothing(store, server):
    channel, clock = DINGTALK_ROBOT.channel(server), Clock(NOW)
    server.on(DINGTALK_ROBOT.path, says({"errcode": 310000, "errmsg": "sign not match"}))
    owed(store, DINGTALK_ROBOT, "wang", "li")

    delivered(store, channel, clock)

    assert len(server.heard) == 1
    assert {sent.status for sent in kept(store).values()} == {RETRY_WAIT, PENDING}
    assert store.outbox.circuit("dingtalk_robot@127.0.0.1", NOW) is not None
    assert store.outbox.circuit("dingtalk@127.0.0.1", NOW) is None

    server.on(DINGTALK_ROBOT.path, says(DINGTALK_ROBOT.yes))
    clock.at += 3 * HOUR
    assert delivered(store, channel, clock).accepted == 2


def test_more_than_a_group_may_get_in_a_minute_waits(store, server):
    channel, clock = WECOM_ROBOT.channel(server), Clock(NOW)
    owed(store, WECOM_ROBOT, *people(25))

    heard = []
    for _ in range(4):
        delivered(store, channel, clock)
        heard.append(len(server.heard))
        clock.at += timedelta(seconds=20)

    assert heard[0] == 10
    assert heard[3] <= 20  # in the first minute
    clock.at += 3 * MINUTE
    delivered(store, channel, clock)
    clock.at += 3 * MINUTE
    delivered(store, channel, clock)
    assert len(server.heard) == 25

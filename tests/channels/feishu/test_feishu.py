"""Feishu: a signed robot in a group, and an app whose messages have a key for an hour."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from notifications.channels import feishu
from notifications.delivery.protocol import AddressError, Outcome
from notifications.notice import ACCEPTED, AMBIGUOUS, DEAD, PENDING
from tests.handing import Asked
from tests.messengers import CANARY, FEISHU, FEISHU_ROBOT, NOW, SIGN, handed
from tests.servers.messengers import MessengerServer, closes, running_messenger, says

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SINCE = "since 2026-11-30T01:05:00+00:00"


@pytest.fixture
def server() -> Iterator[MessengerServer]:
    with running_messenger() as running:
        yield running


def text_of(card: Any) -> str:
    (element,) = card["body"]["elements"]
    return str(element["content"])


# --- the robot ------------------------------------------------------------------------------------


def test_the_robot_posts_a_signed_card_that_mentions_one_person(server):
    assert handed(FEISHU_ROBOT.channel(server), FEISHU_ROBOT.job()) == Outcome(status=ACCEPTED)

    (heard,) = server.heard
    stamp = str(int(NOW.timestamp()))
    key = f"{stamp}\n{SIGN.reveal()}".encode()
    sign = base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()
    assert (heard.json["timestamp"], heard.json["sign"]) == (stamp, sign)
    assert heard.json["msg_type"] == "interactive"
    assert re.findall("<at[^>]*>", text_of(heard.json["card"])) == ["<at id=wang>"]
    assert len(heard.body) < 20_000


def test_without_a_secret_the_card_goes_as_it_was_written(server):
    site = FEISHU_ROBOT.site(server)
    server.on(FEISHU_ROBOT.path, says(FEISHU_ROBOT.yes))
    job = FEISHU_ROBOT.job()

    assert handed(feishu.FeishuRobot(feishu.RobotKeys(token=CANARY), site), job).status == ACCEPTED
    assert server.heard[0].body == job.message


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"code": 0, "msg": "success", "data": {}}, ACCEPTED),
        ({"StatusCode": 0, "StatusMessage": "success"}, ACCEPTED),
        ({"StatusCode": 0, "StatusMessage": "success", "code": 0, "msg": "success"}, ACCEPTED),
        ({"StatusCode": 0, "code": 9499, "msg": "Bad Request"}, DEAD),
        ({"StatusCode": 9499, "code": 0}, DEAD),
        ({"StatusCode": "0", "code": 0}, AMBIGUOUS),
        ({"StatusCode": 0, "code": None}, AMBIGUOUS),
        ({"StatusMessage": "success", "msg": "success"}, AMBIGUOUS),
    ],
)
def test_the_old_and_the_new_form_of_a_yes_are_known(said, status, server):
    channel = FEISHU_ROBOT.channel(server)
    server.on(FEISHU_ROBOT.path, says(said))

    assert handed(channel, FEISHU_ROBOT.job()).status == status


def test_the_robot_knows_no_key(server):
    assert FEISHU_ROBOT.channel(server).look_up(FEISHU_ROBOT.job(doubts=1), NOW) is None


@pytest.mark.parametrize("vendor", [FEISHU, FEISHU_ROBOT], ids=lambda vendor: vendor.name)
@pytest.mark.parametrize("address", ["", "all", "ALL", "a b", "x></at><at id=all>", "王强"])
def test_everybody_and_what_is_no_user_is_nobody(address, vendor, server):
    with pytest.raises(AddressError):
        vendor.channel(server).compose(vendor.unwritten(address=address))


def test_a_whole_group_is_no_person(server):
    with pytest.raises(AddressError):
        FEISHU.channel(server).compose(FEISHU.unwritten(address="oc_84983ff6516d731e"))


# --- the app --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("ou_7d8a6e6d", "open_id"),
        ("on_94a1ee55", "union_id"),
        ("wang@office.example", "email"),
        ("3e3cf96b", "user_id"),
    ],
)
def test_the_app_writes_a_card_to_one_person_by_the_form_of_the_address(address, kind, server):
    job = FEISHU.unwritten(address=address)

    assert handed(FEISHU.channel(server), job) == Outcome(status=ACCEPTED, ref="om_1")

    login, message = server.heard
    assert login.json == {"app_id": "cli_1", "app_secret": CANARY.reveal()}
    assert message.query == {"receive_id_type": kind}
    assert message.headers["authorization"] == "Bearer canary-access"
    said = message.json
    assert (said["receive_id"], said["msg_type"]) == (address, "interactive")
    assert "<at" not in text_of(json.loads(said["content"]))


def test_the_key_is_short_the_same_for_the_same_and_new_for_a_copy(server):
    channel = FEISHU.channel(server)
    first, again = channel.compose(FEISHU.unwritten()), channel.compose(FEISHU.unwritten(id=9))
    copy = channel.compose(FEISHU.unwritten(doubts=1))
    other = channel.compose(FEISHU.unwritten(message_id="f" * 40))

    uuids = [json.loads(message)["uuid"] for message in (first, again, copy, other)]
    assert uuids[0] == uuids[1]
    assert len(set(uuids)) == 3
    assert all(len(uuid) <= 50 for uuid in uuids)


@pytest.mark.parametrize("data", [None, {}, {"message_id": ""}, {"message_id": 7}, "om_1", []])
def test_a_yes_without_a_message_leaves_the_outcome_open(data, server):
    channel = FEISHU.channel(server)
    server.on(FEISHU.path, says({"code": 0, "msg": "success", "data": data}))

    outcome = handed(channel, FEISHU.job())

    assert (outcome.status, outcome.retry_at) == (AMBIGUOUS, NOW + MINUTE)


def test_a_message_that_is_just_being_sent_leaves_the_outcome_open(server):
    channel = FEISHU.channel(server)
    server.on(FEISHU.path, says({"code": 230049, "msg": "The message is being sent."}, 400))

    assert handed(channel, FEISHU.job()).status == AMBIGUOUS


def test_a_lost_answer_is_sent_again_with_its_key_within_an_hour(server):
    channel, asked = FEISHU.channel(server), Asked()
    server.on(FEISHU.path, closes, says(FEISHU.yes))
    assert handed(channel, FEISHU.job(), asked).status == AMBIGUOUS
    assert asked.refs == [SINCE]

    job = FEISHU.job(doubts=1, ref=SINCE)
    found = channel.look_up(job, NOW + MINUTE)
    assert found is not None
    assert (found.status, found.decision) == (PENDING, "same_key")
    assert handed(channel, job, now=NOW + 2 * MINUTE).status == ACCEPTED
    first, second = server.at(FEISHU.path)
    assert first.json["uuid"] == second.json["uuid"]


def test_after_an_hour_the_policy_decides(server):
    channel = FEISHU.channel(server)
    job = FEISHU.job(doubts=1, ref=SINCE)

    assert channel.look_up(job, NOW + 49 * MINUTE) is not None
    assert channel.look_up(job, NOW + 51 * MINUTE) is None
    assert handed(channel, job, now=NOW + HOUR).decision == "resent"
    assert server.at(FEISHU.path) == []


@pytest.mark.parametrize("code", [99991663, 99991661, 99991668])
def test_a_token_that_is_refused_is_renewed(code, server):
    channel = FEISHU.channel(server)
    server.on(FEISHU.path, says({"code": code}, 400), says(FEISHU.yes))

    assert handed(channel, FEISHU.job()).status == ACCEPTED
    assert len(server.at("/open-apis/auth/v3/tenant_access_token/internal")) == 2


def test_the_head_of_a_card_has_the_colour_of_its_light(server):
    def head(colour: str) -> str:
        facts = {**FEISHU.unwritten().facts, "colour": colour}
        card = json.loads(FEISHU.channel(server).compose(FEISHU.unwritten(facts=facts)))
        return str(json.loads(card["content"])["header"]["template"])

    assert head("red") == "red"
    assert head("purple") == "blue"

"""DingTalk's robot: signed, in one group, mentioning one person and never everybody."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator

import pytest

from notifications.channels import dingtalk
from notifications.delivery.protocol import AddressError
from notifications.notice import ACCEPTED
from tests.messengers import CANARY, DINGTALK_ROBOT, NOW, SIGN, handed
from tests.servers.messengers import MessengerServer, running_messenger


@pytest.fixture
def server() -> Iterator[MessengerServer]:
    with running_messenger() as running:
        yield running


def test_a_message_is_posted_with_token_time_and_signature(server):
    channel = DINGTALK_ROBOT.channel(server)

    assert handed(channel, DINGTALK_ROBOT.job()).status == ACCEPTED

    (heard,) = server.heard
    stamp = str(int(NOW.timestamp()) * 1000)
    told = f"{stamp}\n{SIGN.reveal()}".encode()
    sign = base64.b64encode(hmac.new(SIGN.reveal().encode(), told, hashlib.sha256).digest())
    assert heard.query == {
        "access_token": CANARY.reveal(),
        "timestamp": stamp,
        "sign": sign.decode(),
    }
    assert heard.json["msgtype"] == "markdown"
    assert heard.body == DINGTALK_ROBOT.job().message


def test_without_a_secret_nothing_is_signed(server):
    site = DINGTALK_ROBOT.site(server)
    channel = dingtalk.DingTalkRobot(dingtalk.RobotKeys(token=CANARY), site)
    handed(channel, DINGTALK_ROBOT.job())

    assert set(server.heard[0].query) == {"access_token"}


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("13800138000", "atMobiles"),
        ("+86-13800138000", "atMobiles"),
        ("manager4220", "atUserIds"),
        ("012345", "atMobiles"),
        ("zhang.san@office", "atUserIds"),
    ],
)
def test_the_person_is_mentioned_by_mobile_or_user_id(address, field, server):
    message = DINGTALK_ROBOT.channel(server).compose(DINGTALK_ROBOT.unwritten(address=address))
    said = __import__("json").loads(message)

    assert said["at"] == {"atMobiles": [], "atUserIds": [], "isAtAll": False} | {field: [address]}
    assert f"@{address}" in said["markdown"]["text"]


@pytest.mark.parametrize(
    "address", ["", "all", "ALL", "@all", "所有人", "a b", "a,b", "a|b", "x" * 65, "a\nb", "<x>"]
)
def test_everybody_and_what_is_no_account_is_nobody(address, server):
    with pytest.raises(AddressError):
        DINGTALK_ROBOT.channel(server).compose(DINGTALK_ROBOT.unwritten(address=address))


def test_a_lost_answer_is_left_to_the_policy(server):
    channel = DINGTALK_ROBOT.channel(server)

    assert channel.look_up(DINGTALK_ROBOT.job(doubts=1), NOW) is None
    channel.close()

"""WeCom: a robot in a group, and an app whose requests are known again for four hours."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from notifications.delivery.protocol import AddressError, Outcome
from notifications.notice import ACCEPTED, AMBIGUOUS, DEAD, PENDING, RETRY_WAIT
from tests.handing import Asked
from tests.messengers import CANARY, NOW, WECOM, WECOM_ROBOT, handed, token
from tests.servers.messengers import MessengerServer, closes, running_messenger, says

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SINCE = "since 2026-11-30T01:05:00+00:00"


@pytest.fixture
def server() -> Iterator[MessengerServer]:
    with running_messenger() as running:
        yield running


# --- the robot ------------------------------------------------------------------------------------


def test_the_robot_writes_markdown_that_mentions_one_person(server):
    assert handed(WECOM_ROBOT.channel(server), WECOM_ROBOT.job()) == Outcome(status=ACCEPTED)

    (heard,) = server.heard
    assert heard.query == {"key": CANARY.reveal()}
    assert heard.json["msgtype"] == "markdown"
    assert re.findall("<@[^>]*>", heard.json["markdown"]["content"]) == ["<@wang>"]


@pytest.mark.parametrize("vendor", [WECOM, WECOM_ROBOT], ids=lambda vendor: vendor.name)
@pytest.mark.parametrize("address", ["", "@all", "all", "All", "a|b", "a b", "王强", "-x"])
def test_everybody_and_what_is_no_user_is_nobody(address, vendor, server):
    with pytest.raises(AddressError):
        vendor.channel(server).compose(vendor.unwritten(address=address))


def test_the_robot_knows_no_key(server):
    assert WECOM_ROBOT.channel(server).look_up(WECOM_ROBOT.job(doubts=1), NOW) is None


# --- the app --------------------------------------------------------------------------------------


def test_the_app_writes_to_one_person_and_asks_to_be_known_again(server):
    asked = Asked()

    outcome = handed(WECOM.channel(server), WECOM.job(), asked)

    assert outcome == Outcome(status=ACCEPTED, ref="m1")
    assert asked.refs == [SINCE]
    login, message = server.heard
    assert login.query == {"corpid": "ww1", "corpsecret": CANARY.reveal()}
    assert message.query == {"access_token": "canary-access"}
    said = message.json
    assert (said["touser"], said["agentid"], said["msgtype"]) == ("wang", 1000002, "markdown")
    assert (said["enable_duplicate_check"], said["duplicate_check_interval"]) == (1, 14400)
    assert not {"toparty", "totag"} & set(said)
    assert b"\\u" not in message.body  # 40033


@pytest.mark.parametrize(
    "named",
    [
        {"invaliduser": "wang"},
        {"invaliduser": "WANG|li"},
        {"unlicenseduser": "li|wang"},
        {"unlicenseduser": "wang", "invaliduser": ""},
    ],
)
def test_whom_wecom_does_not_reach_is_named_in_its_yes(named, server):
    channel = WECOM.channel(server)
    server.on(WECOM.path, says({**WECOM.yes, **named}))

    outcome = handed(channel, WECOM.job())

    assert (outcome.status, outcome.blame) == (DEAD, "recipient")


def test_wecom_writes_the_names_of_whom_it_does_not_reach_in_small_letters(server):
    channel = WECOM.channel(server)
    server.on(WECOM.path, says({**WECOM.yes, "invaliduser": "li|wangqiang"}))

    assert handed(channel, WECOM.job(address="WangQiang")).status == DEAD


@pytest.mark.parametrize(
    "named", [{"invaliduser": ["wang"]}, {"unlicenseduser": 7}, {"msgid": 7}, {"msgid": None}]
)
def test_a_yes_of_another_form_leaves_the_outcome_open(named, server):
    channel = WECOM.channel(server)
    server.on(WECOM.path, says({**WECOM.yes, **named}))

    assert handed(channel, WECOM.job()).status == AMBIGUOUS


def test_others_who_are_named_do_not_matter(server):
    channel = WECOM.channel(server)
    server.on(WECOM.path, says({"errcode": 0, "invaliduser": "wangli|li"}))

    assert handed(channel, WECOM.job()) == Outcome(status=ACCEPTED)


def test_a_lost_answer_is_sent_again_byte_for_byte_within_four_hours(server):
    channel = WECOM.channel(server)
    server.on(WECOM.path, closes, says(WECOM.yes))
    lost = handed(channel, WECOM.job())
    assert (lost.status, lost.retry_at) == (AMBIGUOUS, NOW + MINUTE)

    job = WECOM.job(doubts=1, ref=SINCE)
    found = channel.look_up(job, NOW + MINUTE)
    assert found is not None
    assert (found.status, found.decision, found.fresh) == (PENDING, "same_key", False)
    assert handed(channel, job, now=NOW + 2 * MINUTE).status == ACCEPTED
    first, second = server.at(WECOM.path)
    assert first.body == second.body


def test_after_four_hours_the_policy_decides(server):
    channel = WECOM.channel(server)
    job = WECOM.job(doubts=1, ref=SINCE)

    assert channel.look_up(job, NOW + 3 * HOUR + 49 * MINUTE) is not None
    assert channel.look_up(job, NOW + 3 * HOUR + 51 * MINUTE) is None
    late = handed(channel, job, now=NOW + 4 * HOUR)
    assert (late.status, late.decision, late.fresh) == (PENDING, "resent", True)
    assert server.at(WECOM.path) == []


def test_the_hours_count_from_the_first_time_the_same_bytes_went_out(server):
    channel, asked = WECOM.channel(server), Asked()
    handed(channel, WECOM.job(doubts=1, ref=SINCE), asked, NOW + 3 * HOUR)

    assert asked.refs == [SINCE]


def test_a_process_that_died_in_between_is_looked_into_by_its_first_attempt(server):
    channel = WECOM.channel(server)
    job = WECOM.job(doubts=1, ref=None, first_at=NOW)

    assert channel.look_up(job, NOW + HOUR) is not None
    assert channel.look_up(job, NOW + 5 * HOUR) is None


@pytest.mark.parametrize("code", [40014, 42001])
def test_a_token_that_is_refused_is_renewed(code, server):
    channel = WECOM.channel(server)
    server.on("/cgi-bin/gettoken", says(token()), says(token("second")))
    server.on(WECOM.path, says({"errcode": code}), says(WECOM.yes))

    assert handed(channel, WECOM.job()).status == ACCEPTED
    assert server.at(WECOM.path)[1].query == {"access_token": "second"}


def test_a_renewal_that_fails_sends_nothing_and_is_certain(server):
    channel = WECOM.channel(server)
    server.on("/cgi-bin/gettoken", says(token()), closes)
    server.on(WECOM.path, says({"errcode": 42001}))

    outcome = handed(channel, WECOM.job())

    assert (outcome.status, outcome.blame) == (RETRY_WAIT, "server")
    assert len(server.at(WECOM.path)) == 1


@pytest.mark.parametrize(("vendor", "most"), [(WECOM_ROBOT, 4096), (WECOM, 2048)])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_long_text_is_cut_cleanly_and_says_so(vendor, most, language, server):
    facts = {**vendor.unwritten().facts, "contacts": [f"联系人{n}" for n in range(2000)]}
    job = vendor.unwritten(facts=facts, language=language)
    content = json.loads(vendor.channel(server).compose(job))["markdown"]["content"]

    assert most - 1300 < len(content.encode()) <= most
    assert content.endswith(f"№ {job.message_id[:10]}")
    assert "…" in content
    assert content.count("<font") == content.count("</font>")
    assert not re.search(r"<[^<>\n]*$", content, re.MULTILINE)
    assert "\ufffd" not in content

"""DingTalk's work notifications: taken is not yet passed on, and no text is dropped unseen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from notifications.delivery.protocol import Outcome
from notifications.notice import ACCEPTED, AMBIGUOUS, DEAD, HOLD, PENDING, RETRY_WAIT
from tests.handing import Asked
from tests.messengers import CANARY, DINGTALK, NOW, RESULT, handed, passed_on, token
from tests.servers.messengers import MessengerServer, closes, hangs, running_messenger, says, text

TASK = 256271667526
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def server() -> Iterator[MessengerServer]:
    with running_messenger() as running:
        yield running


def result(**lists: Any) -> dict[str, Any]:
    return {"errcode": 0, "errmsg": "ok", "send_result": lists}


def forbidden(code: str) -> dict[str, Any]:
    reason = {"code": code, "count": 1, "userid": "wang"}
    return result(forbidden_user_id_list=["wang"], forbidden_list=[reason])


def sent(server: MessengerServer, *results: Any, **job: Any) -> Outcome:
    channel = DINGTALK.channel(server)
    server.on(RESULT, *(says(said) for said in results))
    return handed(channel, DINGTALK.job(**job))


def test_it_goes_to_one_person_and_its_result_is_asked_for(server):
    outcome = sent(server, passed_on("wang"))

    assert outcome == Outcome(status=ACCEPTED, ref=str(TASK))
    login, message, asked = server.heard
    assert login.query == {"appkey": "dingkey", "appsecret": CANARY.reveal()}
    assert message.query == asked.query == {"access_token": "canary-access"}
    assert message.json["userid_list"] == "wang"
    assert message.json["agent_id"] == 7
    assert not {"to_all_user", "dept_id_list"} & set(message.json)
    assert asked.json == {"agent_id": 7, "task_id": TASK}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (result(read_user_id_list=["wang"]), (ACCEPTED, "")),
        (result(invalid_user_id_list=["wang"]), (DEAD, "recipient")),
        (result(failed_user_id_list=["wang"]), (DEAD, "recipient")),
        (result(forbidden_user_id_list=["wang"]), (DEAD, "recipient")),
        (forbidden("143103"), (RETRY_WAIT, "server")),
        (forbidden("143104"), (RETRY_WAIT, "server")),
        (forbidden("143105"), (RETRY_WAIT, "server")),
        (forbidden("143106"), (DEAD, "message")),
        (forbidden("1430002"), (DEAD, "message")),
        (forbidden("1430004"), (DEAD, "recipient")),
        (forbidden("999"), (DEAD, "recipient")),
        (forbidden("x"), (DEAD, "recipient")),
        # Somebody who is refused is refused, whatever else is said of them.
        (result(invalid_user_id_list=["wang"], read_user_id_list=["wang"]), (DEAD, "recipient")),
    ],
)
def test_what_became_of_it_decides(said, expected, server):
    outcome = sent(server, said)

    assert (outcome.status, outcome.blame) == expected, outcome
    assert outcome.ref == str(TASK)


@pytest.mark.parametrize(
    "said",
    [
        {"errcode": 0},
        {"errcode": 0, "send_result": None},
        result(),
        result(read_user_id_list=["li"]),
        result(read_user_id_list="wang"),
        result(forbidden_list=[{"code": "143105", "userid": "li"}, "wang", None]),
        {"errcode": 90018, "errmsg": "too fast"},
        {"errcode": "0", "send_result": {"read_user_id_list": ["wang"]}},
        [],
    ],
)
def test_a_result_that_is_not_known_yet_is_looked_into_later(said, server):
    outcome = sent(server, said)

    assert outcome.status == AMBIGUOUS
    assert outcome.ref == str(TASK)
    assert outcome.retry_at == NOW + MINUTE
    job = DINGTALK.job(doubts=1, ref=outcome.ref)
    channel = DINGTALK.channel(server)

    assert channel.look_up(job, NOW + MINUTE) == Outcome(status=ACCEPTED)

    server.on(RESULT, says(said))
    again = channel.look_up(job, NOW + MINUTE)
    assert again is not None
    assert (again.status, again.ref) == (AMBIGUOUS, str(TASK))
    assert again.retry_at == NOW + 6 * MINUTE
    assert channel.look_up(job, NOW + 25 * HOUR) is None  # DingTalk has forgotten it


def test_a_result_is_asked_for_several_times(server):
    channel = DINGTALK.channel(server)
    channel._pauses = (0.0, 0.0, 0.0)  # type: ignore[attr-defined]
    server.on(RESULT, says(result()), closes, says(passed_on("wang")))

    assert handed(channel, DINGTALK.job()).status == ACCEPTED
    assert len(server.at(RESULT)) == 3


@pytest.mark.parametrize("task", [None, "256271667526", True, 0, -1, 2.5])
def test_a_yes_without_a_number_is_none(task, server):
    channel = DINGTALK.channel(server)
    server.on(DINGTALK.path, says({**DINGTALK.yes, "task_id": task}))

    outcome = handed(channel, DINGTALK.job())

    assert outcome.status == AMBIGUOUS
    assert server.at(RESULT) == []


# --- doubts ---------------------------------------------------------------------------------------


def test_since_when_it_is_under_way_is_kept_before_it_goes_out(server):
    asked = Asked()
    handed(DINGTALK.channel(server), DINGTALK.job(), asked)

    assert asked.refs == ["since 2026-11-30T01:05:00+00:00"]


def test_a_lost_answer_is_sent_again_on_the_same_day_and_dingtalk_drops_the_second(server):
    channel = DINGTALK.channel(server)
    server.on(DINGTALK.path, closes)
    lost = handed(channel, DINGTALK.job())
    assert lost.status == AMBIGUOUS
    assert lost.retry_at == NOW + MINUTE

    job = DINGTALK.job(doubts=1, ref="since 2026-11-30T01:05:00+00:00")
    found = channel.look_up(job, NOW + HOUR)
    assert found is not None
    assert (found.status, found.decision, found.fresh) == (PENDING, "same_key", False)

    server.on(DINGTALK.path, says(DINGTALK.yes))
    server.on(RESULT, says(forbidden("143106")))
    asked = Asked()
    outcome = handed(channel, job, asked, NOW + HOUR)

    assert (outcome.status, outcome.decision) == (ACCEPTED, "found")  # the first one had arrived
    assert server.at(DINGTALK.path)[-1].body == server.at(DINGTALK.path)[0].body
    assert asked.refs == ["since 2026-11-30T01:05:00+00:00"]


@pytest.mark.parametrize(
    ("now", "counts"),
    [
        (datetime(2026, 11, 30, 15, 49, tzinfo=UTC), True),  # 23:49 in China
        (datetime(2026, 11, 30, 15, 51, tzinfo=UTC), False),
        (datetime(2026, 12, 1, 1, 5, tzinfo=UTC), False),
        (datetime(2026, 11, 29, 1, 5, tzinfo=UTC), False),  # a clock stepped back
    ],
)
def test_on_another_day_the_policy_decides_and_the_same_bytes_do_not_go_again(now, counts, server):
    channel = DINGTALK.channel(server)
    job = DINGTALK.job(doubts=1, ref="since 2026-11-30T01:05:00+00:00")

    assert (channel.look_up(job, now) is not None) == counts
    outcome = handed(channel, job, now=now)
    assert (len(server.at(DINGTALK.path)) == 1) == counts
    if not counts:
        assert (outcome.status, outcome.fresh, outcome.decision) == (PENDING, True, "resent")
        held = handed(channel, DINGTALK.job(doubts=1, ref=job.ref, if_unknown=HOLD), now=now)
        assert (held.status, held.decision) == (AMBIGUOUS, "held")


def test_a_copy_that_says_so_begins_anew(server):
    channel = DINGTALK.channel(server)
    job = DINGTALK.unwritten(doubts=1, ref="since 2026-11-20T01:05:00+00:00")
    asked = Asked()

    assert handed(channel, job, asked).status == ACCEPTED
    assert asked.refs == ["since 2026-11-30T01:05:00+00:00"]


# --- the access token -----------------------------------------------------------------------------


def test_a_token_is_fetched_once_and_again_before_it_ends(server):
    channel = DINGTALK.channel(server)
    for minutes in (0, 60, 114):
        handed(channel, DINGTALK.job(), now=NOW + minutes * MINUTE)
    assert len(server.at("/gettoken")) == 1

    handed(channel, DINGTALK.job(), now=NOW + 116 * MINUTE)
    assert len(server.at("/gettoken")) == 2


@pytest.mark.parametrize(
    "expired",
    [{"errcode": 40014}, {"errcode": 42001}, {"errcode": 88, "sub_code": "40014"}],
    ids=str,
)
def test_a_token_that_is_refused_is_renewed_once(expired, server):
    channel = DINGTALK.channel(server)
    server.on("/gettoken", says(token()), says(token("second")))
    server.on(DINGTALK.path, says(expired), says(DINGTALK.yes))
    asked = Asked()

    assert handed(channel, DINGTALK.job(), asked).status == ACCEPTED
    assert [heard.query["access_token"] for heard in server.at(DINGTALK.path)] == [
        "canary-access",
        "second",
    ]
    assert len(asked.refs) == 1

    server.on(DINGTALK.path, says(expired))
    server.on("/gettoken", says(token()))
    refused = handed(channel, DINGTALK.job())
    assert (refused.status, refused.blame) == (RETRY_WAIT, "sender")


@pytest.mark.parametrize(
    ("reply", "blame"),
    [
        (says({"errcode": 40089, "errmsg": "invalid appkey or appsecret"}), "sender"),
        (says({"errcode": 40001}), "sender"),
        (says({"errcode": 1}), "sender"),
        (says({"errcode": -1}), "server"),
        (says({"errcode": 90018}), "server"),
        (says({"errcode": 0}), "server"),
        (says({"errcode": 0, "access_token": 7, "expires_in": 7200}), "server"),
        (says({"errcode": 0, "access_token": "", "expires_in": 7200}), "server"),
        (text(b"<html>"), "server"),
        (text(b"", 302, Location="https://x/"), "sender"),
        (closes, "server"),
    ],
)
def test_without_a_token_nothing_is_sent_and_it_is_tried_again(reply, blame, server):
    channel = DINGTALK.channel(server)
    server.on("/gettoken", reply)

    outcome = handed(channel, DINGTALK.job())

    assert (outcome.status, outcome.blame) == (RETRY_WAIT, blame), outcome
    assert server.at(DINGTALK.path) == []


def test_a_refusal_to_let_us_in_that_says_no_more_is_ours(server):
    for said in ({"errcode": 88}, {"errcode": 88, "sub_code": "x"}, {"errcode": 88, "sub_code": 0}):
        channel = DINGTALK.channel(server)
        server.on(DINGTALK.path, says(said))
        assert handed(channel, DINGTALK.job()).blame == "sender"


def test_a_silent_server_is_not_asked_for_a_result(server):
    channel = DINGTALK.channel(server, timeout=0.2)
    server.on(DINGTALK.path, hangs)

    assert handed(channel, DINGTALK.job()).status == AMBIGUOUS
    assert server.at(RESULT) == []


def test_a_long_text_is_cut_to_what_dingtalk_takes(server):
    facts = {**DINGTALK.unwritten().facts, "title": "长" * 3000, "recipient": '"\\\n' * 900}
    message = DINGTALK.channel(server).compose(DINGTALK.unwritten(facts=facts))

    msg = json.dumps(json.loads(message)["msg"], ensure_ascii=False, separators=(",", ":"))
    assert len(msg.encode()) <= 2048

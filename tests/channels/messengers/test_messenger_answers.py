"""Whatever a messenger answers: a message counts as taken only if the vendor says just that."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from notifications.delivery.protocol import Outcome
from notifications.notice import ACCEPTED, AMBIGUOUS, DEAD, RETRY_WAIT
from tests.handing import Asked, never
from tests.messengers import (
    DINGTALK,
    DINGTALK_ROBOT,
    FEISHU,
    FEISHU_ROBOT,
    NOW,
    VENDORS,
    WECOM,
    WECOM_ROBOT,
    Vendor,
    handed,
)
from tests.servers.messengers import (
    MessengerServer,
    Reply,
    closes,
    drips,
    hangs,
    raw,
    running_messenger,
    says,
    text,
)

# A vendor's number, and what is to become of the message: again later, because of the other side
# or of us; or never, because of the person or the text.
SERVER, SENDER = (RETRY_WAIT, "server"), (RETRY_WAIT, "sender")
PERSON, MESSAGE = (DEAD, "recipient"), (DEAD, "message")
REFUSALS: list[tuple[Vendor, int, tuple[str, str]]] = [
    *((DINGTALK_ROBOT, code, SERVER) for code in (-1, 130101, 410100, 90018, 45009)),
    *((DINGTALK_ROBOT, code, SENDER) for code in (310000, 400013, 400101, 400102, 400106, 60020)),
    *((DINGTALK_ROBOT, code, MESSAGE) for code in (430101, 430102, 430104, 34016, 40035)),
    *((DINGTALK, code, SERVER) for code in (-1, 90002, 90018, 143103, 143105)),
    *((DINGTALK, code, SENDER) for code in (40056, 40089, 41011, 60011, 50003, 70003)),
    *((DINGTALK, code, PERSON) for code in (33012, 40003, 60121)),
    *((DINGTALK, code, MESSAGE) for code in (45002, 1430002, 40033)),
    *((WECOM_ROBOT, code, SERVER) for code in (-1, 45009, 45033)),
    *((WECOM_ROBOT, code, SENDER) for code in (93000, 93004, 93008)),
    *((WECOM_ROBOT, code, MESSAGE) for code in (40008, 40058, 44004, 45002)),
    *((WECOM, code, SERVER) for code in (-1, 6000, 45009)),
    *((WECOM, code, SENDER) for code in (40001, 40056, 48002, 60020, 301002)),
    *((WECOM, code, PERSON) for code in (40003, 60111, 81013)),
    *((WECOM, code, MESSAGE) for code in (40033, 45002)),
    *((FEISHU_ROBOT, code, SERVER) for code in (11232, 2200)),
    *((FEISHU_ROBOT, code, SENDER) for code in (19021, 19022, 19024)),
    *((FEISHU_ROBOT, code, MESSAGE) for code in (9499, 19002, 19036, 11246)),
    *((FEISHU, code, SERVER) for code in (230020, 99991400, 11232)),
    *((FEISHU, code, SENDER) for code in (230006, 230027, 99991672, 99991401)),
    *((FEISHU, code, PERSON) for code in (230013, 230029, 230034, 230053)),
    *((FEISHU, code, MESSAGE) for code in (230001, 230025, 230028, 230099)),
    # What stands in no list of the vendor's is a refusal all the same.
    *((vendor, code, MESSAGE) for vendor in VENDORS for code in (1, 7777777)),
]

ODD: dict[str, Any] = {
    "an empty object": {},
    "no code": {"errmsg": "ok", "msg": "success"},
    "a text for a code": {"errcode": "0", "code": "0"},
    "a fraction for a code": {"errcode": 0.0, "code": 0.0},
    "true for a code": {"errcode": False, "code": False},
    "nothing for a code": {"errcode": None, "code": None},
    "a list": [0],
    "a number": 0,
    "a text": "ok",
}
BAD: dict[str, Reply] = {
    "no JSON": text(b"errcode=0"),
    "half of JSON": text(b'{"errcode": 0, "code": 0, "ms'),
    "a code twice": text(b'{"errcode": 310000, "code": 9499, "errcode": 0, "code": 0}'),
    "an HTML page": text(b"<html>0</html>", Content_Type="text/html"),
    "no text": text(b"\xff\xfe\x00"),
    "nothing": text(b""),
    "deep JSON": text(b"[" * 60_000),
    "a number beyond all": text(b'{"errcode": ' + b"1" * 9000 + b"}"),
    "not a number": text(b'{"errcode": NaN, "code": NaN}'),
    "too much": text(b'{"errcode": 0, "code": 0, "x": "' + b"x" * 200_000 + b'"}'),
    "less than announced": raw(b'HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{"errcode":0}'),
    "no HTTP": raw(b"220 mail.example ESMTP\r\n"),
    "a line without end": raw(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000),
    "no word": closes,
    "HTTP 500": text(b"", 500),
    "HTTP 502 of a gateway": text(b"<html>Bad Gateway</html>", 502),
    "HTTP 204": text(b"", 204),
}
TURNED_AWAY: dict[str, tuple[Reply, tuple[str, str]]] = {
    **{
        f"HTTP {status}": (text(b"", status, Location="http://127.0.0.1:9/"), SENDER)
        for status in (301, 302, 307, 308, 401, 403, 404, 407)
    },
    **{f"HTTP {status}": (text(b"", status), MESSAGE) for status in (400, 413, 422)},
    **{f"HTTP {status}": (text(b"", status), SERVER) for status in (408, 425, 429)},
    "HTTP 503 with a time": (text(b"", 503, Retry_After="300"), SERVER),
}


@pytest.fixture(scope="module")
def server() -> Iterator[MessengerServer]:
    with running_messenger() as running:
        yield running


def answered(vendor: Vendor, server: MessengerServer, *replies: Reply, **site: Any) -> Outcome:
    channel = vendor.channel(server, **site)
    server.on(vendor.path, *replies)
    return handed(channel, vendor.job())


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
def test_what_the_vendor_says_was_taken_is_accepted(vendor, server):
    assert answered(vendor, server, says(vendor.yes)).status == ACCEPTED


@pytest.mark.parametrize(
    ("vendor", "code", "expected"),
    REFUSALS,
    ids=[f"{vendor.name}:{code}" for vendor, code, _ in REFUSALS],
)
def test_a_refusal_with_http_200_is_no_success_and_falls_into_its_class(
    vendor, code, expected, server
):
    said = {**vendor.yes, vendor.code: code, "errmsg": "no", "msg": "no"}

    outcome = answered(vendor, server, says(said))

    assert (outcome.status, outcome.blame) == expected, outcome
    assert str(code) in str(outcome.cause)
    assert (outcome.retry_at is not None) == (outcome.status == RETRY_WAIT)


def test_more_than_thirty_numbers_are_refused_and_none_is_a_success(server, record_property):
    outcomes = [
        answered(vendor, server, says({**vendor.yes, vendor.code: code}))
        for vendor, code, _ in REFUSALS
    ]

    false_successes = sum(outcome.status == ACCEPTED for outcome in outcomes)
    record_property("false_successes", f"{false_successes} of {len(outcomes)}")
    print(f"{false_successes} false successes among {len(outcomes)} refusals")  # noqa: T201
    assert len(outcomes) > 30
    assert false_successes == 0


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
@pytest.mark.parametrize("what", ODD)
def test_what_is_not_the_vendors_form_leaves_the_outcome_open(what, vendor, server):
    outcome = answered(vendor, server, says(ODD[what]))

    assert outcome.status == AMBIGUOUS, outcome
    assert str(outcome.cause).startswith("answer_unclear")


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
@pytest.mark.parametrize("what", BAD)
def test_what_is_no_answer_leaves_the_outcome_open(what, vendor, server):
    outcome = answered(vendor, server, BAD[what])

    assert outcome.status == AMBIGUOUS, outcome
    assert str(outcome.cause).startswith(("answer_unclear", "answer_lost"))


@pytest.mark.parametrize("reply", [hangs, drips], ids=["silence", "dripping"])
@pytest.mark.parametrize("vendor", [DINGTALK_ROBOT, WECOM, FEISHU], ids=lambda vendor: vendor.name)
def test_an_answer_that_does_not_end_is_not_waited_for(vendor, reply, server):
    outcome = answered(vendor, server, reply, timeout=0.2)

    assert outcome.status == AMBIGUOUS
    assert str(outcome.cause).startswith(("answer_unclear", "answer_lost"))


@pytest.mark.parametrize("vendor", [DINGTALK_ROBOT, WECOM, FEISHU], ids=lambda vendor: vendor.name)
@pytest.mark.parametrize("what", TURNED_AWAY)
def test_whoever_is_turned_away_before_the_vendor_was_not_taken(what, vendor, server):
    reply, expected = TURNED_AWAY[what]
    outcome = answered(vendor, server, reply)

    assert (outcome.status, outcome.blame) == expected, outcome
    assert len([heard for heard in server.heard if heard.path == "/"]) == 0  # nothing was followed


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
@pytest.mark.parametrize("status", [400, 429, 500, 503])
def test_a_number_of_the_vendor_counts_whatever_the_status_is(status, vendor, server):
    unknown = says({vendor.code: 7777777}, status)
    assert answered(vendor, server, unknown).status == DEAD


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
@pytest.mark.parametrize("status", [201, 202, 302, 400, 429, 500, 503])
def test_a_yes_with_another_status_is_none(status, vendor, server):
    assert answered(vendor, server, says(vendor.yes, status)).status == AMBIGUOUS


@pytest.mark.parametrize(
    ("headers", "least"),
    [
        ({"Retry_After": "7200"}, timedelta(hours=2)),
        ({"Retry_After": "Mon, 30 Nov 2026 04:05:00 GMT"}, timedelta(hours=3)),
        ({"x_ogw_ratelimit_reset": "5400"}, timedelta(minutes=90)),
        ({"Retry_After": "9" * 30}, timedelta(days=1)),
        ({"Retry_After": "soon"}, timedelta(minutes=1)),
        ({"Retry_After": "-5"}, timedelta(minutes=1)),
        ({}, timedelta(minutes=1)),
    ],
)
def test_whoever_is_too_fast_waits_at_least_as_long_as_is_asked(headers, least, server):
    outcome = answered(FEISHU, server, says({"code": 99991400}, 429, **headers))

    assert outcome.retry_at is not None
    assert outcome.retry_at >= NOW + least
    assert outcome.retry_at < NOW + timedelta(days=1, minutes=1)


def test_a_robot_of_dingtalk_that_was_too_fast_is_left_alone_for_ten_minutes(server):
    outcome = answered(DINGTALK_ROBOT, server, says({"errcode": 130101, "wait": 5}))

    assert outcome.retry_at is not None
    assert outcome.retry_at >= NOW + timedelta(minutes=10)


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
def test_without_the_claim_nothing_is_sent(vendor, server):
    channel = vendor.channel(server)
    server.heard.clear()

    assert handed(channel, vendor.job(), never).cause == "claim_lost"
    assert server.at(vendor.path) == []


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
def test_a_message_is_marked_as_under_way_before_it_is_sent_and_not_again(vendor, server):
    channel = vendor.channel(server)
    server.heard.clear()
    asked = Asked(lambda: len(server.at(vendor.path)) == 0 or pytest.fail("it was sent before"))

    assert handed(channel, vendor.job(), asked).status == ACCEPTED
    assert len(asked.refs) == 1
    assert len(server.at(vendor.path)) == 1


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
def test_where_nobody_answers_nothing_was_taken(vendor):
    with running_messenger() as gone:
        channel = vendor.channel(gone)

    outcome = handed(channel, vendor.job(), never)

    assert (outcome.status, outcome.blame) == (RETRY_WAIT, "server")
    assert str(outcome.cause).startswith("unreachable")

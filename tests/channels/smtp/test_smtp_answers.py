"""Which answer of a mail server leads to what: a table made by hand, asked of the real protocol.

Sources: RFC 5321 4.2 (basic codes), RFC 3463 and the registry of RFC 5248 (enhanced ones), RFC 4954
(logins), RFC 7504 (521).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from notifications.channels.server import SmtpServer
from notifications.channels.smtp import Smtp
from notifications.channels.smtp.answers import Answer
from notifications.delivery.protocol import Outcome
from notifications.delivery.retrying import GREYLIST, given_up, three_days
from notifications.mail.mime import Composer, Sender
from notifications.notice import ACCEPTED, AMBIGUOUS, DEAD, PENDING, RETRY_WAIT
from notifications.rendering.renderer import Renderer
from tests.handing import always
from tests.letters import NOW, a_job
from tests.servers.scripted_smtp import ScriptedServer, scripted_smtp

COMPOSER = Composer(Renderer(), Sender(address="office@yunxi.example"))
MESSAGE = b"Subject: x\r\n\r\ny\r\n"

# What is expected: cause, status and blame.
AWAY = ("try_later", RETRY_WAIT, "server")
LATER_MAIL = ("try_later", RETRY_WAIT, "server")
LATER_RCPT = ("try_later", RETRY_WAIT, "recipient")
LATER = ("try_later", RETRY_WAIT, "message")
OURS = ("sender_refused", RETRY_WAIT, "sender")
POLICY = ("sender_refused", RETRY_WAIT, "policy")
NOBODY = ("recipient_refused", DEAD, "recipient")
UNWANTED = ("message_refused", DEAD, "message")
SLIM = ("too_large", PENDING, "message")
UNCLEAR = ("answer_unclear", RETRY_WAIT, "")
UNKNOWN = ("answer_unclear", AMBIGUOUS, "")

TABLE = [
    # at MAIL: everything is about us or the server, nothing about a recipient
    ("MAIL", "421 4.3.2 closing", AWAY),
    ("MAIL", "450 4.7.1 greylisted", LATER_MAIL),
    ("MAIL", "451 4.3.0 local error", LATER_MAIL),
    ("MAIL", "452 4.3.1 no room", LATER_MAIL),
    ("MAIL", "521 5.3.2 takes no mail", AWAY),
    ("MAIL", "530 5.7.0 authentication required", OURS),
    ("MAIL", "530 5.5.1 authentication required", OURS),
    ("MAIL", "501 5.1.7 bad sender", OURS),
    ("MAIL", "550 5.7.1 not you", OURS),
    ("MAIL", "550 5.1.0 sender rejected", OURS),
    ("MAIL", "553 5.1.8 bad sender", OURS),
    ("MAIL", "554 no", OURS),
    ("MAIL", "552 5.3.4 too big", SLIM),
    ("MAIL", "354 what", UNCLEAR),
    ("MAIL", "hello", UNCLEAR),
    # at RCPT: for now
    ("RCPT", "421 4.7.0 too many", AWAY),
    ("RCPT", "450 4.2.0 greylisted", LATER_RCPT),
    ("RCPT", "450 4.7.1 greylisted", LATER_RCPT),
    ("RCPT", "451 4.3.0 try again", LATER_RCPT),
    ("RCPT", "451 greylisted", LATER_RCPT),
    ("RCPT", "452 4.2.2 mailbox full", LATER_RCPT),
    ("RCPT", "452 too many recipients", LATER_RCPT),
    ("RCPT", "450 5.1.1 cannot say now", LATER_RCPT),
    ("RCPT", "550 4.2.1 disabled for now", LATER_RCPT),
    # at RCPT: for good, the recipient
    ("RCPT", "550 5.1.1 no such user", NOBODY),
    ("RCPT", "550 5.1.2 no such domain", NOBODY),
    ("RCPT", "550 5.1.10 null MX", NOBODY),
    ("RCPT", "556 5.1.10 null MX", NOBODY),
    ("RCPT", "501 5.1.3 bad syntax", NOBODY),
    ("RCPT", "550 5.2.1 disabled", NOBODY),
    ("RCPT", "552 5.2.2 mailbox full", NOBODY),
    ("RCPT", "550 5.4.1 access denied", NOBODY),
    ("RCPT", "550 no", NOBODY),
    ("RCPT", "551 moved", NOBODY),
    ("RCPT", "552 full for ever", NOBODY),
    ("RCPT", "553 no such name", NOBODY),
    ("RCPT", "554 no", NOBODY),
    ("RCPT", "501 syntax", NOBODY),
    ("RCPT", "550-5.1.1 no\r\n550 5.1.1 such user", NOBODY),
    # at RCPT: for good, but we
    ("RCPT", "550 5.7.1 relay denied", POLICY),
    ("RCPT", "554 5.7.1 blocked", POLICY),
    ("RCPT", "550 5.7.26 not authenticated by SPF or DKIM", POLICY),
    ("RCPT", "530 5.7.0 authentication required", OURS),
    ("RCPT", "530 authentication required", OURS),
    ("RCPT", "535 5.7.8 bad credentials", OURS),
    ("RCPT", "534 5.7.9 stronger login", OURS),
    ("RCPT", "538 5.7.11 encryption required", OURS),
    ("RCPT", "553 5.1.8 sender's domain does not exist", OURS),
    # at RCPT: the size, known beforehand
    ("RCPT", "552 5.2.3 larger than this mailbox takes", SLIM),
    ("RCPT", "552 5.3.4 too big", SLIM),
    # at RCPT: no answer to that
    ("RCPT", "354 what", UNCLEAR),
    ("RCPT", "221 bye", UNCLEAR),
    ("RCPT", "503 bad sequence", UNCLEAR),
    ("RCPT", "500 what", UNCLEAR),
    ("RCPT", "hello", UNCLEAR),
    ("RCPT", "25", UNCLEAR),
    ("RCPT", "250ok", UNCLEAR),
    ("RCPT", "250-yes\r\n550 no", UNCLEAR),
    # at DATA
    ("DATA", "421 closing", AWAY),
    ("DATA", "451 4.3.0 local error", LATER),
    ("DATA", "554 no valid recipients", UNWANTED),
    ("DATA", "554 5.7.1 not you", POLICY),
    ("DATA", "550 5.1.1 no such user after all", NOBODY),
    ("DATA", "552 too much", SLIM),
    ("DATA", "250 no go ahead", UNCLEAR),
    ("DATA", "503 bad sequence", UNCLEAR),
    # after the dot: an answer decides as before it
    ("DOT", "421 4.3.0 closing", AWAY),
    ("DOT", "450 4.2.0 later", LATER),
    ("DOT", "451 4.7.1 greylisted", LATER),
    ("DOT", "452 4.3.1 no room", LATER),
    ("DOT", "552 5.3.4 too big", SLIM),
    ("DOT", "552 too big", SLIM),
    ("DOT", "554 5.6.0 content rejected", UNWANTED),
    ("DOT", "554 no", UNWANTED),
    ("DOT", "550 5.1.1 no such user after all", NOBODY),
    ("DOT", "550 5.7.1 policy", POLICY),
    ("DOT", "535 5.7.8 login needed", OURS),
    # after the dot: what is no answer leaves it open
    ("DOT", "354 what", UNKNOWN),
    ("DOT", "221 bye", UNKNOWN),
    ("DOT", "hello", UNKNOWN),
    ("DOT", "250-stored\r\n451 or not", UNKNOWN),
]


@pytest.fixture(scope="module")
def running() -> Iterator[ScriptedServer]:
    with scripted_smtp() as server:
        yield server


@pytest.fixture
def scripted(running: ScriptedServer) -> ScriptedServer:
    running.script.clear()
    running.stored.clear()
    return running


def sent(server: ScriptedServer, **changes: Any) -> Outcome:
    there = SmtpServer(host="127.0.0.1", port=server.port, security="none", timeout=5)
    with Smtp(there, COMPOSER) as channel:
        return channel.send(a_job(**changes), MESSAGE, always, NOW)


@pytest.mark.parametrize(("point", "answer", "expected"), TABLE)
def test_an_answer_decides_what_becomes_of_the_mail(scripted, point, answer, expected):
    scripted.script[point] = answer

    outcome = sent(scripted)

    assert outcome.cause is not None
    cause, _, said = outcome.cause.partition(": ")
    assert (cause, outcome.status, outcome.blame) == expected
    assert said.split()[-1] == answer.split()[-1]
    assert (outcome.retry_at is not None) == (outcome.status == RETRY_WAIT)
    assert (outcome.fresh, outcome.slim) == (expected == SLIM, expected == SLIM)


@pytest.mark.parametrize("row", [row for row in TABLE if row[2] in (LATER, LATER_RCPT, LATER_MAIL)])
def test_who_is_told_to_come_later_waits_at_least_as_greylisting_servers_want(scripted, row):
    point, answer, expected = row
    scripted.script[point] = answer

    waits = [sent(scripted, message_id=f"{n:040x}").retry_at for n in range(5)]

    least = GREYLIST if expected != AWAY else timedelta(0)
    assert all(at is not None and at - NOW >= least for at in waits)


def test_a_message_that_is_too_large_without_its_calendar_too_is_given_up(scripted):
    scripted.script["DOT"] = "552 5.3.4 too big"

    outcome = sent(scripted, slim=True)

    assert (outcome.status, outcome.blame) == (DEAD, "message")


LONG_AGO: dict[str, Any] = {"attempts": 40, "first_at": NOW - timedelta(days=30)}


@pytest.mark.parametrize(
    ("point", "answer", "status"),
    [
        ("RCPT", "450 4.2.1 busy", DEAD),
        ("DOT", "451 4.3.0 local error", DEAD),
        ("RCPT", "what", DEAD),
        ("RCPT", "421 closing", RETRY_WAIT),
        ("MAIL", "451 local error", RETRY_WAIT),
        ("RCPT", "550 5.7.1 not you", DEAD),
        ("RCPT", "530 5.7.0 login needed", RETRY_WAIT),
        ("CONNECT", "554 no", RETRY_WAIT),
    ],
)
def test_only_what_lies_with_recipient_or_message_is_given_up_in_the_end(
    scripted, point, answer, status
):
    scripted.script[point] = answer

    outcome = sent(scripted, **LONG_AGO)

    assert outcome.status == RETRY_WAIT
    assert given_up(a_job(**LONG_AGO), outcome, NOW, three_days).status == status


@pytest.mark.parametrize(
    ("point", "answer", "cause", "blame"),
    [
        ("CONNECT", "421 4.3.2 busy", "unreachable", "server"),
        ("CONNECT", "554 no mail here", "unreachable", "server"),
        ("CONNECT", "521 no mail here", "unreachable", "server"),
        ("CONNECT", "554 5.7.1 your address is blocked", "sender_refused", "sender"),
        ("CONNECT", "SSH-2.0-server", "unreachable", "server"),
        ("EHLO", "421 4.3.2 busy", "unreachable", "server"),
        ("EHLO", "550 5.7.1 who are you", "sender_refused", "sender"),
        ("EHLO", "502 what", "unreachable", "server"),
        ("EHLO", "hello", "unreachable", "server"),
    ],
)
def test_no_connection_is_the_servers_fault_unless_it_says_that_it_is_ours(
    scripted, point, answer, cause, blame
):
    scripted.script[point] = answer

    outcome = sent(scripted)

    assert outcome.cause is not None
    assert outcome.cause.split(":")[0] == cause
    assert (outcome.status, outcome.blame) == (RETRY_WAIT, blame)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"5.1.1 x", (5, 1, 1)),
        (b"5.7.510", (5, 7, 510)),
        (b"4.2.1-x", (4, 2, 1)),
        (b"2.0.0 ok", (2, 0, 0)),
        (b"see 5.1.1", None),
        (b"5.1.1.2", (5, 1, 1)),
        (b"3.1.1 x", None),
        (b"5.1 x", None),
        (b"5.1.1234", None),
        (b"\xff", None),
        (b"", None),
    ],
)
def test_enhanced_codes_are_read_at_the_beginning_only(text, expected):
    assert Answer(550, text).enhanced == expected


def test_every_yes_is_said_with_25(scripted):
    for answer, status in (("251 will forward", ACCEPTED), ("252 will try", ACCEPTED)):
        scripted.script["RCPT"] = answer
        assert sent(scripted).status == status

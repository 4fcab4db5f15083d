"""Mail through real servers: what each answer, and each silence, makes of a notice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from notifications.channels.server import SmtpServer
from notifications.channels.smtp import PAUSE, Smtp
from notifications.delivery import Outcome
from notifications.mime import Composer, Sender
from notifications.notice import ACCEPTED, AMBIGUOUS, DEAD, RETRY_WAIT
from notifications.rendering import Renderer
from tests.letters import NOW, a_job
from tests.servers.scripted_smtp import DROP, SILENCE, ScriptedServer, scripted_smtp

COMPOSER = Composer(Renderer(), Sender(address="office@yunxi.example", name="整改办"))
MESSAGE = COMPOSER.compose(a_job())


def reaching(port: int, **settings: Any) -> Smtp:
    fields: dict[str, Any] = {"host": "127.0.0.1", "security": "none", "timeout": 5}
    return Smtp(SmtpServer(port=port, **(fields | settings)), COMPOSER)


@pytest.fixture
def scripted() -> Iterator[ScriptedServer]:
    with scripted_smtp() as server:
        yield server


def sent(server: ScriptedServer, message: bytes = MESSAGE, **settings: Any) -> Outcome:
    with reaching(server.port, **settings) as channel:
        return channel.send(a_job(), message, NOW)


# --- a server that takes mail --------------------------------------------------------------------


def test_a_mail_reaches_the_server_whole(smtp_server):
    with reaching(smtp_server.port) as channel:
        assert channel.send(a_job(), MESSAGE, NOW) == Outcome(status=ACCEPTED)

    (letter,) = smtp_server.letters
    assert letter.sender == "office@yunxi.example"
    assert letter.recipients == ("wang@office.example",)
    assert letter.content == MESSAGE
    assert letter.message["Subject"].startswith("【整改即将到期】")


def test_a_line_that_begins_with_a_dot_arrives_as_it_was(smtp_server):
    message = b"Subject: x\r\n\r\n.\r\n..two\r\nend\r\n"
    with reaching(smtp_server.port) as channel:
        channel.send(a_job(), message, NOW)

    assert smtp_server.letters[0].content == message


def test_many_mails_go_over_one_connection_one_recipient_each(smtp_server):
    people = [f"p{number}@office.example" for number in range(5)]
    with reaching(smtp_server.port) as channel:
        for address in people:
            job = a_job(address=address, message_id=address)
            assert channel.send(job, channel.compose(job), NOW).status == ACCEPTED

    assert smtp_server.sessions == 1
    assert [letter.recipients for letter in smtp_server.letters] == [(p,) for p in people]


def test_a_refusal_leaves_the_connection_for_the_next_mail(smtp_server):
    smtp_server.refuse("RCPT", "550 5.1.1 no such user", recipient="zhou@office.example")
    with reaching(smtp_server.port) as channel:
        outcomes = [
            channel.send(a_job(address=f"{person}@office.example"), MESSAGE, NOW).status
            for person in ("wang", "zhou", "chen")
        ]

    assert outcomes == [ACCEPTED, DEAD, ACCEPTED]
    assert smtp_server.sessions == 1
    assert [letter.recipients[0] for letter in smtp_server.letters] == [
        "wang@office.example",
        "chen@office.example",
    ]


@pytest.mark.parametrize("closing", [DROP, "421 enough for one connection"])
def test_a_connection_that_the_server_has_ended_is_replaced_at_once(scripted, closing):
    with reaching(scripted.port) as channel:
        channel.send(a_job(), MESSAGE, NOW)
        scripted.script["MAIL"] = [closing]
        assert channel.send(a_job(), MESSAGE, NOW).status == ACCEPTED

    assert scripted.connections == 2
    assert len(scripted.stored) == 2


@pytest.mark.parametrize("closing", [DROP, "421 closing", "500 what"])
def test_a_connection_that_cannot_be_used_again_after_a_refusal_is_replaced(scripted, closing):
    with reaching(scripted.port) as channel:
        scripted.script["RCPT"] = ["550 no such user"]
        assert channel.send(a_job(), MESSAGE, NOW).status == DEAD
        scripted.script["RSET"] = [closing]
        assert channel.send(a_job(), MESSAGE, NOW).status == ACCEPTED

    assert scripted.connections == 2
    assert len(scripted.stored) == 1


# --- what a server refuses -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("point", "answer", "status", "cause"),
    [
        ("MAIL", "450 4.7.1 greylisted", RETRY_WAIT, "try_later"),
        ("MAIL", "421 closing", RETRY_WAIT, "try_later"),
        ("MAIL", "550 5.7.1 not you", RETRY_WAIT, "sender_refused"),
        ("MAIL", "553 5.1.8 bad sender", RETRY_WAIT, "sender_refused"),
        ("MAIL", "530 authentication required", RETRY_WAIT, "sender_refused"),
        ("RCPT", "450 busy", RETRY_WAIT, "try_later"),
        ("RCPT", "451 greylisted", RETRY_WAIT, "try_later"),
        ("RCPT", "452 full", RETRY_WAIT, "try_later"),
        ("RCPT", "421 closing", RETRY_WAIT, "try_later"),
        ("RCPT", "550 5.1.1 no such user", DEAD, "recipient_refused"),
        ("RCPT", "551 moved", DEAD, "recipient_refused"),
        ("RCPT", "552 full for ever", DEAD, "recipient_refused"),
        ("RCPT", "553 no such name", DEAD, "recipient_refused"),
        ("RCPT", "554 no", DEAD, "recipient_refused"),
        ("RCPT", "501 syntax", DEAD, "recipient_refused"),
        ("RCPT", "554 5.7.1 relay denied", RETRY_WAIT, "sender_refused"),
        ("RCPT", "530 5.7.0 authentication required", RETRY_WAIT, "sender_refused"),
        ("RCPT", "354 what", RETRY_WAIT, "answer_unclear"),
        ("RCPT", "hello", RETRY_WAIT, "answer_unclear"),
        ("DATA", "451 local error", RETRY_WAIT, "try_later"),
        ("DATA", "421 closing", RETRY_WAIT, "try_later"),
        ("DATA", "554 no valid recipients", DEAD, "message_refused"),
        ("DATA", "250 no go ahead", RETRY_WAIT, "answer_unclear"),
        ("DOT", "450 4.2.0 later", RETRY_WAIT, "try_later"),
        ("DOT", "421 closing", RETRY_WAIT, "try_later"),
        ("DOT", "552 5.3.4 too big", DEAD, "message_refused"),
        ("DOT", "554 5.6.0 content rejected", DEAD, "message_refused"),
        ("DOT", "550 5.7.1 policy", RETRY_WAIT, "sender_refused"),
        ("DOT", "354 what", AMBIGUOUS, "answer_unclear"),
        ("DOT", "hello", AMBIGUOUS, "answer_unclear"),
    ],
)
def test_an_answer_decides_what_becomes_of_the_mail(scripted, point, answer, status, cause):
    scripted.script[point] = answer

    outcome = sent(scripted)

    assert outcome.status == status
    assert outcome.cause is not None
    assert outcome.cause.startswith(f"{cause}: ")
    if answer != "hello":
        assert outcome.cause == f"{cause}: {answer}"
    assert (outcome.retry_at is not None) == (status == RETRY_WAIT)


def test_after_a_closing_answer_the_next_mail_has_a_connection_of_its_own(scripted):
    scripted.script["RCPT"] = "421 closing"
    with reaching(scripted.port) as channel:
        channel.send(a_job(), MESSAGE, NOW)
        scripted.script.clear()
        assert channel.send(a_job(), MESSAGE, NOW).status == ACCEPTED

    assert scripted.connections == 2


def test_what_a_server_says_stays_on_one_short_line(scripted):
    scripted.script["RCPT"] = "550-first \x1b[31m\r\n550 " + "x" * 400

    cause = sent(scripted).cause

    assert cause is not None
    assert cause.startswith("recipient_refused: 550 first [31m xxx")
    assert len(cause) < 230
    assert cause.isprintable()


# --- where the line breaks -----------------------------------------------------------------------


@pytest.mark.parametrize("how", [DROP, SILENCE])
@pytest.mark.parametrize("point", ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "BODY"])
def test_a_line_that_breaks_before_the_dot_has_taken_nothing_and_is_tried_again(
    scripted, point, how
):
    scripted.script[point] = how
    # Large, so that a server which reads no further is noticed before the dot is written.
    message = MESSAGE + b"x" * 70 * 400_000 if point == "BODY" else MESSAGE

    outcome = sent(scripted, message, timeout=0.5)

    assert outcome.status == RETRY_WAIT
    assert outcome.cause is not None
    assert outcome.cause.startswith("unreachable: ")
    assert scripted.stored == []


@pytest.mark.parametrize("how", [DROP, SILENCE])
def test_a_line_that_breaks_after_the_dot_leaves_open_whether_it_was_taken(scripted, how):
    scripted.script["DOT"] = how

    outcome = sent(scripted, timeout=0.5)

    assert outcome.status == AMBIGUOUS
    assert outcome.cause is not None
    assert outcome.cause.startswith("answer_lost: ")
    assert scripted.stored == [MESSAGE]


def test_a_line_that_breaks_after_the_answer_changes_nothing(scripted):
    scripted.script["QUIT"] = DROP

    assert sent(scripted).status == ACCEPTED


def test_an_outage_is_asked_about_once_a_minute_not_by_every_mail():
    with scripted_smtp() as server:
        server.script["CONNECT"] = DROP
        with reaching(server.port) as channel:
            for _ in range(5):
                assert channel.send(a_job(), MESSAGE, NOW).status == RETRY_WAIT
            assert server.connections == 1
            server.script.clear()
            assert channel.send(a_job(), MESSAGE, NOW + PAUSE).status == ACCEPTED


def test_a_server_that_is_not_there_is_tried_again():
    with scripted_smtp() as server:
        port = server.port

    with reaching(port) as channel:
        outcome = channel.send(a_job(), MESSAGE, NOW)

    assert outcome.status == RETRY_WAIT
    assert outcome.cause is not None
    assert outcome.cause.startswith("unreachable: ConnectionRefusedError")

"""Mail through real servers: what each answer, and each silence, makes of a notice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from notifications.channels.server import SmtpServer
from notifications.channels.smtp import Smtp
from notifications.delivery.protocol import Outcome
from notifications.mail.mime import Composer, Sender
from notifications.notice import ACCEPTED, AMBIGUOUS, DEAD, RETRY_WAIT
from notifications.rendering.renderer import Renderer
from tests.handing import always
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
        return channel.send(a_job(), message, always, NOW)


# --- a server that takes mail --------------------------------------------------------------------


def test_a_mail_reaches_the_server_whole(smtp_server):
    with reaching(smtp_server.port) as channel:
        assert channel.send(a_job(), MESSAGE, always, NOW) == Outcome(status=ACCEPTED)

    (letter,) = smtp_server.letters
    assert letter.sender == "office@yunxi.example"
    assert letter.recipients == ("wang@office.example",)
    assert letter.content == MESSAGE
    assert letter.message["Subject"].startswith("【整改即将到期】")


def test_a_line_that_begins_with_a_dot_arrives_as_it_was(smtp_server):
    message = b"Subject: x\r\n\r\n.\r\n..two\r\nend\r\n"
    with reaching(smtp_server.port) as channel:
        channel.send(a_job(), message, always, NOW)

    assert smtp_server.letters[0].content == message


def test_many_mails_go_over_one_connection_one_recipient_each(smtp_server):
    people = [f"p{number}@office.example" for number in range(5)]
    with reaching(smtp_server.port) as channel:
        for address in people:
            job = a_job(address=address, message_id=address)
            assert channel.send(job, channel.compose(job), always, NOW).status == ACCEPTED

    assert smtp_server.sessions == 1
    assert [letter.recipients for letter in smtp_server.letters] == [(p,) for p in people]


def test_after_a_mail_that_was_taken_nothing_needs_to_be_undone(scripted):
    with reaching(scripted.port) as channel:
        for status in (ACCEPTED, ACCEPTED):
            assert channel.send(a_job(), MESSAGE, always, NOW).status == status
        assert "RSET" not in scripted.commands
        scripted.script["RCPT"] = ["550 no such user"]
        channel.send(a_job(), MESSAGE, always, NOW)
        channel.send(a_job(), MESSAGE, always, NOW)

    assert scripted.commands.count("RSET") == 1


def test_a_refusal_leaves_the_connection_for_the_next_mail(smtp_server):
    smtp_server.refuse("RCPT", "550 5.1.1 no such user", recipient="zhou@office.example")
    with reaching(smtp_server.port) as channel:
        outcomes = [
            channel.send(a_job(address=f"{person}@office.example"), MESSAGE, always, NOW).status
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
        channel.send(a_job(), MESSAGE, always, NOW)
        scripted.script["MAIL"] = [closing]
        assert channel.send(a_job(), MESSAGE, always, NOW).status == ACCEPTED

    assert scripted.connections == 2
    assert len(scripted.stored) == 2


@pytest.mark.parametrize("closing", [DROP, "421 closing", "500 what"])
def test_a_connection_that_cannot_be_used_again_after_a_refusal_is_replaced(scripted, closing):
    with reaching(scripted.port) as channel:
        scripted.script["RCPT"] = ["550 no such user"]
        assert channel.send(a_job(), MESSAGE, always, NOW).status == DEAD
        scripted.script["RSET"] = [closing]
        assert channel.send(a_job(), MESSAGE, always, NOW).status == ACCEPTED

    assert scripted.connections == 2
    assert len(scripted.stored) == 1


# --- what a server refuses -----------------------------------------------------------------------


def test_after_a_closing_answer_the_next_mail_has_a_connection_of_its_own(scripted):
    scripted.script["RCPT"] = "421 closing"
    with reaching(scripted.port) as channel:
        channel.send(a_job(), MESSAGE, always, NOW)
        scripted.script.clear()
        assert channel.send(a_job(), MESSAGE, always, NOW).status == ACCEPTED

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

    outcome = sent(scripted, message, timeout=0.2)

    assert outcome.status == RETRY_WAIT
    assert outcome.cause is not None
    assert outcome.cause.startswith("unreachable: ")
    assert scripted.stored == []


@pytest.mark.parametrize("how", [DROP, SILENCE])
def test_a_line_that_breaks_after_the_dot_leaves_open_whether_it_was_taken(scripted, how):
    scripted.script["DOT"] = how

    outcome = sent(scripted, timeout=0.2)

    assert outcome.status == AMBIGUOUS
    assert outcome.cause is not None
    assert outcome.cause.startswith("answer_lost: ")
    assert scripted.stored == [MESSAGE]


def test_a_line_that_breaks_after_the_answer_changes_nothing(scripted):
    scripted.script["QUIT"] = DROP

    assert sent(scripted).status == ACCEPTED


def test_a_server_that_is_not_there_is_tried_again():
    with scripted_smtp() as server:
        port = server.port

    with reaching(port) as channel:
        outcome = channel.send(a_job(), MESSAGE, always, NOW)

    assert outcome.status == RETRY_WAIT
    assert outcome.cause is not None
    assert outcome.cause.startswith("unreachable: ConnectionRefusedError")

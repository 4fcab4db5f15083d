"""One person, one transaction; a copy for the archive is in it, or is said to be missing."""

from __future__ import annotations

import socket
import threading
from contextlib import ExitStack, suppress
from typing import Any

import pytest

from notifications.channels.archive import UNARCHIVED, Archive
from notifications.channels.server import ImapServer, SmtpServer
from notifications.channels.smtp import Smtp
from notifications.delivery.protocol import LOST, Outcome
from notifications.mail.mime import Composer, Sender
from notifications.notice import ACCEPTED, AMBIGUOUS, DEAD, RETRY_WAIT
from notifications.rendering.renderer import Renderer
from tests.handing import Asked, always, never
from tests.letters import NOW, a_job
from tests.servers.scripted_smtp import DROP, ScriptedServer, scripted_smtp

COMPOSER = Composer(Renderer(), Sender(address="office@yunxi.example"))
MESSAGE = b"Subject: x\r\n\r\ny\r\n"
COPIES = "copies@yunxi.example"
GRANTED = "archived 2023-04-08T01:30:00+00:00"
BOTH = ["RCPT TO:<wang@office.example>", f"RCPT TO:<{COPIES}>"]


@pytest.fixture
def scripted():
    with scripted_smtp() as server:
        yield server


def reaching(server: ScriptedServer, address: str = COPIES, **settings: Any) -> Smtp:
    there = SmtpServer(host="127.0.0.1", port=server.port, security="none", timeout=5, **settings)
    archive = Archive(address, ImapServer(host="127.0.0.1", security="none")) if address else None
    return Smtp(there, COMPOSER, archive=archive)


def sent(server: ScriptedServer, begin: Any = always, address: str = COPIES) -> Outcome:
    with reaching(server, address) as channel:
        return channel.send(a_job(), MESSAGE, begin, NOW)


def recipients(server: ScriptedServer) -> list[str]:
    return [line for line in server.commands if line.startswith("RCPT")]


def test_without_an_archive_there_is_exactly_one_recipient(scripted):
    asked = Asked()

    assert sent(scripted, asked, address="") == Outcome(status=ACCEPTED)
    assert recipients(scripted) == BOTH[:1]
    assert asked.refs == [None]


def test_the_archive_is_the_second_recipient_and_stands_in_no_header(scripted):
    asked = Asked()

    assert sent(scripted, asked) == Outcome(status=ACCEPTED, ref=GRANTED)
    assert recipients(scripted) == BOTH
    assert asked.refs == [GRANTED]
    assert scripted.stored == [MESSAGE]
    with reaching(scripted) as channel:
        assert COPIES.encode() not in channel.compose(a_job())


@pytest.mark.parametrize("answer", ["550 5.1.1 no such user", "452 4.2.2 full", "550 5.7.1 policy"])
def test_a_mail_goes_without_the_copy_that_the_archive_refuses_and_says_so(scripted, answer):
    asked = Asked()
    scripted.script["RCPT"] = ["250 ok", answer]

    outcome = sent(scripted, asked)

    assert outcome == Outcome(status=ACCEPTED, ref=UNARCHIVED, cause=f"archive_refused: {answer}")
    assert asked.refs == [UNARCHIVED]
    assert scripted.stored == [MESSAGE]


def test_a_person_who_is_refused_is_refused_before_the_archive_is_asked(scripted):
    scripted.script["RCPT"] = ["550 5.1.1 no such user"]

    assert sent(scripted).status == DEAD
    assert recipients(scripted) == BOTH[:1]
    assert "DATA" not in scripted.commands


@pytest.mark.parametrize("answer", [DROP, "421 closing", "hello", "354 what"])
def test_what_is_no_answer_of_the_archive_breaks_off(scripted, answer):
    scripted.script["RCPT"] = ["250 ok", answer]

    assert sent(scripted).status == RETRY_WAIT
    assert scripted.stored == []


def test_a_mail_to_the_archive_itself_is_no_copy_twice(scripted):
    outcome = sent(scripted, address="Wang@Office.example")

    assert recipients(scripted) == BOTH[:1]
    assert outcome == Outcome(status=ACCEPTED, ref=GRANTED)


@pytest.mark.parametrize(
    ("rcpt", "ref"), [(["250 ok", "250 ok"], GRANTED), (["250 ok", "550 no"], UNARCHIVED)]
)
def test_a_doubt_remembers_whether_there_is_a_copy_to_look_for(scripted, rcpt, ref):
    scripted.script |= {"RCPT": rcpt, "DOT": DROP}

    outcome = sent(scripted)

    assert (outcome.status, outcome.ref) == (AMBIGUOUS, ref)


def test_the_dot_is_not_sent_before_it_is_said_that_it_will_be(scripted):
    before: list[int] = []

    sent(scripted, Asked(lambda: before.append(len(scripted.stored))))

    assert before == [0]
    assert scripted.stored == [MESSAGE]


def test_a_claim_that_is_lost_lets_the_server_take_nothing(scripted):
    with reaching(scripted) as channel:
        assert channel.send(a_job(), MESSAGE, never, NOW) == LOST
        assert scripted.stored == []
        assert channel.send(a_job(), MESSAGE, always, NOW).status == ACCEPTED

    assert scripted.stored == [MESSAGE]
    assert scripted.connections == 2
    assert scripted.commands.count("QUIT") == 1


def test_what_breaks_in_the_middle_of_a_mail_never_runs_into_the_next_one(scripted):
    class Boom(Exception):
        pass

    def boom() -> None:
        raise Boom

    with reaching(scripted) as channel:
        with pytest.raises(Boom):
            channel.send(a_job(), MESSAGE, Asked(boom), NOW)
        assert channel.send(a_job(), b"Subject: next\r\n\r\nz\r\n", always, NOW).status == ACCEPTED

    assert scripted.stored == [b"Subject: next\r\n\r\nz\r\n"]


@pytest.mark.parametrize("said", [DROP, "421 closing", "451 stop"])
def test_a_server_that_speaks_before_the_dot_does_not_get_it(scripted, said):
    """It has stopped listening: with the dot the outcome would be in doubt for nothing."""
    scripted.script["BODY"] = said
    with ExitStack() as stack:
        channel = stack.enter_context(reaching(scripted))
        outcome = channel.send(a_job(), MESSAGE, Asked(lambda: _until_said(channel)), NOW)

    assert outcome.status == RETRY_WAIT
    assert outcome.blame == "server"
    assert scripted.stored == []


def _until_said(channel: Smtp) -> None:
    client = channel._client  # the moment that has to come does, without waiting for a while
    assert client is not None
    assert client.sock is not None
    client.sock.settimeout(5)
    client._heard += client.sock.recv(1)


def test_an_answer_that_never_ends_is_none(scripted):
    scripted.script["RCPT"] = "\r\n".join(["250-on and on"] * 1000)

    assert sent(scripted).status == RETRY_WAIT
    assert scripted.stored == []


def test_an_answer_has_its_time_as_a_whole_however_it_drips():
    listener = socket.create_server(("127.0.0.1", 0))
    gone = threading.Event()

    def drip() -> None:
        link, _ = listener.accept()
        with link, suppress(OSError):
            while not gone.wait(0.05):
                link.sendall(b"2")

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    port = listener.getsockname()[1]
    there = SmtpServer(host="127.0.0.1", port=port, security="none", timeout=0.3)
    with listener, Smtp(there, COMPOSER) as channel:
        outcome = channel.send(a_job(), MESSAGE, always, NOW)
        assert not gone.is_set()
    gone.set()
    thread.join()

    assert outcome.status == RETRY_WAIT
    assert outcome.cause is not None
    assert outcome.cause.startswith("unreachable: TimeoutError")

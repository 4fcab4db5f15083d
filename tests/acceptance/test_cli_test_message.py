"""A test message to oneself: through the real channel, and without a trace."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.servers.smtp import SmtpServer
from tests.terminal import Terminal, posting


def test_a_test_message_goes_to_who_asks_for_it_and_leaves_no_trace(
    office: Terminal, smtp_server: SmtpServer
) -> None:
    posting(office, smtp_server)
    entries = office.entries()
    done = office.does("--as", "wang", "outbox", "test")
    (letter,) = smtp_server.letters
    assert letter.recipients == ("wang@qingxi.example",)
    assert "wang@qingxi.example" in done.out
    assert "handed over" in done.out
    assert (office.entries(), office.does("outbox", "list", "--json").json) == (entries, [])


def test_its_very_bytes_can_be_seen(office: Terminal, smtp_server: SmtpServer) -> None:
    posting(office, smtp_server)
    done = office.does("--as", "wang", "outbox", "test", "--bytes")
    assert "handed over" in done.err
    assert done.out.encode().rstrip() == smtp_server.letters[0].content.rstrip()


def test_a_test_message_that_is_refused_says_what_the_server_answered(
    office: Terminal, smtp_server: SmtpServer
) -> None:
    posting(office, smtp_server)
    smtp_server.refuse("MAIL", "550 5.7.1 sender not allowed")
    refused = office("--as", "wang", "outbox", "test")
    assert refused.code == 6
    assert "not handed over" in refused.out
    assert "sender not allowed" in refused.out


@pytest.mark.parametrize(
    ("settings", "advice"),
    [
        ('host = "127.0.0.1"\nport = 1\nsecurity = "none"', "Compare smtp.host and smtp.port"),
        ('host = "127.0.0.1"\nport = {port}\nsecurity = "tls"', "Compare smtp.port with"),
        ('host = "127.0.0.1"\nport = {port}\nsecurity = "starttls"', "465 goes with tls"),
    ],
)
def test_settings_that_do_not_fit_are_named(
    office: Terminal, smtp_server: SmtpServer, settings: str, advice: str
) -> None:
    smtp = settings.replace("{port}", str(smtp_server.port))
    sender = 'transport = "smtp"\nfrom = "office@xcb.example"'
    (office.folder / "config.toml").write_text(f"[mail]\n{sender}\n[smtp]\n{smtp}\n")
    refused = office("--as", "wang", "outbox", "test")
    assert refused.code == 6
    assert advice in refused.out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "li) has no address for mail"),
        (("--channel", "wecom"), "--address CHANNEL=ADDRESS"),
        (("--channel", "pigeon"), "there is no channel pigeon"),
    ],
)
def test_who_cannot_be_reached_is_told_what_is_missing(
    office: Terminal, options: tuple[str, ...], said: str
) -> None:
    refused = office("outbox", "test", *options)
    assert refused.code == 7
    assert said in refused.err


def test_a_channel_that_is_not_set_up_says_which_settings_are_missing(office: Terminal) -> None:
    office.does("people", "edit", "li", "--address", "wecom=li")
    refused = office("outbox", "test", "--channel", "wecom")
    assert refused.code == 7
    assert "wecom.corp" in refused.err
    assert "wecom.agent" in refused.err


def test_a_message_written_to_a_folder_can_be_tested_too(office: Terminal) -> None:
    assert office.does("--as", "wang", "outbox", "test").code == 0
    assert len(list(Path("mail").glob("*.eml"))) == 1

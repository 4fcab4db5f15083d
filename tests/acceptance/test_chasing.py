"""Chasing through the command line: a real mail server, and the daemon as a process."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

from tests.servers.smtp import SmtpServer
from tests.terminal import WHOLE_PROGRAM, Terminal

PATIENCE = 30.0


def by_smtp(folder: Path, server: SmtpServer) -> Path:
    """Write a configuration that sends through the server; return where it is."""
    path = folder / "config.toml"
    path.write_text(
        '[mail]\ntransport = "smtp"\nfrom = "office@xcb.qingxi.example"\n'
        f'[smtp]\nhost = "{server.host}"\nport = {server.port}\nsecurity = "none"\n',
        encoding="utf-8",
    )
    return path


def assigned(office: Terminal) -> None:
    office.does("assign", "1", "--leader", "luo", "--department", "公路股", "--person", "wang")


def test_a_tick_sends_each_mail_once_through_a_real_server(
    round_: Terminal, smtp_server: SmtpServer
) -> None:
    config = by_smtp(round_.folder, smtp_server)
    assigned(round_)
    first = round_("--config", config, "tick")
    assert first.code == 0, first.err
    again = round_("--config", config, "tick")
    assert "handed over: 0" in again.out
    to_wang = [mail for mail in smtp_server.letters if "wang@qingxi.example" in mail.recipients]
    assert len(to_wang) == len({mail.message["Message-ID"] for mail in to_wang}) > 0
    assert all(len(mail.recipients) == 1 for mail in smtp_server.letters)
    assert all(mail.sender == "office@xcb.qingxi.example" for mail in smtp_server.letters)


def test_what_the_server_puts_off_is_sent_later_and_once(
    round_: Terminal, smtp_server: SmtpServer
) -> None:
    config = by_smtp(round_.folder, smtp_server)
    assigned(round_)
    smtp_server.refuse("RCPT", "450 greylisted")
    waiting = round_("--config", config, "tick")
    assert (waiting.code, smtp_server.letters) == (0, [])
    smtp_server.accept()
    round_.later(1)
    round_.does("--config", config, "tick")
    sent = [mail.message["Message-ID"] for mail in smtp_server.letters]
    assert len(sent) == len(set(sent)) > 0


def test_a_refused_address_is_dead_and_shown(round_: Terminal, smtp_server: SmtpServer) -> None:
    config = by_smtp(round_.folder, smtp_server)
    assigned(round_)
    smtp_server.refuse("RCPT", "550 5.1.1 no such user", "wang@qingxi.example")
    round_.does("--config", config, "tick")
    dead = round_.does("outbox", "list", "--status", "dead", "--json").json
    assert any("550" in notice["cause"] for notice in dead if notice["recipient"] == "wang")


def test_the_daemon_owes_delivers_and_stops_when_told(round_: Terminal) -> None:
    assigned(round_)
    daemon = subprocess.Popen(
        [*WHOLE_PROGRAM, "--db", round_.database, "run"],
        cwd=round_.folder,
        env=round_.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    try:
        until = time.monotonic() + PATIENCE
        while not list(round_.folder.glob("mail/*.eml")) and time.monotonic() < until:
            time.sleep(0.1)
        assert list(round_.folder.glob("mail/*.eml"))
        daemon.send_signal(signal.SIGTERM)
        said, _ = daemon.communicate(timeout=PATIENCE)
    finally:
        daemon.kill()
        daemon.wait()
    assert daemon.returncode == 0, said
    assert "Traceback" not in said
    assert round_("verify").code == 0

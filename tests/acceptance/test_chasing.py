"""Chasing through the command line, over a real mail server."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

from tests.servers.smtp import SmtpServer
from tests.terminal import Terminal
from workflow.bootstrap import Choice, open_app


def by_smtp(folder: Path, server: SmtpServer) -> Path:
    """Write a configuration that sends through the server; return where it is."""
    path = folder / "config.toml"
    path.write_text(
        "[notices]\nhold_imports = false\n"
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


def test_outside_the_sending_hours_everything_waits_until_they_begin(round_: Terminal) -> None:
    assigned(round_)
    for closed in (
        datetime(2025, 5, 31, 2, tzinfo=UTC),  # a Saturday
        datetime(2025, 6, 2, 2, tzinfo=UTC),  # a Monday, and a holiday
        datetime(2025, 6, 3, 0, 29, tzinfo=UTC),  # 8:29 in Beijing
    ):
        round_.at = closed
        round_.does("tick")
        assert not list(round_.folder.glob("mail/*.eml"))
    round_.at = datetime(2025, 6, 3, 0, 30, tzinfo=UTC)
    round_.does("tick")
    mails = [message_from_bytes(p.read_bytes()) for p in round_.folder.glob("mail/*.eml")]
    assert len({mail["To"] for mail in mails}) == len(mails) > 0


def test_a_tick_says_what_waits_and_when_it_goes_out(round_: Terminal) -> None:
    assigned(round_)
    round_.at = datetime(2025, 5, 31, 2, tzinfo=UTC)  # a Saturday before a holiday on Monday
    ticked = round_.does("tick").out
    found = round_.does("tick", "--json").json
    assert found["waiting"] > 0
    assert f"waiting for the sending hours: {found['waiting']}, which begin 2025-06-03 08:30" in (
        ticked
    )
    assert datetime.fromisoformat(found["opens_at"]) == datetime(2025, 6, 3, 0, 30, tzinfo=UTC)
    assert (found["messages"], found["delivered"]["accepted"]) == (0, 0)
    waiting = round_.does("outbox", "list", "--status", "waiting", "--json").json
    assert len(waiting) == found["waiting"]

    round_.at = datetime(2025, 6, 3, 1, tzinfo=UTC)
    sent = round_.does("tick", "--json").json
    assert sent["messages"] == sent["delivered"]["accepted"] > 0
    assert (sent["waiting"], sent["opens_at"]) == (0, None)


def test_the_outbox_says_in_which_message_a_notice_went(round_: Terminal) -> None:
    assigned(round_)
    round_.at = datetime(2025, 6, 3, 1, tzinfo=UTC)
    round_.does("tick")
    notices = round_.does("outbox", "list", "--json").json
    messages = {n["id"]: n for n in notices if n["template"] == "digest"}
    items = [n for n in notices if n["bundle_id"] in messages]
    assert items
    for item in items:
        message = messages[item["bundle_id"]]
        assert (item["bundle"], item["recipient"]) == (message["key"], message["recipient"])
        assert item["status"] == message["status"] == "accepted"
    for id, message in messages.items():
        assert message["facts"]["count"] == sum(item["bundle_id"] == id for item in items)

    item = items[0]
    assert f"(in no. {item['bundle_id']})" in round_.does("outbox", "show", item["id"]).out
    text = round_.does("outbox", "show", item["bundle_id"]).out
    count = messages[item["bundle_id"]]["facts"]["count"]
    assert f"message of the day: {count}" in text
    assert "[To do]" in text


def test_patience_with_a_server_is_counted_in_working_days(round_: Terminal) -> None:
    app = open_app(Choice(db=round_.database), clock=lambda: round_.at)
    friday = datetime(2025, 6, 6, 2, tzinfo=UTC)
    assert app._patience(friday) == datetime(2025, 6, 11, 2, tzinfo=UTC)  # a Wednesday
    app.close()


def test_a_tick_writes_the_metrics_and_a_folder_that_is_away_fails_nothing(
    round_: Terminal,
) -> None:
    (round_.folder / "config.toml").write_text('[run]\nmetrics = "rectify.prom"\n', "utf-8")
    round_.does("tick")
    text = (round_.folder / "rectify.prom").read_text("utf-8")
    assert "rectify_store_up 1\n" in text
    assert 'rectify_sweep_last_success_timestamp_seconds{sweep="reconcile"}' in text
    (round_.folder / "config.toml").write_text('[run]\nmetrics = "away/x.prom"\n', "utf-8")
    assert "the metrics cannot be written" in round_.does("tick").err


def test_sending_that_fails_keeps_nothing_from_being_owed(round_: Terminal) -> None:
    assigned(round_)
    (round_.folder / "config.toml").write_text(
        '[notices]\nhours = "00:00-24:00"\n[mail]\ntransport = "smtp"\n[smtp]\nuser = "office"\n',
        encoding="utf-8",
    )
    round_.later(9)
    failed = round_("tick", "--json")
    assert failed.code == 7
    assert "RECTIFY_SMTP_PASSWORD" in failed.err
    found = failed.json
    assert found["owed"] > 0
    assert found["watched"] is not None
    assert (found["delivered"], found["reconciled"]) == (None, None)

"""The doctor: what is wrong with sweeps, clocks, sending and people; brought about and mended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.ailing import ANY_HOUR, LATE, MINUTE, by_smtp, configured, examined, wrong
from tests.servers.scripted_smtp import DROP, scripted_smtp
from tests.servers.smtp import SmtpServer
from tests.terminal import UNIT, Terminal, with_issues
from workflow.daemon.sweeps import HABITS
from workflow.doctor import examining
from workflow.doctor.examining import CHECKS, Check
from workflow.storage import open_store

# ---------------------------------------------------------------- health


def test_nothing_is_wrong_with_an_office_that_is_well(well: Terminal) -> None:
    assert examined(well) == {}
    answer = well.does("doctor")
    assert "Nothing is wrong." in answer.err
    assert "rectify verify" in answer.out  # what was not looked into is said


def test_what_is_wrong_is_said_with_what_to_do_in_either_language(well: Terminal) -> None:
    well.later(1)
    english = well("doctor")
    assert english.code == 6
    assert english.out.startswith(
        "Wrong: nothing has looked for what is due since 2025-05-26 09:00"
    )
    assert "systemctl status rectify" in english.out
    assert "Wrong: 1; warnings: 0." in english.err
    well.language = "zh"
    assert "Wrong" not in well("doctor").out


def test_warnings_fail_only_if_that_is_wanted(well: Terminal) -> None:
    (well.folder / "rectify.db").chmod(0o660)
    assert well("doctor").code == 0
    assert well("doctor", "--strict").code == 6
    (well.folder / "rectify.db").chmod(0o600)
    assert well("doctor", "--strict").code == 0


def test_it_changes_nothing(well: Terminal) -> None:
    before = (well.folder / "rectify.db").read_bytes()
    well("doctor")
    assert (well.folder / "rectify.db").read_bytes() == before


def test_a_check_that_fails_silences_no_other(
    well: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(patient: object) -> Iterator[Any]:
        raise KeyError("wang@qingxi.example")

    broken = Check(name="reach", look=fails)
    monkeypatch.setattr(examining, "CHECKS", (broken, *CHECKS))
    well.later(1)
    found = examined(well)
    assert {"check_failed", "daemon_dead"} <= found.keys()
    assert found["check_failed"]["facts"]["error"] == "KeyError"
    assert "wang@" not in str(found)


def test_mail_that_only_lies_in_a_folder_is_not_taken_for_sent(well: Terminal) -> None:
    said = "goes to nobody from there by itself"
    assert said in " ".join(well.does("doctor").out.split())
    configured(well, by_smtp(9))
    assert said not in " ".join(well("doctor").out.split())


# ---------------------------------------------------------------- sweeps


def test_nothing_ever_ran(round_: Terminal) -> None:
    configured(round_)
    assert "never_ran" in wrong(round_)
    round_.does("tick")
    assert "never_ran" not in wrong(round_)


def test_nothing_has_run_for_long(well: Terminal) -> None:
    well.at += 4 * MINUTE
    assert examined(well) == {}
    well.at += 27 * MINUTE
    assert wrong(well) == {"daemon_dead"}
    well.does("tick")
    assert examined(well) == {}


def test_one_sweep_has_not_run(well: Terminal) -> None:
    well.at += timedelta(hours=1)
    with open_store(well.database).writing() as session:
        for habit in HABITS:
            if habit.sweep != "deliver":
                session.beat("web1", habit.sweep, well.at)
    found = examined(well)
    assert found["sweep_late"]["facts"]["sweep"] == "deliver"
    assert {code for code, f in found.items() if f["level"] == "wrong"} == {"sweep_late"}
    well.does("tick")
    assert wrong(well) == set()


def test_a_machine_has_fallen_silent(well: Terminal) -> None:
    with open_store(well.database).writing() as session:
        session.beat("old", "owe", well.at - timedelta(days=2))
    assert {code: f["level"] for code, f in examined(well).items()} == {"node_silent": "warning"}
    well.later(31)
    well.does("tick")
    assert "node_silent" not in examined(well)


def test_after_a_very_long_time_the_clock_is_to_be_confirmed(terminal: Terminal) -> None:
    configured(terminal)
    terminal.does("init", "--person", "li", "--mail", "li@qingxi.example")
    terminal.does("tick")
    terminal.later(400)
    assert terminal("tick").code == 7
    found = examined(terminal)
    assert "rectify tick --yes" in found["clock_ahead"]["do"]
    assert found.keys() <= {"clock_ahead", "database_open"}  # not what follows from it
    terminal.does("tick", "--yes")
    assert "clock_ahead" not in examined(terminal)


# ---------------------------------------------------------------- clocks


def test_the_clock_was_set_back(well: Terminal) -> None:
    well.at -= timedelta(days=1)
    found = examined(well)
    assert {"clock_back", "log_ahead"} <= found.keys()
    assert found["clock_back"]["facts"]["then"] == "2025-05-26 09:00"
    well.at += timedelta(days=1)
    assert examined(well) == {}


def test_the_log_was_written_under_a_clock_that_was_ahead(well: Terminal) -> None:
    well.later(300)
    well.does("people", "edit", "li", "--title", "主任")
    well.later(-300)
    assert "log_ahead" in wrong(well)


# ---------------------------------------------------------------- sending


def test_a_storm_stops_everything_until_it_is_released(well: Terminal) -> None:
    configured(well, "storm = 2\n")
    well.later(LATE)
    assert "rectify outbox release" in well.does("tick").out
    assert wrong(well) == {"sending_stopped"}
    configured(well)
    well.does("outbox", "release", "--yes")
    well.does("tick")
    assert wrong(well) == set()


def test_a_round_is_held_back_since_its_import(terminal: Terminal) -> None:
    configured(terminal, start=ANY_HOUR)
    with_issues(terminal)
    terminal.does("people", "edit", "li", "--mail", "li@qingxi.example")
    assert examined(terminal)["round_held"]["level"] == "warning"  # nobody waits for anything yet
    terminal.later(LATE)
    assert "rectify outbox release" in terminal.does("tick").out
    found = examined(terminal)["round_held"]
    assert found["level"] == "wrong"
    assert found["facts"]["people"] > 0
    assert found["facts"]["since"] == "2025-05-26 09:00"
    terminal.does("outbox", "release", "--yes")
    assert "round_held" not in examined(terminal)
    terminal.does("tick")
    assert list(terminal.folder.glob("mail/*.eml"))


def test_a_mail_server_is_away_and_messages_wait(well: Terminal, smtp_server: SmtpServer) -> None:
    for number in range(3):
        well.does(
            "people", "add", f"p{number}", "--name", f"P{number}", "--unit", UNIT,
            "--role", "supervisor", "--mail", f"p{number}@qingxi.example",
        )  # fmt: skip
    configured(well, by_smtp(1))
    well.later(LATE)
    well.does("tick")
    found = examined(well)
    assert "unreachable" in found["server_away"]["facts"]["cause"]
    assert "cannot be reached" in found["server_away"]["what"]
    well.at += 12 * MINUTE
    assert "pending_old" in wrong(well)
    configured(well, by_smtp(smtp_server.port))
    for _ in range(3):
        well.at += timedelta(hours=1)
        well.does("tick")
    assert wrong(well) == set()
    assert len(smtp_server.letters) == 6


def test_a_mailbox_that_is_full_puts_messages_off(well: Terminal, smtp_server: SmtpServer) -> None:
    configured(well, by_smtp(smtp_server.port))
    smtp_server.refuse("RCPT", "452 4.2.2 luo@qingxi.example is full", "luo@qingxi.example")
    well.later(LATE)
    said = well.does("tick").out
    assert "the last of these: the server asks to try later: 452 4.2.2 …@qingxi.example" in said
    assert "put_off" not in examined(well)
    well.at += timedelta(hours=2)
    well.does("tick")
    found = examined(well)["put_off"]
    assert (found["level"], found["facts"]["count"]) == ("warning", 1)
    smtp_server.accept()
    well.at += timedelta(hours=6)
    well.does("tick")
    assert "put_off" not in examined(well)


def test_who_supervises_cannot_be_told_of_failures(
    terminal: Terminal, smtp_server: SmtpServer
) -> None:
    configured(terminal, by_smtp(smtp_server.port))
    with_issues(terminal)
    terminal.does("people", "edit", "li", "--mail", "li@qingxi.example")
    terminal.does("assign", 1, "--leader", "luo", "--department", "公路股", "--person", "wang")
    smtp_server.refuse("RCPT", "550 5.1.1 no such user")
    terminal.does("tick")
    assert "failures_untold" not in examined(terminal)
    terminal.does("tick")  # owes the word of it
    terminal.does("tick")  # and sends that
    found = examined(terminal)["failures_untold"]
    assert found["level"] == "wrong"
    numbers = found["facts"]["numbers"]
    terminal.does("outbox", "resolve", *numbers, "--how", "given-up", "--reason", "已更正")
    assert "failures_untold" not in examined(terminal)


def test_a_message_failed_for_good(well: Terminal, smtp_server: SmtpServer) -> None:
    configured(well, by_smtp(smtp_server.port))
    smtp_server.refuse("RCPT", "550 5.1.1 no such user", "luo@qingxi.example")
    well.later(LATE)
    well.does("tick")
    found = examined(well)["undelivered"]
    assert found["level"] == "wrong"
    assert "luo@" not in str(found)
    ids = found["facts"]["numbers"]
    well.does("outbox", "resolve", *ids, "--how", "arrived", "--reason", "电话告知")
    assert wrong(well) == set()


def test_nobody_knows_whether_a_message_arrived(well: Terminal) -> None:
    with scripted_smtp() as server:
        server.script["DOT"] = DROP
        configured(well, by_smtp(server.port))
        well.later(LATE)
        for _ in range(6):
            well.does("tick")
            well.at += 40 * MINUTE
        well.does("tick")
        found = examined(well)
        assert found["undecided"]["level"] == "wrong"
        ids = found["undecided"]["facts"]["numbers"]
        well.does("outbox", "resolve", *ids, "--how", "arrived", "--reason", "电话核实")
        assert "undecided" not in examined(well)


# ---------------------------------------------------------------- people and calendar


def test_work_reaches_nobody_or_not_whoever_owes_it(well: Terminal) -> None:
    for person in ("li", "luo", "wang"):
        well.does("people", "edit", person, "--mail", "")
    assert {"reaches_nobody", "no_addresses"} <= examined(well).keys()
    well.does("people", "edit", "li", "--mail", "li@qingxi.example")
    found = examined(well)
    assert "reaches_nobody" not in found
    assert found["no_addresses"]["facts"]["count"] == 2
    assert "罗建平" in found["no_addresses"]["what"]


@pytest.mark.parametrize(("month", "level"), [(10, None), (12, "wrong")])
def test_the_calendar_of_the_next_year_is_missing(
    well: Terminal, month: int, level: str | None
) -> None:
    well.at = datetime(2026, month, 10, 1, tzinfo=UTC)
    well.does("tick")
    found = examined(well).get("year_missing")
    assert (found["level"] if found else None) == level

"""The daemon as a process: it owes and delivers, stops when told, and survives being killed."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.servers.smtp import SmtpServer
from tests.terminal import UNIT, WHOLE_PROGRAM, Terminal

PATIENCE = 40.0
PEOPLE = 5
AT_ANY_HOUR = (
    '[notices]\nhours = "00:00-24:00"\nworkdays_only = false\nhold_imports = false\n'
    '[run]\ntick_seconds = 1\nlog = "json"\nmetrics = "rectify.prom"\n'
)


def by_smtp(server: SmtpServer) -> str:
    """Return settings that send through the server."""
    return (
        '[mail]\ntransport = "smtp"\nfrom = "office@xcb.qingxi.example"\n'
        f'[smtp]\nhost = "{server.host}"\nport = {server.port}\nsecurity = "none"\n'
    )


def configured(office: Terminal, *more: str) -> None:
    (office.folder / "config.toml").write_text("".join([AT_ANY_HOUR, *more]), encoding="utf-8")


def crowded(office: Terminal) -> set[str]:
    """Enrol supervisors who all hear of the same things; return their addresses."""
    addresses = set()
    for number in range(PEOPLE):
        address = f"p{number}@qingxi.example"
        office.does(
            "people", "add", f"p{number}", "--name", f"P{number}", "--unit", UNIT,
            "--role", "supervisor", "--mail", address,
        )  # fmt: skip
        addresses.add(address)
    return addresses


@dataclass
class Daemon:
    """A running daemon and what it has written so far."""

    process: subprocess.Popen[bytes]
    log: Path

    def lines(self) -> list[dict[str, Any]]:
        """Return what it said, each line being JSON."""
        return [json.loads(line) for line in self.log.read_text("utf-8").splitlines()]

    def said(self, event: str, **facts: object) -> bool:
        """Return whether it said that."""
        return any(
            line["event"] == event and facts.items() <= line.items() for line in self.lines()
        )

    def ends(self) -> int:
        """Return the code with which it ends by itself."""
        return self.process.wait(PATIENCE)


@contextmanager
def daemon(office: Terminal, **environment: str) -> Iterator[Daemon]:
    """Run the daemon in the folder of an office."""
    log = office.folder / "daemon.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*WHOLE_PROGRAM, "--db", office.database, "run"],
            cwd=office.folder,
            env=office.environment(**environment),
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            yield Daemon(process, log)
        finally:
            process.kill()
            process.wait()


def until(true: Callable[[], object], what: str = "", patience: float = PATIENCE) -> None:
    """Wait until something is so."""
    end = time.monotonic() + patience
    while not true():
        assert time.monotonic() < end, what or "it never came to be"
        time.sleep(0.02)


def recipients(server: SmtpServer) -> Counter[str]:
    """Return how many different and equal messages each address got."""
    return Counter(address for letter in server.letters for address in letter.recipients)


def slow(server: SmtpServer, seconds: float) -> threading.Event:
    """Let the server take its time to accept a message; return what tells that it is at one."""
    original, at_it = server.handle_DATA, threading.Event()

    async def handle_DATA(*arguments: Any) -> str:
        answer = await original(*arguments)  # it has the message, and has not said so
        at_it.set()
        await asyncio.sleep(seconds)
        return answer

    server.handle_DATA = handle_DATA  # type: ignore[method-assign,assignment]
    return at_it


def statuses(office: Terminal) -> Counter[str]:
    """Return the messages, not their items, by status."""
    notices = office.does("outbox", "list", "--json").json
    return Counter(n["status"] for n in notices if n["bundle"] is None)


def test_it_owes_delivers_says_so_and_stops_when_told(round_: Terminal) -> None:
    configured(round_)
    round_.does("assign", 1, "--leader", "luo", "--department", "公路股", "--person", "wang")
    with daemon(round_) as running:
        until(lambda: list(round_.folder.glob("mail/*.eml")), "no mail came")
        until(lambda: running.said("swept", sweep="deliver"))
        until(lambda: running.said("swept", sweep="seal"))
        until(lambda: (round_.folder / "rectify.prom").exists())
        running.process.send_signal(signal.SIGTERM)
        assert running.ends() == 0
    sealed = next(line for line in running.lines() if line.get("sweep") == "seal")
    assert sealed["sealed"] > 10
    assert round_.does("audit", "seal", "--json").json["size"] >= sealed["sealed"]
    events = [line["event"] for line in running.lines()]
    assert (events[0], events[-1]) == ("started", "stopped")
    assert "stopping" in events
    owed = next(line for line in running.lines() if line.get("sweep") == "owe")
    assert owed["messages"] > 0
    assert owed["node"]
    text = running.log.read_text("utf-8")
    assert "@" not in text
    assert "王海涛" not in text
    metrics = (round_.folder / "rectify.prom").read_text("utf-8")
    assert "rectify_store_up 1\n" in metrics
    assert 'rectify_sweep_last_success_timestamp_seconds{sweep="owe"}' in metrics
    assert round_("verify").code == 0


def test_told_to_stop_it_finishes_the_message_under_way_and_begins_no_other(
    round_: Terminal, smtp_server: SmtpServer
) -> None:
    everybody = crowded(round_)
    configured(round_, by_smtp(smtp_server))
    at_it = slow(smtp_server, 0.5)
    with daemon(round_) as running:
        assert at_it.wait(PATIENCE)
        running.process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        assert running.ends() == 0
        assert time.monotonic() - began < 10
    first = recipients(smtp_server)
    assert 0 < first.total() < PEOPLE
    left = statuses(round_)
    assert left["inflight"] == left["claimed"] == left["ambiguous"] == 0
    assert left["accepted"] == first.total()
    del smtp_server.handle_DATA
    with daemon(round_) as running:
        until(lambda: everybody <= set(recipients(smtp_server)), "somebody was forgotten")
        running.process.send_signal(signal.SIGINT)
        assert running.ends() == 0
    assert set(recipients(smtp_server).values()) == {1}


def test_killed_amid_a_message_it_loses_nothing_and_repeats_at_most_that_one(
    round_: Terminal, smtp_server: SmtpServer
) -> None:
    everybody = crowded(round_)
    configured(round_, by_smtp(smtp_server))
    at_it = slow(smtp_server, 0.5)
    with daemon(round_) as running:
        assert at_it.wait(PATIENCE)
        running.process.send_signal(signal.SIGKILL)
        assert running.ends() == -signal.SIGKILL
    del smtp_server.handle_DATA
    assert recipients(smtp_server).total() == 1
    with daemon(round_) as running:  # what the dead one had claimed is not touched yet
        until(lambda: running.said("started"))
        running.process.send_signal(signal.SIGTERM)
        assert running.ends() == 0
    assert recipients(smtp_server).total() == 1
    round_.at = datetime.now(UTC) + timedelta(minutes=16)
    round_.does("tick")
    assert set(recipients(smtp_server).values()) == {1}
    assert statuses(round_)["ambiguous"] == 1
    round_.at += timedelta(minutes=30)
    round_.does("tick")
    round_.does("tick")
    found = recipients(smtp_server)
    assert set(found) >= everybody
    assert sorted(found.values())[-2:] == [1, 2]
    assert statuses(round_)["ambiguous"] == 0


def test_a_second_signal_ends_it_at_once(round_: Terminal, smtp_server: SmtpServer) -> None:
    crowded(round_)
    configured(round_, by_smtp(smtp_server))
    at_it = slow(smtp_server, 20)
    with daemon(round_) as running:
        assert at_it.wait(PATIENCE)
        running.process.send_signal(signal.SIGTERM)
        until(lambda: running.said("stopping"))
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(5) == 128 + signal.SIGTERM


def test_a_dead_mail_server_keeps_nothing_from_being_owed(round_: Terminal) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # connects, and never says a word
        port = silent.getsockname()[1]
        settings = f'[mail]\ntransport = "smtp"\n[smtp]\nhost = "127.0.0.1"\nport = {port}\n'
        configured(round_, settings, 'security = "none"\ntimeout = 30\n')
        round_.does("assign", 1, "--leader", "luo", "--department", "公路股", "--person", "wang")
        with daemon(round_):
            silent.settimeout(PATIENCE)
            link, _ = silent.accept()
            with link:
                metric = re.compile(r'last_success_timestamp_seconds\{sweep="owe"\} (\S+)')

                def owed_at() -> float:
                    found = metric.search((round_.folder / "rectify.prom").read_text("utf-8"))
                    return float(found[1]) if found else 0.0

                until(lambda: (round_.folder / "rectify.prom").exists())
                before = owed_at()
                # sooner than the mail server is given up
                until(lambda: owed_at() > before, "owing waits for the mail server", 20)


def test_it_tells_the_service_manager_that_it_is_ready_alive_and_stopping(
    round_: Terminal,
) -> None:
    configured(round_)
    address = str(round_.folder / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(address)
        manager.settimeout(PATIENCE)
        with daemon(round_, NOTIFY_SOCKET=address, WATCHDOG_USEC="100000") as running:
            assert manager.recv(100) == b"READY=1"
            assert manager.recv(100) == b"WATCHDOG=1"
            running.process.send_signal(signal.SIGTERM)
            assert running.ends() == 0
        manager.setblocking(False)
        rest: list[bytes] = []
        while not rest or rest[-1] != b"STOPPING=1":
            rest.append(manager.recv(100))
    assert set(rest) <= {b"WATCHDOG=1", b"STOPPING=1"}


def test_without_an_office_or_with_a_channel_that_cannot_be_made_it_does_not_begin(
    round_: Terminal, monkeypatch: Any
) -> None:
    configured(round_, '[mail]\ntransport = "smtp"\n[smtp]\nuser = "office"\n')
    refused = round_("run")
    assert refused.code == 7
    assert "RECTIFY_SMTP_PASSWORD" in refused.err
    nowhere = round_("--db", str(round_.folder / "none.db"), "run")
    assert nowhere.code == 4


def test_for_people_its_lines_are_words_in_their_language(round_: Terminal) -> None:
    configured(round_)
    path = round_.folder / "config.toml"
    path.write_text(path.read_text("utf-8").replace('log = "json"\n', ""), encoding="utf-8")
    round_.does("assign", 1, "--leader", "luo", "--department", "公路股", "--person", "wang")
    with daemon(round_, RECTIFY_LANG="zh") as running:
        until(lambda: "已送出" in running.log.read_text("utf-8"))
        running.process.send_signal(signal.SIGTERM)
        assert running.ends() == 0

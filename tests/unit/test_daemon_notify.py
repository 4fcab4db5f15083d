"""Telling the service manager, over a real socket."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from workflow.daemon.notify import READY, WATCHDOG, Notifier


@contextmanager
def manager(address: str) -> Iterator[socket.socket]:
    """Listen as systemd does."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(address)
        listening.settimeout(10)
        yield listening


def test_it_tells_a_manager_in_the_file_system(tmp_path: Path) -> None:
    address = str(tmp_path / "notify")
    with manager(address) as listening:
        assert Notifier({"NOTIFY_SOCKET": address}).tell(READY, "STATUS=sweeping")
        assert listening.recv(100) == b"READY=1\nSTATUS=sweeping"


def test_it_tells_a_manager_with_an_abstract_name() -> None:
    name = f"rectify-test-{os.getpid()}"
    with manager(f"\0{name}") as listening:
        assert Notifier({"NOTIFY_SOCKET": f"@{name}"}).tell(WATCHDOG)
        assert listening.recv(100) == b"WATCHDOG=1"


@pytest.mark.parametrize("address", ["", "relative", "/nowhere/at/all", "@nobody-listens"])
def test_without_a_manager_it_is_mute(address: str) -> None:
    assert not Notifier({"NOTIFY_SOCKET": address}).tell(READY)


def test_it_shows_life_twice_as_often_as_wanted() -> None:
    assert Notifier({"WATCHDOG_USEC": "60000000"}).interval == 30
    mine = str(os.getpid())
    assert Notifier({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": mine}).interval == 30


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"WATCHDOG_USEC": "0"},
        {"WATCHDOG_USEC": "x"},
        {"WATCHDOG_USEC": "9", "WATCHDOG_PID": "1"},
    ],
)
def test_nobody_waits_for_a_sign_of_life(environment: dict[str, str]) -> None:
    assert Notifier(environment).interval is None

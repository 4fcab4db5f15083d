"""The time of a database server, by which its nodes go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from states.errors import Invalid, Problem
from workflow import world
from workflow.memory import MemoryStore

NOON = datetime(2025, 5, 26, 12, tzinfo=UTC)


class Server(MemoryStore):
    """A store whose server tells the time, as long as it is not away."""

    def __init__(self) -> None:
        super().__init__()
        self.at, self.asked, self.away = NOON, 0, False

    def time(self) -> datetime | None:
        self.asked += 1
        if self.away:
            raise Invalid(Problem("database_unreachable", "away"))
        return self.at


@pytest.fixture
def passed(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that have passed, to be changed."""
    seconds = [1000.0]
    monkeypatch.setattr(world, "elapsed", lambda: seconds[0])
    return seconds


def test_a_store_without_a_server_goes_by_this_machine() -> None:
    assert world.clock_of(MemoryStore()) is world.now


def test_between_two_questions_elapsed_seconds_count(passed: list[float]) -> None:
    server = Server()
    clock = world.clock_of(server)
    passed[0] += 30
    assert clock() == NOON + timedelta(seconds=30)
    assert server.asked == 1


def test_a_server_whose_clock_is_set_is_followed(passed: list[float]) -> None:
    server = Server()
    clock = world.clock_of(server)
    passed[0] += 61
    server.at = NOON - timedelta(hours=2)
    assert clock() == NOON - timedelta(hours=2)


def test_while_the_server_is_away_time_goes_on(passed: list[float]) -> None:
    server = Server()
    clock = world.clock_of(server)
    server.away = True
    passed[0] += 600
    assert clock() == NOON + timedelta(seconds=600)

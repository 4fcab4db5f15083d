"""What the database broke off is done anew, and only that, and not for ever."""

from __future__ import annotations

import pytest

from states.errors import Conflict, Message
from workflow.collisions import ATTEMPTS, BROKEN_OFF, again


class Command:
    """A command that fails so many times before it succeeds."""

    def __init__(self, failures: int, code: str = BROKEN_OFF) -> None:
        self.left, self.code, self.calls = failures, code, 0

    def __call__(self, *said: object) -> tuple[object, ...]:
        self.calls += 1
        if self.calls <= self.left:
            raise Conflict(Message(self.code, "again"))
        return said


def test_a_command_that_was_broken_off_is_run_again_as_it_was_said() -> None:
    command = Command(2)

    assert again(lambda *said: command(*said))("a", 1) == ("a", 1)
    assert command.calls == 3


def test_it_is_not_run_for_ever() -> None:
    command = Command(100)

    with pytest.raises(Conflict):
        again(lambda: command())()
    assert command.calls == ATTEMPTS


def test_any_other_conflict_is_told_at_once() -> None:
    command = Command(1, "moved_on")

    with pytest.raises(Conflict):
        again(lambda: command())()
    assert command.calls == 1

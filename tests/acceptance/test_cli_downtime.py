"""What an administrator sees after a downtime, or at a clock that is wrong."""

from __future__ import annotations

from collections import Counter
from email import message_from_bytes
from email.message import Message

import pytest

from tests.terminal import SAMPLE, Terminal

PLAIN = '[notices]\nhold_imports = false\nhours = "00:00-24:00"\nworkdays_only = false\n'
UNSOUND = 6


@pytest.fixture
def real(terminal: Terminal) -> Terminal:
    """An office that is no trial, with a round, one day after its import."""
    (terminal.folder / "config.toml").write_text(PLAIN, encoding="utf-8")
    terminal.does("init", "--person", "li", "--name", "李清源")
    unit = ("--unit", "县交通运输局党组")
    mail = ("--mail", "wang@qingxi.example")
    terminal.does(
        "people", "add", "wang", "--name", "王海涛", *unit, "--role", "responsible", *mail
    )
    terminal.does("people", "edit", "li", "--mail", "li@qingxi.example")
    terminal.does("import", SAMPLE)
    terminal.later(1)
    terminal.does("tick")
    return terminal


def mails(terminal: Terminal) -> list[Message]:
    """Return the mails that went out."""
    return [message_from_bytes(p.read_bytes()) for p in terminal.folder.glob("mail/*.eml")]


def codes(terminal: Terminal, level: str = "wrong") -> set[str]:
    """Return what the doctor finds."""
    found = terminal("doctor", "--json").json["findings"]
    return {finding["code"] for finding in found if finding["level"] == level}


def test_after_400_days_nothing_is_said_before_somebody_confirms_the_clock(real):
    before = len(mails(real))
    real.later(400)

    refused = real("tick")

    assert refused.code != 0
    assert "2026-07-01" in refused.err
    assert "rectify tick --yes" in refused.err
    assert len(mails(real)) == before
    assert real("doctor").code == UNSOUND

    real.does("tick", "--yes")
    real.does("tick")

    after = mails(real)
    per_person = Counter(mail["To"] for mail in after)
    assert len(after) > before
    assert max(per_person.values()) <= 2  # that of the first day, and the one that catches up


def test_a_clock_years_ahead_is_refused_explained_and_forgotten(real):
    kept = len(real.does("outbox", "list", "--json").json)
    real.later(3 * 365)

    assert real("tick").code != 0
    assert real("doctor").code == UNSOUND
    assert "clock_ahead" in codes(real)
    said = real("doctor").out
    assert "rectify tick --yes" in said

    real.later(-3 * 365)
    assert len(real.does("outbox", "list", "--json").json) == kept
    assert "clock_ahead" not in codes(real)
    assert real.does("tick", "--json").json["clock_back"] is False


def test_a_clock_that_steps_back_is_explained_and_repeats_nothing(real):
    before = len(mails(real))
    real.later(-20)

    assert "clock_back" in codes(real)
    ticked = real.does("tick", "--json").json
    assert ticked["clock_back"] is True
    assert (ticked["owed"], ticked["delivered"]["accepted"]) == (0, 0)
    assert len(mails(real)) == before

    real.later(20)
    real.does("tick")
    assert "clock_back" not in codes(real)
    assert len(mails(real)) == before

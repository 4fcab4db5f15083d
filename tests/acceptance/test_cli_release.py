"""Nothing is sent of a round before somebody has looked at it, nor after a stop."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.terminal import SAMPLE, Terminal, founded, written


def mails(office: Terminal) -> list[Path]:
    return list((office.folder / "mail").glob("*.eml"))


@pytest.fixture
def held(terminal: Terminal) -> Terminal:
    """A round as it is after its import by the defaults of the configuration."""
    written(terminal.folder, "config.toml", "")
    founded(terminal)
    terminal.does("import", SAMPLE)
    terminal.does("assign", 1, "--leader", "luo", "--department", "公路股", "--person", "wang")
    terminal.does("tick")
    return terminal


def test_the_import_says_that_nothing_is_sent_yet_and_what_to_do(terminal: Terminal) -> None:
    written(terminal.folder, "config.toml", "")
    founded(terminal)
    done = terminal.does("import", SAMPLE)
    assert "rectify outbox release R2025" in " ".join(done.err.split())
    again = terminal.does("import", SAMPLE, "--json").json
    assert again["registered"]["held"] is True


def test_where_nothing_is_held_the_import_says_nothing_of_it(office: Terminal) -> None:
    assert "release" not in office.does("import", SAMPLE).err


def test_nothing_is_sent_of_a_held_round_and_everybody_can_see_why(held: Terminal) -> None:
    assert mails(held) == []
    ticked = held.does("tick")
    assert "rectify outbox release R2025" in ticked.out
    listing = held.does("outbox", "list")
    assert "held back with round R2025" in listing.out
    assert "rectify outbox release R2025" in listing.err
    waiting = held.does("outbox", "list", "--json").json
    assert {notice["held"] for notice in waiting} == {True}
    page = held.does("outbox", "show", waiting[0]["id"]).out
    assert "rectify outbox release R2025" in page


def test_one_looks_before_it_goes(held: Terminal) -> None:
    entries = held.entries()
    look = held.does("outbox", "release", "--dry-run", "--person", "wang")
    waiting = held.does("outbox", "list", "--json").json
    people = {notice["recipient"] for notice in waiting if notice["channel"] == "mail"}
    assert f"People to get a message: {len(people)} (mail " in look.out
    assert "王海涛" in look.out
    assert "R2025-1" in look.out  # the text of Wang's message itself
    unasked = held("outbox", "release")
    assert unasked.code == 2
    assert "--yes" in unasked.err
    assert "People to get a message: " in unasked.out
    assert held.entries() == entries
    held.does("tick")
    assert mails(held) == []


def test_once_let_go_everybody_gets_one_message(held: Terminal) -> None:
    waiting = held.does("outbox", "list", "--json").json
    people = {notice["recipient"] for notice in waiting if notice["channel"] == "mail"}
    done = held.does("outbox", "release", "--yes")
    assert "R2025" in done.out
    held.does("tick")
    assert len(mails(held)) == len(people)
    assert "rectify outbox release" not in held.does("outbox", "list").err
    assert held.log()[-1]["event"] == "release"
    again = held("outbox", "release", "--yes")
    assert again.code == 3
    assert "no round is held back" in again.err
    held.does("tick")
    assert len(mails(held)) == len(people)


def test_a_release_repeated_by_its_request_does_nothing(held: Terminal) -> None:
    command = ("outbox", "release", "R2025", "--yes", "--request-id", "go-1")
    held.does(*command)
    entries = held.entries()
    assert "already done" in held.does(*command).err
    unnamed = held("outbox", "release", "--yes", "--request-id", "go-1")
    assert "already done" in unnamed.err
    assert held.entries() == entries


def test_only_who_supervises_lets_go(held: Terminal) -> None:
    entries = held.entries()
    assert held("--as", "wang", "outbox", "release", "--yes").code == 3
    unknown = held("outbox", "release", "R2030", "--yes")
    assert unknown.code == 3
    assert "R2030" in unknown.err
    assert held.entries() == entries


def test_several_held_things_are_named(held: Terminal) -> None:
    text = SAMPLE.read_text(encoding="utf-8")
    held.does("import", written(held.folder, "second.txt", text + "\n"), "--round", "S2025")
    unclear = held("outbox", "release", "--yes")
    assert unclear.code == 2
    assert "R2025, S2025" in unclear.err
    held.does("outbox", "release", "S2025", "--yes")
    assert held.does("outbox", "list", "--json").json[0]["held"] is True
    held.does("outbox", "release", "--all", "--yes")
    assert "rectify outbox release" not in held.does("outbox", "list").err
    assert held("outbox", "release", "R2025", "--all", "--yes").code == 2


def test_after_a_stop_nothing_goes_until_somebody_has_looked(terminal: Terminal) -> None:
    written(terminal.folder, "config.toml", "[notices]\nhold_imports = false\nstorm = 1\n")
    founded(terminal)
    terminal.does("people", "edit", "he", "--mail", "he@qingxi.example")
    terminal.does("people", "grant", "he", "responsible")
    terminal.does("import", SAMPLE)
    for issue, person in ((1, "wang"), (2, "he")):
        naming = ("--leader", "luo", "--department", "公路股", "--person", person)
        terminal.does("assign", issue, *naming)
    stopped = terminal.does("tick")
    assert "Nothing is sent" in stopped.out
    assert mails(terminal) == []
    ready = terminal.does("outbox", "list", "--status", "pending", "--json").json
    assert "Nothing is sent" in terminal.does("outbox", "show", ready[0]["id"]).out
    assert "Nothing is sent" in terminal.does("outbox", "list").err

    look = terminal.does("outbox", "release", "--dry-run")
    assert "Sending is stopped." in look.out
    assert "People to get a message: " in look.out
    terminal.does("outbox", "release", "--stop", "--yes")
    terminal.does("tick")
    assert len(mails(terminal)) == len(ready)
    assert terminal.log()[-1]["facts"] == {"stop": True}

"""The doctor: what is wrong with configuration, database and files; brought about and mended."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.ailing import configured, examined, wrong
from tests.migration.former import make_former
from tests.terminal import Terminal, founded, written
from workflow.doctor import files

# ---------------------------------------------------------------- configuration and database


def test_a_broken_configuration_is_told_line_by_line(well: Terminal) -> None:
    whole = (well.folder / "config.toml").read_text("utf-8")
    written(well.folder, "config.toml", f'{whole}[run]\ntick_seconds = "soon"\nwhat = 1\n')
    found = well("doctor", "--json")
    assert found.code == 6
    lines = {f["line"]: f["code"] for f in found.json["findings"] if f["line"]}
    assert lines == {6: "config_value", 7: "config_key"}
    assert "sweeps" in found.json["skipped"]
    written(well.folder, "config.toml", whole)
    assert examined(well) == {}


def test_a_password_in_the_configuration_is_found_and_never_shown(terminal: Terminal) -> None:
    address = "postgresql://rectify:hunter2@127.0.0.1:1/rectify"
    configured(terminal, f'[database]\nurl = "{address}"\n')
    terminal.database = address
    answer = terminal("doctor")
    assert answer.code == 6
    assert "holds the database's password" in answer.out
    assert "does not answer" in answer.out
    assert "hunter2" not in answer.out + answer.err


def test_a_channel_cannot_be_made(well: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    login = '[mail]\ntransport = "smtp"\n[smtp]\nhost = "mail.example"\nuser = "office"\n'
    configured(well, login)
    assert wrong(well) == {"secret_unset"}
    secret = written(well.folder, "secret", "hunter2\n")
    secret.chmod(0o644)
    configured(well, login, 'password_file = "secret"\n')
    answer = well("doctor")
    assert "can be read by others" in answer.out
    assert "hunter2" not in answer.out
    secret.chmod(0o600)
    assert wrong(well) == set()


def test_a_template_of_ones_own_is_broken(well: Terminal) -> None:
    folder = well.folder / "own"
    (folder / "zh").mkdir(parents=True)
    template = written(folder / "zh", "digest.txt.j2", "第一行\n{{ count }\n")
    configured(well, 'templates = "own"\n')
    assert "template_broken" in wrong(well)
    template.unlink()
    assert wrong(well) == set()
    configured(well, 'templates = "nowhere"\n')
    assert wrong(well) == {"templates_missing"}


def test_there_is_no_database(terminal: Terminal) -> None:
    assert wrong(terminal) == {"database_missing"}
    terminal.does("init", "--mail", "li@qingxi.example")
    assert "database_missing" not in wrong(terminal)


def test_a_file_that_is_no_database_of_ours(terminal: Terminal) -> None:
    Path(terminal.database).touch(0o600)
    assert wrong(terminal) == {"database_empty"}
    written(
        terminal.folder, "rectify.db", "no database at all, but long enough to be looked at\n" * 9
    )
    assert len(wrong(terminal) - {"database_open"}) == 1
    Path(terminal.database).unlink()
    with sqlite3.connect(terminal.database) as other:
        other.execute("CREATE TABLE theirs (x)")
    other.close()
    assert "database_foreign" in wrong(terminal)


def test_a_database_of_an_earlier_version(terminal: Terminal) -> None:
    Path(terminal.database).touch(0o600)
    make_former(terminal.database)
    assert wrong(terminal) == {"schema_older"}
    terminal.does("db", "migrate")
    assert "schema_older" not in wrong(terminal)


# ---------------------------------------------------------------- files


@pytest.mark.parametrize(
    ("name", "mode", "good", "code"),
    [
        ("rectify.db", 0o644, 0o600, "database_open"),
        ("config.toml", 0o666, 0o644, "config_open"),
        ("mail", 0o755, 0o700, "folder_open"),
        (".", 0o777, 0o755, "folder_writable"),
    ],
)
def test_what_others_may_read_or_change(
    well: Terminal, name: str, mode: int, good: int, code: str
) -> None:
    path = well.folder / name
    path.chmod(mode)
    assert wrong(well) == {code}
    path.chmod(good)
    assert wrong(well) == set()


def test_the_disk_is_nearly_full(well: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "SCARCE", 2**60)
    assert {code: f["level"] for code, f in examined(well).items()} == {"disk_scarce": "warning"}
    monkeypatch.setattr(files, "FULL", 2**60)
    assert wrong(well) == {"disk_full"}


def test_on_a_server_it_works_as_well(terminal: Terminal, postgres_url: str) -> None:
    terminal.database = postgres_url
    configured(terminal)
    founded(terminal)
    assert {"never_ran"} <= wrong(terminal)
    terminal.does("tick")
    assert wrong(terminal) == set()

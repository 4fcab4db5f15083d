"""Many processes on one database file, each the whole program: nothing lost, nothing twice."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.terminal import WHOLE_PROGRAM, Terminal, written

ADVANCES = 300
AT_ANY_HOUR = '[notices]\nhours = "00:00-24:00"\nworkdays_only = false\n'
WRITER = """
import sys
from workflow.bootstrap import Choice, open_app

app = open_app(Choice(db=sys.argv[1]))
for number in range(int(sys.argv[2])):
    app.engine.advance("R2025-1", "note", {"note": str(number)}, by=app.identity)
"""


def started(office: Terminal, *command: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [str(part) for part in command],
        cwd=office.folder,
        env=office.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def ended(processes: list[subprocess.Popen[str]]) -> list[str]:
    """Wait for all and return what they printed; each must have ended well."""
    said = [process.communicate() for process in processes]
    assert [process.returncode for process in processes] == [0] * len(processes), said
    return [out for out, _ in said]


def test_two_processes_advancing_one_issue_300_times_each_lose_nothing(round_: Terminal) -> None:
    before = len(round_.log("R2025-1"))
    writer = (sys.executable, "-c", WRITER, round_.database, ADVANCES)
    ended([started(round_, *writer) for _ in range(2)])
    entries = round_.log("R2025-1")
    assert len(entries) == before + 2 * ADVANCES
    assert [entry["n"] for entry in entries] == list(range(1, len(entries) + 1))
    assert round_("verify").code == 0


def test_ten_ticks_at_once_write_each_mail_once(round_: Terminal) -> None:
    written(round_.folder, "config.toml", AT_ANY_HOUR.encode())
    round_.does("assign", "1", "--leader", "luo", "--department", "公路股", "--person", "wang")
    # The program looks at the real clock: send at any hour, or the test fails at night.
    config = round_.folder / "config.toml"
    config.write_text('[notices]\nhours = "00:00-24:00"\nworkdays_only = false\n', "utf-8")
    tick = (*WHOLE_PROGRAM, "--config", config, "--db", round_.database, "tick")
    ended([started(round_, *tick) for _ in range(10)])
    ended([started(round_, *tick)])  # what somebody else was at when a step was tried
    kept = round_.does("outbox", "list", "--json").json
    assert len({notice["key"] for notice in kept}) == len(kept)
    messages = [n for n in kept if n["status"] == "accepted" and n["bundle"] is None]
    assert len(mails(round_.folder)) == len(messages) > 0
    of_the_day = [n["recipient"] for n in kept if n["key"].startswith("digest/")]
    assert len(of_the_day) == len(set(of_the_day)) > 0
    assert not [n for n in kept if n["status"] in ("waiting", "bundled", "pending")]
    ended([started(round_, *tick)])
    assert round_.does("outbox", "list", "--json").json == kept


def mails(folder: Path) -> list[Path]:
    return list((folder / "mail").glob("*.eml"))

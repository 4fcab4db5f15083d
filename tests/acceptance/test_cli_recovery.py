"""``audit key recovery`` and ``audit key rotate --recovery`` at a terminal."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.terminal import WHOLE_PROGRAM, Terminal
from workflow.proof.recovery import read_recovery, recovery_lines

ALONE = Path(__file__).parents[2] / "workflow" / "proof" / "rectify_verify.py"


@pytest.fixture
def safe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder elsewhere."""
    return tmp_path_factory.mktemp("safe")


def lose(office: Terminal) -> None:
    """Lose the key and all that lies beside it."""
    for path in office.folder.glob("seal.*"):
        path.unlink()


def spare(office: Terminal, file: Path, *options: str) -> Path:
    office.does("audit", "key", "recovery", file, *options)
    return file


def code(office: Terminal, *arguments: object) -> str:
    """Return what a refused command says."""
    answer = office(*arguments)
    assert answer.code != 0
    return answer.err


def test_it_is_written_where_nobody_else_reads_it(office: Terminal, safe: Path) -> None:
    file = spare(office, safe / "key.txt")

    text = file.read_text(encoding="utf-8")
    assert file.stat().st_mode & 0o777 == 0o600
    shown = office.does("audit", "key", "show", "--json").json
    assert shown["recovery"]["fingerprint"] in text
    assert shown["recovery"]["fingerprint"] in office.does("audit", "key", "show").out
    assert shown["origin"] in text
    seed = read_recovery(text)
    stored = b"".join(path.read_bytes() for path in office.folder.iterdir() if path.is_file())
    assert seed not in stored
    assert not any(line.encode() in stored for line in recovery_lines(seed))
    assert "adopt_recovery" in [entry["event"] for entry in office.log()]


@pytest.mark.parametrize("name", ["key.txt", "key.html"])
def test_a_lost_key_is_replaced_and_everybody_agrees(
    office: Terminal, safe: Path, name: str
) -> None:
    file = spare(office, safe / name)
    before = office.does("audit", "key", "show", "--json").json
    lose(office)
    assert "--recovery" in code(office, "audit", "seal")
    said = office.does("audit", "key", "rotate", "--recovery", file, "--yes").out

    after = office.does("audit", "key", "show", "--json").json
    assert after["key"]["fingerprint"] in said
    assert "counts no more" in said
    assert (after["here"], after["recovery"]) == (True, None)
    assert [key["text"] for key in after["former"]] == [before["key"]["text"]]
    assert office.does("verify", "--json").json["problems"] == []
    told = [line for line in office.does("log", "@office").out.splitlines() if " key" in line]
    assert len(told) == 3
    assert not any("rectify/" in line for line in told)
    assert before["recovery"]["fingerprint"][:16] in told[1]
    assert f"by the recovery key {before['recovery']['fingerprint'][:16]}…" in told[2]
    bundle = safe / "bundle.zip"
    office.does("audit", "bundle", bundle)
    assert office.does("audit", "check", bundle, "--json").json["verdict"] == "sound"
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(ALONE), str(bundle), "--json"],
        capture_output=True,
        check=False,
    )
    assert json.loads(done.stdout)["verdict"] == "sound"
    lose(office)
    assert "used already" in code(office, "audit", "key", "rotate", "--recovery", file, "--yes")


def test_it_is_typed_in_from_paper(
    office: Terminal, safe: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = recovery_lines(read_recovery(spare(office, safe / "key.txt").read_text("utf-8")))
    lose(office)
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines).lower()[:-1]))
    rotated = ("audit", "key", "rotate", "--recovery", "-", "--yes")
    assert "28 were found" in code(office, *rotated)
    wrong = lines[0][:1] + ("A" if lines[0][1] != "A" else "C") + lines[0][2:]
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{wrong}\n{lines[1]}\n"))
    assert "probably in group 1:" in code(office, *rotated)
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines).lower()))
    office.does(*rotated)


def test_a_file_that_is_there_is_left_as_it_is(office: Terminal, safe: Path) -> None:
    file = safe / "key.txt"
    file.write_text("", encoding="utf-8")

    assert "there is a file already" in code(office, "audit", "key", "recovery", file)
    assert file.read_text(encoding="utf-8") == ""
    assert "cannot be written" in code(office, "audit", "key", "recovery", safe / "a" / "key.txt")
    assert office.does("audit", "key", "show", "--json").json["recovery"] is None


def test_it_never_lies_beside_the_key(office: Terminal, safe: Path) -> None:
    beside = office.folder / "key.txt"
    link = safe / "link"
    link.symlink_to(office.folder)
    for file in (beside, link / "key.txt"):
        assert "beside the key" in code(office, "audit", "key", "recovery", file)
    assert not beside.exists()


def test_where_it_is_refused_no_file_is_left(office: Terminal, safe: Path) -> None:
    file = safe / "key.txt"
    assert code(office, "--as", "wang", "audit", "key", "recovery", file)
    assert list(safe.iterdir()) == []
    lose(office)
    assert "not on this machine" in code(office, "audit", "key", "recovery", file)
    assert list(safe.iterdir()) == []


def test_another_one_is_adopted_only_when_asked(office: Terminal, safe: Path) -> None:
    first = spare(office, safe / "1")
    assert "--yes" in code(office, "audit", "key", "recovery", safe / "2")
    spare(office, safe / "2", "--yes")
    lose(office)
    assert "used already" in code(office, "audit", "key", "rotate", "--recovery", first, "--yes")
    office.does("audit", "key", "rotate", "--recovery", safe / "2", "--yes")


def test_who_has_the_key_needs_no_recovery(office: Terminal, safe: Path) -> None:
    file = spare(office, safe / "key.txt")
    assert "is here" in code(office, "audit", "key", "rotate", "--recovery", file, "--yes")
    both = ("audit", "key", "rotate", "--recovery", file, "--destroy", "--yes")
    assert "no former key" in code(office, *both)


def test_the_doctor_says_that_there_is_none(office: Terminal, safe: Path) -> None:
    def found() -> list[str]:
        return [finding["code"] for finding in office("doctor", "--json").json["findings"]]

    assert "recovery_unadopted" in found()
    spare(office, safe / "key.txt")
    assert "recovery_unadopted" not in found()


def test_without_a_file_it_is_shown_on_a_terminal_alone(office: Terminal) -> None:
    assert "FILE" in code(office, "audit", "key", "recovery")
    leader, follower = pty.openpty()
    done = subprocess.Popen(
        [*WHOLE_PROGRAM, "--as", "li", "audit", "key", "recovery", "--qr"],
        cwd=office.folder,
        env=office.environment(),
        stdin=follower,
        stdout=follower,
        stderr=follower,
    )
    os.close(follower)
    shown = _all_of(leader)
    assert done.wait() == 0, shown
    assert len(read_recovery(shown)) == 32
    assert "█" in shown
    assert office.does("audit", "key", "show", "--json").json["recovery"]["fingerprint"] in shown


def _all_of(leader: int) -> str:
    found = b""
    while True:
        try:
            piece = os.read(leader, 4096)
        except OSError:  # so Linux says that the other side was closed
            break
        if not piece:
            break
        found += piece
    os.close(leader)
    return found.decode()

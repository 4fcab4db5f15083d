"""A receipt of one entry, made by the program and judged by the file that knows nothing of it."""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.terminal import ROOT, SAMPLE, Terminal
from workflow.proof import rectify_verify as alone

ALONE = [sys.executable, "-I", "-S", str(ROOT / "workflow" / "proof" / "rectify_verify.py")]


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """A round, registered and sealed in two seals."""
    terminal = Terminal(tmp_path_factory.mktemp("receipts"))
    terminal.does("init", "--trial", "--person", "li", "--name", "Li")
    terminal.does("audit", "seal")
    terminal.does("import", SAMPLE)
    terminal.does("audit", "seal")
    terminal.does("note", "R2025-1", "not sealed yet")
    return terminal


def receipt_of(terminal: Terminal, *what: object) -> dict[str, Any]:
    receipt: dict[str, Any] = terminal.does("audit", "prove", *what, "--json").json
    return receipt


def judged(text: str | bytes, *options: str) -> dict[str, Any]:
    raw = text.encode() if isinstance(text, str) else text
    return alone.receipt_facts(io.BytesIO(raw), alone.options(["--receipt", "receipt", *options]))


def test_a_receipt_proves_its_entry_to_a_stranger(sealed: Terminal, tmp_path: Path):
    file = tmp_path / "one.tlog-proof"
    said = sealed.does("audit", "prove", "R2025-1", 1, "-o", file)
    key = sealed.does("audit", "key", "show", "--json").json["key"]["fingerprint"]
    receipt = receipt_of(sealed, "R2025-1", 1)

    command = [*ALONE, "--receipt", str(file), "--key", key, "--anchor", receipt["anchor"]]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert (answer.returncode, answer.stderr) == (0, "")
    assert "SOUND" in answer.stdout
    assert "R2025-1 1, register" in answer.stdout
    assert "the key is the one you named" in answer.stdout
    assert "anchor was kept" in answer.stdout
    assert file.name in said.err
    assert file.read_text(encoding="utf-8") == receipt["receipt"]


def test_every_sealed_entry_has_a_receipt(sealed: Terminal):
    for stream in ("@office", "R2025-1", "R2025-2"):
        for entry in sealed.does("log", stream, "--json").json[:3]:
            if entry["event"] == "note":
                continue
            verdict = judged(receipt_of(sealed, stream, entry["n"])["receipt"])
            proven = {name: value for name, value in entry.items() if name != "hash"}
            assert (verdict["verdict"], verdict["entry"]) == ("sound", proven)


def test_what_is_printed_is_the_receipt(sealed: Terminal):
    printed = sealed.does("audit", "prove", "@office", 1).out

    assert printed == receipt_of(sealed, "@office", 1)["receipt"]
    assert printed.startswith("c2sp.org/tlog-proof@v1\nextra ")


def test_it_is_proven_by_the_seal_that_is_asked_for(sealed: Terminal):
    latest = receipt_of(sealed, "@office", 1)
    first = receipt_of(sealed, "@office", 1, "--size", 2)

    assert first["size"] == 2 < latest["size"]
    assert judged(first["receipt"], "--anchor", first["anchor"])["verdict"] == "sound"
    apart = judged(latest["receipt"], "--anchor", first["anchor"])
    assert (apart["verdict"], apart["findings"][0]["code"]) == ("incomplete", "anchor_apart")
    forged = judged(latest["receipt"], "--anchor", f"{latest['size']}:{'0' * 16}")
    assert (forged["verdict"], forged["findings"][0]["code"]) == ("tampered", "anchor_differs")


@pytest.mark.parametrize(
    ("what", "word"),
    [
        (("R2025-1", 9), "has no entry 9"),
        (("R2025-1", 2), "not sealed yet"),
        (("R2025-99", 1), "R2025-99"),
        (("R2025-1", 1, "--size", 2), "sealed later"),
        (("R2025-1", 1, "--size", 3), "nothing was sealed at 3"),
    ],
)
def test_what_cannot_be_proven_is_said(sealed: Terminal, what: tuple[object, ...], word: str):
    answer = sealed("audit", "prove", *what)

    assert answer.code == 4
    assert word in answer.err


def test_a_log_that_is_no_longer_what_was_sealed_proves_nothing(sealed: Terminal, tmp_path: Path):
    import shutil
    import sqlite3
    from contextlib import closing

    for file in sealed.folder.iterdir():
        if file.is_file():
            shutil.copy(file, tmp_path / file.name)
    copy = Terminal(tmp_path)
    with closing(sqlite3.connect(copy.database)) as database:
        database.execute("DROP TRIGGER entries_no_update")
        database.execute(
            "UPDATE entries SET body = replace(body, 'register', 'registeR') "
            "WHERE stream = 'R2025-2'"
        )
        database.commit()

    answer = copy("audit", "prove", "R2025-1", 1)
    assert answer.code == 5
    assert "rectify verify" in answer.err


# ---------------------------------------------------------------- tampered receipts


def edited(receipt: str, change: str, **values: Any) -> str:
    """Return a receipt whose entry says something else, with everything else as it was."""
    head, extra, *rest = receipt.split("\n")
    line, key, _end = base64.b64decode(extra.removeprefix("extra ")).split(b"\n")
    if change == "entry":
        content = json.loads(line) | values
        line = json.dumps(
            content, ensure_ascii=False, sort_keys=True, separators=(",", ":")
        ).encode()
    else:
        key = values["key"].encode()
    packed = base64.b64encode(line + b"\n" + key + b"\n").decode()
    return "\n".join([head, f"extra {packed}", *rest])


def test_another_entry_index_path_root_or_key_is_found(sealed: Terminal):
    receipt = receipt_of(sealed, "R2025-1", 1)["receipt"]
    other = alone.Key(
        f"{sealed.does('audit', 'key', 'show', '--json').json['origin']}+" + _key_id(sealed)
    )
    head, path = receipt.split("\nindex ")[0], receipt.split("\n")[3]

    def code(text: str, *options: str) -> tuple[str, list[str]]:
        verdict = judged(text, *options)
        return verdict["verdict"], [finding["code"] for finding in verdict["findings"]]

    assert code(edited(receipt, "entry", day="2001-01-01")) == ("tampered", ["proof_wrong"])
    assert code(receipt.replace("\nindex 3\n", "\nindex 2\n")) == ("tampered", ["proof_wrong"])
    assert code(receipt.replace(path + "\n", "")) == ("tampered", ["proof_wrong"])
    assert code(receipt.replace(path, path + "\n" + path)) == ("tampered", ["proof_wrong"])
    assert code(receipt.replace("\nat 20", "\nat 19")) == ("tampered", ["signature_wrong"])
    assert code(edited(receipt, "key", key=other.text)) == ("tampered", ["signature_wrong"])
    assert code(receipt, "--key", "0" * 64) == ("tampered", ["key_unexpected"])
    for text in ("", head, receipt[:-1], receipt.replace("tlog-proof@v1", "tlog-proof@v2"),
                 edited(receipt, "entry", v=2), edited(receipt, "key", key="x")):  # fmt: skip
        assert code(text) == ("incomplete", ["receipt_unreadable"])


def _key_id(sealed: Terminal) -> str:
    """Return id and key of somebody else, named like this log."""
    import hashlib

    origin = sealed.does("audit", "key", "show", "--json").json["origin"]
    raw = b"\1" + bytes(range(32))
    id = hashlib.sha256(origin.encode() + b"\n" + raw).digest()[:4]
    return f"{id.hex()}+{base64.b64encode(raw).decode()}"


def test_no_byte_of_a_receipt_can_be_changed(sealed: Terminal):
    receipt = receipt_of(sealed, "@office", 2)["receipt"].encode()
    step = max(1, len(receipt) // 400)

    for place in range(0, len(receipt), step):
        bad = bytearray(receipt)
        bad[place] ^= 1
        assert judged(bytes(bad))["verdict"] != "sound", place

"""The verifier as a stranger runs it: one file, Python and nothing else."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from states.frozen import replace
from tests.bundling import Bundle, made_bundle
from tests.terminal import ROOT

FILE = ROOT / "workflow" / "proof" / "rectify_verify.py"
MADE = made_bundle(5)


def runs(
    *arguments: object, lang: str = "", folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the file alone: no environment, no site packages, nothing of ours on the path."""
    environment = {"PATH": os.environ["PATH"]} | ({"LANG": lang} if lang else {})
    return subprocess.run(
        [sys.executable, "-I", "-S", "-B", str(FILE), *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        env=environment,
        cwd=folder,
        timeout=60,
        check=False,
    )


def written(bundle: Bundle, folder: Path) -> Path:
    file = folder / "bundle.zip"
    file.write_bytes(bundle.zipped())
    return file


def test_it_imports_the_standard_library_alone_and_is_python_3_9():
    tree = ast.parse(FILE.read_text(encoding="utf-8"), feature_version=(3, 9))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [a.name for a in node.names]
        )
    }

    assert imported <= sys.stdlib_module_names
    assert not imported & {"socket", "subprocess", "urllib", "http", "ctypes", "pickle"}


def test_a_sound_bundle_ends_with_0_and_says_what_that_shows(tmp_path: Path):
    file = written(MADE.bundle, tmp_path)
    answer = runs(file)

    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.startswith("SOUND")
    assert "This was not shown" in answer.stdout
    assert "only an anchor kept elsewhere shows it" in answer.stdout
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bundle.zip"]


def test_with_key_and_anchor_it_shows_more(tmp_path: Path):
    file = written(MADE.bundle, tmp_path)
    anchor = tmp_path / "kept.note"
    anchor.write_text(MADE.anchor, encoding="utf-8", newline="")
    key = json.loads(runs(file, "--json").stdout)["keys"][0]
    grouped = " ".join(key[i : i + 4] for i in range(0, 64, 4)).upper()

    answer = runs(file, "--anchor", anchor, "--key", grouped)

    assert answer.returncode == 0
    assert "since the anchor was kept" in answer.stdout
    assert "the log's first key is the one you named" in answer.stdout
    assert "--anchor" not in answer.stdout


@pytest.mark.parametrize(
    "text",
    [
        "{note}",
        "Subject: x\nX-Rectify-Anchor: {short}\n\nbody 9:0123456789abcdef\n",
        "x-rectify-anchor:\n {short}\n\n",
        "日志封存 59 条，留证码 {short}\r\n",
        "{short}\n",
        "\x00\ufffd sealed {short}.",
    ],
)
def test_an_anchor_is_read_from_a_note_a_mail_or_any_text(text: str, tmp_path: Path):
    from workflow.proof import rectify_verify as alone

    kept, whole = tmp_path / "kept.eml", alone.Anchor(MADE.anchor)
    short = f"{whole.size}:{whole.root[:16]}"
    kept.write_bytes(
        text.format(note=MADE.anchor, short=short).encode() + b"\xff" * (short in text)
    )

    (anchor,) = alone.options(["x.zip", "--anchor", str(kept)]).anchors
    assert (anchor.size, anchor.root[:16]) == (whole.size, whole.root[:16])


def test_what_holds_no_anchor_is_a_wrong_command(tmp_path: Path):
    (tmp_path / "none").write_text("at 2026-01-01T03:40:00.000000Z 12:34", encoding="utf-8")

    assert runs("x.zip", "--anchor", tmp_path / "none").returncode == 64


def test_a_tampered_bundle_ends_with_2_and_names_the_place(tmp_path: Path):
    entries = list(MADE.bundle.entries)
    entries[7] = entries[7].replace(b'"v":1', b'"v":2')
    answer = runs(written(replace(MADE.bundle, entries=tuple(entries)), tmp_path))

    assert (answer.returncode, answer.stderr) == (2, "")
    assert answer.stdout.startswith("TAMPERED: it shows first at index 7\n")
    assert "7  entry_unreadable" in answer.stdout


def test_an_incomplete_bundle_ends_with_3(tmp_path: Path):
    answer = runs(written(replace(MADE.bundle, processes={}), tmp_path))

    assert answer.returncode == 3
    assert "process_missing" in answer.stdout


def test_told_not_to_check_signatures_it_says_so(tmp_path: Path):
    answer = runs(written(MADE.bundle, tmp_path), "--no-signatures")

    assert answer.returncode == 0
    assert "signatures: you told me not to check them" in answer.stdout
    assert "signed by a key" not in answer.stdout


@pytest.mark.parametrize("lang", ["zh_CN.UTF-8", "zh_CN.GB18030", "zh"])
def test_it_speaks_chinese_where_the_environment_does(lang: str, tmp_path: Path):
    file = written(MADE.bundle, tmp_path)

    assert runs(file, lang=lang).stdout.startswith("完好")
    assert runs(file, "--lang", "en", lang=lang).stdout.startswith("SOUND")
    assert runs(file, lang="de_DE.UTF-8").stdout.startswith("SOUND")


def test_every_text_is_there_in_both_languages():
    from workflow.proof import rectify_verify as alone

    for table in (alone.FINDINGS, alone.WORDS):
        for line in table.strip().split("\n"):
            key, rest = line.split(maxsplit=1)
            english, chinese = rest.split(" | ")
            assert english.isascii(), line
            assert any("\u4e00" <= c <= "\u9fff" for c in chinese), line
            assert alone.words(table, key, "zh") == chinese
            assert alone.words(table, key, "en") == english


def test_the_json_is_a_value_for_programs(tmp_path: Path):
    answer = runs(written(MADE.bundle, tmp_path), "--json", "--issues")
    verdict = json.loads(answer.stdout)

    assert list(verdict)[:3] == ["verdict", "first_bad", "findings"]
    assert verdict["signatures_checked"] is True
    assert verdict["issues"] == len(verdict["states"])
    assert set(verdict["states"][0]) == {"issue", "state", "n", "at", "owed"}


def test_a_pipe_is_not_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")

    done = runs(tmp_path / "pipe")

    assert done.returncode == 64
    assert "not a regular file" in done.stderr

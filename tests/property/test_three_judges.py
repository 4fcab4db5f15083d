"""Three judges that share no line of code say the same of the same bundles."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from states.frozen import replace
from tests.bundling import Bundle, made_bundle
from tests.tampering.differing import (
    Case,
    Judge,
    by_product,
    by_the_single_file,
    cases,
    differences,
    the_page,
)

ALONE = Path(__file__).parents[2] / "workflow" / "proof" / "rectify_verify.py"
PYTHONS: dict[str, Judge] = {"product": by_product, "alone": by_the_single_file}


def test_the_product_and_the_single_file_agree() -> None:
    assert [(case.name, said) for case, said in differences(range(40), PYTHONS)] == []


def test_the_page_agrees_with_both() -> None:
    with the_page() as page:
        judges = {**PYTHONS, "page": page}
        found = [(case.name, said) for case, said in differences(range(100, 118), judges)]
    assert found == []


def test_the_cases_hold_every_verdict() -> None:
    assert {by_product(case)[0] for case in cases(range(60))} >= {"sound", "tampered", "incomplete"}


@pytest.mark.parametrize("seed", [2, 301, 307])
def test_the_single_file_says_the_same_as_a_process(tmp_path: Path, seed: int) -> None:
    case = next(cases(range(seed, seed + 20)))
    file = tmp_path / "bundle.zip"
    file.write_bytes(case.file)
    told = [word for anchor in case.anchors for word in ("--anchor", _kept(tmp_path, anchor))]
    told += ["--key", case.fingerprint] if case.fingerprint else []
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(ALONE), str(file), "--json", *told],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    said = json.loads(done.stdout)
    assert (said["verdict"], said["first_bad"]) == by_product(case)
    assert done.returncode == {"sound": 0, "tampered": 2, "incomplete": 3}[said["verdict"]]


def _kept(folder: Path, anchor: str) -> str:
    if "\n" not in anchor:
        return anchor
    path = folder / f"{len(list(folder.iterdir()))}.note"
    path.write_text(anchor, encoding="utf-8")
    return str(path)


def test_a_bundle_of_another_seed_is_another_log() -> None:
    assert made_bundle(1).bundle.origin != made_bundle(2).bundle.origin


def _damaged(bundle: Bundle, name: str) -> bytes:
    """Return the zip file of a bundle with a bit of one member flipped, its checksum left."""
    file = bytearray(bundle.zipped())
    with zipfile.ZipFile(io.BytesIO(bytes(file))) as archive:
        info = archive.getinfo(name)
    file[info.header_offset + 30 + len(name) + 3] ^= 1
    return bytes(file)


@pytest.mark.parametrize(
    ("changes", "member", "verdict"),
    [
        ({}, "entries.jsonl", "incomplete"),
        ({}, "keys.txt", "incomplete"),
        ({"twice": "keys.txt"}, "entries.jsonl", "tampered"),
        ({"without": frozenset({"entries.jsonl"})}, "evidence.jsonl", "incomplete"),
        ({"extra": {"processes/odd": b"12345"}}, "processes/odd", "incomplete"),
        ({"extra": {"README.txt": b"12345"}}, "README.txt", "sound"),
        ({"entries": (b"x",)}, "manifest.json", "incomplete"),
    ],
)
def test_both_take_a_damaged_archive_alike(
    changes: dict[str, Any], member: str, verdict: str
) -> None:
    case = Case("damaged", _damaged(replace(made_bundle(3).bundle, **changes), member), (), "")
    assert by_product(case)[0] == verdict
    assert by_product(case) == by_the_single_file(case)

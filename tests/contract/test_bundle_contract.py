"""Bundles packed from every store: the members the format names, the same from all of them."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from states.canonical import commitment
from states.frozen import replace
from states.log import OFFICE
from tests.sealed import adopting, sealing
from tests.stage import Stage, a_stage
from workflow.ports import Store
from workflow.proof.bundle.judging import Against, judge
from workflow.proof.bundle.notes import read_given
from workflow.proof.bundle.packing import Packer, Wanted, pack

MADE_AT = datetime(2026, 1, 5, 1, tzinfo=UTC)


@pytest.fixture
def stage(store: Store, tmp_path: Path) -> Stage:
    stage = a_stage(store, issues=3)
    adopting(stage, tmp_path)
    sealing(stage, tmp_path, batch=4)
    stage.does("li", "note", {"note": "尚未封存"})
    return stage


def wanted(tmp_path: Path) -> Wanted:
    return Wanted(
        made_at=MADE_AT,
        held=lambda file: "missing",
        path=lambda name: tmp_path / name,
        names=True,
    )


def test_the_salts_are_those_of_the_commitments(store: Store, stage: Stage) -> None:
    with store.reading() as session:
        people, salts = session.people(), session.salts()
        assert people
        assert {
            person: commitment(salts[person], details.private())
            for person, details in people.items()
        } == session.commitments()


def test_what_is_packed_is_sound_and_says_what_is_sealed(
    store: Store, stage: Stage, tmp_path: Path
) -> None:
    with store.reading() as session:
        packed = pack(Packer(session, wanted(tmp_path)), tmp_path / "out.zip")
        last = session.checkpoint()
        rows = sum(1 for _ in session.rows())
    assert last is not None
    found = judge(tmp_path / "out.zip", Against((read_given(last.note),)))

    assert (found.verdict, found.findings) == ("sound", ())
    assert found.entries == packed.entries == rows
    assert found.sealed == packed.sealed == last.size == rows - 1
    assert packed.unsealed == 1
    assert packed.people == len(stage.engine.office().members)
    assert packed.missing == []


def test_the_members_are_those_of_the_format_in_its_order(
    store: Store, stage: Stage, tmp_path: Path
) -> None:
    with store.reading() as session:
        pack(Packer(session, wanted(tmp_path)), tmp_path / "out.zip")
        bodies = [row.body for row in session.rows(OFFICE)]
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        names = archive.namelist()
        lines = archive.read("entries.jsonl").split(b"\n")
    assert names[:4] == ["manifest.json", "entries.jsonl", "checkpoints.jsonl", "keys.txt"]
    assert names[4].startswith("processes/")
    assert names[-4:] == ["evidence.jsonl", "people.jsonl", "rectify_verify.py", "README.txt"]
    assert lines[-1] == b""
    assert [line for line in lines if b'"stream":"@office"' in line] == bodies


def test_the_same_log_is_packed_to_the_same_bytes(
    store: Store, stage: Stage, tmp_path: Path
) -> None:
    files = [tmp_path / name for name in ("one.zip", "two.zip", "later.zip")]
    for file in files:
        with store.reading() as session:
            how = wanted(tmp_path)
            if file.name == "later.zip":
                how = replace(how, made_at=datetime(2027, 1, 1, tzinfo=UTC))
            pack(Packer(session, how), file)
    one, two, later = (file.read_bytes() for file in files)
    assert one == two
    with zipfile.ZipFile(io.BytesIO(one)) as first, zipfile.ZipFile(io.BytesIO(later)) as last:
        differ = [name for name in first.namelist() if first.read(name) != last.read(name)]
    assert differ == ["manifest.json"]

"""``verify`` on seals: whatever was changed after it was sealed, or sealed by somebody else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from states.canonical import stamp
from states.checkpoint import Checkpoint
from states.frozen import replace
from states.log import read_entry, write_entry
from states.signed_note import sign
from tests.cast import row_of
from tests.stage import ROUND, Stage, a_stage, acting
from workflow.engine.proving import How, Verdict, prove
from workflow.memory import MemorySession, MemoryStore, Tables
from workflow.ports import Store
from workflow.proof.keys import make_key, verify
from workflow.proof.sealing.adopting import adopt, rotate
from workflow.proof.sealing.sweep import Sealing, seal

FIRST = f"{ROUND}-1"
PROVEN = How(verify=verify)


def sealed(store: Store, folder: Path) -> Stage:
    """Return an office sealed twice, by two keys, with a tail that waits."""
    stage = a_stage(store, issues=2)
    key = folder / "seal.key"
    adopt(stage.engine, key, acting("li"))
    sealing = Sealing(key_file=key)
    seal(store, stage.clock, sealing)
    stage.planned()
    rotate(stage.engine, key, acting("li"))
    seal(store, stage.clock, sealing)
    stage.does("li", "note", {"note": "尚未封存"})
    return stage


def proven(store: Store) -> Verdict:
    with store.reading() as session:
        return prove(session, PROVEN)


def test_sound_seals_are_told_with_their_key(store: Store, tmp_path: Path) -> None:
    stage = sealed(store, tmp_path)
    verdict = proven(store)
    assert verdict.problems == ()
    assert (verdict.seals.size, verdict.seals.unsealed) == (verdict.entries - 1, 1)
    assert verdict.seals.since == stage.clock()
    with store.reading() as session:
        latest, office = session.checkpoint(), session.office()
    assert latest is not None
    assert office is not None
    assert verdict.seals.root == latest.root[:16]
    assert len(office.keys) == 2


def test_nothing_sealed_is_told_as_that(store: Store) -> None:
    a_stage(store, issues=1)
    seals = proven(store).seals
    assert (seals.size, seals.at, seals.key) == (0, None, "")
    assert seals.unsealed == proven(store).entries


@pytest.fixture
def tables(tmp_path: Path) -> Tables:
    store = MemoryStore()
    sealed(store, tmp_path)
    with store.writing() as session:
        return session.tables.copied()


def found(tables: Tables) -> set[str]:
    return {p.code for p in prove(MemorySession(tables), PROVEN).problems}


def rewritten(tables: Tables) -> None:
    """Rewrite a whole stream after it was sealed, with every hash made anew."""
    previous = ""
    for place in sorted(place for place in tables.log if place[0] == FIRST):
        content = dict(read_entry(tables.log[place].body).content) | {"prev": previous}
        entry = write_entry(content | {"request": f"x{place[1]}"})
        tables.log[place] = row_of(entry)
        previous = entry.hash


def cut(tables: Tables) -> None:
    """Take the last sealed entries away, with their leaves."""
    for place in sorted(tables.leaves, key=tables.leaves.__getitem__)[-2:]:
        del tables.leaves[place], tables.log[place]


def gone(tables: Tables) -> None:
    del tables.log[FIRST, 3]


def swapped(tables: Tables) -> None:
    leaves = tables.leaves
    leaves[FIRST, 2], leaves[FIRST, 3] = leaves[FIRST, 3], leaves[FIRST, 2]


def listed_nowhere(tables: Tables) -> None:
    tables.unsealed.clear()


def listed_elsewhere(tables: Tables) -> None:
    """Let the line of what waits name what is sealed already: their number stays what it was."""
    (id,) = tables.unsealed
    tables.unsealed[id] = ("@office", 1)


def last_seal_gone(tables: Tables) -> None:
    del tables.checkpoints[max(tables.checkpoints)]


def every_seal_gone(tables: Tables) -> None:
    tables.checkpoints.clear()


def another_root(tables: Tables) -> None:
    size = max(tables.checkpoints)
    tables.checkpoints[size] = replace(tables.checkpoints[size], root="0" * 64)


def another_frontier(tables: Tables) -> None:
    size = max(tables.checkpoints)
    tables.checkpoints[size] = replace(tables.checkpoints[size], frontier=(b"0" * 32,))


def another_time(tables: Tables) -> None:
    size = max(tables.checkpoints)
    tables.checkpoints[size] = replace(tables.checkpoints[size], at="2000-01-01T00:00:00.000000Z")


def no_note(tables: Tables) -> None:
    size = max(tables.checkpoints)
    tables.checkpoints[size] = replace(tables.checkpoints[size], note="none")


def by_another_key(tables: Tables) -> None:
    """Make the last seal again, over the same entries, with a key that nobody adopted."""
    size = max(tables.checkpoints)
    was = tables.checkpoints[size]
    _resigned(tables, was.checkpoint)


def _resigned(tables: Tables, checkpoint: Checkpoint) -> None:
    key = make_key(Path(tables.calendars["folder"].decode()) / "forger.key")
    note = str(sign(checkpoint.text(), key.named(checkpoint.origin), key.sign))
    was = tables.checkpoints[checkpoint.size]
    tables.checkpoints[checkpoint.size] = replace(was, note=note, at=stamp(checkpoint.at))


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (rewritten, {"root_differs"}),
        (cut, {"log_cut"}),
        (gone, {"sealed_missing"}),
        (swapped, {"sealed_missing"}),
        (listed_nowhere, {"unlisted"}),
        (listed_elsewhere, {"unlisted", "listed_astray"}),
        (last_seal_gone, {"seal_gone"}),
        (every_seal_gone, {"seal_gone"}),
        (another_root, {"seal_differs"}),
        (another_frontier, {"seal_differs"}),
        (another_time, {"seal_differs"}),
        (no_note, {"seal_unreadable"}),
        (by_another_key, {"seal_forged"}),
    ],
)
def test_whatever_was_done_to_what_is_sealed_is_found(
    tables: Tables, tmp_path: Path, change: Callable[[Tables], None], codes: set[str]
) -> None:
    assert found(tables) == set()
    tables.calendars["folder"] = str(tmp_path).encode()
    change(tables)
    assert codes <= found(tables)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (another_root, "seal_differs"),
        (another_time, "seal_differs"),
        (another_frontier, "seal_differs"),
        (no_note, "seal_unreadable"),
    ],
)
def test_an_edited_seal_is_all_that_is_said_of_it(
    tables: Tables, tmp_path: Path, change: Callable[[Tables], None], code: str
) -> None:
    tables.calendars["folder"] = str(tmp_path).encode()
    before = found(tables)
    change(tables)
    assert found(tables) - before == {code}


def test_a_seal_in_the_middle_may_be_gone(tables: Tables) -> None:
    sizes = sorted(tables.checkpoints)
    del tables.checkpoints[sizes[0]]
    assert len(sizes) > 1
    assert found(tables) == set()


def test_without_a_verifier_no_signature_is_asked(tables: Tables, tmp_path: Path) -> None:
    tables.calendars["folder"] = str(tmp_path).encode()
    by_another_key(tables)
    del tables.calendars["folder"]
    assert prove(MemorySession(tables)).problems == ()

"""What is never sealed, and when nothing is: forged entries, foreign keys, a rolled back database.

On files: whoever owns the database does what no statement of ours does.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from states.errors import Invalid
from states.merkle import hash_of, root_of
from tests.sealed import adopting, check_seals, forged, how, refusal, reopened, sealing, store_of
from tests.stage import ROUND, Stage, a_stage, acting
from workflow.proof.keys import make_key
from workflow.proof.sealing.sweep import Swept, sweep
from workflow.storage import open_store

FIRST, SECOND = f"{ROUND}-1", f"{ROUND}-2"


# ---------------------------------------------------------------- what is not sound


BAD = {
    "hash_wrong": "UPDATE entries SET body = CAST(replace(CAST(body AS TEXT), '第2个', '第二个') "
    "AS BLOB) WHERE stream = 'YX2023-2' AND n = 1",
    "columns_differ": "UPDATE entries SET at = '2020-01-01T00:00:00.000000Z' "
    "WHERE stream = 'YX2023-2' AND n = 1",
    "entry_unreadable": "UPDATE entries SET body = x'ff00' WHERE stream = 'YX2023-2' AND n = 1",
    "entry_missing": "DELETE FROM unsealed WHERE stream = 'YX2023-2' AND n = 1",
}


@pytest.mark.parametrize("code", sorted(BAD))
def test_what_is_not_sound_is_named_and_holds_up_its_stream_alone(
    keyed: Stage, tmp_path: Path, code: str
) -> None:
    keyed.does("li", "note", {"note": "一"}, issue=SECOND)
    keyed.does("li", "note", {"note": "二"}, issue=FIRST)
    forged(tmp_path, BAD[code])

    done = sealing(keyed, tmp_path, batch=3)

    (problem,) = done.problems
    assert (problem.code, problem.source) == (code, SECOND)
    assert problem.line == (2 if code == "entry_missing" else 1)
    with store_of(keyed).reading() as session:
        assert {leaf.row.stream for leaf in session.unsealed(100)} == {SECOND}
        assert session.index_of(FIRST, 2) is not None
        assert session.index_of(SECOND, 2) is None
    again = sealing(keyed, tmp_path)
    assert (again.sealed, again.problems) == (0, done.problems)
    assert again.swept == Swept(unsound=1)


def test_an_entry_that_is_gone_is_named(keyed: Stage, tmp_path: Path) -> None:
    forged(tmp_path, "DELETE FROM entries WHERE stream = 'YX2023-2'")

    assert [p.code for p in sealing(keyed, tmp_path).problems] == ["entry_unreadable"]


def test_an_entry_that_does_not_follow_the_sealed_one_is_not_sealed(
    keyed: Stage, tmp_path: Path
) -> None:
    sealing(keyed, tmp_path)
    keyed.does("li", "note", {"note": "一"})
    forged(
        tmp_path,
        "UPDATE entries SET body = CAST(replace(CAST(body AS TEXT), '第1个', '第一个') AS BLOB) "
        "WHERE stream = 'YX2023-1' AND n = 1",
    )

    assert [p.code for p in sealing(keyed, tmp_path).problems] == ["chain_broken"]


def test_no_log_is_sealed_without_its_beginning(keyed: Stage, tmp_path: Path) -> None:
    forged(tmp_path, "UPDATE entries SET hash = printf('%064d', n) WHERE stream = '@office'")

    done = sealing(keyed, tmp_path)

    assert done.last is None
    assert {problem.code for problem in done.problems} == {"hash_wrong", "office_missing"}
    with store_of(keyed).reading() as session:
        assert list(session.checkpoints()) == []


def test_more_bad_streams_than_a_batch_hold_nobody_up(keyed: Stage, tmp_path: Path) -> None:
    sealing(keyed, tmp_path)
    for issue in (FIRST, SECOND):
        keyed.does("li", "note", {"note": "一"}, issue=issue)
    keyed.does("li", "note", {"note": "一"}, issue=f"{ROUND}-3")
    forged(
        tmp_path,
        "UPDATE entries SET hash = printf('%064d', n) "
        "WHERE stream IN ('YX2023-1', 'YX2023-2') AND n = 2",
    )

    done = sealing(keyed, tmp_path, batch=1)

    assert (done.sealed, len(done.problems)) == (1, 2)


# ---------------------------------------------------------------- another database


def test_a_database_that_was_rolled_back_is_refused(keyed: Stage, tmp_path: Path) -> None:
    sealing(keyed, tmp_path)
    backup = shutil.copy(tmp_path / "rectify.db", tmp_path / "backup.db")
    keyed.does("li", "note", {"note": "一"})
    sealing(keyed, tmp_path)
    shutil.copy(backup, tmp_path / "rectify.db")
    keyed = reopened(tmp_path, keyed)
    keyed.does("li", "note", {"note": "另一个"})

    assert refusal(keyed, tmp_path) == "rolled_back"
    with pytest.raises(Invalid, match="rolled back"):
        sweep(store_of(keyed), keyed.clock, how(tmp_path))
    with store_of(keyed).reading() as session:
        assert session.unsealed_count() == 1


def test_a_database_that_went_another_way_is_refused(keyed: Stage, tmp_path: Path) -> None:
    sealing(keyed, tmp_path)
    backup = shutil.copy(tmp_path / "rectify.db", tmp_path / "backup.db")
    high = (tmp_path / "seal.high").read_bytes()
    keyed.does("li", "note", {"note": "一"})
    sealing(keyed, tmp_path)
    signed = (tmp_path / "seal.high").read_bytes()
    # a thief of the key seals another future, of the same size and beyond
    shutil.copy(backup, tmp_path / "rectify.db")
    (tmp_path / "seal.high").write_bytes(high)
    keyed = reopened(tmp_path, keyed)
    for note in ("二", "三"):
        keyed.does("li", "note", {"note": note})
        sealing(keyed, tmp_path)

    (tmp_path / "seal.high").write_bytes(signed)

    assert refusal(keyed, tmp_path) == "rolled_back"


def test_a_restore_on_record_explains_what_is_lost(keyed: Stage, tmp_path: Path) -> None:
    sealing(keyed, tmp_path)
    backup = shutil.copy(tmp_path / "rectify.db", tmp_path / "backup.db")
    keyed.does("li", "note", {"note": "一"})
    lost = sealing(keyed, tmp_path).last
    assert lost is not None
    shutil.copy(backup, tmp_path / "rectify.db")
    keyed = reopened(tmp_path, keyed)
    anchor = {"anchor": str(lost.checkpoint.anchor)}
    facts = {"backup": "12" * 32, "entries": 9, "lost": [anchor], "reason": "磁盘损坏"}
    keyed.engine.act("restore", facts, acting("li"))

    assert sealing(keyed, tmp_path).sealed == 1
    assert check_seals(store_of(keyed)) > 0
    assert sealing(keyed, tmp_path).sealed == 0


def test_a_key_of_another_log_is_refused(keyed: Stage, tmp_path: Path) -> None:
    (tmp_path / "seal.key").unlink()
    assert refusal(keyed, tmp_path) == "key_missing"
    make_key(tmp_path / "seal.key")

    assert refusal(keyed, tmp_path) == "key_unknown"


@pytest.fixture
def other(tmp_path: Path, migrated_file: Path) -> Iterator[Stage]:
    """Another office, in a folder of its own."""
    (tmp_path / "other").mkdir()
    stage = a_stage(open_store(str(shutil.copy(migrated_file, tmp_path / "other"))))
    yield stage
    store_of(stage).close()


def test_two_logs_do_not_share_a_key(keyed: Stage, other: Stage, tmp_path: Path) -> None:
    adopting(other, tmp_path)
    sealing(keyed, tmp_path)

    assert refusal(other, tmp_path) == "high_of_another_log"


def test_the_key_of_a_log_that_is_sealed_from_here_is_not_even_adopted(
    keyed: Stage, other: Stage, tmp_path: Path
) -> None:
    sealing(keyed, tmp_path)

    with pytest.raises(Invalid) as refused:
        adopting(other, tmp_path)
    assert refused.value.message.code == "high_of_another_log"
    assert not other.engine.office().seal_key


def test_before_a_key_is_adopted_nothing_is_sealed(tmp_path: Path, migrated_file: Path) -> None:
    keyed = a_stage(open_store(str(shutil.copy(migrated_file, tmp_path))))

    assert refusal(keyed, tmp_path) == "key_unadopted"
    store_of(keyed).close()


def test_the_hash_never_changes(keyed: Stage, tmp_path: Path) -> None:
    sealing(keyed, tmp_path)
    keyed.does("li", "note", {"note": "一"})

    with pytest.raises(Invalid) as refused:
        sealing(keyed, tmp_path, suite="sm3")
    assert refused.value.message.code == "suite_differs"


def test_a_hash_that_this_machine_lacks_is_named(keyed: Stage, tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        sealing(keyed, tmp_path, suite="sm4")
    assert refused.value.message.code == "suite_missing"


@pytest.mark.skipif("sm3" not in hashlib.algorithms_available, reason="OpenSSL has no SM3 here")
def test_a_log_can_be_sealed_with_sm3(keyed: Stage, tmp_path: Path) -> None:
    last = sealing(keyed, tmp_path, suite="sm3").last
    with store_of(keyed).reading() as session:
        bodies = [row.body for _, row in session.indexed_rows()]
    sm3 = hash_of("sm3")
    leaves = [sm3(b"\x00rectify/entry/1\n" + body) for body in bodies]

    assert last is not None
    assert last.checkpoint.root == root_of(sm3, leaves)
    assert last.checkpoint.suite == "sm3"
    assert refusal(keyed, tmp_path) == "suite_differs"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE checkpoints SET frontier = zeroblob(length(frontier))",
        "UPDATE checkpoints SET frontier = x''",
        "UPDATE checkpoints SET root = printf('%064d', 1)",
        "UPDATE checkpoints SET size = size + 1",
        "UPDATE checkpoints SET at = '2020-01-01T00:00:00.000000Z'",
        "UPDATE checkpoints SET note = replace(note, 'suite sha256', 'suite sha257')",
        "UPDATE checkpoints SET note = substr(note, 1, length(note) - 6) || 'AAAA=' || char(10)",
        "UPDATE checkpoints SET note = ''",
    ],
)
def test_nothing_is_put_on_a_checkpoint_that_was_changed(
    keyed: Stage, tmp_path: Path, statement: str
) -> None:
    sealing(keyed, tmp_path)
    keyed.does("li", "note", {"note": "一"})
    forged(tmp_path, statement)

    assert refusal(keyed, tmp_path) in ("checkpoint_changed", "rolled_back")
    (tmp_path / "seal.high").unlink()
    assert refusal(keyed, tmp_path) in ("checkpoint_changed", "sealed_already")

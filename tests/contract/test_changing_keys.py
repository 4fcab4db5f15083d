"""One key follows another: who may, what signs from then on, and what a crash leaves."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import pytest

from states.checkpoint import handing_on
from states.errors import NotFound, Refused
from states.frozen import replace
from states.log import OFFICE
from states.signed_note import read_key, sign
from tests.sealed import adopting, check_seals, how, refusal, sealing, store_of
from tests.stage import Stage, acting
from workflow import Engine
from workflow.backup import back_up
from workflow.opening import open_engine
from workflow.proof.keys import load_key, make_key
from workflow.proof.sealing.adopting import key_in_force, next_file, rotate
from workflow.proof.sealing.sweep import Swept, sweep
from workflow.storage import open_store
from workflow.verifying import Effort, thorough, verified

# ---------------------------------------------------------------- keys that follow each other


def test_a_new_key_follows_and_signs_from_then_on(keyed: Stage, tmp_path: Path) -> None:
    before = load_key(tmp_path / "seal.key")
    sealing(keyed, tmp_path, batch=3)
    keyed.does("li", "note", {"note": "一"})
    adopted = rotate(keyed.engine, tmp_path / "seal.key", acting("li"))
    done = sealing(keyed, tmp_path, batch=1)

    office = keyed.engine.office()
    assert office.former_keys == (str(before.named(office.origin)),)
    assert office.seal_key == str(adopted.key) != office.former_keys[0]
    assert load_key(tmp_path / "seal.key").public == adopted.key.public
    # the first tree under the new key reaches to its adoption, though a batch is one entry
    assert (done.sealed, done.seals) == (2, 1)
    assert check_seals(store_of(keyed)) == done.last.size if done.last else None
    kept = sorted(path.name for path in tmp_path.glob("seal.key*"))
    assert kept == ["seal.key", f"seal.key.former-{read_key(office.former_keys[0]).id.hex()}"]


def test_a_former_key_can_be_destroyed(keyed: Stage, tmp_path: Path) -> None:
    rotate(keyed.engine, tmp_path / "seal.key", acting("li"), destroy=True)

    assert [path.name for path in tmp_path.glob("seal.key*")] == ["seal.key"]
    assert sealing(keyed, tmp_path).sealed > 0


@pytest.mark.parametrize("destroy", [True, False])
def test_a_link_leads_to_the_new_key_and_what_it_led_to_is_gone(
    keyed: Stage, tmp_path: Path, destroy: bool
) -> None:
    link, folder = tmp_path / "seal.key", tmp_path / "secrets"
    folder.mkdir()
    former = load_key(link.rename(folder / "key"))
    link.symlink_to(folder / "key")
    adopted = rotate(keyed.engine, link, acting("li"), destroy=destroy)

    assert link.is_symlink()
    assert load_key(link).public == adopted.key.public
    held = [load_key(path).public for path in folder.iterdir()]
    assert held.count(former.public) == (0 if destroy else 1)
    assert len(held) == (1 if destroy else 2)


def test_keys_change_where_files_cannot_be_linked(
    keyed: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    rotate(keyed.engine, tmp_path / "seal.key", acting("li"))
    assert len(list(tmp_path.glob("seal.key*"))) == 2
    assert sealing(keyed, tmp_path).sealed > 0


def test_a_machine_with_the_former_key_says_so(keyed: Stage, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(tmp_path / "seal.key", other)
    rotate(keyed.engine, tmp_path / "seal.key", acting("li"))

    assert refusal(keyed, other) == "key_former"


def test_a_change_of_keys_that_was_interrupted_is_finished(keyed: Stage, tmp_path: Path) -> None:
    file = tmp_path / "seal.key"
    office = keyed.engine.office()
    current, new = load_key(file), make_key(next_file(file))
    named = new.named(office.origin)
    note = str(sign(handing_on(named), current.named(office.origin), current.sign))
    keyed.engine.act("adopt_key", {"key": str(named), "note": note}, acting("li"))

    assert key_in_force(file, keyed.engine.office()).public == new.public
    assert not next_file(file).exists()
    assert sealing(keyed, tmp_path).sealed > 0


def test_a_key_made_and_not_adopted_is_taken_by_the_next_change(
    keyed: Stage, tmp_path: Path
) -> None:
    file = tmp_path / "seal.key"
    left = make_key(next_file(file))

    assert rotate(keyed.engine, file, acting("li")).key.public == left.public


def test_only_a_supervisor_of_all_changes_keys(keyed: Stage, tmp_path: Path) -> None:
    file = tmp_path / "seal.key"
    before = file.read_bytes()

    with pytest.raises(Refused):
        rotate(keyed.engine, file, acting("wang"))
    assert file.read_bytes() == before
    assert keyed.engine.office().former_keys == ()


def test_a_note_that_the_key_in_force_did_not_sign_hands_nothing_on(
    keyed: Stage, tmp_path: Path
) -> None:
    office = keyed.engine.office()
    thief = make_key(tmp_path / "thief")
    named = thief.named(office.origin)
    in_force = read_key(office.seal_key)
    own = load_key(tmp_path / "seal.key")
    other = str(sign(handing_on(replace(named, public=own.public)), in_force, own.sign))

    for note in (str(sign(handing_on(named), in_force, thief.sign)), other):
        with pytest.raises(Refused) as refused:
            keyed.engine.act("adopt_key", {"key": str(named), "note": note}, acting("li"))
        assert {unmet.code for unmet in refused.value.unmet} <= {"note_unsigned", "note_wrong"}
    assert keyed.engine.office().seal_key == str(in_force)


def test_a_wrong_signature_that_the_log_holds_all_the_same_is_found(
    keyed: Stage, tmp_path: Path
) -> None:
    office, thief = keyed.engine.office(), make_key(tmp_path / "thief")
    named, in_force = thief.named(office.origin), read_key(office.seal_key)
    note = str(sign(handing_on(named), in_force, thief.sign))
    credulous = Engine(replace(keyed.engine.desk, verify=lambda *_: True))
    credulous.act("adopt_key", {"key": str(named), "note": note}, acting("li"))

    verdict = verified(store_of(keyed), Effort(how=thorough()))
    assert [(p.code, p.source) for p in verdict.problems] == [("key_forged", OFFICE)]


def test_a_key_is_adopted_once(keyed: Stage, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        adopting(keyed, tmp_path)
    assert [unmet.code for unmet in refused.value.unmet] == ["key_adopted"]
    assert OFFICE not in sealing(keyed, tmp_path).problems


def test_without_an_office_there_is_nothing_to_seal(tmp_path: Path, migrated_file: Path) -> None:
    store = open_store(str(shutil.copy(migrated_file, tmp_path)))
    with pytest.raises(NotFound):
        sealing(Stage(open_engine(store), lambda: None), tmp_path)  # type: ignore[arg-type]
    assert sweep(store, lambda: None, how(tmp_path)) == Swept()  # type: ignore[arg-type,return-value]
    store.close()


def test_a_backup_of_before_the_change_needs_the_key_that_was_set_aside(
    keyed: Stage, tmp_path: Path
) -> None:
    sealing(keyed, tmp_path)
    back_up(str(tmp_path / "rectify.db"), tmp_path / "copy.db", lambda done, total: None)
    rotate(keyed.engine, tmp_path / "seal.key", acting("li"))
    store = open_store(str(tmp_path / "copy.db"))
    restored = Stage(open_engine(store, clock=keyed.clock), keyed.clock)

    assert refusal(restored, tmp_path) == "key_set_aside"

    (aside,) = tmp_path.glob("seal.key.former-*")
    aside.replace(tmp_path / "seal.key")
    assert sealing(restored, tmp_path).last is not None
    store.close()

"""A recovery key: adopted while the key is here, and what it can do when that is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from states.canonical import canonical
from states.checkpoint import stepping_in
from states.errors import RectificationError, Refused
from states.frozen import replace
from states.log import Row
from states.signed_note import read_key, sign
from tests.sealed import check_seals, sealing, store_of
from tests.stage import Stage, acting
from workflow import Engine
from workflow.engine.proving_keys import prove_keys
from workflow.identity import Identity
from workflow.proof.keys import draw_seed, key_of, load_key, make_key, verify
from workflow.proof.sealing.adopting import key_in_force, next_file, rotate
from workflow.proof.sealing.recovering import recover, stand_by
from workflow.proof.sealing.sweep import sweep
from workflow.verifying import Effort, thorough, verified


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "seal.key"


def standing_by(stage: Stage, file: Path) -> bytes:
    """Draw a recovery key and adopt it."""
    seed = draw_seed()
    stand_by(stage.engine, file, acting("li"), seed)
    return seed


def lose(file: Path) -> None:
    """Lose all that lies beside the key, as with the disk of a machine."""
    for path in file.parent.glob("seal.*"):
        path.unlink()


def refusal(stage: Stage, file: Path, seed: bytes, by: Identity | None = None) -> str:
    before = stage.engine.office()
    with pytest.raises(RectificationError) as refused:
        recover(stage.engine, file, by or acting("li"), seed)
    assert stage.engine.office() == before
    return refused.value.message.code


def problems(stage: Stage) -> list[str]:
    verdict = verified(store_of(stage), Effort(how=thorough()))
    return [problem.code for problem in verdict.problems]


def test_sealing_goes_on_under_a_new_key_when_all_is_lost(keyed: Stage, file: Path) -> None:
    seed = standing_by(keyed, file)
    before = sealing(keyed, file.parent, batch=3).last
    lose(file)
    keyed.does("li", "note", {"note": "一"})
    adopted = recover(keyed.engine, file, acting("li"), seed)
    done = sealing(keyed, file.parent, batch=1)

    office = keyed.engine.office()
    assert office.seal_key == str(adopted.key) == str(load_key(file).named(office.origin))
    assert (office.recovery, len(office.former_recoveries)) == ("", 1)
    assert before is not None
    assert done.last is not None
    assert check_seals(store_of(keyed)) == done.last.size == before.size + 2
    assert sorted(path.name for path in file.parent.glob("seal.key*")) == ["seal.key"]
    assert problems(keyed) == []


def test_a_recovery_key_is_spent_and_can_be_followed_by_another(keyed: Stage, file: Path) -> None:
    seed = standing_by(keyed, file)
    lose(file)
    recover(keyed.engine, file, acting("li"), seed)
    lose(file)
    assert refusal(keyed, file, seed) == "recovery_former"


def test_another_recovery_key_takes_the_place_of_the_one_before(keyed: Stage, file: Path) -> None:
    first, second = standing_by(keyed, file), standing_by(keyed, file)
    rotate(keyed.engine, file, acting("li"))
    lose(file)

    assert refusal(keyed, file, first) == "recovery_former"
    recover(keyed.engine, file, acting("li"), second)
    assert sealing(keyed, file.parent).sealed > 0
    assert problems(keyed) == []


def test_only_the_key_that_was_adopted_recovers(keyed: Stage, file: Path) -> None:
    assert refusal(keyed, file, draw_seed()) == "recovery_unadopted"
    standing_by(keyed, file)
    lose(file)
    assert refusal(keyed, file, draw_seed()) == "recovery_unknown"


def test_while_the_key_is_here_it_is_not_recovered(keyed: Stage, file: Path) -> None:
    seed = standing_by(keyed, file)
    assert refusal(keyed, file, seed) == "key_here"


def test_only_a_supervisor_of_all_recovers(keyed: Stage, file: Path) -> None:
    seed = standing_by(keyed, file)
    with pytest.raises(Refused):
        stand_by(keyed.engine, file, acting("wang"), draw_seed())
    lose(file)
    assert refusal(keyed, file, seed, acting("wang")) == "act_refused"
    assert not file.exists()


@pytest.mark.parametrize("content", [b"", b"no key", None])
def test_what_lies_in_the_place_of_the_key_keeps_another_name(
    keyed: Stage, file: Path, content: bytes | None
) -> None:
    seed = standing_by(keyed, file)
    lose(file)
    if content is None:
        other = make_key(file)
        kept = f"seal.key.former-{other.named(keyed.engine.office().origin).id.hex()}"
    else:
        file.write_bytes(content)
        file.chmod(0o600)
        kept = "seal.key.unusable-*"
    before = file.read_bytes()
    recover(keyed.engine, file, acting("li"), seed)

    (path,) = file.parent.glob(kept)
    assert path.read_bytes() == before
    assert sealing(keyed, file.parent).sealed > 0


def test_a_recovery_that_was_interrupted_is_finished_by_the_next_seal(
    keyed: Stage, file: Path
) -> None:
    spare = key_of(standing_by(keyed, file))
    lose(file)
    office, new = keyed.engine.office(), make_key(next_file(file))
    named = new.named(office.origin)
    text = stepping_in(named, office.hash)
    note = str(sign(text, spare.named(office.origin), spare.sign))
    facts = {"key": str(named), "note": note, "recovery": office.recovery}
    keyed.engine.act("adopt_key", facts, acting("li"))
    assert key_in_force(file, keyed.engine.office(), looking=True).public == new.public
    assert not file.exists()

    assert sweep(store_of(keyed), keyed.clock, _how(file)).sealed > 0
    assert load_key(file).public == new.public


def _how(file: Path):
    from tests.sealed import how

    return how(file.parent)


class Hasty(Engine):
    """An engine beside which somebody else acts between the signature and the act."""

    others: Iterator[str] = iter(())

    def act(self, event, facts, by, request_id=None):
        if (person := next(self.others, None)) is not None:
            super().act("bind_account", {"person": "sun", "account": person}, acting("li"))
        return super().act(event, facts, by, request_id)


def test_what_others_do_meanwhile_does_not_hinder(keyed: Stage, file: Path) -> None:
    engine = Hasty(keyed.engine.desk)
    engine.others = iter(("os:71", "os:72"))
    seed = draw_seed()
    named = stand_by(engine, file, acting("li"), seed)
    assert keyed.engine.office().recovery == str(named)
    lose(file)
    engine.others = iter(("os:73", "os:74"))
    recover(engine, file, acting("li"), seed)
    assert sealing(keyed, file.parent).sealed > 0
    engine.others = iter(f"os:{n}" for n in range(80, 99))
    with pytest.raises(Refused):
        stand_by(engine, file, acting("li"), draw_seed())


def test_the_engine_itself_checks_what_a_recovery_key_signed(keyed: Stage, file: Path) -> None:
    standing_by(keyed, file)
    office, thief = keyed.engine.office(), make_key(file.with_name("thief"))
    named, spare = thief.named(office.origin), read_key(office.recovery)
    note = str(sign(stepping_in(named, office.hash), spare, thief.sign))
    facts = {"key": str(named), "note": note, "recovery": office.recovery}
    with pytest.raises(Refused) as refused:
        keyed.engine.act("adopt_key", facts, acting("li"))
    assert [unmet.code for unmet in refused.value.unmet] == ["note_unsigned"]

    credulous = Engine(replace(keyed.engine.desk, verify=lambda *_: True))
    credulous.act("adopt_key", facts, acting("li"))
    assert problems(keyed) == ["key_forged"]


@pytest.mark.parametrize(
    "facts", [{}, [], {"key": 1}, {"key": "x", "note": 1}, {"key": None, "recovery": None}, "x"]
)
def test_a_forged_adoption_of_whatever_kind_is_a_finding(
    keyed: Stage, file: Path, facts: object
) -> None:
    standing_by(keyed, file)
    for event in ("adopt_key", "adopt_recovery"):
        with store_of(keyed).reading() as session:
            (*_, row) = session.rows("@office")
        content = json.loads(row.body) | {"event": event, "facts": facts, "n": str(row.n)}
        forged = Row(row.stream, row.n, row.request_id, row.at, row.hash, canonical(content))
        found = list(prove_keys(Forged((forged,)), verify))  # type: ignore[arg-type]
        assert [problem.code for problem in found] == ["key_forged"]


class Forged:
    """A session of which the office's rows are forged."""

    def __init__(self, rows: tuple[Row, ...]) -> None:
        self._rows = rows

    def rows(self, stream: str) -> tuple[Row, ...]:
        assert stream == "@office"
        return self._rows

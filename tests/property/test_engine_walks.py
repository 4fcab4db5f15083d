"""Laws of the engine on a real database file: random lives, past moments, flipped bits."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import given, reject, settings
from hypothesis import strategies as st

from states.calendar import WEEKDAYS
from states.calendar_data import china
from states.errors import Refused
from tests.cast import DUTY, PROOF, REMAINDER
from tests.stage import Clock, Scribe, Stage, a_stage, acting
from tests.unguarded import unguarded
from workflow import open_engine
from workflow.engine.reading import View
from workflow.storage import open_store

TICK, ADOPT = "@tick", "@adopt"  # what happens beside the steps: time, and another calendar
PERSONS = ("wang", "sun", "zhou", "chen", "li", "zhao")
DATES = ("2023-03-20", "2023-05-30", "2023-07-01")
ACTIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("assign", {"leader": "zhou", "department": "河长办", "person": "wang"}),
    ("assign", {"person": "sun"}),
    ("add_measure", {"text": "修订制度", "due": DATES[1]}),
    ("add_measure", {"text": "专项检查"}),
    ("edit_measure", {"measure": 1, "due": DATES[0], "reason": "提前"}),
    ("drop_measure", {"measure": 2, "reason": "重复"}),
    ("draft_plan", {}),
    ("return_plan", {"reason": "时限不明"}),
    ("approve_plan", {}),
    ("add_evidence", {"sha256": PROOF, "size": 3, "name": "a.pdf", "measure": 1}),
    ("finish_measure", {"measure": 1}),
    ("submit_completion", {}),
    ("submit_completion", dict(REMAINDER)),
    ("return_completion", {"reason": "佐证不足"}),
    ("accept", {"duties": [dict(DUTY)]}),
    ("accept", {"no_duties": "一次性事项"}),
    ("finish_remainder", {}),
    ("perform_duty", {"duty": 1}),
    ("reopen", {"reason": "反弹", "basis": "回头看"}),
    ("change_due", {"due": DATES[2], "reason": "汛期"}),
    ("note", {"note": "备注"}),
    ("void", {"reason": "误登"}),
    ("add_evidence", {"sha256": PROOF, "size": 3, "name": "b.jpg", "duty": 1}),
    ("classify", {"type": "immediate"}),
    ("set_term", {"kind": "draft_plan", "after": "15 workdays", "reason": "跨年"}),
    ("request_extension", {"due": DATES[2], "reason": "汛期", "progress": "过半"}),
    ("approve_extension", {}),
    ("refuse_extension", {"reason": "理由不足"}),
    ("suspend", {"reason": "防汛"}),
    ("resume", {}),
    ("hand_over", {"from_person": "wang", "to_person": "sun", "reason": "调动"}),
    ("look_back", {"visit": 1, "verdict": "rebound", "reason": "又堵了"}),
    (TICK, {}),
    (TICK, {}),
    (ADOPT, {"notice": True}),
    (ADOPT, {"notice": False}),
)
HELPFUL = ("wang", "chen")  # who may do most of it, so that walks get somewhere
steps = st.lists(
    st.tuples(
        st.sampled_from(HELPFUL * 3 + PERSONS),
        st.sampled_from(ACTIONS),
        st.integers(0, 20),
    ),
    min_size=5,
    max_size=40,
)


# The laws are not about disks: where there is a file system in memory the walks are run on it.
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - a fresh folder is made in it
WORKSHOP = SHARED_MEMORY if os.access(SHARED_MEMORY, os.W_OK) else None


@cache
def founded() -> bytes:
    """Return a database with the cast in it, made once: every walk begins on a copy."""
    with tempfile.TemporaryDirectory(dir=WORKSHOP) as folder:
        path = Path(folder) / "rectify.db"
        a_stage(open_store(str(path), create=True), letters=Scribe())
        return path.read_bytes()


@contextmanager
def a_database() -> Iterator[tuple[Path, Stage]]:
    with tempfile.TemporaryDirectory(dir=WORKSHOP) as folder:
        path = Path(folder) / "rectify.db"
        path.write_bytes(founded())
        clock = Clock(datetime(2023, 3, 2, 2, tzinfo=UTC))
        engine = open_engine(open_store(str(path)), clock=clock, letters=Scribe())
        yield path, Stage(engine, clock)


def act(stage: Stage, person: str, event: str, facts: dict[str, Any]) -> None:
    """Do one thing of a walk; what the process refuses changes nothing."""
    if event == TICK:
        assert stage.engine.tick("node").failed == 0
    elif event == ADOPT:
        calendar = china() if facts["notice"] else WEEKDAYS
        with suppress(Refused):  # the one in force already
            stage.engine.adopt_calendar(calendar, {"source": "国务院"}, acting("li"))
    else:
        with suppress(Refused):
            stage.does(person, event, facts)


def walk(stage: Stage, taken: list[tuple[str, tuple[str, dict[str, Any]], int]]) -> None:
    stage.does("li", *ACTIONS[0])
    for person, (event, facts), days in taken:
        stage.clock.forward(days=days, minutes=1)
        act(stage, person, event, facts)


@given(steps)
@settings(max_examples=25)
def test_the_projection_is_the_fold_of_the_log_at_every_moment(taken: list[Any]) -> None:
    with a_database() as (_, stage):
        past: list[tuple[datetime, View]] = []
        stage.does("li", *ACTIONS[0])
        for person, (event, facts), days in taken:
            stage.clock.forward(days=days, minutes=1)
            act(stage, person, event, facts)
            view = stage.engine.view("YX2023-1")
            past.append((stage.clock.at, view))
        for at, then in past:
            again = stage.engine.replay("YX2023-1", at)
            assert (again.issue, again.light) == (then.issue, then.light)
        assert stage.engine.verify().problems == ()


def flipped(value: Any, place: int, bit: int) -> Any:
    """Return a stored value with one bit of one byte changed."""
    if isinstance(value, int):
        return value ^ (1 << bit)
    raw = bytearray(value if isinstance(value, bytes) else value.encode())
    raw[place % len(raw)] ^= 1 << bit
    return bytes(raw) if isinstance(value, bytes) else raw.decode("utf-8", "surrogateescape")


def tamper(path: Path, place: tuple[str, int], column: str, at: tuple[int, int]) -> None:
    """Change a byte as somebody would who can write the file: past all triggers."""
    with closing(sqlite3.connect(path)) as raw, unguarded(raw):
        (value,) = raw.execute(
            f"SELECT {column} FROM entries WHERE stream = ? AND n = ?",  # noqa: S608
            place,
        ).fetchone()
        changed = flipped(value, *at)
        if isinstance(changed, str):
            changed = changed.encode("utf-8", "surrogateescape")
            sql = f"UPDATE entries SET {column} = CAST(? AS TEXT) WHERE stream = ? AND n = ?"  # noqa: S608
        else:
            sql = f"UPDATE entries SET {column} = ? WHERE stream = ? AND n = ?"  # noqa: S608
        raw.execute(sql, (changed, *place))


@given(
    steps,
    st.randoms(use_true_random=False),
    st.sampled_from(["stream", "n", "request_id", "at", "hash", "body"]),
    st.integers(0, 100_000),
    st.integers(0, 7),
)
@settings(max_examples=60)
def test_one_bit_changed_anywhere_in_the_log_is_found(
    taken: list[Any], chance: Any, column: str, byte: int, bit: int
) -> None:
    with a_database() as (path, stage):
        walk(stage, taken)
        stream, n = chance.choice([(row.stream, row.n) for row in stage.log()])
        try:
            tamper(path, (stream, n), column, (byte, bit))
        except sqlite3.IntegrityError:
            reject()  # the place is taken: the database itself does not let it happen
        problems = stage.engine.verify().problems
        assert problems
        if column in ("request_id", "at", "hash", "body"):
            assert (problems[0].source, problems[0].line) == (stream, n)

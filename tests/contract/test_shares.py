"""Shares of a store: together they are all of it, whatever the streams are called."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stage import Scribe, Stage, a_stage, acting, registration
from workflow import verifying
from workflow.ports import Session, Store
from workflow.shares import Stretch, stretches
from workflow.storage import open_store
from workflow.verifying import Effort, thorough, verified

NAMES = st.lists(
    st.text("AR2-/.10", min_size=1, max_size=6).filter(lambda name: "/" not in name),
    unique=True,
    min_size=1,
).map(sorted)


@given(NAMES, st.integers(1, 9))
def test_stretches_hold_every_key_once(names: list[str], size: int) -> None:
    cut = stretches([(name, 3) for name in names], size)
    assert [c.low for c in cut[1:]] == [c.high for c in cut[:-1]]
    assert (cut[0].low, cut[-1].high) == ("", None)
    assert sum(c.entries for c in cut) == 3 * len(names)
    for name in names:
        (mine,) = [c for c in cut if c.holds(name)]
        assert mine.holds(f"{name}/1/draft_plan")


def test_without_streams_there_is_one_that_holds_everything() -> None:
    assert stretches([], 5) == [Stretch(low="", high=None, entries=0)]


@pytest.fixture
def stage(store: Store) -> Stage:
    stage = a_stage(store, issues=3, letters=Scribe())
    stage.engine.register_round(registration(2, "YX2023-1", "34" * 32), acting("li"))
    stage.planned()
    stage.clock.forward(days=20)
    stage.engine.tick("node")
    return stage


def parts(session: Session) -> list[Stretch]:
    return stretches(session.extents(), 1)


def test_shares_together_are_the_whole_store(stage: Stage) -> None:
    with stage.engine.desk.store.reading() as session:
        shares = [session.share(stretch) for stretch in parts(session)]
        assert len(shares) == 4  # what begins alike stays together
        rows = [(r.stream, r.n, r.request_id, r.at, r.hash, r.body) for r in session.rows()]
        assert [line for share in shares for line in share.lines()] == rows
        assert [p for share in shares for p in share.projected()] == list(session.projected())
        closed = [c for share in shares for c in share.closed()]
        assert sorted(closed) == sorted((c.obligation, c.by, c.because) for c in session.closed())
        told = sorted(one for share in shares for one in share.notices())
        assert told == [
            (s.id, n.key, n.issue, n.obligation, n.rung, n.recipient, n.message_id)
            for s in session.notices()
            for n in [s.notice]
        ]
        assert sum(n for _, n in session.extents()) == len(rows)
        assert [leaf for share in shares for leaf in share.sealed()] == []


def test_a_share_holds_what_is_of_its_issues(stage: Stage) -> None:
    with stage.engine.desk.store.reading() as session:
        for stretch in parts(session):
            share = session.share(stretch)
            keys = {line[0] for line in share.lines()}
            assert {p.issue.key for p in share.projected()} <= keys
            assert {id.partition("/")[0] for id, _, _ in share.closed()} <= keys
            assert {issue for _, _, issue, of, *_ in share.notices() if of} <= keys


def test_several_processes_come_to_the_same_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "rectify.db"
    stage = a_stage(open_store(str(path), create=True), issues=4)
    stage.planned()
    monkeypatch.setattr(verifying, "SMALL", 0)
    monkeypatch.setattr(verifying, "SHARE", 3)
    store, told = stage.engine.desk.store, []
    effort = Effort(how=thorough(), url=str(path), jobs=2)
    assert effort.processes(20) == 2
    by_two = verified(store, effort, lambda done, total: told.append((done, total)))
    by_one = verified(store, Effort(how=thorough()))
    assert by_two == by_one == stage.engine.verify(thorough())
    assert by_two.sound
    assert by_two.decided == by_two.entries == told[-1][0] == told[-1][1]


def test_a_small_log_is_read_by_one_process_and_so_is_a_store_without_an_address() -> None:
    how = thorough()
    assert Effort(how=how, url="x.db", jobs=8).processes(verifying.SMALL) == 1
    assert Effort(how=how, url="x.db", jobs=8).processes(verifying.SMALL + 1) > 1
    quick = Effort(how=thorough(again=False), url="x.db", jobs=8)
    assert quick.processes(2 * verifying.SMALL) == 1
    assert quick.processes(2 * verifying.SMALL + 1) > 1
    assert Effort(how=how, jobs=8).processes(10**9) == 1
    assert Effort(how=how, url="x.db", jobs=3).processes(10**9) == 3
    assert Effort(how=how, url="x.db").processes(10**9) >= 1

"""What in the log let somebody judge their own work, and whether it was through one account."""

from __future__ import annotations

import pytest

from states.evolution import evolve
from states.frozen import replace
from states.log import read_entry, write_entry
from states.process import Process
from states.process_file import default_process
from tests.separated import ISSUE, found, grants, judged
from tests.stage import Stage, a_stage, acting
from workflow import Engine, Identity
from workflow.memory import MemoryStore
from workflow.ports import Change


@pytest.fixture
def stage() -> Stage:
    """An issue whose plan waits for its approval."""
    stage = a_stage(MemoryStore())
    stage.planned()
    return stage


# ---------------------------------------------------------------- what let it happen


def lax() -> Process:
    """A process that does not keep judging apart from the work."""
    steps = tuple(
        replace(step, requires=tuple(g for g in step.requires if not g.startswith("not_the_")))
        for step in default_process().steps
    )
    return replace(default_process(), name="lax", steps=steps)


def test_a_process_without_the_rule_is_named_with_who_adopted_it():
    store = MemoryStore()
    stage = a_stage(store)
    grants(stage, "wang")
    stage.engine.adopt(lax(), acting("li"))
    stage.engine.migrate(acting("li"))
    stage.planned()
    stage.does("wang", "approve_plan")
    last = judged(stage)[-1]
    assert (last.finding, last.tied, last.violates) == ("own", "wang", True)
    assert last.because is not None
    assert "lax, adopted by li" in str(last.because)


def test_an_entry_that_its_own_rules_forbid_is_said_to_be_forged(stage: Stage):
    forged(stage, "wang")
    assert found(stage, "approval") == ("own", "wang", "against_rule")


def test_what_time_alone_brought_about_nobody_judged(stage: Stage):
    forged(stage, "@clock", auth="clock")
    assert found(stage, "approval") == ("clock", None, "by_clock")


def forged(stage: Stage, person: str, auth: str = "trial") -> None:
    """Write an approval past the rules."""
    store = stage.engine.desk.store
    with store.writing() as session:
        issue = session.issue(ISSUE)
        assert issue is not None
        last = read_entry(list(session.rows(ISSUE))[-1].body).content
        actor = {**last["actor"], "person": person, "auth": auth}
        moved = {"event": "approve_plan", "records": "approval"}
        moved |= {"from": issue.state, "to": "in_rectification"}
        content = {
            **last, **moved, "n": issue.n + 1, "prev": issue.hash, "request": "forged",
            "actor": actor, "facts": {}, "opens": [], "closes": [],
        }  # fmt: skip
        entry = write_entry(content)
        session.append([Change(entry=entry, issue=evolve(issue, entry))])


# ---------------------------------------------------------------- accounts


def untried() -> Engine:
    """An office that is no trial: each acts through an account of their own."""
    stage = a_stage(MemoryStore(), trial=False)
    engine = stage.engine
    founder = Identity(account="os:1000", auth="os-claimed")
    for person in ("wang", "chen"):
        engine.act("bind_account", {"person": person, "account": f"os:{person}"}, founder)
    return engine


def by(account: str) -> Identity:
    return Identity(account=account, auth="os-claimed")


def drafted(engine: Engine, account: str) -> None:
    named = {"leader": "zhou", "department": "河长办", "person": "wang"}
    engine.advance(ISSUE, "assign", named, by=by("os:1000"))
    measure = {"text": "修订巡查制度", "due": "2023-04-15"}
    engine.advance(ISSUE, "add_measure", measure, by=by(account))
    engine.advance(ISSUE, "draft_plan", by=by(account))


def test_an_account_that_changed_hands_is_a_tie():
    engine = untried()
    drafted(engine, "os:wang")
    engine.act("unbind_account", {"account": "os:wang"}, by("os:1000"))
    engine.act("bind_account", {"person": "chen", "account": "os:wang"}, by("os:1000"))
    engine.advance(ISSUE, "approve_plan", by=by("os:wang"))
    (last,) = engine.separation()[0]
    assert (last.finding, last.tied, last.auth) == ("same_account", "wang", "os-claimed")


def test_accounts_of_two_are_none():
    engine = untried()
    drafted(engine, "os:wang")
    engine.advance(ISSUE, "approve_plan", by=by("os:chen"))
    found, trial = engine.separation()
    assert [(one.finding, trial) for one in found] == [("other_hands", False)]

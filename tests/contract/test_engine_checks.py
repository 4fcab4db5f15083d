"""The checks of the audit answer alike on every store."""

from __future__ import annotations

from datetime import date

from tests.cast import DUTY, PROOF
from tests.stage import ROUND, Stage, a_stage
from workflow.engine.pieces import pieces
from workflow.engine.signs import Scope
from workflow.ports import Store

ISSUE = f"{ROUND}-1"


def closed(store: Store) -> Stage:
    """Put the first of two issues right in one go, with one file for both measures."""
    stage = a_stage(store, issues=2)
    stage.planned()
    stage.proven()
    new = {"sha256": "0d" * 32, "size": 3, "name": "新版.pdf", "level": "秘密", "apart": True}
    stage.does("wang", "add_evidence", {**new, "replaces": 2})
    stage.does("wang", "add_evidence", {"sha256": "0e" * 32, "size": 3, "name": "c", "replaces": 3})
    stage.does("wang", "submit_completion")
    stage.does("chen", "accept", {"duties": [DUTY]})
    return stage


def test_who_judged_whose_work(store: Store):
    found, trial = closed(store).engine.separation()
    assert trial
    assert [(one.records, one.finding, one.hands) for one in found] == [
        ("approval", "other_hands", ("chen",)),
        ("acceptance", "other_hands", ("chen",)),
    ]


def test_what_is_asked(store: Store):
    signs = closed(store).engine.signs(Scope(today=date(2023, 3, 2)))
    assert {sign.code for sign in signs} == {
        "same_file", "soon_after_plan", "accepted_at_once", "same_unit",
    }  # fmt: skip
    assert all(sign.issues == (ISSUE,) for sign in signs)


def test_what_the_log_knows_of_the_evidence(store: Store):
    stage = closed(store)
    with store.reading() as session:
        found = list(pieces(session))
        assert list(pieces(session, ISSUE)) == found
    assert [(p.issue, p.number, p.sha256, p.level, p.apart, p.replaces) for p in found] == [
        (ISSUE, 1, PROOF, "internal", False, None),
        (ISSUE, 2, PROOF, "internal", False, None),
        (ISSUE, 3, "0d" * 32, "secret", True, 2),
        (ISSUE, 4, "0e" * 32, "secret", False, 3),
    ]
    issue = stage.engine.view(ISSUE).issue
    assert [(e.number, e.level, e.apart, e.replaces) for e in issue.evidence] == [
        (p.number, p.level, p.apart, p.replaces) for p in found
    ]


def test_versions_and_levels_are_proven_with_the_rest(store: Store):
    assert closed(store).engine.verify().sound

"""Levels and versions of evidence: what a new version may replace, and what counts then."""

from __future__ import annotations

from typing import Any

import pytest

from states.errors import Refused
from states.facts import KINDS, LEVEL_WORDS
from states.guards import GUARDS, Case
from states.parts import LEVELS
from tests.cast import PROOF, Story, attempt, issue_in

OTHER = "0d" * 32


@pytest.fixture
def story() -> Story:
    """An issue in rectification: measure 1 is proven by piece 1 and done, 2 is open."""
    return issue_in("in_rectification")


def proves(story: Story, **facts: Any) -> None:
    said = {"sha256": OTHER, "size": 3, "name": "新版.pdf", **facts}
    story.acts("wang", "add_evidence", said)


def refused(story: Story, **facts: Any) -> list[str]:
    before = story.issue
    with pytest.raises(Refused) as caught:
        proves(story, **facts)
    assert story.issue is before
    return [str(unmet) for unmet in caught.value.unmet]


def test_levels_are_taken_in_both_languages():
    assert [KINDS["level"](word) for word in LEVEL_WORDS] == list(LEVELS)
    assert [KINDS["level"](level) for level in LEVELS] == list(LEVELS)
    for wrong in ("top secret", "", None, 3):
        with pytest.raises((ValueError, TypeError)):
            KINDS["level"](wrong)


def test_what_says_nothing_of_a_level_is_internal_and_kept(story: Story):
    (piece,) = story.issue.evidence
    assert (piece.level, piece.apart, piece.replaces, piece.superseded_by) == (
        "internal", False, None, None,
    )  # fmt: skip
    assert story.entries[-2].facts.keys() == {"sha256", "size", "name", "measure"}


def test_a_new_version_takes_the_place_of_the_former_one(story: Story):
    proves(story, replaces=1)
    former, piece = story.issue.evidence
    assert (former.superseded_by, piece.replaces, piece.superseded_by) == (2, 1, None)
    assert (piece.measure, piece.cycle) == (former.measure, former.cycle)
    assert story.issue.proofs == story.issue.proofs_of(1) == (piece,)
    assert [story.issue.version(n) for n in (1, 2)] == [1, 2]


def test_a_new_version_keeps_the_level_unless_another_is_said(story: Story):
    proves(story, measure=1, level="秘密", apart=True)
    proves(story, replaces=2, sha256="cd" * 32)
    proves(story, replaces=3, sha256="ef" * 32, level="open")
    assert [(e.level, e.apart) for e in story.issue.evidence[1:]] == [
        ("secret", True), ("secret", False), ("open", False),
    ]  # fmt: skip


def test_there_is_one_newest_version_of_each_piece(story: Story):
    assert refused(story, replaces=7) == ["there is no evidence 7 (known: 1)"]
    proves(story, replaces=1)
    assert refused(story, replaces=1, sha256="cd" * 32) == [
        "evidence 1 was already replaced by 2: replace that one"
    ]
    proves(story, replaces=2, sha256="cd" * 32)
    assert story.issue.version(3) == 3


def test_a_new_version_proves_nothing_else(story: Story):
    assert refused(story, replaces=1, measure=2) == [
        "a new version proves what the former proved: evidence 1 is not of measure 2"
    ]
    proves(story, replaces=1, measure=1)
    assert story.issue.evidence[-1].measure == 1


def test_the_very_same_file_is_a_new_version_only_at_another_level_or_place(story: Story):
    assert refused(story, replaces=1, sha256=PROOF) == ["this is the very file of evidence 1"]
    proves(story, replaces=1, sha256=PROOF, level="secret")
    proves(story, replaces=2, sha256=PROOF, apart=True)
    assert [(e.level, e.apart) for e in story.issue.evidence] == [
        ("internal", False), ("secret", False), ("secret", True),
    ]  # fmt: skip


def test_a_version_of_a_duty_proves_the_occurrence_that_the_former_did():
    story = issue_in("long_term_maintenance")
    proves(story, duty=1)
    story.acts("wang", "perform_duty", {"duty": 1})
    proves(story, replaces=2, sha256="cd" * 32)
    assert story.issue.evidence[-1].occurrence == 1
    case = Case(
        story.rules, story.issue, attempt("wang", "perform_duty"), {"duty": 1}, story.office
    )
    assert [unmet.code for unmet in GUARDS["duty_proven"](case)] == ["duty_unproven"]


def test_a_version_of_a_former_cycles_piece_proves_nothing_of_this_one():
    story = issue_in("long_term_maintenance")
    story.acts("chen", "reopen", {"reason": "反弹", "basis": "回头看", "due": "2023-12-01"})
    proves(story, replaces=1)
    assert story.issue.evidence[-1].cycle == 1 < story.issue.cycle


def test_only_who_may_prove_a_part_may_replace_its_proof(story: Story):
    story.acts("chen", "edit_measure", {"measure": 2, "person": "sun", "reason": "分工"})
    story.acts("sun", "add_evidence", {"sha256": OTHER, "size": 3, "name": "a", "measure": 2})
    said = {"sha256": "cd" * 32, "size": 3, "name": "b"}
    story.acts("sun", "add_evidence", {**said, "replaces": 2})
    with pytest.raises(Refused, match="only the responsible person"):
        story.acts("sun", "add_evidence", {**said, "replaces": 1})
    with pytest.raises(Refused):
        story.acts("sun", "add_evidence", {**said, "replaces": 1, "measure": 2})

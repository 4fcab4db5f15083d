"""Each sign of paper rectification is asked where it should be, and not where it should not."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from tests.cast import UNIT
from tests.paper import WORKS, Paper, a_paper, asked, honest, two_planned
from tests.stage import ROUND
from workflow.cli.audit.signs import RULES
from workflow.engine.signs import CHECKS, Limits

ROOT = Path(__file__).parents[2]
FIRST, SECOND = f"{ROUND}-1", f"{ROUND}-2"


def test_an_honest_round_raises_no_question():
    assert honest(a_paper()).asks() == []


def test_every_check_says_when_it_asks():
    assert list(RULES) == list(CHECKS)


def test_the_page_explains_every_sign_and_every_limit():
    page = (ROOT / "docs" / "explanation" / "paper-rectification.md").read_text(encoding="utf-8")
    for code in CHECKS:
        assert f"| `{code}` |" in page
    for name, number in asdict(Limits()).items():
        assert f"`{name}` = {number}" in page


@pytest.fixture
def paper() -> Paper:
    """A round of which two issues have an approved plan of two measures each."""
    return two_planned()


# ---------------------------------------------------------------- files


def test_one_file_for_two_issues_is_asked_about(paper: Paper):
    paper.proves(1, measure=1, sha256="aa" * 32, name="会议记录.pdf")
    assert asked(paper, "same_file") == []
    paper.proves(2, measure=1, sha256="aa" * 32, name="另一份.pdf")
    (sign,) = paper.asks("same_file")
    assert sign.issues == (FIRST, SECOND)
    assert sign.question.facts["name"] == "会议记录.pdf"
    assert [place.n for place in sign.entries] == [7, 7]


def test_one_file_for_two_measures_is_asked_about(paper: Paper):
    paper.proves(1, measure=1, sha256="aa" * 32)
    paper.proves(1, sha256="aa" * 32)  # of the issue as a whole: the same thing said twice
    assert asked(paper, "same_file") == []
    paper.proves(1, measure=2, sha256="aa" * 32)
    assert asked(paper, "same_file") == [(FIRST,)]


def test_a_new_version_at_another_level_is_no_second_use(paper: Paper):
    paper.proves(1, measure=1, sha256="aa" * 32)
    paper.proves(1, replaces=1, sha256="aa" * 32, level="secret")
    assert asked(paper, "same_file") == []


def test_a_file_from_an_earlier_cycle_is_asked_about():
    paper = honest(a_paper(), 1)
    used = "00" * 31 + "01"
    paper.does("chen", "reopen", 1, reason="反弹", basis="回头看", due="2023-12-01")
    paper.planned(1, "重新制定并落实长效管护办法", due="2023-11-01")
    paper.proves(1, measure=2)
    assert asked(paper, "older_file") == []
    paper.proves(1, measure=2, sha256=used)
    (sign,) = paper.asks("older_file")
    assert sign.question.facts["others"] == (f"{FIRST}/6",)


def test_another_version_of_a_former_cycles_proof_is_nothing_new():
    paper = honest(a_paper(), 1)
    paper.does("chen", "reopen", 1, reason="反弹", basis="回头看", due="2023-12-01")
    paper.proves(1, replaces=1, sha256="00" * 31 + "01", level="secret")
    assert asked(paper, "older_file") == []


def test_a_proof_before_the_plan_is_asked_about_unless_it_was_put_right_at_once():
    paper = a_paper()
    for issue in (1, 2):
        person = paper.person(issue)
        paper.does("li", "assign", issue, leader="zhou", department="河长办", person=person)
        paper.does(person, "add_measure", issue, text=WORKS[0], due="2023-03-20")
        paper.proves(issue, measure=1)
    paper.does("chen", "classify", 2, type="immediate")
    assert asked(paper, "before_plan") == []  # no plan is approved yet
    for issue in (1, 2):
        paper.does(paper.person(issue), "draft_plan", issue)
        paper.does("chen", "approve_plan", issue)
    assert asked(paper, "before_plan") == [(FIRST,)]


def test_a_proof_replaced_after_acceptance_is_asked_about():
    paper = honest(a_paper(), 1, 2)
    paper.proves(1)
    assert asked(paper, "replaced_late") == []
    paper.proves(2, replaces=1)
    (sign,) = paper.asks("replaced_late")
    assert (sign.issues, sign.question.facts["former"]) == ((SECOND,), 1)


def test_another_version_of_a_dutys_proof_is_not(paper: Paper):
    for measure in (1, 2):
        paper.finished(1, measure)
    paper.does("wang", "submit_completion", 1)
    paper.does("chen", "accept", 1, duties=[{"text": "巡查", "when": "每月"}])
    paper.proves(1, duty=1)
    paper.proves(1, replaces=3)
    assert asked(paper, "replaced_late") == []


def test_a_proof_replaced_before_acceptance_is_not(paper: Paper):
    paper.proves(1, measure=1)
    paper.proves(1, replaces=1)
    assert asked(paper, "replaced_late") == []


def test_all_files_by_one_hand_are_asked_about(paper: Paper):
    for _ in range(5):
        paper.proves(1, measure=1, by="chen")
        paper.proves(2, measure=1, by="chen")
    (sign,) = paper.asks("one_account")
    assert sign.question.facts["count"] == 10
    assert sign.question.facts["unit"] == UNIT
    assert asked(paper, "one_account", wanted=lambda facts: facts["number"] == 1) == []
    paper.proves(2, measure=1)
    assert asked(paper, "one_account") == []


def test_one_hand_for_one_person_is_nothing(paper: Paper):
    for _ in range(10):
        paper.proves(1, measure=1, by="chen")
    assert asked(paper, "one_account") == []


# ---------------------------------------------------------------- scope


def test_what_was_voided_and_what_is_not_in_question_is_left_out(paper: Paper):
    for issue in (1, 2):
        paper.proves(issue, measure=1, sha256="aa" * 32)
    assert asked(paper, "same_file", wanted=lambda facts: facts["number"] == 1) == []
    paper.does("chen", "void", 2, reason="重复登记")
    assert asked(paper, "same_file") == []

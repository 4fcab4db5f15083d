"""``audit duties`` and ``audit signs`` as an auditor runs them."""

from __future__ import annotations

import pytest

from tests.terminal import Terminal, kept_up, planned, proof, with_issues


@pytest.fixture
def round_(terminal: Terminal) -> Terminal:
    """A round of which issue 7 was put right and accepted in one go."""
    return kept_up(with_issues(terminal))


def test_every_judgement_is_listed_with_who_did_and_who_judged(round_: Terminal):
    answer = round_.does("audit", "duties")
    assert "approve plan 1: other hands 1" in answer.out
    assert "2 judgements, none by whose work it was" in answer.out
    assert "A trial database" in answer.out
    found = round_.does("audit", "duties", "--json").json
    assert found["sound"]
    assert found["counts"] == {"other_hands": 2}
    accept = found["judgements"][1]
    assert (accept["event"], accept["by"]) == ("accept", [{"id": "li", "name": "李清源"}])
    assert {hand["id"] for work in accept["work"] for hand in work["by"]} == {"wang"}


def test_somebody_who_judged_their_own_work_is_named(round_: Terminal):
    planned(round_, 12)
    round_.does("people", "grant", "wang", "supervisor", "--unit", "县交通运输局党组")
    round_.does("--as", "wang", "void", 12, "--reason", "重复")
    answer = round_("audit", "duties", "--exceptions")
    assert answer.code == 6
    assert "R2025-12, entry 6: no rule keeps this step apart from the work" in answer.out
    assert "1 of 4 judgements were not kept apart" in answer.out
    assert "R2025-7 " not in answer.out
    found = round_("audit", "duties", "--json").json
    assert [j["of"]["id"] for j in found["judgements"] if j["violates"]] == ["wang"]
    assert round_("audit", "duties", "--round", "R1999").out.startswith("Nothing was judged")


def test_it_is_asked_as_of_a_day_before(round_: Terminal):
    answer = round_("audit", "duties", "--as-of", "2025-05-25", "--json")
    assert answer.code == 4  # the office was founded on the next day
    round_.later(10)
    planned(round_, 12)
    then = round_.does("audit", "duties", "--as-of", "2025-05-27", "--json").json
    assert then["counts"] == {"other_hands": 2}
    assert round_.does("audit", "duties", "--json").json["counts"] == {"other_hands": 3}


def test_signs_are_questions_and_end_well(round_: Terminal):
    answer = round_.does("audit", "signs")
    assert "soon_after_plan: a measure was reported done within 60 minutes" in answer.out
    assert "accepted 1 completions at most 0 minutes after" in answer.out
    assert "not a verdict" in answer.err
    assert "Nothing to ask by:" in answer.err
    assert "alike_percent=80" in answer.err


def test_signs_are_narrowed_and_their_limits_set(round_: Terminal):
    found = round_.does("audit", "signs", "--only", "accepted_at_once", "--json").json
    (sign,) = found["signs"]
    assert sign["issues"] == ["R2025-7"]
    assert [entry["n"] for entry in sign["entries"]] == [8, 9]
    assert sign["facts"]["person"] == "li"
    assert found["limits"]["minutes_to_accept"] == 10
    none = round_.does("audit", "signs", "--round", "R1999", "--json").json
    assert none["signs"] == []
    assert round_("audit", "signs", "--only", "nothing").code == 2
    for wrong in ("alike_percent", "alike_percent=x", "other=3"):
        assert round_("audit", "signs", "--limit", wrong).code == 2


def test_a_limit_moves_when_it_is_asked(round_: Terminal):
    proof(round_.folder, "another.txt")
    planned(round_, 12)
    only = ("audit", "signs", "--only", "finished_together", "--json")
    assert round_.does(*only).json["signs"] == []
    one = round_.does(*only, "--limit", "measures_together=1").json
    assert one["limits"]["measures_together"] == 1
    assert len(one["signs"]) == 1


def test_they_are_asked_in_chinese(round_: Terminal):
    round_.language = "zh"
    assert round_.does("audit", "signs").out
    assert round_.does("audit", "duties").out


def test_reconciling_without_a_day_looks_at_the_last_working_day(round_: Terminal):
    found = round_.does("audit", "reconcile", "--json").json
    assert found["day"] == "2025-05-23"  # a Friday: today is Monday

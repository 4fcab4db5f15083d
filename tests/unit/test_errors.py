"""Errors as values: a code for programs, a sentence for people."""

from __future__ import annotations

import pytest

import states
from states.errors import Invalid, Message, Option, Problem, RectificationError, Refused, Unmet


def test_a_message_says_its_facts():
    message = Message("few", "{found} of {declared} were found", {"found": 23, "declared": 25})
    assert str(message) == "23 of 25 were found"


def test_several_facts_are_a_list_with_commas():
    unmet = Unmet("role", "only {roles} may", {"roles": ("leader", "supervisor")})
    assert str(unmet) == "only leader, supervisor may"


def test_facts_may_hold_braces():
    assert str(Message("x", "not {value}", {"value": "{0} {name}"})) == "not {0} {name}"


def test_a_problem_begins_with_its_place():
    assert str(Problem("x", "wrong", source="a.txt", line=3)) == "a.txt:3: wrong"
    assert str(Problem("x", "wrong", source="a.txt")) == "a.txt: wrong"
    assert str(Problem("x", "wrong")) == "wrong"


def test_invalid_input_names_every_problem():
    error = Invalid(
        Problem("a", "first", source="f", line=1), Problem("b", "second", source="f", line=2)
    )
    assert str(error) == "f:1: first\nf:2: second"
    assert [p.code for p in error.problems] == ["a", "b"]
    assert error.message == error.problems[0]


def test_a_refusal_names_what_why_and_what_instead():
    unmet = (Unmet("a", "no plan"), Unmet("b", "no {what}", {"what": "date"}, asks="due"))
    offer = Option(event="note", to="reported", by=("leader",), unmet=unmet)
    refused = Refused(Message("refused", "{event} is refused", {"event": "x"}), unmet, (offer,))
    assert str(refused) == "x is refused: no plan; no date"
    assert isinstance(refused, RectificationError)
    assert refused.allowed == (offer,)
    assert [u.code for u in offer.blocked_by] == ["a"]
    assert [u.code for u in offer.needs] == ["b"]


def test_every_public_name_can_be_had():
    for name in states.__all__:
        assert getattr(states, name).__name__ == name
    with pytest.raises(AttributeError, match="no attribute 'amend'"):
        states.amend  # noqa: B018

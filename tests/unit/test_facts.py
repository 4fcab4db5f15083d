"""Facts: what may be said with an event, and every complaint about it at once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from states.effects import EFFECTS
from states.facts import INTERVAL_LIMIT, KINDS, TEXT_LIMIT, Fact, check_facts, persons_in
from states.phrasing import parse_recurrence
from states.recurrence import Recurrence
from states.recurring import read_recurrence, recurrence_record

SHA = "0123456789abcdef" * 4


def check(kind: str, value: Any) -> Any:
    """Return the value as it would be written down, or the sentence of the complaint."""
    facts, faults = check_facts((Fact("it", kind),), {"it": value})
    if faults:
        assert facts == {}
        assert [fault.asks for fault in faults] == ["it"]
        return str(faults[0])
    return facts["it"]


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        ("text", "  台账 \n", "台账"),
        ("text", "e\N{COMBINING ACUTE ACCENT}", "é"),
        ("text", "字" * TEXT_LIMIT, "字" * TEXT_LIMIT),
        ("person", "wang", "wang"),
        ("day", "2023-05-30", "2023-05-30"),
        ("day", "20230530", "2023-05-30"),
        ("day", date(2024, 2, 29), "2024-02-29"),
        ("whole", 0, 0),
        ("whole", 2**53 - 1, 2**53 - 1),
        ("positive", 1, 1),
        ("interval", INTERVAL_LIMIT, INTERVAL_LIMIT),
        ("sha256", SHA, SHA),
        ("verdict", "basically_completed", "basically_completed"),
        ("flag", False, False),
        ("role", "auditor", "auditor"),
        ("type", "staged", "staged"),
        ("look_verdict", "rebound", "rebound"),
        ("term", " 10个工作日 ", "10 workdays"),
        ("term", "1 month", "1 month"),
    ],
)
def test_a_good_value_is_written_in_its_canonical_form(kind: str, value: Any, written: Any):
    assert check(kind, value) == written


@pytest.mark.parametrize(
    ("kind", "value", "sentence"),
    [
        ("text", "  \t", "it must be text, not '  \\t'"),
        ("text", 5, "it must be text, not 5"),
        ("text", "\ud800", "it must be text, not '\\ud800'"),
        ("day", "2023-02-29", "it must be a date (YYYY-MM-DD, 1900 to 2999), not '2023-02-29'"),
        ("day", "预计年底前", "it must be a date (YYYY-MM-DD, 1900 to 2999), not '预计年底前'"),
        ("day", "0023-05-30", "it must be a date (YYYY-MM-DD, 1900 to 2999), not '0023-05-30'"),
        ("day", "9999-12-31", "it must be a date (YYYY-MM-DD, 1900 to 2999), not '9999-12-31'"),
        ("day", date.max, "it must be a date (YYYY-MM-DD, 1900 to 2999), not 9999-12-31"),
        ("day", 20230530, "it must be a date (YYYY-MM-DD, 1900 to 2999), not 20230530"),
        ("whole", -1, "it must be a whole number, not -1"),
        ("whole", 1.0, "it must be a whole number, not 1.0"),
        ("whole", True, "it must be a whole number, not True"),
        ("whole", 2**53, "it must be a whole number, not 9007199254740992"),
        ("whole", "3", "it must be a whole number, not '3'"),
        ("positive", 0, "it must be a whole number above 0, not 0"),
        ("interval", 3661, "it must be a number of days from 1 to 3660, not 3661"),
        ("sha256", SHA[1:], f"it must be a SHA-256 in hex, not '{SHA[1:]}'"),
        ("verdict", "done", "it must be completed or basically_completed, not 'done'"),
        ("flag", 1, "it must be yes or no, not 1"),
        (
            "role",
            "boss",
            "it must be one of responsible, leader, principal, supervisor, auditor, not 'boss'",
        ),
        ("role", "clock", "it must be one of responsible, leader, principal, supervisor, auditor"),
        ("person", "@clock", "it must be the id of a person, which does not begin with @, not"),
        ("type", "later", "it must be one of dated, immediate, staged, not 'later'"),
        ("look_verdict", "good", "it must be one of holds, slipping, rebound, not 'good'"),
        ("term", "soon", "it must be a term (such as 10 workdays, 30 days, 3 months), not 'soon'"),
        ("term", "0 days", "it must be a term (such as 10 workdays, 30 days, 3 months), not"),
        ("term", "-5 workdays", "it must be a term (such as 10 workdays, 30 days, 3 months)"),
        (
            "recurrence",
            "有时候",
            "it must be when it recurs (such as 每月,",
        ),
        ("recurrence", [], "it must be when it recurs"),
        ("recurrence", [{"every": "decade"}], "it must be when it recurs"),
        ("recurrence", [{"nth": 3}], "it must be when it recurs"),
        ("recurrence", [{"every": "month", "nth": 0}], "it must be when it recurs"),
        ("recurrence", [{"every": "month", "nth": True}], "it must be when it recurs"),
        ("recurrence", [{"every": "month", "of": "moon"}], "it must be when it recurs"),
        ("recurrence", [{"every": "month", "month": 13}], "it must be when it recurs"),
        ("recurrence", [{"every": "month", "since": "2023-07-01"}], "it must be when it recurs"),
        ("recurrence", [{"every": "month", "often": 1}], "it must be when it recurs"),
        ("recurrence", [{"every": "interval"}], "it must be when it recurs"),
        ("recurrence", [{"every": "interval", "nth": -1, "since": "2023-07-01"}], "it must be"),
        ("recurrence", [{"every": "interval", "nth": 30, "since": "9999-01-01"}], "it must be"),
        ("recurrence", [{"every": "holiday", "nth": 3, "names": [1]}], "it must be when it recurs"),
    ],
)
def test_a_bad_value_is_named_with_what_was_expected(kind: str, value: Any, sentence: str):
    assert check(kind, value).startswith(sentence)


def test_a_moment_is_no_day():
    moment = datetime(2023, 5, 30, 20, tzinfo=UTC)
    assert str(check("day", moment)).startswith("it must be a date")


def test_an_uppercase_or_unhexadecimal_hash_is_none():
    assert "SHA-256" in check("sha256", SHA.upper())
    assert "SHA-256" in check("sha256", "g" * 64)


def test_a_text_beyond_the_limit_is_refused_with_a_short_sentence():
    sentence = check("text", "字" * (TEXT_LIMIT + 1))
    assert sentence == f"it is too long: {TEXT_LIMIT + 1} characters, at most {TEXT_LIMIT}"
    assert check("person", "a" * (TEXT_LIMIT + 1)) == sentence


def test_a_recurrence_is_written_as_records_with_every_key():
    whole = {"every": "month", "nth": 5, "of": "day", "month": 0, "names": [], "since": None}
    assert check("recurrence", [{"every": "month", "nth": 5}]) == [whole]
    assert check("recurrence", [whole]) == [whole]
    assert check("recurrence", (Recurrence(every="month", nth=5),)) == [whole]
    interval = {"every": "interval", "nth": 30, "since": date(2023, 7, 1)}
    (written,) = check("recurrence", [interval])
    assert written == {**whole, "every": "interval", "nth": 30, "since": "2023-07-01"}
    assert read_recurrence(written) == Recurrence(every="interval", nth=30, since=date(2023, 7, 1))
    assert check("recurrence", "每月") == [recurrence_record(r) for r in parse_recurrence("每月")]


@pytest.mark.parametrize("nothing", [None, ""])
def test_nothing_said_counts_as_not_said(nothing: str | None):
    schema = (Fact("a", "text", required=True), Fact("b", "day"))
    facts, faults = check_facts(schema, {"a": nothing, "b": nothing})
    assert facts == {}
    assert [str(fault) for fault in faults] == ["a must be given"]


def test_every_fault_is_named_with_its_place_in_a_list():
    schema = (
        Fact("title", "text", required=True),
        Fact("parts", "records", each=(Fact("text", "text", required=True), Fact("due", "day"))),
    )
    said = {"titel": "x", "parts": [{"text": "good"}, {"due": "soon"}, {"text": "t", "dew": "x"}]}
    assert [str(fault) for fault in check_facts(schema, said)[1]] == [
        "titel is not asked for here",
        "title must be given",
        "parts[2].text must be given",
        "parts[2].due must be a date (YYYY-MM-DD, 1900 to 2999), not 'soon'",
        "parts[3].dew is not asked for here",
    ]


@pytest.mark.parametrize("value", ["abc", 5, {"text": "x"}, ["x"], [{"text": "x"}, None]])
def test_what_is_no_list_of_records_is_refused_as_a_whole(value: Any):
    schema = (Fact("parts", "records", each=(Fact("text", "text"),)),)
    facts, faults = check_facts(schema, {"parts": value})
    assert facts == {}
    assert "parts must be a list of records" in str(faults[0])


def test_good_facts_are_kept_in_order_of_the_schema():
    schema = (Fact("a", "text"), Fact("b", "whole"), Fact("c", "flag"))
    assert list(check_facts(schema, {"c": True, "b": 0, "a": "x"})[0]) == ["a", "b", "c"]


def test_persons_are_found_in_lists_too():
    taken = EFFECTS["acceptance"].takes
    facts = {"duties": [{"text": "a", "person": "wang"}, {"text": "b"}, {"person": "sun"}]}
    assert persons_in(taken, facts) == {"duties[1].person": "wang", "duties[3].person": "sun"}
    named = {"leader": "zhou", "department": "x", "person": "wang"}
    found = persons_in(EFFECTS["responsibility"].takes, named)
    assert found == {"leader": "zhou", "person": "wang"}


def kinds_in(schema: tuple[Fact, ...]) -> set[str]:
    return {fact.kind for fact in schema}.union(*(kinds_in(fact.each) for fact in schema))


@pytest.mark.parametrize("effect", EFFECTS)
def test_every_fact_of_every_effect_is_of_a_known_kind(effect: str):
    assert kinds_in(EFFECTS[effect].takes) <= {*KINDS, "records"}


NEEDED = {
    "registration": "round number title unit",
    "note": "note",
    "responsibility": "",
    "measure_added": "text",
    "measure_edited": "measure",
    "measure_done": "measure",
    "measure_dropped": "measure reason",
    "evidence": "sha256 size name",
    "due_date": "due reason",
    "void": "reason",
    "plan": "",
    "approval": "",
    "return": "",
    "completion": "",
    "remainder_done": "",
    "acceptance": "",
    "duty_done": "duty",
    "new_cycle": "",
    "classification": "",
    "term": "kind after reason",
    "extension_request": "due reason progress",
    "extension_grant": "",
    "extension_refusal": "reason",
    "suspension": "reason",
    "resumption": "",
    "handover": "from_person to_person reason",
    "recalculation": "",
    "letter": "kind sha256 obligation to",
    "acknowledgement": "letter",
    "duty_missed": "duty",
    "duty_added": "text when",
    "duty_ended": "duty reason",
    "look_back": "visit verdict",
    "proposal_declined": "reason",
}
NEEDED_OF_EACH = {
    ("registration", "claim"): "text source sha256",
    ("registration", "measures"): "text",
    ("acceptance", "duties"): "text when",
    ("letter", "to"): "person",
}


@pytest.mark.parametrize("effect", EFFECTS)
def test_an_effect_asks_for_what_it_cannot_do_without(effect: str):
    faults = check_facts(EFFECTS[effect].takes, {})[1]
    assert [fault.asks for fault in faults] == NEEDED[effect].split()


@pytest.mark.parametrize(("effect", "fact"), NEEDED_OF_EACH)
def test_every_record_in_a_list_is_asked_for_what_is_needed(effect: str, fact: str):
    faults = check_facts(EFFECTS[effect].takes, {fact: [{}]})[1]
    wanted = [f"{fact}[1].{name}" for name in NEEDED_OF_EACH[effect, fact].split()]
    assert [fault.asks for fault in faults if "[" in fault.asks] == wanted

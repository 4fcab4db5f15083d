"""Letting held rounds go, and deciding about messages that failed: who may, and what is refused."""

from __future__ import annotations

import pytest

from states.administration import administer, evolve_office
from states.audit import replay_office
from states.office import EVERYWHERE, Office
from tests.administering import ROUND, refusal, two_supervisors
from tests.cast import OTHER_UNIT, UNIT, Facts, administered, attempt

HELD: Facts = {**ROUND, "code": "HELD", "sha256": "cd" * 32, "held": True}
ELSEWHERE: Facts = {**HELD, "code": "FAR", "sha256": "ef" * 32, "unit": OTHER_UNIT}


@pytest.fixture(scope="module")
def office() -> Office:
    """An office with a round that is not held and two that are, one of another unit."""
    office = two_supervisors()
    for facts in (ROUND, HELD, ELSEWHERE):
        office = administered(office, "register_round", facts)
    return office


def named(*codes: str) -> Facts:
    return {"rounds": [{"code": code} for code in codes]}


def test_a_round_is_held_only_if_its_registration_says_so(office: Office) -> None:
    assert office.held == ("HELD", "FAR")
    assert office.holds("HELD-12")
    assert not office.holds("YX2023-12")
    assert not office.holds("UNKNOWN-1")
    assert not office.holds("")


def test_a_registration_of_before_there_was_holding_replays_to_a_round_that_is_not_held() -> None:
    entry, after = administer(two_supervisors(), attempt("li", "register_round", ROUND))
    assert "held" not in entry.facts
    assert after.held == ()


def test_a_release_lets_go_the_rounds_it_names_and_no_other(office: Office) -> None:
    entry, after = administer(office, attempt("li", "release", named("HELD")))
    assert after.held == ("FAR",)
    assert entry.facts == {"rounds": [{"code": "HELD"}]}
    assert evolve_office(office, entry) == after
    assert after.rounds["HELD"].source == office.rounds["HELD"].source


def test_a_released_office_is_what_its_log_yields() -> None:
    entries, office = [], None
    for event, facts in (("found_office", None), ("register_round", HELD), ("release", None)):
        said = {"stop": True, **named("HELD")} if event == "release" else facts
        tried = attempt("li", event, said)
        if event == "found_office":
            from states.process_file import default_process
            from tests.cast import founding

            tried = founding(default_process())
        entry, office = administer(office, tried)
        entries.append(entry)
    assert replay_office(entries) == office


def test_everything_that_keeps_a_release_back_is_said_at_once(office: Office) -> None:
    said = named("YX2023", "NONE", "HELD")
    assert refusal(office, "li", "release", said) == [
        "the round YX2023 is not held back",
        "there is no round NONE",
    ]
    assert refusal(office, "li", "release", {}) == [
        "no round is held back and sending is not stopped"
    ]


def test_a_supervisor_lets_go_the_rounds_of_their_own_units(office: Office) -> None:
    assert refusal(office, "chen", "release", named("HELD")) == []
    assert refusal(office, "chen", "release", named("HELD", "FAR")) == [
        f"only a supervisor of {OTHER_UNIT} may do this"
    ]
    assert refusal(office, "ma", "release", named("FAR")) == []
    assert refusal(office, "wang", "release", named("HELD")) == [
        f"only a supervisor of {UNIT} may do this"
    ]


def test_any_supervisor_ends_a_stop_and_nobody_else(office: Office) -> None:
    for person in ("li", "chen", "ma"):
        assert refusal(office, person, "release", {"stop": True}) == []
    for person in ("wang", "zhao", "he", "stranger"):
        assert refusal(office, person, "release", {"stop": True}) == [
            "only a supervisor may do this"
        ]


@pytest.mark.parametrize("event", ["retry_notices", "resolve_notices"])
def test_who_decides_about_messages_supervises_the_units_they_speak_of(
    office: Office, event: str
) -> None:
    decision = {"decision": "given_up"} if event == "resolve_notices" else {}

    def said(*units: str | None) -> Facts:
        notices = [{"key": f"k/{i}", "unit": unit} for i, unit in enumerate(units)]
        return {"notices": notices, "reason": "地址已更正", **decision}

    assert refusal(office, "chen", event, said(UNIT)) == []
    assert refusal(office, "chen", event, said(UNIT, OTHER_UNIT, None)) == [
        f"only a supervisor of {OTHER_UNIT} may do this"
    ]
    assert refusal(office, "chen", event, said(None)) == []
    assert refusal(office, "li", event, said(UNIT, OTHER_UNIT, None)) == []
    assert refusal(office, "qian", event, said(None)) == ["only a supervisor may do this"]
    assert refusal(office, "li", event, said()) == ["no message is named"]


def test_a_decision_is_one_of_three(office: Office) -> None:
    facts = {"notices": [{"key": "k"}], "reason": "电话确认", "decision": "perhaps"}
    assert refusal(office, "li", "resolve_notices", facts) == [
        "decision must be one of arrived, given_up, send_again, not 'perhaps'"
    ]


def test_who_supervises_a_unit_is_known_by_role_and_nobody_who_left(office: Office) -> None:
    assert office.in_role("supervisor") == ("chen", "li", "ma", "old")
    assert administered(office, "leave", {"person": "old", "on": "2023-03-01"}).in_role(
        "supervisor"
    ) == ("chen", "li", "ma")
    assert EVERYWHERE not in {known.unit for known in office.rounds.values()}

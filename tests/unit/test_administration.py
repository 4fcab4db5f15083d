"""Acts of the office: who may do them, what they change, what they refuse."""

from __future__ import annotations

from datetime import date

import pytest

from states.acts import ACTS
from states.administration import administer
from states.errors import Refused
from states.log import OFFICE
from states.office import EVERYWHERE, Grant, Office
from states.process_file import default_process
from states.signed_note import NoteKey
from tests.administering import NEWCOMER, ROUND, refusal, two_supervisors
from tests.cast import (
    COMMITMENT,
    OTHER_UNIT,
    PROOF,
    UNIT,
    Facts,
    administered,
    an_office,
    attempt,
    delegated,
    founding,
)


@pytest.fixture(scope="module")
def office() -> Office:
    """An office with two supervisors of every unit, and two people who have left."""
    office = two_supervisors()
    office = administered(office, "bind_account", {"person": "old", "account": "old@office"})
    for person, unit in (("away", UNIT), ("gone", "")):
        facts = {"person": person, "unit": unit, "commitment": COMMITMENT}
        office = administered(office, "add_person", facts)
        office = administered(office, "leave", {"person": person, "on": "2023-03-01"})
    held = {**ROUND, "code": "HELD", "held": True}
    return administered(office, "register_round", held)


# ---------------------------------------------------------------------------------- founding


def test_the_founder_supervises_every_unit_and_is_bound_to_the_account():
    process = default_process()
    entry, office = administer(None, founding(process))
    assert (entry.stream, entry.n, entry.content["prev"]) == (OFFICE, 1, "")
    assert office.process == process.hash
    assert office.grants == (Grant(person="li", role="supervisor", unit=EVERYWHERE),)
    assert office.accounts == {"li@office": "li"}
    assert office.members["li"].commitment == COMMITMENT
    assert office.trial is False
    assert administer(None, founding(process, trial=True))[1].trial is True


def test_nothing_is_done_before_the_office_is_founded():
    for event in ACTS:
        if event != "found_office":
            unmet = refusal(None, "li", event, NEWCOMER)
            assert "the office has not been founded yet (rectify init)" in unmet


def test_an_office_is_founded_once():
    again = founding(default_process()).facts
    assert refusal(an_office(), "li", "found_office", again) == ["the office was founded already"]


def test_an_act_that_nobody_knows_is_refused_with_those_that_are_known():
    (sentence,) = refusal(an_office(), "li", "dismiss_person", {})
    assert sentence.startswith("the office knows no act dismiss_person; it knows found_office,")


# --------------------------------------------------------------------------------- authority

RETRIED: Facts = {
    "notices": [{"key": "YX2023-1/2/assign/wang/mail", "unit": UNIT}],
    "reason": "已更正",
}
OF_THE_UNIT: dict[str, Facts] = {
    "add_person": NEWCOMER,
    "edit_person": {**NEWCOMER, "person": "wang"},
    "grant_role": {"person": "sun", "role": "leader", "unit": UNIT},
    "revoke_role": {"person": "sun", "role": "responsible", "unit": UNIT},
    "delegate": {"principal": "wang", "recorder": "he"},
    "end_delegation": {"number": 1},
    "substitute": {"principal": "sun", "recorder": "he", "until": "2023-12-31"},
    "leave": {"person": "sun", "on": "2023-03-01"},
    "hand_over": {"from_person": "sun", "to_person": "he", "reason": "调动"},
    "rejoin": {"person": "away"},
    "register_round": ROUND,
    "release": {"rounds": [{"code": "HELD"}]},
    "retry_notices": RETRIED,
    "resolve_notices": {**RETRIED, "decision": "arrived"},
}
OF_EVERY_UNIT: dict[str, Facts] = {
    "add_person": {"person": "new", "commitment": COMMITMENT},
    "edit_person": {**NEWCOMER, "person": "ma"},
    "grant_role": {"person": "chen", "role": "supervisor", "unit": EVERYWHERE},
    "revoke_role": {"person": "old", "role": "supervisor", "unit": EVERYWHERE},
    "delegate": {"principal": "li", "recorder": "he"},
    "end_delegation": {"number": 2},
    "substitute": {"principal": "old", "recorder": "he", "until": "2023-12-31"},
    "leave": {"person": "old", "on": "2023-03-01"},
    "hand_over": {"from_person": "old", "to_person": "he", "reason": "调动"},
    "rejoin": {"person": "gone"},
    "bind_account": {"person": "wang", "account": "wang@office"},
    "unbind_account": {"account": "old@office"},
    "adopt_calendar": {"calendar": PROOF, "name": "china"},
    "migrate_issues": {"process": PROOF, "name": "new"},
    "adopt_process": {"process": PROOF, "name": "new"},
    "adopt_key": {"key": str(NoteKey(an_office().origin, bytes(32)))},
    "redact": {"person": "gone", "reason": "申请"},
    "restore": {"entries": 12, "reason": "磁盘损坏"},
}


@pytest.mark.parametrize("event", OF_THE_UNIT)
def test_acts_about_a_unit_are_for_its_supervisors(office: Office, event: str):
    facts = OF_THE_UNIT[event]
    assert refusal(office, "li", event, facts) == []
    assert refusal(office, "chen", event, facts) == []
    for person in ("wang", "zhou", "zhao", "ma", "he", "stranger"):
        assert refusal(office, person, event, facts) == [f"only a supervisor of {UNIT} may do this"]


@pytest.mark.parametrize("event", OF_EVERY_UNIT)
def test_acts_about_more_are_for_supervisors_of_every_unit(office: Office, event: str):
    facts = OF_EVERY_UNIT[event]
    assert refusal(office, "li", event, facts) == []
    for person in ("chen", "ma", "zhou", "he"):
        assert refusal(office, person, event, facts) == [
            "only a supervisor of every unit may do this"
        ]


def test_every_act_is_in_one_of_these_tables():
    elsewhere = {"found_office", "adopt_recovery"}  # the latter needs a key: test_acts_on_seals
    assert {*OF_THE_UNIT, *OF_EVERY_UNIT, *elsewhere} == ACTS.keys()


def test_a_person_is_not_moved_out_of_a_unit_by_its_supervisor_alone(office: Office):
    moved = {"person": "wang", "unit": OTHER_UNIT, "commitment": COMMITMENT}
    assert refusal(office, "chen", "edit_person", moved) != []
    assert refusal(office, "ma", "edit_person", moved) != []
    assert refusal(office, "li", "edit_person", moved) == []


def test_what_concerns_people_is_not_recorded_for_another_even_with_a_delegation(office: Office):
    said = ["what concerns people and roles is not recorded for another person"]
    assert refusal(office, "he", "add_person", NEWCOMER, behalf="chen") == said
    lent = delegated(office, "chen")
    assert refusal(lent, "he", "add_person", NEWCOMER, behalf="chen") == said


def test_the_unit_is_looked_at_as_it_is_written_down(office: Office):
    spaced = {**NEWCOMER, "unit": f" {UNIT} "}
    assert refusal(office, "chen", "add_person", spaced) == []


# --------------------------------------------------------------------------------- conditions


@pytest.mark.parametrize(
    ("event", "facts", "sentences"),
    [
        ("add_person", {**NEWCOMER, "person": "wang"}, ["wang is already known"]),
        (
            "edit_person",
            {**NEWCOMER, "person": "nobody"},
            ["person: there is no person nobody (rectify people list)"],
        ),
        (
            "grant_role",
            {"person": "nobody", "role": "boss", "unit": UNIT},
            [
                "role must be one of responsible, leader, principal, supervisor, auditor, "
                "not 'boss'",
                "person: there is no person nobody (rectify people list)",
            ],
        ),
        (
            "revoke_role",
            {"person": "wang", "role": "leader", "unit": UNIT},
            [f"wang does not hold leader for {UNIT}"],
        ),
        (
            "delegate",
            {"principal": "nobody", "recorder": "no one", "until": "soon"},
            [
                "until must be a date (YYYY-MM-DD, 1900 to 2999), not 'soon'",
                "principal: there is no person nobody (rectify people list)",
                "recorder: there is no person no one (rectify people list)",
            ],
        ),
        ("end_delegation", {"number": 9}, ["there is no such delegation in force"]),
        ("add_person", {}, ["person must be given", "commitment must be given"]),
    ],
)
def test_everything_that_is_wrong_is_named_at_once(
    office: Office, event: str, facts: Facts, sentences: list[str]
):
    assert refusal(office, "li", event, facts) == sentences


def test_a_round_is_registered_once(office: Office):
    registered = administered(office, "register_round", ROUND)
    assert registered.rounds["YX2023"].declared_issues == 25
    assert registered.rounds["YX2023"].feedback == date(2023, 3, 1)
    assert registered.rounds["YX2023"].inspection_from is None
    assert refusal(registered, "li", "register_round", ROUND) == [
        "round YX2023 was already registered from report.docx"
    ]


def test_the_last_supervisor_of_every_unit_stays():
    grant = {"person": "li", "role": "supervisor", "unit": EVERYWHERE}
    alone = an_office()
    assert refusal(alone, "li", "revoke_role", grant) == [
        "li is the last supervisor of every unit: without one nobody could act here"
    ]
    both = administered(alone, "grant_role", {**grant, "person": "zhou"})
    both = administered(both, "bind_account", {"person": "zhou", "account": "zhou@office"})
    assert refusal(both, "li", "revoke_role", grant) == []


NEEDED = {
    "found_office": "person commitment account process trial",
    "add_person": "person commitment",
    "edit_person": "person commitment",
    "grant_role": "person role unit",
    "revoke_role": "person role unit",
    "bind_account": "person account",
    "unbind_account": "account",
    "leave": "person",
    "rejoin": "person",
    "hand_over": "from_person to_person reason",
    "delegate": "principal recorder",
    "substitute": "principal recorder until",
    "end_delegation": "number",
    "register_round": "code unit source sha256 found_aspects found_issues",
    "adopt_process": "process name",
    "adopt_calendar": "calendar name",
    "migrate_issues": "process name",
    "release": "",
    "retry_notices": "notices reason",
    "resolve_notices": "notices decision reason",
    "adopt_key": "key",
    "adopt_recovery": "key note",
    "redact": "person reason",
    "restore": "entries reason",
}


@pytest.mark.parametrize("event", ACTS)
def test_an_act_asks_for_what_it_cannot_do_without(event: str):
    office = None if event == "found_office" else an_office()
    with pytest.raises(Refused) as caught:
        administer(office, attempt("li", event))
    missing = [u.asks for u in caught.value.unmet if u.code == "fact_missing"]
    assert missing == NEEDED[event].split()

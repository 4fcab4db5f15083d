"""Substitutes, leavers, handovers and accounts: what the office allows, and what it changes."""

from __future__ import annotations

from datetime import date

import pytest

from states.administration import administer
from states.office import EVERYWHERE, Grant, Office
from states.process_file import default_process
from tests.administering import NEWCOMER, refusal, two_supervisors
from tests.cast import COMMITMENT, FEEDBACK, UNIT, Facts, administered, an_office, founding

AWAY: Facts = {"principal": "wang", "recorder": "sun", "since": "2023-04-01", "until": "2023-04-14"}


@pytest.fixture(scope="module")
def people() -> Office:
    return two_supervisors()


def test_a_substitute_stands_in_on_the_days_stated_and_on_no_other(people: Office):
    office = administered(people, "substitute", AWAY)
    (delegation,) = [d for d in office.delegations if d.stands_in]
    held = [day for day in range(1, 31) if delegation.holds(date(2023, 4, day))]
    assert held == list(range(1, 15))
    assert not delegation.holds(date(2023, 3, 31))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"until": "2023-02-28"}, "the last day 2023-02-28 has already passed"),
        (
            {"since": "2023-04-20"},
            "the last day 2023-04-14 is before the first day 2023-04-20",
        ),
        ({"recorder": "wang"}, "nobody records for themselves"),
        ({"recorder": "nobody"}, "recorder: there is no person nobody (rectify people list)"),
        ({"until": None}, "until must be given"),
    ],
)
def test_a_substitution_that_makes_no_sense_is_refused(
    people: Office, changed: Facts, sentence: str
):
    assert sentence in refusal(people, "li", "substitute", {**AWAY, **changed})


def test_a_substitution_begins_today_unless_another_day_is_given(people: Office):
    office = administered(people, "substitute", {**AWAY, "since": None})
    assert office.delegations[-1].since == FEEDBACK
    wrong = refusal(people, "li", "substitute", {**AWAY, "since": "soon"})
    assert wrong == ["since must be a date (YYYY-MM-DD, 1900 to 2999), not 'soon'"]


def test_nobody_has_two_substitutes_on_one_day(people: Office):
    office = administered(people, "substitute", AWAY)
    again = {**AWAY, "recorder": "zhou", "since": "2023-04-14", "until": "2023-04-20"}
    (sentence,) = refusal(office, "li", "substitute", again)
    assert sentence == "sun already stands in for wang from 2023-04-01 to 2023-04-14"
    assert refusal(office, "li", "substitute", {**again, "since": "2023-04-15"}) == []
    before = {**again, "since": "2023-03-20", "until": "2023-04-01"}
    assert refusal(office, "li", "substitute", before) == [sentence]
    assert refusal(office, "li", "substitute", {**before, "until": "2023-03-31"}) == []
    ended = administered(office, "end_delegation", {"number": 3})
    assert refusal(ended, "li", "substitute", again) == []


def test_who_has_left_stands_in_for_nobody_any_more(people: Office):
    office = administered(people, "substitute", AWAY)
    left = administered(office, "leave", {"person": "sun"})
    assert [d.ended for d in left.delegations if d.recorder == "sun"] == [True]
    assert [d.ended for d in left.delegations if d.recorder != "sun"] == [False, False]


def test_who_leaves_holds_no_role_account_or_delegation_any_more(people: Office):
    bound = administered(people, "bind_account", {"person": "wang", "account": "os:7"})
    office = administered(bound, "leave", {"person": "wang", "on": FEEDBACK, "successor": "sun"})
    assert office.roles("wang", UNIT) == frozenset()
    assert "os:7" not in office.accounts
    assert all(d.ended for d in office.delegations if d.principal == "wang")
    assert (office.members["wang"].left_on, office.members["wang"].successor) == (FEEDBACK, "sun")
    # What is known of a person is changed without forgetting that they have left.
    edited = administered(office, "edit_person", {**NEWCOMER, "person": "wang"})
    assert edited.members["wang"].left_on == FEEDBACK


def test_leaving_is_refused_with_every_reason(people: Office):
    left = administered(people, "leave", {"person": "sun", "on": FEEDBACK})
    assert refusal(left, "li", "leave", {"person": "sun", "on": "2023-02-01"}) == [
        "sun left on 2023-03-01"
    ]
    later = {"person": "wang", "on": "2023-03-02", "successor": "sun"}
    assert refusal(left, "li", "leave", later) == [
        "sun left on 2023-03-01",
        "the day 2023-03-02 has not come yet",
    ]
    own = {"person": "wang", "on": FEEDBACK, "successor": "wang"}
    assert refusal(left, "li", "leave", own) == ["nobody takes over from themselves"]
    assert refusal(an_office(), "li", "leave", {"person": "li", "on": FEEDBACK}) == [
        "li is the last supervisor of every unit: without one nobody could act here"
    ]


def test_a_handover_moves_the_roles_and_ends_what_others_record(people: Office):
    facts = {"from_person": "wang", "to_person": "he", "reason": "调动"}
    office = administered(people, "hand_over", facts)
    assert office.roles("he", UNIT) == {"responsible"}
    assert office.roles("wang", UNIT) == frozenset()
    assert all(d.ended for d in office.delegations if d.principal == "wang")
    kept = administered(people, "hand_over", {**facts, "keep_roles": True})
    assert kept.roles("wang", UNIT) == kept.roles("he", UNIT) == {"responsible"}
    assert kept.delegations == people.delegations


def test_roles_are_handed_over_even_after_their_holder_has_left(people: Office):
    left = administered(people, "leave", {"person": "wang", "on": FEEDBACK})
    assert left.holders("responsible", UNIT) == ("sun",)
    facts = {"from_person": "wang", "to_person": "he", "reason": "调动"}
    office = administered(left, "hand_over", facts)
    assert office.roles("he", UNIT) == {"responsible"}
    assert [g for g in office.grants if g.person == "wang"] == []


def test_who_has_left_is_given_nothing_to_do(people: Office):
    left = administered(people, "leave", {"person": "sun", "on": FEEDBACK})
    until = "2023-12-31"
    acts: list[tuple[str, Facts]] = [
        ("grant_role", {"person": "sun", "role": "leader", "unit": UNIT}),
        ("bind_account", {"person": "sun", "account": "os:7"}),
        ("delegate", {"principal": "chen", "recorder": "sun"}),
        ("delegate", {"principal": "sun", "recorder": "he"}),
        ("substitute", {"principal": "chen", "recorder": "sun", "until": until}),
        ("hand_over", {"from_person": "wang", "to_person": "sun", "reason": "调动"}),
        ("leave", {"person": "wang", "on": FEEDBACK, "successor": "sun"}),
    ]
    for event, facts in acts:
        assert refusal(left, "li", event, facts) == ["sun left on 2023-03-01"], event


def test_who_comes_back_has_the_roles_they_had(people: Office):
    left = administered(people, "leave", {"person": "sun", "on": FEEDBACK, "successor": "wang"})
    back = administered(left, "rejoin", {"person": "sun"})
    assert back.members == people.members
    assert back.roles("sun", UNIT) == {"responsible"}
    assert refusal(back, "li", "rejoin", {"person": "sun"}) == ["sun has not left"]
    assert refusal(back, "li", "rejoin", {"person": "nobody"}) == [
        "person: there is no person nobody (rectify people list)"
    ]


def test_a_supervisor_who_has_left_is_not_counted_as_one(people: Office):
    left = administered(people, "leave", {"person": "old", "on": FEEDBACK})
    grant = {"person": "li", "role": "supervisor", "unit": EVERYWHERE}
    last = ["li is the last supervisor of every unit: without one nobody could act here"]
    assert refusal(left, "li", "revoke_role", grant) == last
    assert refusal(left, "li", "leave", {"person": "li", "on": FEEDBACK}) == last


def test_a_supervisor_of_every_unit_who_hands_over_leaves_one_behind():
    bound = administered(an_office(), "bind_account", {"person": "zhou", "account": "os:7"})
    facts = {"from_person": "li", "to_person": "zhou", "reason": "调动"}
    office = administered(bound, "hand_over", facts)
    assert [g for g in office.grants if g.unit == EVERYWHERE] == [
        Grant(person="zhou", role="supervisor", unit=EVERYWHERE)
    ]


LOCKED_OUT = (
    "no other supervisor of every unit has an account: without li nobody could act here "
    "(rectify people bind)"
)


@pytest.mark.parametrize(
    ("event", "facts"),
    [
        ("unbind_account", {"account": "li@office"}),
        ("leave", {"person": "li"}),
        ("revoke_role", {"person": "li", "role": "supervisor", "unit": EVERYWHERE}),
        ("hand_over", {"from_person": "li", "to_person": "zhou", "reason": "调动"}),
    ],
)
def test_nobody_locks_everybody_out(people: Office, event: str, facts: Facts):
    """Old supervises every unit, too, but could not log in."""
    assert refusal(people, "li", event, facts) == [LOCKED_OUT]
    bound = administered(people, "bind_account", {"person": "zhou", "account": "os:7"})
    assert refusal(bound, "li", event, facts) == ([] if event == "hand_over" else [LOCKED_OUT])
    bound = administered(people, "bind_account", {"person": "old", "account": "os:8"})
    assert refusal(bound, "li", event, facts) == []


def test_in_a_trial_any_account_acts_for_the_supervisor_who_remains():
    _, office = administer(None, founding(default_process(), trial=True))
    office = administered(office, "add_person", NEWCOMER)
    grant = {"person": "new", "role": "supervisor", "unit": EVERYWHERE}
    office = administered(office, "grant_role", grant)
    assert refusal(office, "li", "leave", {"person": "li"}) == []


def test_an_account_belongs_to_one_person_at_a_time(people: Office):
    bound = administered(people, "bind_account", {"person": "wang", "account": "os:7"})
    taken = {"person": "sun", "account": "os:7"}
    assert refusal(bound, "li", "bind_account", taken) == [
        "the account os:7 belongs to wang; unbind it first (rectify people unbind)"
    ]
    free = administered(bound, "unbind_account", {"account": "os:7"})
    assert refusal(free, "li", "bind_account", taken) == []
    assert refusal(free, "li", "unbind_account", {"account": "os:7"}) == [
        "the account os:7 belongs to nobody"
    ]


def test_nobody_is_called_as_the_program_calls_itself(people: Office):
    clock = {**NEWCOMER, "person": "@clock"}
    said = ["person must be the id of a person, which does not begin with @, not '@clock'"]
    assert refusal(people, "li", "add_person", clock) == said
    founder = {**founding(default_process()).facts, "person": "@clock"}
    assert refusal(None, "li", "found_office", founder) == said


def test_the_calendar_in_force_is_the_one_adopted_last(people: Office):
    first = {"calendar": "ab" * 32, "name": "china", "source": "国办发明电〔2025〕7号"}
    office = administered(people, "adopt_calendar", first)
    assert office.calendar == "ab" * 32
    assert refusal(office, "li", "adopt_calendar", first) == [
        "this very calendar is in force already"
    ]
    assert administered(office, "adopt_calendar", {**first, "calendar": "cd" * 32}).calendar == (
        "cd" * 32
    )


def test_the_office_still_refuses_what_its_history_forbids(people: Office):
    """A member who left is a member still: their id is not given to somebody new."""
    left = administered(people, "leave", {"person": "sun", "on": FEEDBACK})
    again = {"person": "sun", "commitment": COMMITMENT}
    assert refusal(left, "li", "add_person", again) == ["sun is already known"]

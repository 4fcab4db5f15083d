"""Who is told: roles, up the line, substitutes by day, leavers, successors, the unreachable."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.planning.audience import HOLDER, NOBODY, Audience
from states.attempt import LEADER, PRINCIPAL, RESPONSIBLE, SUPERVISOR
from states.frozen import replace
from states.office import EVERYWHERE, Delegation, Grant, Member, Office, Person
from tests.cast import FEEDBACK, UNIT, Story, a_story, an_office, assigned, issue_in
from tests.owed import PEOPLE, around, the_obligation

AWAY = (date(2023, 4, 1), date(2023, 4, 14))
BEFORE, DURING, AFTER = date(2023, 3, 31), date(2023, 4, 10), date(2023, 4, 15)


@pytest.fixture(scope="module")
def story() -> Story:
    """An issue for which Wang answers and Zhou leads; the plan is to be drafted."""
    return assigned(a_story())


def left(office: Office, person: str, successor: str | None = None) -> Office:
    """Return the office after somebody has left it, whatever it would have refused."""
    gone = replace(office.members[person], left_on=FEEDBACK, successor=successor)
    return replace(office, members={**office.members, person: gone})


def away(office: Office, person: str, substitute: str, *, ended: bool = False) -> Office:
    """Return the office in which somebody stands in for another in the days of ``AWAY``."""
    delegation = Delegation(
        number=len(office.delegations) + 1,
        principal=person,
        recorder=substitute,
        since=AWAY[0],
        until=AWAY[1],
        stands_in=True,
        ended=ended,
    )
    return replace(office, delegations=(*office.delegations, delegation))


def without_address(*persons: str) -> Mapping[str, Person]:
    """Return the people, some of whom cannot be reached."""
    return {
        id: replace(person, addresses={}) if id in persons else person
        for id, person in PEOPLE.items()
    }


def told(audience: Audience, *roles: str, kind: str = "draft_plan") -> dict[str, str | None]:
    """Return who is told of an obligation, and for whom they stand in."""
    obligation = the_obligation(audience.issue, kind)
    return audience.told_for(roles or (HOLDER,), obligation)


# --------------------------------------------------------------------------------- roles


def test_the_person_named_is_told_and_not_everybody_who_holds_the_role(story: Story):
    assert told(around(story)) == {"wang": None}
    assert told(around(story), HOLDER, LEADER, PRINCIPAL, SUPERVISOR) == {
        "wang": None,
        "zhou": None,
        "qian": None,
        "chen": None,
        "li": None,
    }


def test_who_stands_in_two_roles_is_told_once():
    story = a_story()
    grants = (*story.office.grants, Grant(person="zhou", role=RESPONSIBLE, unit=UNIT))
    story.office = replace(story.office, grants=grants)
    story.acts("li", "assign", {"leader": "zhou", "department": "河长办", "person": "zhou"})
    assert told(around(story), HOLDER, LEADER) == {"zhou": None}


def test_the_leader_named_goes_before_others_who_hold_the_role(story: Story):
    grants = (*story.office.grants, Grant(person="sun", role=LEADER, unit=UNIT))
    office = replace(story.office, grants=grants)
    assert told(around(story, office=office), LEADER) == {"zhou": None}
    assert told(around(a_story(), office=office), LEADER) == {"sun": None, "zhou": None}


def test_whom_the_plan_names_for_a_part_goes_before_who_answers_for_the_issue():
    story = issue_in("long_term_maintenance")
    obligation = replace(the_obligation(story.issue, "perform_duty", "1.1"), person="sun")
    assert around(story).told_for((HOLDER,), obligation) == {"sun": None}
    assert around(story).named(obligation) == "sun"


# ---------------------------------------------------------------------------- up the line


def test_where_nobody_is_named_the_next_up_the_line_is_told():
    story, office = a_story(), an_office()
    for role, persons in ((LEADER, ["zhou"]), (PRINCIPAL, ["qian"]), (SUPERVISOR, ["chen", "li"])):
        assert list(told(around(story, office=office))) == persons
        office = replace(office, grants=tuple(g for g in office.grants if g.role != role))
    assert told(around(story, office=office)) == {NOBODY: None}


def test_who_cannot_be_reached_stays_on_record_and_the_next_up_the_line_is_told(story: Story):
    people = without_address("wang")
    assert list(told(around(story, people=people))) == ["wang", "zhou"]
    people = without_address("wang", "zhou", "qian", "li")
    assert list(told(around(story, people=people))) == ["wang", "chen"]
    people = without_address(*PEOPLE)
    assert list(told(around(story, people=people))) == ["wang"]


def test_nobody_up_the_line_is_bothered_while_somebody_told_can_be_reached(story: Story):
    people = without_address("wang")
    assert list(told(around(story, people=people), HOLDER, LEADER)) == ["wang", "zhou"]
    assert list(told(around(story, people=without_address("zhou")), HOLDER, LEADER)) == [
        "wang",
        "zhou",
    ]


def test_work_of_the_supervisors_goes_to_no_one_of_the_unit_even_if_they_cannot_be_reached():
    story = issue_in("plan_drafted")
    people = without_address("chen", "li")
    assert list(told(around(story, people=people), kind="decide_plan")) == ["chen", "li"]


# ----------------------------------------------------------------------------- substitutes


def test_a_substitute_is_told_on_the_days_stated_for_whom_they_stand_in(story: Story):
    office = away(story.office, "wang", "sun")
    assert told(around(story, BEFORE, office=office)) == {"wang": None}
    for day in (*AWAY, DURING):
        assert told(around(story, day, office=office)) == {"sun": "wang"}
    assert told(around(story, AFTER, office=office)) == {"wang": None}


def test_a_substitution_that_was_ended_sends_nothing_elsewhere(story: Story):
    office = away(story.office, "wang", "sun", ended=True)
    assert told(around(story, DURING, office=office)) == {"wang": None}


def test_who_may_only_record_is_not_told_in_the_place_of_the_person(story: Story):
    recorder = Delegation(number=1, principal="wang", recorder="he", until=None)
    office = replace(story.office, delegations=(recorder,))
    assert told(around(story, office=office)) == {"wang": None}


def test_where_the_substitute_is_away_as_well_theirs_is_told(story: Story):
    office = away(away(story.office, "wang", "sun"), "sun", "he")
    assert told(around(story, DURING, office=office)) == {"he": "wang"}


def test_two_who_stand_in_for_each_other_are_both_there(story: Story):
    office = away(away(story.office, "wang", "sun"), "sun", "wang")
    assert told(around(story, DURING, office=office)) == {"wang": None}


def test_a_leader_who_stands_in_for_the_person_is_told_once(story: Story):
    office = away(story.office, "wang", "zhou")
    assert list(told(around(story, DURING, office=office), HOLDER, LEADER)) == ["zhou"]


def test_a_substitute_who_cannot_be_reached_does_not_swallow_the_reminder(story: Story):
    office = away(story.office, "wang", "sun")
    audience = around(story, DURING, office=office, people=without_address("sun"))
    assert list(told(audience)) == ["sun", "zhou"]


# ---------------------------------------------------------------------------------- leavers


def test_who_has_left_is_told_nothing_and_the_next_up_the_line_is(story: Story):
    audience = around(story, office=left(story.office, "wang"))
    assert told(audience) == {"zhou": None}
    assert audience.has_left("wang")
    assert not audience.has_left("sun")


def test_a_successor_is_told_and_the_successor_of_a_successor(story: Story):
    office = left(story.office, "wang", "sun")
    assert told(around(story, office=office)) == {"sun": None}
    assert told(around(story, office=left(office, "sun", "he"))) == {"he": None}
    assert told(around(story, office=left(office, "sun"))) == {"zhou": None}


def test_two_leavers_who_succeed_each_other_are_nobody(story: Story):
    office = left(left(story.office, "wang", "sun"), "sun", "wang")
    assert told(around(story, office=office)) == {"zhou": None}


def test_a_leader_named_who_has_left_makes_room_for_others_with_the_role(story: Story):
    office = left(story.office, "zhou")
    assert told(around(story, office=office), LEADER) == told(around(story))
    grants = (*office.grants, Grant(person="sun", role=LEADER, unit=UNIT))
    office = replace(office, grants=grants)
    assert told(around(story, office=office), LEADER) == {"sun": None}


def test_the_substitute_of_a_successor_is_told_for_the_successor(story: Story):
    office = away(left(story.office, "wang", "sun"), "sun", "he")
    assert told(around(story, DURING, office=office)) == {"he": "sun"}


def test_the_issue_of_an_office_without_anybody_is_owed_to_nobody_on_record():
    story = a_story()
    office = story.office
    for person in ("zhou", "qian", "chen", "li"):
        office = left(office, person)
    assert told(around(story, office=office)) == {NOBODY: None}


# --------------------------------------------------------------------------------- the law

UNIT_PEOPLE = ("wang", "sun", "zhou", "qian", "chen", "li")
IN_THE_LINE = ("wang", "zhou", "qian", "chen", "li")


@st.composite
def offices(draw: st.DrawFn) -> tuple[Office, tuple[str, ...]]:
    """An office where some have left, some are away, some cannot be reached; who is there."""
    office = an_office()
    person = st.sampled_from(UNIT_PEOPLE)
    gone = draw(st.dictionaries(person, st.none() | person, max_size=4))
    members: dict[str, Member] = dict(office.members)
    for id, successor in gone.items():
        members[id] = replace(members[id], left_on=FEEDBACK, successor=successor)
    office = replace(office, members=members)
    absent = draw(st.dictionaries(person, person, max_size=3))
    for id, substitute in absent.items():
        if id != substitute and not {id, substitute} & gone.keys():
            office = away(office, id, substitute)
    mute = draw(st.lists(person, unique=True))
    return office, tuple(mute)


@given(offices(), st.lists(st.sampled_from((HOLDER, LEADER, PRINCIPAL)), min_size=1, unique=True))
def test_whenever_anybody_in_the_line_can_be_reached_somebody_who_can_be_is_told(
    drawn: tuple[Office, tuple[str, ...]], roles: list[str]
):
    office, mute = drawn
    audience = around(_ASSIGNED, DURING, office=office, people=without_address(*mute))
    found = told(audience, *roles)

    there = [p for p in IN_THE_LINE if not office.has_left(p)]
    reachable = [p for p in audience.reached_by(there) if p not in mute]
    assert found
    if reachable:
        assert any(p != NOBODY and audience.reachable(p) for p in found)
    assert not any(office.has_left(p) for p in found if p != NOBODY)


@given(offices())
def test_everybody_is_told_once_and_never_for_themselves(drawn: tuple[Office, tuple[str, ...]]):
    office, mute = drawn
    audience = around(_ASSIGNED, DURING, office=office, people=without_address(*mute))
    found = told(audience, HOLDER, LEADER, PRINCIPAL, SUPERVISOR)
    assert all(person != stands_for for person, stands_for in found.items())
    assert around(_ASSIGNED, AFTER + timedelta(days=1), office=office).reached_by(["wang"]) == {
        "wang": None
    }


_ASSIGNED = assigned(a_story())


def test_the_supervisor_of_every_unit_is_the_end_of_the_line():
    """Li alone is left: what nobody does in the unit reaches the supervising office."""
    office = replace(an_office(), grants=(Grant(person="li", role=SUPERVISOR, unit=EVERYWHERE),))
    assert told(around(a_story(office=office), office=office)) == {"li": None}

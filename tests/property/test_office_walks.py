"""Laws of the office, over random walks of acts: what holds whatever people come, go and do."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from states.administration import administer
from states.audit import replay_office
from states.errors import Refused
from states.log import Entry, read_entry
from states.office import EVERYWHERE, Office
from states.process_file import default_process
from tests.cast import COMMITMENT, FEEDBACK, OTHER_UNIT, UNIT, attempt, founding

PEOPLE = ("li", "wang", "zhou", "sun")
people = st.sampled_from(PEOPLE)
days = st.integers(0, 30).map(lambda n: FEEDBACK + timedelta(days=n))
units = st.sampled_from((UNIT, OTHER_UNIT, EVERYWHERE))
roles = st.sampled_from(("responsible", "leader", "supervisor", "supervisor"))
accounts = st.sampled_from(("li@office", "os:1", "os:2"))
or_none = st.none

FACTS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "grant_role": {"person": people, "role": roles, "unit": units},
    "revoke_role": {"person": people, "role": roles, "unit": units},
    "bind_account": {"person": people, "account": accounts},
    "unbind_account": {"account": accounts},
    "delegate": {"principal": people, "recorder": people, "until": or_none() | days},
    "substitute": {
        "principal": people,
        "recorder": people,
        "since": or_none() | days,
        "until": days,
    },
    "end_delegation": {"number": st.integers(1, 4)},
    "leave": {"person": people, "on": or_none() | days, "successor": or_none() | people},
    "rejoin": {"person": people},
    "hand_over": {
        "from_person": people,
        "to_person": people,
        "reason": st.just("调动"),
        "keep_roles": or_none() | st.booleans(),
    },
}
acts = st.sampled_from(sorted(FACTS)).flatmap(
    lambda event: st.tuples(people, st.just(event), st.fixed_dictionaries(FACTS[event]))
)


def founded() -> tuple[list[Entry], Office]:
    """Return an office of four people, in which Li and Zhou supervise every unit."""
    entry, office = administer(None, founding(default_process()))
    entries = [entry]
    begun: list[tuple[str, dict[str, Any]]] = [
        ("add_person", {"person": person, "unit": UNIT, "commitment": COMMITMENT})
        for person in PEOPLE[1:]
    ]
    grant = {"person": "zhou", "role": "supervisor", "unit": EVERYWHERE}
    begun += [("grant_role", grant), ("bind_account", {"person": "zhou", "account": "os:1"})]
    for event, facts in begun:
        entry, office = administer(office, attempt("li", event, facts))
        entries.append(entry)
    return entries, office


def holds(office: Office, today: date) -> None:
    """Hold an office against what must be true of it on any day."""
    supervising = office.holders("supervisor", EVERYWHERE)
    assert set(supervising) & set(office.accounts.values()), "nobody could act any more"
    gone = {person for person in office.members if office.has_left(person)}
    for person in gone:
        assert office.roles(person, UNIT) == office.roles(person, EVERYWHERE) == frozenset()
        left_on = office.members[person].left_on
        assert left_on is not None
        assert left_on <= today
    assert not gone & set(office.accounts.values())
    in_force = [d for d in office.delegations if not d.ended]
    assert not any({d.principal, d.recorder} & gone for d in in_force)
    assert all(d.principal != d.recorder for d in in_force)
    for n in range(60):
        day = FEEDBACK + timedelta(days=n)
        away = [d.principal for d in in_force if d.stands_in and d.holds(day)]
        assert len(away) == len(set(away)), f"two substitutes on {day}"


@given(st.lists(acts, max_size=25))
def test_whatever_is_done_somebody_can_act_and_nobody_who_left_does(
    walk: list[tuple[str, str, dict[str, Any]]],
) -> None:
    entries, office = founded()
    today = FEEDBACK
    for person, event, facts in walk:
        today += timedelta(days=1)
        try:
            entry, after = administer(office, attempt(person, event, facts, day=today))
        except Refused as refused:
            assert refused.unmet
            continue
        assert "supervisor" in office.roles(person, UNIT) | office.roles(person, OTHER_UNIT)
        entries.append(entry)
        office = after
        holds(office, today)
    assert replay_office(read_entry(entry.body) for entry in entries) == office

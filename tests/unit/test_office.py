"""The office: what its acts change, and its log."""

from __future__ import annotations

import pytest

from states.administration import administer, evolve_office
from states.attempt import ROLES
from states.audit import replay_office
from states.frozen import replace
from states.log import Entry, read_entry
from states.office import EVERYWHERE, Delegation, Member, Office
from states.process_file import default_process
from tests.administering import NEWCOMER, ROUND, refusal, two_supervisors
from tests.cast import (
    COMMITMENT,
    FEEDBACK,
    OTHER_UNIT,
    PROOF,
    UNIT,
    administered,
    attempt,
    founding,
)


@pytest.fixture(scope="module")
def office() -> Office:
    """An office with two supervisors of every unit."""
    return two_supervisors()


# ------------------------------------------------------------------------------------ effects


def test_a_person_is_known_to_the_log_without_name_and_address(office: Office):
    assert office.members["wang"] == Member(
        id="wang", unit=UNIT, department="", language="zh", commitment=COMMITMENT
    )
    facts = {**NEWCOMER, "person": "wang", "department": "河长办", "language": "en"}
    changed = administered(office, "edit_person", facts)
    assert changed.members["wang"].department == "河长办"
    assert changed.members["wang"].language == "en"


def test_a_role_held_twice_is_held_once(office: Office):
    grant = {"person": "wang", "role": "responsible", "unit": UNIT}
    assert administered(office, "grant_role", grant).grants == office.grants
    assert office.holders("responsible", UNIT) == ("sun", "wang")
    assert office.holders("supervisor", UNIT) == ("chen", "li", "old")
    revoked = administered(office, "revoke_role", grant)
    assert revoked.holders("responsible", UNIT) == ("sun",)
    assert revoked.roles("wang", UNIT) == frozenset()


def test_roles_are_held_for_a_unit_or_for_every_unit(office: Office):
    assert office.roles("chen", UNIT) == {"supervisor"}
    assert office.roles("chen", OTHER_UNIT) == frozenset()
    assert office.roles("li", OTHER_UNIT) == {"supervisor"}
    assert office.roles("ma", OTHER_UNIT) == set(ROLES)


def test_an_account_belongs_to_one_person(office: Office):
    bound = administered(office, "bind_account", {"person": "wang", "account": "uid:1000"})
    assert bound.accounts == {"li@office": "li", "uid:1000": "wang"}
    free = administered(bound, "unbind_account", {"account": "uid:1000"})
    assert free.accounts == {"li@office": "li"}


def test_delegations_are_numbered_kept_and_ended(office: Office):
    assert office.delegations[0] == Delegation(
        number=1, principal="wang", recorder="he", until=None
    )
    ended = administered(office, "end_delegation", {"number": 1})
    assert [d.ended for d in ended.delegations] == [True, False]
    assert refusal(ended, "li", "end_delegation", {"number": 1}) != []


def test_a_process_is_adopted(office: Office):
    adopted = administered(office, "adopt_process", {"process": PROOF, "name": "city"})
    assert adopted.process == PROOF


# -------------------------------------------------------------------------------------- the log


def test_the_office_is_the_fold_of_its_stream_and_each_entry_names_the_one_before():
    entries: list[Entry] = []
    office: Office | None = None
    acts = [
        founding(default_process()),
        attempt("li", "add_person", NEWCOMER),
        attempt("li", "grant_role", {"person": "new", "role": "supervisor", "unit": EVERYWHERE}),
        attempt("new", "register_round", ROUND, day=FEEDBACK.replace(day=2)),
        attempt("li", "delegate", {"principal": "new", "recorder": "li", "until": "2023-12-31"}),
    ]
    for n, act in enumerate(acts, start=1):
        entry, office = administer(office, act)
        assert entry.content["prev"] == (entries[-1].hash if entries else "")
        assert (entry.n, office.n, office.hash) == (n, n, entry.hash)
        entries.append(entry)
        assert replay_office(read_entry(e.body) for e in entries) == office
    assert entries[4].at == entries[3].at  # the clock was set back in between


def test_a_refused_act_changes_nothing(office: Office):
    before = replace(office)
    assert refusal(office, "wang", "add_person", NEWCOMER) != []
    assert office == before


def test_an_entry_that_no_act_wrote_is_not_folded(office: Office):
    entry, _ = administer(office, attempt("li", "add_person", NEWCOMER))
    forged = replace(entry, content={**entry.content, "event": "dismiss_person"})
    with pytest.raises(KeyError):
        evolve_office(office, forged)

"""The office: what its acts change, and its log."""

from __future__ import annotations

from dataclasses import replace

import pytest

from states.administration import administer, evolve_office
from states.audit import replay_office
from states.errors import Refused
from states.log import Entry, read_entry
from states.office import EVERYWHERE, Delegation, Member, Office
from states.process_file import default_process
from tests.cast import (
    COMMITMENT,
    FEEDBACK,
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

NEWCOMER: Facts = {"person": "new", "unit": UNIT, "commitment": COMMITMENT}
ROUND: Facts = {
    "code": "YX2023",
    "unit": UNIT,
    "source": "report.docx",
    "sha256": PROOF,
    "feedback": "2023-03-01",
    "found_aspects": 3,
    "found_issues": 21,
    "declared_issues": 25,
}


def refusal(
    office: Office | None, person: str, event: str, facts: Facts, behalf: str | None = None
) -> list[str]:
    """Return the sentences of what is unmet; empty if the act passes."""
    try:
        administer(office, attempt(person, event, facts, behalf=behalf))
    except Refused as refused:
        assert refused.message.code == "act_refused"
        return [str(condition) for condition in refused.unmet]
    return []


@pytest.fixture(scope="module")
def office() -> Office:
    """The cast, two delegations, and Old as a second supervisor of every unit."""
    everywhere = {"person": "old", "role": "supervisor", "unit": EVERYWHERE}
    office = administered(an_office(), "add_person", {"person": "old", "commitment": COMMITMENT})
    office = administered(office, "grant_role", everywhere)
    return delegated(delegated(office, "wang"), "li", recorder="old")


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
    assert office.roles("ma", OTHER_UNIT) == {"responsible", "leader", "supervisor", "auditor"}


def test_an_account_belongs_to_the_person_it_was_bound_to_last(office: Office):
    bound = administered(office, "bind_account", {"person": "wang", "account": "uid:1000"})
    bound = administered(bound, "bind_account", {"person": "sun", "account": "uid:1000"})
    assert bound.accounts == {"li@office": "li", "uid:1000": "sun"}


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

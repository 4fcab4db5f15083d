"""Registration: how an issue begins, by whom, and with which date."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from states.decision import register
from states.errors import Refused
from states.process_file import default_process
from tests.cast import (
    DUE,
    FEEDBACK,
    KEY,
    REGISTRATION,
    a_story,
    an_office,
    attempt,
    delegated,
    rules_of,
)
from tests.refusals import codes, refused


def test_an_issue_without_a_date_gets_that_of_the_process_with_its_source():
    issue = a_story().issue
    assert (issue.due, issue.due_original, issue.cycle_began) == (DUE, DUE, FEEDBACK)
    assert issue.due_source == default_process().deadline("dated").source
    assert (issue.due_by_rule, issue.provisional, issue.cycle_entered) == (True, False, FEEDBACK)


def test_a_date_stated_at_registration_stands():
    issue = a_story(facts={"due": "2023-09-30", "due_source": "方案"}).issue
    assert (issue.due, issue.due_original) == (date(2023, 9, 30), date(2023, 9, 30))
    assert (issue.due_source, issue.due_by_rule) == ("方案", False)


def test_the_type_decides_which_rule_gives_the_date():
    issue = a_story(facts={"type": "immediate", "long_term": True}).issue
    assert (issue.type, issue.long_term) == ("immediate", True)
    assert issue.due == date(2023, 3, 22)  # 15 working days after Wednesday 2023-03-01
    assert issue.due_source == default_process().deadline("immediate").source
    assert (a_story().issue.type, a_story().issue.long_term) == ("dated", False)


def test_an_issue_without_feedback_counts_from_its_registration():
    facts = {**REGISTRATION, "feedback": None}
    tried = attempt("li", "register", facts, day=date(2023, 3, 11))
    issue = register(rules_of(), KEY, tried, an_office()).issue
    assert issue.cycle_began == date(2023, 3, 11)
    assert issue.due == DUE + timedelta(days=10)


@pytest.mark.parametrize("person", ["wang", "sun", "zhou", "zhao", "ma", "he", "stranger"])
def test_only_supervisors_register(person: str):
    with pytest.raises(Refused) as caught:
        register(rules_of(), KEY, attempt(person, "register", REGISTRATION), an_office())
    assert codes(caught.value)[0] in ("role_none", "role_missing")


def test_registering_for_a_supervisor_needs_a_delegation():
    tried = attempt("he", "register", REGISTRATION, behalf="chen")
    with pytest.raises(Refused, match="no delegation lets he record for chen on 2023-03-01"):
        register(rules_of(), KEY, tried, an_office())
    office = delegated(an_office(), "chen")
    assert register(rules_of(), KEY, tried, office).issue.state == "reported"


def test_registration_names_every_missing_fact_at_once():
    with pytest.raises(Refused) as caught:
        register(rules_of(), KEY, attempt("li", "register", {"number": 0}), an_office())
    missing = [u.facts["name"] for u in caught.value.unmet if u.code == "fact_missing"]
    assert missing == ["round", "title", "unit"]
    assert codes(caught.value).count("fact_wrong") == 1


@pytest.mark.parametrize("event", ["draft_plan", "note", "no_such_event"])
def test_nothing_but_registration_begins_an_issue(event: str):
    with pytest.raises(Refused, match=f"{event} registers no issue; it is done by register"):
        register(rules_of(), KEY, attempt("li", event, REGISTRATION), an_office())


def test_an_issue_is_not_registered_a_second_time():
    refusal = refused(a_story(), "li", "register", REGISTRATION)
    assert "register does not start from the state reported" in str(refusal)


def test_a_supervisor_is_known_by_the_unit_as_it_is_written_down():
    facts = {**REGISTRATION, "unit": f"  {REGISTRATION['unit']}  "}
    decision = register(rules_of(), KEY, attempt("chen", "register", facts), an_office())
    assert decision.issue.unit == REGISTRATION["unit"]


def test_claims_and_measures_of_a_report_are_kept_as_such():
    claim = {"text": "已建立台账", "source": "report.txt", "sha256": "cd" * 32, "line": 12}
    measures = [{"text": "建立台账", "line": 12}, {"text": "开展培训"}]
    issue = a_story(facts={"claim": [claim], "measures": measures}).issue
    assert issue.claim is not None
    assert (issue.claim.text, issue.claim.line) == ("已建立台账", 12)
    assert [(m.number, m.text, m.line, m.due) for m in issue.measures] == [
        (1, "建立台账", 12, None),
        (2, "开展培训", None, None),
    ]
    assert issue.evidence == ()
    assert issue.state == "reported"

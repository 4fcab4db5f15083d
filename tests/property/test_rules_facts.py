"""Whatever is said with an event, it is either written down whole or refused with sentences."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from states.acts import ACTS
from states.administration import administer
from states.decision import decide, options, register
from states.effects import EFFECTS
from states.errors import Refused
from states.facts import Fact, check_facts
from states.log import read_entry
from states.process_file import default_process
from tests.cast import EVERYBODY, REGISTRATION, STATES, an_office, attempt, issue_in, rules_of

PROCESS = default_process()
RULES = rules_of(PROCESS)
OFFICE = an_office()
STORIES = {state: issue_in(state, OFFICE) for state in STATES}

anything = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=8),
        st.text(st.characters(categories=("Cs", "Cc", "Mn", "Lo")), max_size=4),
        st.binary(max_size=4),
        st.dates(),
        st.datetimes(),
        st.sampled_from(["wang", "9999-12-31", "0001-01-01", "2023-05-01", "a" * 64, "*"]),
    ),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


def facts_for(schema: tuple[Fact, ...]) -> st.SearchStrategy[dict[str, Any]]:
    """Return facts of the right names, mostly, and of any values."""
    names = st.sampled_from([fact.name for fact in schema]) | st.text(max_size=5)
    records = st.lists(
        st.dictionaries(
            st.sampled_from([f.name for fact in schema for f in fact.each] or ["x"]), anything
        ),
        max_size=2,
    )
    return st.dictionaries(names, anything | records, max_size=6)


SAID = {records: facts_for(effect.takes) for records, effect in EFFECTS.items()}
OF_ACTS = {event: facts_for(act.takes) for event, act in ACTS.items()}
RECORDS = {step.event: step.records for step in PROCESS.steps if step.sources}
EVENTS = st.sampled_from(sorted(RECORDS))
PEOPLE = st.sampled_from(["wang", "chen", *EVERYBODY])
IN_STATE = st.sampled_from(STATES)


@given(st.data())
def test_any_facts_are_written_whole_or_refused(data: st.DataObject):
    event, story = data.draw(EVENTS), STORIES[data.draw(IN_STATE)]
    facts = data.draw(SAID[RECORDS[event]])
    tried = attempt(data.draw(PEOPLE), event, facts, day=date(2023, 5, 20))
    options(RULES, story.issue, tried, OFFICE)
    try:
        entry = decide(RULES, story.issue, tried, OFFICE).entry
    except Refused as refused:
        assert str(refused).encode("utf-8", "surrogatepass")
    else:
        assert read_entry(entry.body).content == entry.content


@settings(max_examples=50)
@given(SAID["registration"])
def test_any_registration_is_written_whole_or_refused(facts: dict[str, Any]):
    tried = attempt("li", "register", {**REGISTRATION, **facts})
    try:
        entry = register(RULES, "X-1", tried, OFFICE).entry
    except Refused as refused:
        assert refused.unmet
    else:
        assert read_entry(entry.body).content == entry.content


@given(st.data())
def test_any_act_of_the_office_is_written_whole_or_refused(data: st.DataObject):
    event = data.draw(st.sampled_from(sorted(ACTS)))
    tried = attempt("li", event, data.draw(OF_ACTS[event]))
    try:
        entry, _ = administer(OFFICE, tried)
    except Refused as refused:
        assert refused.unmet
    else:
        assert read_entry(entry.body).content == entry.content


@settings(max_examples=50)
@given(st.data())
def test_a_fact_is_either_kept_or_complained_about(data: st.DataObject):
    records = data.draw(st.sampled_from(sorted(EFFECTS)))
    schema, said = EFFECTS[records].takes, data.draw(SAID[records])
    facts, faults = check_facts(schema, said)
    complained = {asks for fault in faults for asks in (fault.asks, fault.asks.partition("[")[0])}
    for name, value in said.items():
        if value is not None and value != "":
            assert name in facts or name in complained
    assert check_facts(schema, facts)[0] == facts

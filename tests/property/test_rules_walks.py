"""Laws that hold on every way through the process, whoever attempts whatever."""

from __future__ import annotations

import copy
from datetime import timedelta
from functools import reduce

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from states.attempt import CLOCK_PERSON
from states.audit import replay, verify
from states.decision import decide, options
from states.effects import stated
from states.errors import Refused
from states.evolution import evolve
from states.frozen import replace
from states.issue import Issue, Obligation
from states.log import Entry, read_entry
from tests.cast import attempt, row_of
from tests.walks import ATTEMPTS_IN, OFFICE, PROCESS, RULES, Walk, just_before, walks

walking = settings(max_examples=40)  # of each law; together they walk hundreds of ways


def fold(entries: list[Entry]) -> Issue | None:
    none: Issue | None = None
    return reduce(evolve, entries, none)


@walking
@given(walks())
def test_the_issue_is_the_fold_of_its_log(walk: Walk):
    assert fold(walk.entries) == walk.issue
    assert fold([read_entry(entry.body) for entry in walk.entries]) == walk.issue


@walking
@given(walks())
def test_replay_at_every_past_moment_is_the_issue_as_it_was(walk: Walk):
    first = walk.past[0][0].at
    assert replay(walk.entries, just_before(first)) is None
    for (entry, issue), (following, _) in zip(walk.past, walk.past[1:], strict=False):
        assert following.at >= entry.at
        if following.at > entry.at:
            assert replay(walk.entries, entry.at) == issue
            assert replay(walk.entries, just_before(following.at)) == issue
    last = walk.entries[-1].at
    for at in (None, last, last + timedelta(days=999)):
        assert replay(walk.entries, at) == walk.issue


@walking
@given(walks(), st.data())
def test_a_decision_changes_nothing_and_is_the_same_every_time(walk: Walk, data: st.DataObject):
    tried = data.draw(ATTEMPTS_IN[walk.issue.state])
    before = copy.deepcopy(walk.issue)
    attempted = tried.attempt(walk.issue.at.date(), 0)
    outcomes = []
    for _ in range(2):
        try:
            outcomes.append(decide(RULES, walk.issue, attempted, OFFICE).entry.body)
        except Refused as refused:
            assert refused.unmet
            outcomes.append(str(refused).encode())
        assert walk.issue == before
    assert outcomes[0] == outcomes[1]


@walking
@given(walks())
def test_every_refusal_reads_as_a_sentence_and_offers_only_what_the_state_knows(walk: Walk):
    known = set(PROCESS.events)
    for refused in walk.refusals:
        sentences = [str(condition) for condition in refused.unmet]
        assert str(refused) == f"{refused.message}: {'; '.join(sentences)}"
        assert len(sentences) == len(set(sentences))
        for option in refused.allowed:
            assert option.event in known
            assert option.by


@walking
@given(walks())
def test_what_a_refusal_offers_the_right_person_could_do(walk: Walk):
    issue = walk.issue
    with pytest.raises(Refused) as caught:
        decide(RULES, issue, attempt("zhao", "note"), OFFICE)
    offered = {option.event for option in caught.value.allowed}
    known = {option.event for option in options(RULES, issue, attempt("zhao", ""), OFFICE)}
    assert offered <= known
    assert (issue.voided is not None) == (offered == set())


@walking
@given(walks())
def test_an_honest_log_is_proven_without_a_problem(walk: Walk):
    proven = verify([row_of(entry) for entry in walk.entries], {PROCESS.hash: PROCESS})
    assert proven.problems == []
    assert proven.entries == len(walk.entries)
    assert proven.issues == {walk.issue.key: walk.issue}


@walking
@given(walks())
def test_the_chain_is_numbered_without_gaps_and_each_entry_holds_the_hash_before(walk: Walk):
    previous = ""
    for n, entry in enumerate(walk.entries, start=1):
        assert (entry.n, entry.content["prev"]) == (n, previous)
        previous = entry.hash
    assert walk.issue.hash == previous


# ------------------------------------------------------------------------------ who may judge


@walking
@given(walks())
def test_nobody_who_took_part_ever_judged(walk: Walk):
    drafted: set[str] = set()
    submitted: set[str] = set()
    for entry in walk.entries:
        actor = entry.content["actor"]
        hands = {actor["person"], actor.get("on_behalf_of", actor["person"])}
        if entry.event == "draft_plan":
            drafted = hands
        if entry.event == "submit_completion":
            submitted = hands
        if entry.event == "approve_plan":
            assert not hands & drafted
        if entry.event == "accept":
            assert not hands & submitted


@walking
@given(walks())
def test_no_auditor_nor_stranger_ever_wrote_an_entry(walk: Walk):
    for entry in walk.entries:
        actor = entry.content["actor"]
        principal = actor.get("on_behalf_of", actor["person"])
        if actor == {"person": CLOCK_PERSON, "account": "rectify", "auth": "clock"}:
            step = PROCESS.step(entry.content["from"], entry.event)
            assert step is not None
            assert step.by == ("clock",)
            continue
        assert OFFICE.roles(principal, walk.issue.unit) - {"auditor"}


@walking
@given(walks())
def test_unfinished_is_never_called_completed(walk: Walk):
    for entry, issue in walk.past:
        if entry.event == "submit_completion" and issue.verdict == "completed":
            assert all(m.done_on is not None and issue.proofs_of(m.number) for m in issue.plan)
            assert issue.remainder is None
        if issue.state == "completed":
            assert (issue.verdict == "basically_completed") == (issue.remainder is not None)


@walking
@given(walks())
def test_no_plan_is_in_force_with_a_measure_undated_or_due_after_the_issue(walk: Walk):
    for _, issue in walk.past:
        if issue.state in ("plan_drafted", "in_rectification"):
            assert issue.plan
            for measure in issue.plan:
                assert measure.due is not None
                assert issue.due is not None
                assert measure.due <= issue.due or not measure.is_open


# -------------------------------------------------------------------------------- obligations


@walking
@given(walks())
def test_in_every_state_that_is_not_final_somebody_owes_something(walk: Walk):
    for _, issue in walk.past:
        owing = [o for o in issue.obligations if o.role in ("responsible", "supervisor")]
        if issue.voided is not None or issue.suspended is not None:
            assert issue.obligations == ()
        elif issue.state not in PROCESS.final:
            assert owing
        for obligation in issue.obligations:
            rule = PROCESS.obligation(obligation.kind)
            assert rule is not None
            assert issue.state in rule.states


@walking
@given(walks())
def test_obligations_open_once_and_close_once_with_the_event_as_reason(walk: Walk):
    open_now: set[str] = set()
    ever: set[str] = set()
    for entry, issue in walk.past:
        for record in entry.content["closes"]:
            assert record["because"] == entry.event
            open_now.remove(record["id"])
        for record in entry.content["opens"]:
            assert record["id"] not in ever
            ever.add(record["id"])
            open_now.add(record["id"])
        assert {o.id for o in issue.obligations} == open_now
        subjects = [(o.kind, o.subject) for o in issue.obligations]
        assert len(subjects) == len(set(subjects))


@walking
@given(walks())
def test_nothing_that_stays_owed_ever_moves_its_date(walk: Walk):
    dates: dict[str, Obligation] = {}
    for _, issue in walk.past:
        for obligation in issue.obligations:
            assert dates.setdefault(obligation.id, obligation) == obligation


@walking
@given(walks())
def test_the_versions_of_a_piece_are_a_chain(walk: Walk):
    for _, issue in walk.past:
        for piece in issue.evidence:
            former, later = issue.piece(piece.replaces), issue.piece(piece.superseded_by)
            assert former is None or former.superseded_by == piece.number
            assert later is None or (later.replaces, later.measure) == (piece.number, piece.measure)
        assert len({e.replaces for e in issue.evidence if e.replaces}) == sum(
            e.superseded_by is not None for e in issue.evidence
        )


@walking
@given(walks())
def test_history_is_never_edited(walk: Walk):
    for (_, before), (_, after) in zip(walk.past, walk.past[1:], strict=False):
        for piece, then in zip(after.evidence, before.evidence, strict=False):
            assert replace(piece, superseded_by=then.superseded_by) == then
            assert then.superseded_by in (None, piece.superseded_by)
        assert after.cycle >= before.cycle
        assert len(after.measures) >= len(before.measures)
        for old, new in zip(before.measures, after.measures, strict=False):
            assert (old.number, old.cycle) == (new.number, new.cycle)
            if not old.is_open or old.cycle < after.cycle:
                assert new == old
        former = [d for d in before.duties if d.cycle < after.cycle]
        assert [d for d in after.duties if d.cycle < after.cycle][: len(former)] == former


@walking
@given(walks())
def test_no_entry_depends_on_anything_but_the_issue_the_attempt_and_the_office(walk: Walk):
    for (_, issue), entry in zip(walk.past, walk.entries[1:], strict=False):
        content = entry.content
        tried = attempt("x", entry.event, stated(entry.content))
        actor = replace(
            tried.actor,
            person=content["actor"]["person"],
            account=content["actor"]["account"],
            auth=content["actor"]["auth"],
            on_behalf_of=content["actor"].get("on_behalf_of"),
        )
        day = tried.day.fromisoformat(content["day"])
        again = replace(tried, actor=actor, at=entry.at, day=day, request_id=entry.request_id)
        assert decide(RULES, issue, again, OFFICE).entry == entry

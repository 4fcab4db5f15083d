"""Laws of dates, pauses, terms of office and duties on every way through the process."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings

from states.audit import replay, rungs_due
from tests.walks import PROCESS, RULES, Walk, walks

walking = settings(max_examples=40)  # of each law; together they walk hundreds of ways


@walking
@given(walks())
def test_which_rungs_were_due_on_a_past_day_follows_from_the_log_alone(walk: Walk):
    days = [entry.content["day"] for entry in walk.entries]
    for i, (_, issue) in enumerate(walk.past):
        day = date.fromisoformat(days[i])
        if days[i] in days[i + 1 :] or days != sorted(days):
            continue
        then = replay(walk.entries, day)
        assert then is not None
        assert then == issue
        due = rungs_due(RULES, then, day)
        assert due == rungs_due(RULES, issue, day)
        for obligation, occurrence in due:
            ladder = PROCESS.ladder(obligation.ladder)
            reached = ladder.until(RULES.calendar, obligation.due, day)
            assert occurrence == reached[-1]
            assert occurrence.on <= day
        silent = {o.id for o in then.obligations} - {o.id for o, _ in due}
        for obligation in then.obligations:
            passed = PROCESS.ladder(obligation.ladder).until(RULES.calendar, obligation.due, day)
            assert (obligation.id in silent) == (not passed)


@walking
@given(walks())
def test_the_first_date_of_a_cycle_is_kept_for_ever(walk: Walk):
    first: dict[int, date | None] = {}
    for _, issue in walk.past:
        assert first.setdefault(issue.cycle, issue.due_original) == issue.due_original


MOVING = {
    "due_date",
    "extension_grant",
    "measure_edited",
    "resumption",
    "term",
    "classification",
    "recalculation",
    "new_cycle",
}


@walking
@given(walks())
def test_nothing_resets_a_date_nor_since_when_it_is_owed_but_an_entry_that_says_so(walk: Walk):
    for (_, before), (entry, after) in zip(walk.past, walk.past[1:], strict=False):
        owed = {(o.kind, o.subject): o for o in before.obligations}
        for now in after.obligations:
            was = owed.get((now.kind, now.subject))
            if was is None or entry.content["records"] in MOVING:
                continue
            assert (now.due, now.anchor, now.owed_since) == (was.due, was.anchor, was.owed_since)


@walking
@given(walks())
def test_a_pause_takes_nothing_away_and_owes_again_what_was_owed(walk: Walk):
    for (_, before), (entry, after) in zip(walk.past, walk.past[1:], strict=False):
        if entry.content["records"] != "resumption":
            continue
        pause = after.suspensions[-1]
        held = {(h.kind, h.subject): h.owed_since for h in pause.owed}
        assert {(o.kind, o.subject): o.owed_since for o in after.obligations} == held
        assert after.due is not None
        assert before.due is not None
        assert after.due >= before.due
        first, last = pause.since, pause.resumed_on
        assert all(b <= first for _, b in before.pauses)
        assert last is not None
        assert (len(after.pauses) - len(before.pauses)) == (first < last)


@walking
@given(walks())
def test_one_person_at_a_time_answers_in_each_role(walk: Walk):
    for _, issue in walk.past:
        still = {t.role: t.person for t in issue.tenures if t.until is None}
        named = {"leader": issue.responsibility.leader, "person": issue.responsibility.person}
        assert still == {role: person for role, person in named.items() if person is not None}


@walking
@given(walks())
def test_nobody_grants_what_they_asked_for_nor_more_than_was_asked(walk: Walk):
    for (_, before), (entry, after) in zip(walk.past, walk.past[1:], strict=False):
        if entry.content["records"] != "extension_grant":
            continue
        request = before.extension
        assert request is not None
        assert not set(entry.hands) & set(request.by)
        decided = after.extensions[request.number - 1]
        assert decided.granted is not None
        assert request.was <= decided.granted <= request.asked
        assert decided.granted >= date.fromisoformat(entry.content["day"])


@walking
@given(walks())
def test_an_occurrence_is_performed_with_its_own_proof_or_missed_by_the_clock(walk: Walk):
    for (_, before), (entry, after) in zip(walk.past, walk.past[1:], strict=False):
        records = entry.content["records"]
        if records not in ("duty_done", "duty_missed"):
            continue
        duty, then = (i.duty(entry.facts["duty"]) for i in (before, after))
        assert duty is not None
        assert then is not None
        assert then.occurrence > duty.occurrence
        if records == "duty_done":
            proofs = [(e.duty, e.occurrence, e.cycle) for e in before.evidence]
            assert (duty.number, duty.occurrence, before.cycle) in proofs
            assert then.missed == 0
        else:
            assert then.missed == duty.missed + then.occurrence - duty.occurrence
            assert then.due is not None
            assert then.due <= date.fromisoformat(entry.content["day"])

"""Handing over, leaving, standing in and alarms, through the engine, on every store."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from states.errors import Conflict, Invalid, Refused
from states.office import Person
from states.process import read_process
from states.process_file import default_process
from tests.cast import PROOF, UNIT
from tests.stage import ROUND, Stage, a_stage, acting, registration
from workflow import Enrolment
from workflow.ports import Store

KEY = f"{ROUND}-1"
WHY = {"reason": "岗位调整"}
LEADING = {"leader", "supervisor"}
FORMER = Path(__file__).parent.parent / "data" / "former_process.json"


@pytest.fixture
def stage(store: Store) -> Stage:
    """Two issues of Wang's: the first planned, its second measure named to Wang."""
    stage = a_stage(store, issues=2)
    stage.planned()
    stage.does("chen", "approve_plan")
    naming = {"leader": "zhou", "department": "河长办", "person": "wang"}
    stage.does("li", "assign", naming, issue=f"{ROUND}-2")
    named = {"measure": 2, "person": "wang", "reason": "明确到人"}
    stage.does("chen", "edit_measure", named)
    return stage


def owed(stage: Stage, key: str = KEY) -> dict[tuple[str, str], date]:
    issue = stage.engine.view(key).issue
    return {(o.kind, o.subject): o.due for o in issue.obligations}


def test_what_somebody_holds_is_listed_whole(stage: Stage) -> None:
    held = stage.engine.held("wang")
    assert [load.issue.key for load in held.loads] == [KEY, f"{ROUND}-2"]
    first = held.loads[0]
    assert first.roles == ("person", "measure")
    assert [o.kind for o, _ in first.owed] == ["finish_measure", "finish_measure", "finish_issue"]
    assert all(wake is None or wake > held.today for _, wake in first.owed)
    assert stage.engine.held("zhou").loads[0].roles == ("leader",)
    assert stage.engine.held("zhao").loads == ()


def test_a_handover_moves_everything_and_resets_no_deadline(stage: Stage) -> None:
    before, second = owed(stage), owed(stage, f"{ROUND}-2")
    stage.clock.forward(days=20)
    done = stage.engine.hand_over("wang", "sun", WHY, acting("li"))
    assert done.issues == (KEY, f"{ROUND}-2")
    assert (owed(stage), owed(stage, f"{ROUND}-2")) == (before, second)
    issue = stage.engine.view(KEY).issue
    assert issue.responsibility.person == "sun"
    assert issue.measures[1].person == "sun"
    assert stage.engine.held("wang").loads == ()
    assert stage.engine.verify().sound


def test_who_answered_then_and_who_answers_now_are_both_on_record(stage: Stage) -> None:
    stage.clock.forward(days=20)
    stage.engine.hand_over("wang", "sun", WHY, acting("li"))
    issue = stage.engine.view(KEY).issue
    tenures = [(t.person, t.since, t.until) for t in issue.tenures if t.role == "person"]
    assert tenures == [
        ("wang", date(2023, 3, 2), date(2023, 3, 22)),
        ("sun", date(2023, 3, 22), None),
    ]


def test_reminders_go_to_the_successor_from_then_on(stage: Stage) -> None:
    stage.engine.hand_over("wang", "sun", WHY, acting("li"))
    stage.clock.to(date(2023, 5, 31))
    stage.engine.tick("node")
    told = {
        sent.notice.recipient
        for sent in stage.engine.notices()
        if sent.notice.obligation and sent.notice.recipient != "-"
    }
    assert "sun" in told
    assert "wang" not in told


def test_the_same_handover_twice_is_one_with_the_same_answer(stage: Stage) -> None:
    first = stage.engine.hand_over("wang", "sun", WHY, acting("li"), "r-1")
    entries = stage.log()
    again = stage.engine.hand_over("wang", "sun", WHY, acting("li"), "r-1")
    assert (first.repeated, again.repeated) == (False, True)
    assert (again.entry.hash, again.issues) == (first.entry.hash, first.issues)
    assert stage.log() == entries
    with pytest.raises(Conflict, match="other facts"):
        stage.engine.hand_over("wang", "zhou", WHY, acting("li"), "r-1")


def test_a_refused_handover_changes_nothing(stage: Stage) -> None:
    entries = len(stage.log())
    with pytest.raises(Refused, match="no person nobody"):
        stage.engine.hand_over("wang", "nobody", WHY, acting("li"))
    with pytest.raises(Refused, match="only a supervisor"):
        stage.engine.hand_over("wang", "sun", WHY, acting("sun"))
    with pytest.raises(Refused, match="reason must be given"):
        stage.engine.hand_over("wang", "sun", {}, acting("li"))
    stage.engine.hand_over("wang", "sun", WHY, acting("li"))
    entries = len(stage.log())
    with pytest.raises(Refused, match="wang holds no role and nothing of any issue"):
        stage.engine.hand_over("wang", "sun", WHY, acting("li"))
    assert len(stage.log()) == entries


def test_what_one_issue_refuses_moves_none_and_every_condition_is_named(stage: Stage) -> None:
    leading = {"person": "zhou", "role": "leader", "unit": UNIT}
    stage.engine.act("revoke_role", leading, acting("li"))  # still named, without the role
    assert {load.lacks for load in stage.engine.held("zhou").loads} == {("leader",)}
    assert stage.engine.alarms() == []  # the leader owes nothing himself
    assert {load.lacks for load in stage.engine.held("wang").loads} == {()}
    entries = stage.log()
    with pytest.raises(Invalid) as refused:
        stage.engine.hand_over("zhou", "sun", WHY, acting("li"))
    assert [(p.source, p.code) for p in refused.value.problems] == [
        (KEY, "role_not_held"),
        (f"{ROUND}-2", "role_not_held"),
    ]
    assert stage.log() == entries
    assert stage.engine.view(KEY).issue.responsibility.leader == "zhou"


def test_an_issue_of_a_process_without_the_step_is_named(stage: Stage) -> None:
    stage.engine.adopt(read_process(FORMER.read_bytes()), acting("li"))
    stage.engine.register_round(registration(1, "ALT", "34" * 32), acting("li"))
    stage.does("li", "assign", {"person": "wang"}, issue="ALT-1")
    with pytest.raises(Invalid, match="rectify process migrate") as refused:
        stage.engine.hand_over("wang", "sun", WHY, acting("li"))
    (problem,) = refused.value.problems
    assert problem.facts["issues"] == ("ALT-1",)
    assert stage.engine.view(KEY).issue.responsibility.person == "wang"
    stage.engine.adopt(default_process(), acting("li"))
    stage.engine.migrate(acting("li"))
    done = stage.engine.hand_over("wang", "sun", WHY, acting("li"))
    assert done.issues == ("ALT-1", KEY, f"{ROUND}-2")


def test_a_supervisor_hands_over_their_own_work_whole(stage: Stage) -> None:
    stage.engine.act("grant_role", {"person": "li", "role": "leader", "unit": "*"}, acting("li"))
    stage.does("li", "assign", {"leader": "li"})
    done = stage.engine.hand_over("li", "zhou", WHY, acting("li"))
    assert done.issues == (KEY,)
    assert stage.engine.view(KEY).issue.responsibility.leader == "zhou"
    office = stage.engine.office()
    assert (office.roles("li", UNIT), office.roles("zhou", UNIT)) == (set(), LEADING)
    with pytest.raises(Refused):
        stage.engine.hand_over("zhou", "li", WHY, acting("li"))
    assert stage.engine.verify().sound


def test_duties_are_handed_over_and_what_was_promised_is_listed(stage: Stage) -> None:
    assert stage.engine.held("wang").loads[0].promised == ()  # each date is owed already
    planned = {"text": "补充制度", "due": "2023-05-20", "person": "sun"}
    stage.does("wang", "add_measure", planned, issue=f"{ROUND}-2")
    promised = stage.engine.held("sun").loads[0]
    assert (promised.roles, promised.promised) == (("measure",), (date(2023, 5, 20),))
    for number in (1, 2):
        proof = {"sha256": PROOF, "size": 9, "name": f"{number}.pdf", "measure": number}
        stage.does("wang", "add_evidence", proof)
        stage.does("wang", "finish_measure", {"measure": number})
    stage.accepted()
    due = owed(stage)[("perform_duty", "1.1")]
    done = stage.engine.hand_over("wang", "zhao", WHY, acting("li"))
    assert done.issues == (KEY, f"{ROUND}-2")
    issue = stage.engine.view(KEY).issue
    assert [d.person for d in issue.current_duties] == ["zhao"]
    assert [(o.person, o.due) for o in issue.obligations if o.kind == "perform_duty"] == [
        ("zhao", due)
    ]
    assert stage.engine.view(f"{ROUND}-2").issue.measures[0].person == "sun"


def test_who_keeps_the_roles_can_still_act(stage: Stage) -> None:
    keeping = {**WHY, "keep_roles": True}
    stage.engine.hand_over("wang", "zhao", keeping, acting("li"))
    office = stage.engine.office()
    assert office.roles("wang", UNIT) == {"responsible"}
    assert office.roles("zhao", UNIT) == {"responsible", "auditor"}
    stage.does("li", "assign", {"person": "wang"})
    stage.does("wang", "finish_measure", {"measure": 1, "note": "继续负责"})


def test_a_leaver_without_successor_raises_an_alarm_until_handed_over(stage: Stage) -> None:
    engine = stage.engine
    assert engine.alarms() == []
    engine.act("leave", {"person": "wang", "on": date(2023, 3, 2)}, acting("li"))
    assert {(a.issue.key, a.why, a.person, a.told) for a in engine.alarms()} == {
        (KEY, "left", "wang", ("zhou",)),
        (f"{ROUND}-2", "left", "wang", ("zhou",)),
    }
    held = engine.held("wang").loads[1]  # of what is to be drafted, too: whoever it waited for
    assert ([o.kind for o, _ in held.owed], held.lacks) == (
        ["draft_plan", "finish_issue"],
        ("responsible",),
    )
    engine.hand_over("wang", "zhao", WHY, acting("li"))  # the roles go along
    assert engine.alarms() == []
    assert engine.view(KEY).issue.responsibility.person == "zhao"
    assert "responsible" in engine.office().roles("zhao", UNIT)


def test_who_is_named_without_the_role_any_more_raises_an_alarm(stage: Stage) -> None:
    role = {"person": "wang", "role": "responsible", "unit": UNIT}
    stage.engine.act("revoke_role", role, acting("li"))
    alarms = stage.engine.alarms()
    assert {(a.why, a.person, a.told) for a in alarms} == {("without_role", "wang", ("wang",))}
    order = [(a.obligation.due, a.issue.number) for a in alarms]
    assert order == sorted(order)
    assert len(order) == 5
    stage.engine.act("grant_role", role, acting("li"))
    assert stage.engine.alarms() == []


def test_an_issue_that_nobody_answers_for_raises_an_alarm(store: Store) -> None:
    stage = a_stage(store)
    found = {(a.obligation.kind, a.why, a.person, a.told) for a in stage.engine.alarms()}
    assert found == {
        ("draft_plan", "nobody", None, ("zhou",)),
        ("finish_issue", "nobody", None, ("zhou",)),
    }
    stage.does("li", "assign", {"leader": "zhou", "person": "wang"})
    assert stage.engine.alarms() == []


def test_a_leaver_leaves_today_unless_another_day_is_given(stage: Stage) -> None:
    stage.engine.leave("wang", {"successor": "sun"}, acting("li"), "r-1")
    assert stage.engine.office().members["wang"].left_on == date(2023, 3, 2)
    stage.clock.forward(days=1)
    entries = len(stage.log())
    stage.engine.leave("wang", {"successor": "sun"}, acting("li"), "r-1")
    assert len(stage.log()) == entries


def test_a_successor_is_reminded_in_the_place_of_who_left(stage: Stage) -> None:
    leaving = {"person": "wang", "on": date(2023, 3, 2), "successor": "sun"}
    stage.engine.act("leave", leaving, acting("li"))
    assert stage.engine.alarms() == []
    assert {load.roles for load in stage.engine.held("sun").loads if load.owed} == {()}
    assert {o.holders for o in stage.engine.owed() if o.obligation.role == "responsible"} == {
        ("sun",)
    }


def test_people_without_an_address_are_an_alarm_and_the_next_up_is_told(store: Store) -> None:
    stage = a_stage(store)
    bare = Person(id="wang", name="Wang", unit=UNIT)
    stage.engine.enrol([Enrolment(person=bare)], acting("li"))
    stage.planned()
    stage.does("chen", "approve_plan")
    assert {(a.why, a.person, a.told) for a in stage.engine.alarms()} == {
        ("unreachable", "wang", ("zhou",))
    }
    stage.clock.to(date(2023, 5, 31))
    stage.engine.tick("node")
    owed = [sent for sent in stage.engine.notices() if sent.notice.rung is not None]
    outcomes = {(s.notice.recipient, s.status, s.cause) for s in owed if s.status != "superseded"}
    assert ("wang", "dead", "no_address") in outcomes
    assert ("zhou", "pending", None) in outcomes


def test_in_the_days_of_a_substitution_the_substitute_is_told_for_the_other(stage: Stage) -> None:
    away = {
        "principal": "wang",
        "recorder": "sun",
        "since": date(2023, 5, 20),
        "until": date(2023, 6, 10),
    }
    stage.engine.act("substitute", away, acting("li"))
    stage.clock.to(date(2023, 5, 30))
    stage.engine.tick("node")
    during = [s.notice for s in stage.engine.notices() if s.notice.obligation]
    assert {n.facts["stands_for"] for n in during if n.recipient == "sun"} == {"Wang"}
    assert "wang" not in {n.recipient for n in during}
    stage.clock.to(date(2023, 6, 20))
    stage.engine.tick("node")
    after = [s.notice for s in stage.engine.notices() if s.notice.obligation][len(during) :]
    assert "wang" in {n.recipient for n in after}

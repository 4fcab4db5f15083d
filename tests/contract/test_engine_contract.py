"""What the engine promises, on every store: nothing lost, nothing twice, nothing half done."""

from __future__ import annotations

from datetime import date

import pytest

from states.errors import Conflict, Denied, Invalid, NotFound, Refused
from states.issue import Issue
from tests.cast import UNIT
from tests.stage import ACCOUNT, ROUND, Stage, a_stage, acting, member, registration
from workflow import Enrolment, Identity, Order
from workflow.ports import Filter, Store

FIRST = f"{ROUND}-1"


@pytest.fixture
def stage(store: Store) -> Stage:
    return a_stage(store, issues=3)


def issue(stage: Stage, key: str = FIRST) -> Issue:
    return stage.engine.view(key).issue


def test_a_whole_life_leaves_a_log_that_verifies(stage: Stage) -> None:
    stage.planned()
    stage.proven()
    stage.accepted()
    assert issue(stage).state == "long_term_maintenance"
    stage.does("li", "reopen", {"reason": "反弹", "basis": "回头看"})
    assert (issue(stage).state, issue(stage).cycle) == ("reported", 2)
    verdict = stage.engine.verify()
    assert (verdict.problems, verdict.issues) == ((), 3)


def test_a_refused_command_changes_nothing(stage: Stage) -> None:
    stage.planned()
    before, notices = stage.log(), stage.engine.notices()
    with pytest.raises(Refused) as refused:
        stage.does("wang", "approve_plan")
    assert [unmet.code for unmet in refused.value.unmet] == ["role_missing", "own_plan"]
    assert (stage.log(), stage.engine.notices()) == (before, notices)


def test_the_same_request_twice_is_one_entry_and_the_same_answer(stage: Stage) -> None:
    first = stage.does("li", "note", {"note": "一"}, request_id="r-1")
    again = stage.does("li", "note", {"note": "一"}, request_id="r-1")
    assert (first.repeated, again.repeated) == (False, True)
    assert (again.entry.hash, again.issue) == (first.entry.hash, first.issue)
    assert issue(stage).n == 2


def test_a_request_id_used_for_another_command_is_a_conflict(stage: Stage) -> None:
    stage.does("li", "note", {"note": "一"}, request_id="r-1")
    with pytest.raises(Conflict, match="r-1 was already used for note"):
        stage.does("li", "void", {"reason": "误"}, request_id="r-1")
    with pytest.raises(Conflict, match="other facts"):
        stage.does("li", "note", {"note": "二"}, request_id="r-1")


def test_the_same_file_twice_registers_nothing_new(stage: Stage) -> None:
    before = stage.log()
    again = stage.engine.register_round(registration(3), acting("li"))
    assert again.repeated
    assert again.keys == tuple(f"{ROUND}-{n}" for n in (1, 2, 3))
    assert stage.log() == before


def test_a_round_code_taken_by_another_file_is_a_conflict(stage: Stage) -> None:
    before = stage.log()
    with pytest.raises(Conflict, match="another file"):
        stage.engine.register_round(registration(2, sha256="34" * 32), acting("li"))
    assert stage.log() == before


def test_many_orders_are_all_or_nothing_and_name_every_fault(stage: Stage) -> None:
    good = Order(issue=FIRST, event="assign", facts={"person": "wang"}, source="a.csv", line=2)
    bad = [
        Order(issue="X-9", event="assign", facts={"person": "wang"}, source="a.csv", line=3),
        Order(issue=FIRST, event="assign", facts={"person": "none"}, source="a.csv", line=4),
        Order(issue=FIRST, event="assign", facts={"leader": "wang"}, source="a.csv", line=5),
    ]
    before = stage.log()
    with pytest.raises(Invalid) as invalid:
        stage.engine.advance_all([good, *bad], acting("li"))
    assert [(p.line, p.code) for p in invalid.value.problems] == [
        (3, "no_issue"),
        (4, "person_unknown"),
        (5, "role_not_held"),
    ]
    assert stage.log() == before
    assert len(stage.engine.advance_all([good], acting("li"))) == 1


def test_orders_on_one_issue_build_on_each_other(stage: Stage) -> None:
    orders = [Order(issue=FIRST, event="note", facts={"note": str(number)}) for number in range(5)]
    receipts = stage.engine.advance_all(orders, acting("li"), "bulk")
    assert [r.entry.n for r in receipts] == [2, 3, 4, 5, 6]
    repeated = stage.engine.advance_all(orders, acting("li"), "bulk")
    assert all(r.repeated for r in repeated)
    assert issue(stage).n == 6


def test_only_a_trial_office_lets_an_account_act_as_others(store: Store) -> None:
    real = a_stage(store, trial=False)
    with pytest.raises(Denied, match="trial"):
        real.does("wang", "note", {"note": "x"})
    receipt = real.engine.advance(
        FIRST, "note", {"note": "x"}, by=Identity(account=ACCOUNT, auth="test")
    )
    assert receipt.entry.content["actor"] == {"person": "li", "account": ACCOUNT, "auth": "test"}


def test_an_entry_of_a_trial_office_says_so(stage: Stage) -> None:
    receipt = stage.does("li", "note", {"note": "x"})
    assert receipt.entry.content["actor"]["auth"] == "trial"


def test_an_account_that_belongs_to_nobody_is_denied(stage: Stage) -> None:
    with pytest.raises(Denied, match="os:7"):
        stage.engine.advance(FIRST, "note", by=Identity(account="os:7", auth="test"))


def test_recording_for_another_needs_a_delegation_and_shows_both(stage: Stage) -> None:
    stage.does("li", "assign", {"person": "wang"})
    clerk = acting("zhao", behalf="wang")
    with pytest.raises(Refused, match="no delegation"):
        stage.engine.advance(FIRST, "note", {"note": "x"}, by=clerk)
    stage.engine.act("delegate", {"principal": "wang", "recorder": "zhao"}, acting("li"))
    receipt = stage.engine.advance(FIRST, "note", {"note": "x"}, by=clerk)
    actor = receipt.entry.content["actor"]
    assert (actor["person"], actor["on_behalf_of"]) == ("zhao", "wang")


def test_what_is_not_there_is_named(stage: Stage) -> None:
    with pytest.raises(NotFound, match="X-1"):
        stage.does("li", "note", {"note": "x"}, issue="X-1")
    with pytest.raises(NotFound, match="no person nobody"):
        stage.engine.advance(FIRST, "note", {"note": "x"}, by=acting("nobody"))


def test_a_bare_number_works_while_there_is_one_round(stage: Stage) -> None:
    assert stage.engine.key_of("2") == f"{ROUND}-2"
    stage.engine.register_round(registration(1, "YX2024", "34" * 32), acting("li"))
    with pytest.raises(NotFound, match="YX2024-2"):
        stage.engine.key_of("2")


def test_a_list_shows_the_light_of_the_nearest_thing_owed(stage: Stage) -> None:
    lights = {}
    for day in (date(2023, 3, 9), date(2023, 3, 10), date(2023, 3, 15), date(2023, 3, 16)):
        stage.clock.to(day)
        line = stage.engine.lines(Filter())[0]
        assert line.light == stage.engine.view(FIRST).light
        lights[day.day] = (line.light, line.overdue)
    assert lights == {
        9: ("green", False),
        10: ("yellow", False),
        15: ("yellow", False),
        16: ("red", True),
    }


def test_a_suspended_issue_shows_no_colour_and_is_not_overdue(stage: Stage) -> None:
    stage.does("chen", "suspend", {"reason": "防汛"})
    stage.clock.to(date(2023, 9, 1))
    line = stage.engine.lines(Filter())[0]
    assert (line.light, line.overdue, line.summary.suspended) == ("suspended", False, True)
    assert stage.engine.view(FIRST).light == "suspended"


def test_a_past_moment_has_the_light_of_its_day(stage: Stage) -> None:
    stage.clock.to(date(2023, 3, 13))
    at = stage.clock.at
    stage.clock.to(date(2023, 3, 20))
    assert stage.engine.replay(FIRST, at).light == "yellow"
    assert stage.engine.view(FIRST).light == "red"


def test_replay_at_a_past_moment_is_the_state_then(stage: Stage) -> None:
    moments = []
    for note in "abc":
        stage.clock.forward(hours=5)
        stage.does("li", "note", {"note": note})
        moments.append((stage.clock.at, issue(stage)))
    for at, then in moments:
        assert stage.engine.replay(FIRST, at).issue == then
    with pytest.raises(NotFound, match="did not exist"):
        stage.engine.replay(FIRST, stage.clock.at.replace(year=2020))


def test_people_are_enrolled_with_their_roles_or_not_at_all(stage: Stage) -> None:
    bad = [Enrolment(person=member("he"), roles=("king",))]
    with pytest.raises(Refused, match="role"):
        stage.engine.enrol(bad, acting("li"))
    assert "he" not in stage.engine.people()
    stage.engine.enrol([Enrolment(person=member("he"), roles=("leader",))], acting("li"))
    assert stage.engine.office().roles("he", UNIT) == {"leader"}


def test_only_a_supervisor_of_the_unit_may_administer(stage: Stage) -> None:
    with pytest.raises(Refused, match="supervisor"):
        stage.engine.enrol([Enrolment(person=member("he"))], acting("wang"))
    stage.engine.enrol([Enrolment(person=member("he"))], acting("chen"))
    with pytest.raises(Refused, match="supervisor"):
        stage.engine.enrol([Enrolment(person=member("ma"))], acting("chen"))

"""Rights cannot be borrowed, nor answers: on every store, whatever way is tried."""

from __future__ import annotations

import pytest

from states.errors import Conflict, Refused
from tests.cast import UNIT
from tests.stage import Stage, a_stage, acting, member
from workflow import Enrolment
from workflow.ports import Store


@pytest.fixture
def stage(store: Store) -> Stage:
    return a_stage(store)


def test_nobody_borrows_the_rights_of_a_supervisor_of_every_unit(stage: Stage) -> None:
    engine = stage.engine
    engine.enrol([Enrolment(person=member("li"))], acting("li"))  # li belongs to the unit as well
    borrowed = {"principal": "li", "recorder": "chen"}
    with pytest.raises(Refused, match="supervisor of every unit"):
        engine.act("delegate", borrowed, acting("chen"))
    with pytest.raises(Refused, match="supervisor of every unit"):
        engine.enrol([Enrolment(person=member("li"))], acting("chen"))
    engine.act("delegate", borrowed, acting("li"))
    widened = {"person": "chen", "role": "supervisor", "unit": "*"}
    with pytest.raises(Refused, match="not recorded for another"):
        engine.act("grant_role", widened, acting("chen", behalf="li"))
    with pytest.raises(Refused, match="for themselves"):
        engine.act("delegate", {"principal": "wang", "recorder": "wang"}, acting("li"))


def test_who_finished_the_remainder_does_not_accept(stage: Stage) -> None:
    stage.planned()
    stage.proven()
    unit = {"person": "chen", "role": "responsible", "unit": UNIT}
    stage.engine.act("grant_role", unit, acting("li"))
    left = {"verdict": "basically_completed", "remains": "x", "by": "chen", "until": "2023-12-31"}
    stage.does("wang", "submit_completion", left)
    stage.does("chen", "finish_remainder")
    with pytest.raises(Refused, match="had a hand"):
        stage.does("chen", "accept", {"no_duties": "一次性事项"})
    stage.does("li", "accept", {"no_duties": "一次性事项"})


def test_a_request_id_answers_only_whoever_used_it_and_only_the_same_facts(stage: Stage) -> None:
    stage.planned()
    said = {"measure": 1, "due": "2023-04-10", "reason": "提前"}
    stage.does("chen", "approve_plan")
    stage.does("chen", "edit_measure", said, request_id="r-2")
    assert stage.does("chen", "edit_measure", said, request_id="r-2").repeated
    with pytest.raises(Conflict, match="r-2"):
        stage.does("li", "edit_measure", said, request_id="r-2")
    with pytest.raises(Conflict, match="r-2"):
        stage.does("chen", "edit_measure", {**said, "due": "2023-04-11"}, request_id="r-2")

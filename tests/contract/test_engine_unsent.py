"""What was written but not handed over yet: it never says what is no longer so."""

from __future__ import annotations

from datetime import timedelta

import pytest

from notifications.delivery.protocol import Job, Outcome
from notifications.delivery.window import Window
from notifications.notice import RETRY_WAIT, SUPERSEDED
from tests.stage import ROUND, Scribe, Stage, a_stage, acting
from workflow.ports import Sent, Store
from datetime import date

FIRST = f"{ROUND}-1"
SOON = date(2023, 3, 10)
PLAN = f"{FIRST}/1/draft_plan"

@pytest.fixture
def office(store: Store) -> Stage:
    window = Window.parse("08:30-17:30")
    stage = a_stage(store, issues=2, window=window, letters=Scribe())
    stage.does("li", "assign", {"leader": "zhou", "department": "河长办", "person": "wang"})
    stage.engine.tick("a")
    stage.delivers()
    stage.clock.to(SOON)
    stage.engine.tick("a")
    stage.delivers(lambda job: Outcome(status=RETRY_WAIT, cause="421", retry_at=stage.clock() + timedelta(minutes=30)))
    stage.clock.forward(hours=1)
    return stage


def test_x(office: Stage) -> None:
    why = {"kind": "draft_plan", "after": "30 days", "reason": "汛期"}
    office.does("li", "set_term", why)
    office.engine.tick("a")
    jobs = office.delivers()
    for j in jobs:
        print(j.recipient, j.key, j.template, j.facts.get("due"), [ (i.get("due"), i["template"], i["issue"]) for i in j.facts.get("items",())])
    assert 0

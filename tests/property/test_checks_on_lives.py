"""Whatever happens to an issue, the audit's checks can be asked of it, and rest on its entries."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings

from tests.lives import LIVES, lived
from tests.paper import contradictions
from workflow.engine.judging import JUDGING
from workflow.engine.signs import Scope


@given(LIVES)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_life_can_be_asked_about(life: tuple[int, Any]):
    stage = lived(*life).stage
    engine = stage.engine
    known = {(row.stream, row.n) for row in stage.log()}
    today = engine.desk.day(stage.clock()) + timedelta(days=400)
    for sign in engine.signs(Scope(today=today, contradictions=contradictions)):
        assert sign.entries
        assert known.issuperset(sign.entries)
        assert str(sign.question)
    found, trial = engine.separation()
    assert trial
    assert not any(one.violates for one in found)  # nobody in these lives is both
    judging = [e for e in engine.log("YX2023-1") if e.content["records"] in JUDGING]
    assert [one.n for one in found] == [entry.n for entry in judging]

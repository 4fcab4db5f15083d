"""Judgements of a stage, as the tests on the separation of duties look at them."""

from __future__ import annotations

from typing import Any

from tests.cast import UNIT
from tests.stage import ROUND, Stage, acting
from workflow.engine.judging import Judgement

ISSUE = f"{ROUND}-1"


def judged(stage: Stage, **wanted: Any) -> list[Judgement]:
    """Return every judgement of the log."""
    return stage.engine.separation(**wanted)[0]


def found(stage: Stage, records: str) -> tuple[str, str | None, str]:
    """Return what is found of the last judgement of a kind: the finding, whose, because."""
    last = [one for one in judged(stage) if one.records == records][-1]
    return last.finding, last.tied, last.because.code if last.because else ""


def grants(stage: Stage, person: str) -> None:
    """Let a person supervise the unit."""
    grant = {"person": person, "role": "supervisor", "unit": UNIT}
    stage.engine.act("grant_role", grant, acting("li"))

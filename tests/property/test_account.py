"""The law of accounting: every notice that was owed is accounted for, once, and none besides."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from hypothesis import given, settings

from notifications.planning.audience import NOBODY
from tests.lives import LIVES, Lived, lived
from tests.stage import FEEDBACK
from workflow.engine.accounting import CLOSED, MISSING, Due


def accounted(life: Lived) -> list[Due]:
    """Return the accounts of all days of a life."""
    engine, found = life.stage.engine, []
    day = FEEDBACK
    while day <= engine.desk.day(life.stage.clock.at):
        found += engine.account(day)
        day += timedelta(days=1)
    return found


@settings(max_examples=20)
@given(LIVES)
def test_every_notice_is_accounted_for_on_one_day(drawn: Any) -> None:
    life = lived(*drawn)
    found = Counter(due.sent.id for due in accounted(life) if due.sent is not None)

    owed = [sent.id for sent in life.stage.engine.notices()]
    assert found == Counter(owed)


@settings(max_examples=20)
@given(LIVES)
def test_what_has_no_notice_was_reached_on_a_day_that_nobody_looked_at(drawn: Any) -> None:
    life = lived(*drawn)
    looked = {life.stage.engine.desk.day(moment.at) for moment in life.past}

    for due in accounted(life):
        if due.outcome == MISSING:
            assert due.subject.occurrence is not None
            assert due.subject.occurrence.on not in looked
            assert due.person != NOBODY
        if due.outcome == CLOSED:
            assert due.subject.obligation is not None
        assert due.subject.n is None or due.sent is not None, "news are owed with their entry"


def test_a_life_without_gaps_misses_nothing() -> None:
    life = lived(1, [(1, None)] * 90)

    found = Counter(due.outcome for due in accounted(life))

    assert found[MISSING] == 0
    assert found.total() == len(life.stage.engine.notices()) > 15

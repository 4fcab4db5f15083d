"""What is counted anew while a tick is awaited: nothing falls silent, and the proof says so."""

from __future__ import annotations

from datetime import date

from states.calendar_data import china
from states.frozen import replace
from states.ladder import Rung
from states.process import Process
from states.process_file import default_process
from states.term import Term
from tests.recounting import before_the_notice
from tests.stage import ROUND, Scribe, a_stage, acting
from workflow.ports import Store

FACTS = {"source": "国办发明电〔2022〕16号", "years": "2023"}


def with_a_rung(process: Process) -> Process:
    """The process with one more rung, six working days before the plan is due."""
    early = Rung(name="very-early", at=Term(-6))
    ladders = tuple(
        replace(ladder, rungs=(early, *ladder.rungs)) if ladder.name == "short" else ladder
        for ladder in process.ladders
    )
    return replace(process, name="with-a-rung", ladders=ladders)


def test_a_reminder_that_waits_for_a_tick_survives_the_adoption(store: Store) -> None:
    """The plan was due on 15 March; nothing ticked since the 14th, and the notice comes in."""
    stage = a_stage(store, calendar=before_the_notice(), letters=Scribe())
    stage.ticks(date(2023, 3, 2), date(2023, 3, 14))
    stage.clock.to(date(2023, 3, 17))
    stage.engine.adopt_calendar(china(), FACTS, acting("li"))
    assert stage.engine.verify().problems == ()
    assert stage.engine.tick("node").letters == 1
    assert [s.letter.kind for s in stage.engine.letters()] == ["提醒函"]
    assert stage.engine.tick("node").owed == 0
    assert stage.engine.verify().problems == ()


def test_a_rung_that_another_process_has_in_the_past_is_no_finding(store: Store) -> None:
    stage = a_stage(store)
    stage.ticks(date(2023, 3, 2), date(2023, 3, 10))
    stage.engine.adopt(with_a_rung(default_process()), acting("li"))
    stage.engine.migrate(acting("li"))
    assert stage.engine.verify().problems == ()


def test_an_occurrence_that_a_notice_shows_to_have_lapsed_is_missed_the_day_after(
    store: Store,
) -> None:
    """Before the notice only National Day of 2023 is known; in July three others have gone by."""
    known = before_the_notice()
    known = replace(known, off=(*known.off, (date(2023, 10, 1), "国庆节")))
    stage = a_stage(store, calendar=known)
    stage.planned()
    stage.proven()
    stage.does("wang", "submit_completion")
    duty = {"text": "廉洁提醒", "person": "wang", "when": "法定节假日前"}
    stage.does("chen", "accept", {"duties": [duty]})
    stage.clock.to(date(2023, 7, 10))
    stage.engine.tick("node")
    stage.engine.adopt_calendar(china(), FACTS, acting("li"))
    assert stage.engine.verify().problems == ()
    assert stage.engine.tick("node").missed == 0
    stage.clock.to(date(2023, 7, 11))
    assert stage.engine.tick("node").missed == 2
    (kept,) = stage.engine.view(f"{ROUND}-1").issue.duties
    assert kept.due == date(2023, 6, 21)
    assert stage.engine.verify().problems == ()

"""Erasing somebody's details: nothing of them is left that can be, and the log still verifies."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from notifications.delivery.protocol import Job, Outcome
from notifications.notice import ACCEPTED, SUPPRESSED
from states.errors import Conflict, NotFound, Refused
from states.office import Person
from tests.cast import UNIT
from tests.stage import Stage, a_stage, acting
from workflow import Enrolment
from workflow.ports import Store
from workflow.storage import SqlStore, open_store

NAME, TITLE, MAIL = "王强国", "河道科科长", "wang.qg@water.example"
LEAVES, SOON = date(2023, 3, 20), date(2023, 3, 10)


@pytest.fixture
def stage(store: Store) -> Stage:
    """An office in which Wang was reminded, is named in a message to somebody else, and left."""
    stage = a_stage(store)
    details = Person(id="wang", name=NAME, title=TITLE, unit=UNIT, addresses={"mail": MAIL})
    stage.engine.enrol([Enrolment(person=details)], acting("li"))
    stage.does("li", "assign", {"leader": "zhou", "department": "河长办", "person": "wang"})
    stage.clock.to(SOON)
    stage.engine.tick("a")
    stage.delivers(_accepted)
    stage.does("li", "note", {"note": f"已与{NAME}谈话"})
    stage.clock.to(LEAVES)
    return stage


def _accepted(job: Job) -> Outcome:
    return Outcome(status=ACCEPTED)


def gone(stage: Stage) -> None:
    stage.engine.leave("wang", {}, acting("li"))


def everything_kept(stage: Stage) -> str:
    """Return all that the outbox and the people's table say, and every message."""
    engine = stage.engine
    notices = engine.notices()
    said = [
        (s.notice.address, json.dumps(s.notice.facts, ensure_ascii=False), s.cause) for s in notices
    ]
    trails = [engine.trail(s.id) for s in notices]
    messages = [(engine.message(s.id) or b"").decode(errors="replace") for s in notices]
    return repr((said, trails, messages, engine.people()))


def test_nothing_of_the_person_is_left_beside_the_log(stage: Stage) -> None:
    assert NAME in everything_kept(stage)
    assert MAIL in everything_kept(stage)
    gone(stage)
    done = stage.engine.redact("wang", "本人要求", acting("li"))
    assert done.erased is not None
    assert done.erased.messages > 0
    assert NAME not in everything_kept(stage)
    assert MAIL not in everything_kept(stage)
    assert TITLE not in everything_kept(stage)
    assert "wang" not in stage.engine.people()
    assert stage.engine.office().members["wang"].redacted_by == done.entry.n


def test_the_log_still_verifies(stage: Stage) -> None:
    gone(stage)
    stage.engine.redact("wang", "本人要求", acting("li"))
    assert stage.engine.verify().problems == ()


def test_what_names_the_person_and_stays_is_listed(stage: Stage) -> None:
    found = stage.engine.traces("wang")
    (place,) = found.entries
    assert NAME in str(stage.engine.log(place[0])[place[1] - 1].facts["note"])


def test_who_is_still_there_is_not_erased(stage: Stage) -> None:
    before = everything_kept(stage)
    with pytest.raises(Refused, match="still there"):
        stage.engine.redact("wang", "本人要求", acting("li"))
    assert everything_kept(stage) == before


def test_only_a_supervisor_of_every_unit_may(stage: Stage) -> None:
    gone(stage)
    with pytest.raises(Refused, match="only a supervisor of every unit"):
        stage.engine.redact("wang", "本人要求", acting("chen"))
    assert "wang" in stage.engine.people()


def test_what_was_still_to_be_sent_to_them_is_not(stage: Stage) -> None:
    stage.clock.to(date(2023, 3, 14))
    stage.engine.tick("a")
    gone(stage)
    done = stage.engine.redact("wang", "本人要求", acting("li"))
    theirs = [s for s in stage.engine.notices() if s.notice.recipient == "wang"]
    assert all(s.settled_at is not None for s in theirs)
    assert done.erased is not None
    assert done.erased.withdrawn == sum(s.cause == "redacted" for s in theirs)
    assert {s.status for s in theirs if s.cause == "redacted"} <= {SUPPRESSED}


def test_a_message_on_its_way_is_waited_for(store: Store) -> None:
    stage = a_stage(store)
    stage.does("li", "assign", {"leader": "zhou", "department": "河长办", "person": "wang"})
    stage.clock.to(SOON)
    stage.engine.tick("a")
    gone(stage)

    def meanwhile(job: Job) -> Outcome:
        if job.recipient == "wang":
            with pytest.raises(Conflict, match="being sent just now"):
                stage.engine.redact("wang", "本人要求", acting("li"))
        return Outcome(status=ACCEPTED)

    assert "wang" in [job.recipient for job in stage.delivers(meanwhile)]
    assert "wang" in stage.engine.people()


def test_repeated_with_its_request_id_it_changes_nothing(stage: Stage) -> None:
    gone(stage)
    first = stage.engine.redact("wang", "本人要求", acting("li"), "erase-wang")
    again = stage.engine.redact("wang", "本人要求", acting("li"), "erase-wang")
    assert (again.entry, again.repeated) == (first.entry, True)


def test_somebody_nobody_knows(stage: Stage) -> None:
    with pytest.raises((NotFound, Refused), match="no person"):
        stage.engine.redact("nobody", "本人要求", acting("li"))


def test_no_byte_of_them_is_left_in_an_sqlite_file(migrated_file: Path, tmp_path: Path) -> None:
    file = tmp_path / "office.db"
    file.write_bytes(migrated_file.read_bytes())
    opened: SqlStore = open_store(str(file))
    stage = a_stage(opened)
    details = Person(id="wang", name=NAME, title=TITLE, unit=UNIT, addresses={"mail": MAIL})
    stage.engine.enrol([Enrolment(person=details)], acting("li"))
    stage.does("li", "assign", {"leader": "zhou", "department": "河长办", "person": "wang"})
    stage.clock.to(SOON)
    stage.engine.tick("a")
    stage.delivers(_accepted)
    gone(stage)
    stage.engine.redact("wang", "本人要求", acting("li"))
    opened.close()
    content = file.read_bytes()
    assert MAIL.encode() not in content
    assert NAME.encode() not in content

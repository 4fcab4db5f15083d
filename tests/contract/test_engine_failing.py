"""Deciding about messages that failed: sent again, arrived after all, or given up; on record."""

from __future__ import annotations

from datetime import date

import pytest

from notifications.delivery.protocol import Job, Outcome
from notifications.delivery.window import Window
from notifications.notice import ACCEPTED, AMBIGUOUS, BUNDLED, DEAD, PENDING
from states.errors import Conflict, Invalid, Refused
from states.frozen import replace
from states.office import Person
from tests.cast import OTHER_UNIT, UNIT
from tests.stage import Stage, a_stage, acting, member
from workflow import Enrolment
from workflow.ports import Sent, Store

SOON = date(2023, 3, 10)
REFUSED = Outcome(status=DEAD, cause="recipient_refused: 550 no such user", blame="recipient")
UNKNOWN = Outcome(status=AMBIGUOUS, cause="held_for_decision", decision="held")


def refusing(job: Job) -> Outcome:
    return REFUSED


@pytest.fixture
def stage(store: Store) -> Stage:
    """An office without hours, where Wang is assigned and reminded."""
    stage = a_stage(store)
    stage.does("li", "assign", {"leader": "zhou", "department": "河长办", "person": "wang"})
    stage.clock.to(SOON)
    stage.engine.tick("a")
    return stage


def reminder(stage: Stage) -> Sent:
    (found,) = (s for s in stage.engine.notices() if s.notice.rung == "soon")
    return found


def mended(stage: Stage, **addresses: str) -> None:
    person = Person(id="wang", name="Wang", unit=UNIT, addresses=addresses)
    stage.engine.enrol([Enrolment(person=person)], acting("li"))


def test_what_failed_is_sent_again_to_the_address_that_was_mended(stage: Stage) -> None:
    stage.delivers(refusing)
    failed = reminder(stage)
    assert failed.status == DEAD
    assert [s.id for s in stage.engine.unresolved() if s.notice.rung] == [failed.id]
    mended(stage, mail="wang.new@office.example")
    decided = stage.engine.retry([failed.id], "地址已更正", acting("chen"))
    assert [(s.id, s.status) for s in decided.notices] == [(failed.id, PENDING)]
    assert failed.id not in [s.id for s in stage.engine.unresolved()]
    (job,) = stage.delivers()
    assert (job.id, job.address) == (failed.id, "wang.new@office.example")
    assert stage.engine.notice(failed.id).status == ACCEPTED


def test_it_goes_another_way_where_the_former_one_is_gone(store: Store) -> None:
    stage = a_stage(store, channels=("mail", "console"))
    stage.does("li", "assign", {"leader": "zhou", "department": "河长办", "person": "wang"})
    stage.clock.to(SOON)
    stage.engine.tick("a")
    stage.delivers(refusing)
    mended(stage, console="wang")
    (decided,) = stage.engine.retry([reminder(stage).id], "无邮箱", acting("li")).notices
    assert (decided.notice.channel, decided.notice.address) == ("console", "wang")


def test_a_decision_is_on_record_by_the_keys_of_its_messages(stage: Stage) -> None:
    stage.delivers(lambda job: UNKNOWN)
    sent = reminder(stage)
    decided = stage.engine.resolve([sent.id], "arrived", "电话确认", acting("chen"))
    entry = stage.engine.log("@office")[-1]
    assert decided.entry == entry
    assert entry.event == "resolve_notices"
    assert entry.facts == {
        "notices": [{"key": sent.notice.key, "unit": UNIT}],
        "decision": "arrived",
        "reason": "电话确认",
    }
    assert decided.notices[0].status == ACCEPTED
    assert decided.notices[0].resolved_at == stage.clock()
    assert stage.engine.verify().problems == ()


def test_what_is_given_up_stays_dead_and_is_told_of_no_more(stage: Stage) -> None:
    stage.delivers(refusing)
    ids = [s.id for s in stage.engine.unresolved()]
    stage.engine.resolve(ids, "given_up", "已离任", acting("li"))
    assert stage.engine.unresolved() == []
    assert {stage.engine.notice(id).status for id in ids} == {DEAD}
    with pytest.raises(Refused, match=f"{ids[0]} was given up already"):
        stage.engine.resolve(ids[:1], "given_up", "又一次", acting("li"))
    stage.engine.resolve(ids[:1], "send_again", "又回来了", acting("li"))
    assert stage.engine.notice(ids[0]).status == PENDING


def test_a_repeated_request_decides_once(stage: Stage) -> None:
    stage.delivers(refusing)
    sent = reminder(stage)
    one = stage.engine.retry([sent.id], "已更正", acting("li"), request_id="again")
    entries = len(stage.engine.log("@office"))
    two = stage.engine.retry([sent.id], "已更正", acting("li"), request_id="again")
    assert (two.entry, two.repeated, one.repeated) == (one.entry, True, False)
    assert len(stage.engine.log("@office")) == entries
    with pytest.raises(Conflict):
        stage.engine.retry([sent.id], "另一理由", acting("li"), request_id="again")
    with pytest.raises(Conflict):
        stage.engine.resolve([sent.id], "given_up", "已更正", acting("li"), request_id="again")


def test_everything_that_is_wrong_is_said_at_once_and_nothing_is_decided(stage: Stage) -> None:
    stage.delivers(refusing)
    failed = reminder(stage)
    stage.does("li", "assign", {"person": "sun"})
    under_way = next(s for s in stage.engine.notices() if s.status == PENDING)
    before = len(stage.engine.log("@office"))
    with pytest.raises(Refused) as caught:
        stage.engine.retry([failed.id, under_way.id, 999], "", acting("wang"))
    assert [str(u) for u in caught.value.unmet] == [
        f"only a supervisor of {UNIT} may do this",
        "reason must be given",
        f"{under_way.id} is still on its way (pending)",
        "there is no message 999 (rectify outbox list)",
    ]
    assert len(stage.engine.log("@office")) == before
    assert stage.engine.notice(failed.id).status == DEAD


def test_what_is_still_to_be_sent_may_be_settled_by_who_knows_better(stage: Stage) -> None:
    """After a restore, say: it went out in the time that was lost."""
    sent = reminder(stage)
    assert sent.status == PENDING
    decided = stage.engine.resolve([sent.id], "arrived", "恢复前已送达", acting("li"))
    assert [(one.status, one.decision) for one in decided.notices] == [(ACCEPTED, "by_hand")]
    assert sent.id not in [job.id for job in stage.delivers()]


def test_what_was_delivered_is_not_decided_about(stage: Stage) -> None:
    stage.delivers()
    sent = reminder(stage)
    for how in ("arrived", "given_up", "send_again"):
        with pytest.raises(Refused, match=f"{sent.id} was delivered already"):
            stage.engine.resolve([sent.id], how, "测试", acting("li"))
    with pytest.raises(Refused, match="no message is named"):
        stage.engine.retry([], "测试", acting("li"))
    with pytest.raises(Refused, match="decision must be one of"):
        stage.engine.resolve([sent.id], "lost", "测试", acting("li"))


def test_who_has_no_address_is_sent_nothing_before_there_is_one(stage: Stage) -> None:
    mended(stage)
    stage.clock.to(date(2023, 3, 15))
    stage.engine.tick("a")
    unreached = next(s for s in stage.engine.unresolved() if s.notice.recipient == "wang")
    assert unreached.cause == "no_address"
    with pytest.raises(Refused, match=f"wang has no address to which {unreached.id} could go"):
        stage.engine.retry([unreached.id], "再试", acting("li"))
    mended(stage, mail="wang@office.example")
    stage.engine.retry([unreached.id], "有了地址", acting("li"))
    jobs = {job.id: job.address for job in stage.delivers()}
    assert jobs[unreached.id] == "wang@office.example"


def test_what_is_for_nobody_can_only_be_given_up(stage: Stage) -> None:
    lost = replace(
        reminder(stage).notice, key="lost", recipient="-", channel="-", address="", status=DEAD
    )
    with stage.engine.desk.store.writing() as session:
        session.owe([lost])
    (nobody,) = stage.engine.unresolved()
    with pytest.raises(Refused, match=f"{nobody.id} is for nobody"):
        stage.engine.retry([nobody.id], "再试", acting("li"))
    stage.engine.resolve([nobody.id], "given_up", "已电话通知", acting("li"))
    assert stage.engine.unresolved() == []


def test_a_supervisor_decides_about_the_messages_of_their_own_unit(stage: Stage) -> None:
    far = Enrolment(person=member("ma"), roles=("supervisor",), roles_for=OTHER_UNIT)
    stage.engine.enrol([far], acting("li"))
    stage.delivers(refusing)
    with pytest.raises(Refused, match=f"only a supervisor of {UNIT} may do this"):
        stage.engine.retry([reminder(stage).id], "再试", acting("ma"))
    stage.engine.retry([reminder(stage).id], "再试", acting("chen"))


# ------------------------------------------------------------------------ messages of the day


@pytest.fixture
def bundled(store: Store) -> Stage:
    """An office with hours, where everybody's message of 23 March was refused."""
    stage = a_stage(store, issues=3, window=Window.parse("08:30-17:30"))
    stage.clock.to(date(2023, 3, 23))
    stage.engine.tick("a")
    stage.delivers(refusing)
    return stage


def test_a_message_of_the_day_that_failed_is_one_failure_and_its_items_none(
    bundled: Stage,
) -> None:
    failed = bundled.engine.unresolved()
    assert {s.notice.template for s in failed} == {"digest"}
    items = bundled.engine.items(failed[0].id)
    assert len(items) == 3
    with pytest.raises(Refused, match=f"{items[0].id} went in a message of the day"):
        bundled.engine.retry([items[0].id], "再试", acting("li"))


def test_its_items_follow_a_message_that_is_decided_about(bundled: Stage) -> None:
    one, two, *_ = bundled.engine.unresolved()
    bundled.engine.resolve([one.id], "arrived", "电话确认", acting("li"))
    assert {s.status for s in bundled.engine.items(one.id)} == {ACCEPTED}
    entry = bundled.engine.log("@office")[-1]
    assert entry.facts["notices"] == [{"key": one.notice.key, "unit": UNIT}]
    bundled.engine.retry([two.id], "再试", acting("li"))
    assert {s.status for s in bundled.engine.items(two.id)} == {BUNDLED}
    bundled.delivers()
    assert {s.status for s in bundled.engine.items(two.id)} == {ACCEPTED}


def test_a_message_sent_again_on_a_later_day_is_said_as_of_that_day(bundled: Stage) -> None:
    failed = next(s for s in bundled.engine.unresolved() if s.notice.recipient == "zhou")
    bundled.clock.to(date(2023, 3, 27))
    bundled.engine.retry([failed.id], "服务器已修复", acting("li"))
    ticked = bundled.engine.tick("a")
    assert (ticked.remade, ticked.messages) == (3, 1)
    assert bundled.engine.notice(failed.id).status == "superseded"
    assert bundled.engine.notice(failed.id).cause == "remade"
    (job,) = bundled.delivers()
    assert (job.recipient, job.facts["today"]) == ("zhou", "2023-03-27")
    assert len(job.facts["items"]) == 3


def test_what_waits_goes_to_the_address_that_its_person_has_when_it_goes(store: Store) -> None:
    stage = a_stage(store, window=Window.parse("08:30-17:30"))
    stage.does("li", "assign", {"leader": "zhou", "department": "河长办", "person": "wang"})
    mended(stage, mail="wang.new@office.example")
    stage.engine.tick("a")
    assert {j.address for j in stage.delivers() if j.recipient == "wang"} == {
        "wang.new@office.example"
    }


def test_what_could_not_be_sent_on_its_day_is_said_as_of_the_next(store: Store) -> None:
    """The server is silent for two days; what waits for it never becomes two messages."""
    stage = a_stage(store, issues=3, window=Window.parse("08:30-17:30"))
    first, second = stage.ticks(date(2023, 3, 20), date(2023, 3, 21))
    assert first.messages == second.messages > 0
    assert (first.remade, second.remade) == (0, 3 * second.messages)
    jobs = stage.delivers()
    assert len(jobs) == len({job.recipient for job in jobs}) == second.messages
    assert {job.facts["today"] for job in jobs} == {"2023-03-21"}


def test_an_unknown_number_is_not_found(stage: Stage) -> None:
    from states.errors import NotFound

    with pytest.raises(NotFound, match="there is no message 999"):
        stage.engine.notice(999)
    with pytest.raises((NotFound, Invalid)):
        stage.engine.items(999)

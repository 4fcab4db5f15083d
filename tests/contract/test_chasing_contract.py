"""What every store promises of what is owed: obligations, when to look at them, and notices."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest

from states.frozen import replace
from tests.changes import a_life, a_notice, noted, owed, registered, taken, written
from workflow.ports import Beat, Opened, Rearmed, Store

PLAN = "YX2023-7/1/draft_plan"
FINISH = "YX2023-7/1/finish_issue"
PLAN_WAKES = date(2023, 3, 5)
FINISH_WAKES = date(2023, 5, 22)


def awaited(store: Store, today: date, limit: int = 100) -> list[str]:
    with store.reading() as session:
        return [waiting.obligation.id for waiting in session.awaited(today, limit)]


def rearmed(store: Store, obligation: str, was: date | None, wake_on: date | None) -> None:
    with store.writing() as session:
        session.rearm([Rearmed(obligation=obligation, was=was, wake_on=wake_on)])


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (PLAN_WAKES - timedelta(days=1), []),
        (PLAN_WAKES, [PLAN]),
        (FINISH_WAKES - timedelta(days=1), [PLAN]),
        (FINISH_WAKES, [PLAN, FINISH]),
        (date.max, [PLAN, FINISH]),
    ],
)
def test_an_obligation_is_awaited_from_its_day_on(
    store: Store, today: date, expected: list[str]
) -> None:
    written(store, registered())

    assert awaited(store, today) == expected


def test_what_is_awaited_comes_whole(store: Store) -> None:
    change = registered()
    later = noted(change.issue)
    written(store, change, later)

    for transaction in (store.reading, store.writing):
        with transaction() as session:
            plan, finish = session.awaited(FINISH_WAKES, 10)
        assert (plan.obligation, plan.wake_on) == (change.opened[0].obligation, PLAN_WAKES)
        assert finish.obligation == change.opened[1].obligation
        assert plan.issue == finish.issue == later.issue


def test_what_is_counted_about_an_obligation_comes_whole(store: Store) -> None:
    change = registered()
    plan, finish = change.opened
    counted = replace(
        plan.obligation,
        anchor=date(2023, 3, 1),
        provisional=True,
        owed_since=date(2023, 2, 1),
        lapses_on=date(2023, 4, 1),
    )
    issue = replace(change.issue, obligations=(counted, finish.obligation))
    opened = (Opened(obligation=counted, wake_on=plan.wake_on), finish)
    written(store, replace(change, issue=issue, opened=opened))

    with store.reading() as session:
        (found,) = session.awaited(PLAN_WAKES, 10)
        (stored,) = session.projected()
    assert found.obligation == counted
    assert set(stored.obligations) == {counted, finish.obligation}
    assert stored.wakes == {PLAN: PLAN_WAKES, FINISH: FINISH_WAKES}


def test_an_obligation_may_never_wake(store: Store) -> None:
    change = registered()
    asleep = tuple(replace(opened, wake_on=None) for opened in change.opened)
    written(store, replace(change, opened=asleep))

    assert awaited(store, date.max) == []
    with store.reading() as session:
        (stored,) = session.projected()
    assert stored.wakes == {PLAN: None, FINISH: None}


def test_the_earliest_are_awaited_first_and_no_more_than_asked_for(store: Store) -> None:
    written(store, *(registered(number) for number in (9, 7, 8)))
    rearmed(store, "YX2023-8/1/finish_issue", FINISH_WAKES, PLAN_WAKES - timedelta(days=1))

    assert awaited(store, FINISH_WAKES, 3) == [
        "YX2023-8/1/finish_issue",
        "YX2023-7/1/draft_plan",
        "YX2023-8/1/draft_plan",
    ]


def test_a_closed_obligation_is_awaited_no_more(store: Store) -> None:
    life = a_life()
    written(store, *life[:4])
    assert awaited(store, date.max) == [PLAN, FINISH]

    written(store, life[4])

    assert awaited(store, date.max) == ["YX2023-7/5/decide_plan", FINISH]


def test_an_obligation_closed_in_the_append_that_opened_it_is_not_awaited(store: Store) -> None:
    written(store, *a_life())

    assert awaited(store, date.max) == [
        "YX2023-7/6/finish_measure/1",
        "YX2023-7/6/finish_measure/2",
        FINISH,
    ]


def test_what_was_closed_is_known_with_what_closed_it(store: Store) -> None:
    written(store, *a_life())

    with store.reading() as session:
        closed = sorted((c.obligation, c.by, c.because) for c in session.closed())
    assert closed == [(PLAN, 5, "draft_plan"), ("YX2023-7/5/decide_plan", 6, "approve_plan")]


def test_voiding_closes_everything(store: Store) -> None:
    change = registered()
    written(store, change, taken(change.issue, "li", "void", {"reason": "重复登记"}))

    assert awaited(store, date.max) == []


def test_a_day_of_waking_is_moved_on(store: Store) -> None:
    written(store, registered())
    rearmed(store, PLAN, PLAN_WAKES, date(2023, 3, 14))

    assert awaited(store, date(2023, 3, 13)) == []
    with store.reading() as session:
        (waiting,) = session.awaited(date(2023, 3, 14), 10)
    assert (waiting.obligation.id, waiting.wake_on) == (PLAN, date(2023, 3, 14))


def test_a_day_of_waking_that_somebody_else_moved_stays_where_it_is(store: Store) -> None:
    written(store, registered())
    rearmed(store, PLAN, PLAN_WAKES, date(2023, 3, 14))
    rearmed(store, PLAN, PLAN_WAKES, date(2023, 3, 20))

    assert awaited(store, date(2023, 3, 14)) == [PLAN]


def test_an_obligation_that_never_wakes_again_can_be_woken(store: Store) -> None:
    written(store, registered())
    rearmed(store, PLAN, PLAN_WAKES, None)
    assert awaited(store, date.max) == [FINISH]

    rearmed(store, PLAN, None, PLAN_WAKES)
    assert awaited(store, date.max) == [PLAN, FINISH]


def test_moving_the_day_of_a_closed_or_unknown_obligation_does_nothing(store: Store) -> None:
    written(store, *a_life())
    rearmed(store, PLAN, PLAN_WAKES, date(2023, 3, 1))
    rearmed(store, "nowhere", PLAN_WAKES, date(2023, 3, 1))

    assert awaited(store, date(2023, 4, 4)) == []


# --- notices -----------------------------------------------------------------------------------


def test_a_notice_is_given_back_as_it_was_owed(store: Store) -> None:
    plain = a_notice("a")
    full = a_notice("b", issue="YX2023-8", obligation=PLAN, rung="before/3", language="en")
    assert owed(store, plain, full) == 2

    with store.reading() as session:
        first, second = session.notices()
        assert [sent.notice for sent in session.notices("YX2023-8")] == [full]
        assert session.notices("YX2023-9") == []
    assert (first.notice, second.notice) == (plain, full)
    assert (first.status, first.cause, first.attempts) == ("pending", None, 0)
    assert first.settled_at is None
    assert first.id < second.id


def test_a_notice_born_settled_says_so(store: Store) -> None:
    owed(store, a_notice("a", status="dead", cause="no_address"))

    with store.reading() as session:
        (sent,) = session.notices()
    assert (sent.status, sent.cause) == ("dead", "no_address")
    assert sent.settled_at == sent.notice.created_at


def test_a_notice_is_owed_once(store: Store) -> None:
    assert owed(store, a_notice("a"), a_notice("b"), a_notice("a")) == 2
    assert owed(store, a_notice("b", address="elsewhere"), a_notice("c")) == 1
    assert owed(store, a_notice("c")) == 0
    assert owed(store) == 0

    with store.reading() as session:
        assert [sent.notice.key for sent in session.notices()] == ["a", "b", "c"]
        assert session.notices()[1].notice.address == "wang@office.example"


def test_the_notices_of_a_change_are_owed_with_it(store: Store) -> None:
    change = replace(registered(), owed=(a_notice("a"), a_notice("b")))
    owed(store, a_notice("b"))
    written(store, change)

    with store.reading() as session:
        assert sorted(sent.notice.key for sent in session.notices()) == ["a", "b"]


def test_ten_who_owe_the_same_at_once_owe_it_once(store: Store) -> None:
    notices = [a_notice(str(number)) for number in range(20)]
    new: list[int] = []
    threads = [
        threading.Thread(target=lambda: new.append(owed(store, *notices))) for _ in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(new) == 20
    assert len(new) == 10
    with store.reading() as session:
        assert len(session.notices()) == 20


def test_an_instant_in_another_zone_is_the_same_instant(store: Store) -> None:
    at = datetime(2023, 3, 1, 9, tzinfo=UTC).astimezone()
    owed(store, a_notice("a", created_at=at))

    with store.reading() as session:
        assert session.notices()[0].notice.created_at == at


def test_each_sweep_of_a_node_beats_as_often_as_it_likes(store: Store) -> None:
    with store.reading() as session:
        assert (session.beats(), session.last_beat()) == ([], None)
    minute = [datetime(2023, 3, 1, 1, n, tzinfo=UTC) for n in range(4)]
    for node, sweep, at in (
        ("there", "owe", minute[1]),
        ("here", "owe", minute[3]),
        ("here", "deliver", minute[2]),
        ("there", "owe", minute[2]),
        ("here", "owe", minute[0]),  # its clock was set back
    ):
        with store.writing() as session:
            session.beat(node, sweep, at)

    with store.reading() as session:
        assert session.beats() == [
            Beat(node="here", sweep="deliver", at=minute[2]),
            Beat(node="here", sweep="owe", at=minute[0]),
            Beat(node="there", sweep="owe", at=minute[2]),
        ]
        assert session.last_beat() == minute[2]


def test_a_store_on_a_server_tells_its_time(store: Store) -> None:
    before = datetime.now(UTC)
    told = store.time()
    after = datetime.now(UTC)

    assert told is None or before <= told <= after  # this server's clock is ours
    assert (told is None) == (store.login() is None)


def test_the_latest_entry_is_known(store: Store) -> None:
    with store.reading() as session:
        assert session.last_entry_at() is None
    life = a_life()
    written(store, *life)

    with store.reading() as session:
        assert session.last_entry_at() == life[-1].entry.at

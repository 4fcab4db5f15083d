"""The past of every kind of store: it answers as the store did then, and nothing can be done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from states.canonical import stamp
from states.errors import Invalid, NotFound, Refused
from states.frozen import replace
from states.log import Row
from tests.remembering import ACTS, ZONE, Life, answers, differences, hurried, lived
from tests.stage import acting, member
from workflow import Enrolment, open_engine
from workflow.memory import MemoryStore
from workflow.past import store_as_of
from workflow.ports import Filter, Sealed

BY_NAME = {event: (who, event, facts) for who, event, facts in reversed(ACTS)}
COURSE = (
    ("tick", 0),
    (BY_NAME["add_measure"], 1),
    (BY_NAME["draft_plan"], 2),
    ("deliver", 0),
    ("week", 0),
    ("calendar", 1),
    (BY_NAME["approve_plan"], 1),
    ("leave", 2),
    ("deliver", 1),
    ("decide", 0),
    (BY_NAME["request_extension"], 3),
    ("round", 1),
    ("process", 1),
    ("move", 0),
    ("release", 1),
    ("watch", 0),
    (BY_NAME["suspend"], 5),
    ("tick", 20),
    ("deliver", 0),
    (BY_NAME["resume"], 2),
    ("week", 20),
)


@pytest.mark.parametrize("opened", [{}, hurried()], ids=["at once", "in hours"])
def test_it_answers_at_every_moment_as_the_office_did_then(store, opened):
    life = lived(store, COURSE, every=3, **opened)

    for moment in [moment for moment in life.past if moment.answers]:
        again = answers(life.as_of(moment.at))
        assert differences(moment.answers, again) == [], moment.at


def test_the_past_can_be_proven_too(store):
    life = lived(store, COURSE, every=99)

    for moment in life.past[9::8]:
        assert life.as_of(moment.at).verify().problems == (), moment.at


def test_an_instant_between_two_entries_is_as_after_the_first(store):
    life = lived(store, COURSE[:4])
    first, second = life.past[1], life.past[2]
    between = first.at + (second.at - first.at) / 2

    assert life.as_of(between).issues() == first.answers["issues"]
    assert life.as_of(second.at - timedelta(microseconds=1)).issues() == first.answers["issues"]


def test_nothing_can_be_written_from_the_past(store):
    life = lived(store, COURSE[:3], every=99)
    past = life.as_of(life.past[0].at)
    before = [row.hash for row in life.stage.log()]

    with pytest.raises(Refused, match="can only be looked at"):
        past.advance("YX2023-1", "note", {"note": "迟到"}, by=acting("li"))
    with pytest.raises(Refused, match="can only be looked at"):
        past.tick("a")
    with pytest.raises(Refused, match="can only be looked at"):
        _ = past.desk.store.outbox
    with past.desk.store.reading() as session, pytest.raises(Refused):
        session.owe([])
    assert [row.hash for row in life.stage.log()] == before


def test_before_the_office_there_is_no_past(store):
    life = lived(store, every=99, course=())

    with pytest.raises(NotFound, match="no office here yet; its first entry is of 2023-03-02"):
        store_as_of(store, datetime(2023, 3, 1, tzinfo=UTC), ZONE)
    assert life.as_of(life.clock()).lines()


def test_an_empty_store_has_no_past():
    with pytest.raises(NotFound, match="nothing is set up"):
        store_as_of(MemoryStore(), datetime(2023, 3, 1, tzinfo=UTC), ZONE)


def test_an_issue_that_came_later_did_not_exist(store):
    life = lived(store, every=99, course=(("tick", 1), ("round", 1)))
    past = life.as_of(life.past[1].at)
    (later,) = {line.summary.key for line in life.engine.lines()} - {
        line.summary.key for line in past.lines()
    }

    with pytest.raises(NotFound, match=f"{later} did not exist at 2023-03-03"):
        past.view(later)
    with pytest.raises(NotFound, match="there is no issue YX2023-99"):
        past.view("YX2023-99")


def test_the_figures_of_a_month_never_change_afterwards(store):
    life = lived(store, COURSE[:8], every=99)
    end = life.clock()
    then = life.as_of(end).figures()
    assert then == life.engine.figures()

    for what, days in COURSE[8:]:
        life.happens(what, days)
    assert life.as_of(end).figures() == then != life.engine.figures()


def test_people_are_called_by_their_names_of_today_and_belong_where_they_belonged(store):
    life = lived(store, every=99, course=(("tick", 1),))
    at = life.clock()
    life.clock.forward(days=1)
    moved = replace(member("wang"), name="王海涛", unit="别的单位", language="en")
    life.engine.enrol([Enrolment(person=moved)], acting("li"))

    then = life.as_of(at).people()["wang"]

    assert (then.name, then.unit, then.language) == ("王海涛", member("wang").unit, "zh")
    assert life.as_of(life.clock()).people()["wang"] == moved


def test_one_issue_is_read_without_the_others(store):
    life = lived(store, COURSE[:3], every=99)
    past = store_as_of(store, life.clock(), ZONE)

    open_engine(past, clock=life.clock, zone=ZONE).view("YX2023-1")

    assert "ledger" not in vars(past._moment)


def test_of_seals_those_of_then_are_known(store):
    life = lived(store, COURSE[:2], every=99)
    before = life.clock()
    life.clock.forward(minutes=1)
    with store.writing() as session:
        leaves = session.unsealed(5)
        sealed = Sealed(
            size=5, at=stamp(life.clock()), root="0" * 64, suite="sha256", note="x", frontier=()
        )
        session.seal(leaves, sealed)
    written = len(life.stage.log())
    life.happens(BY_NAME["assign"], 1)

    with life.as_of(before).desk.store.reading() as then:
        assert (then.checkpoint(), list(then.checkpoints()), then.sealed_count()) == (None, [], 0)
        assert (then.unsealed_count(), len(then.unsealed(3))) == (written, 3)
        assert then.index_of("@office", 1) is None
    with life.as_of(life.past[-1].at - timedelta(minutes=1)).desk.store.reading() as later:
        assert later.checkpoint() == sealed == later.checkpoint(5)
        assert later.unsealed_count() == written - 5 == len(later.unsealed(999))
        assert later.index_of("@office", 1) == 0
        assert later.sealed_count() == 5
        assert sum(1 for _ in later.indexed_rows()) == written
        assert later.heads(["@office"])["@office"].n == 5


class Forged(MemoryStore):
    """A store of which somebody has changed a line behind the program's back."""

    def forge(self, stream: str, place: int, /, **changed: object) -> None:
        """Change the columns of one line."""
        row = self._tables.log[stream, place]
        fields = {name: getattr(row, name) for name in Row.__slots__}
        self._tables.log[stream, place] = Row(**(fields | changed))


@pytest.mark.parametrize(
    "changed",
    [
        {"body": b"{}"},
        {"body": b"\xff"},
        {"hash": "0" * 64},
        {"at": stamp(datetime(2023, 3, 2, 1, tzinfo=UTC))},
        {"at": stamp(datetime(2024, 3, 2, 1, tzinfo=UTC))},
        {"at": 5},
    ],
    ids=["no entry", "no text", "another hash", "an earlier instant", "a later one", "none"],
)
def test_what_cannot_be_read_is_named_and_never_folded(changed):
    store = Forged()
    life = Life(store)
    life.happens(BY_NAME["assign"], 1)
    life.happens(BY_NAME["assign"], 1)
    store.forge("YX2023-1", 2, **changed)
    past = life.as_of(life.clock())

    for ask in (past.lines, lambda: past.view("YX2023-1"), past.owed):
        with pytest.raises(Invalid, match="rectify verify") as caught:
            ask()
        assert [(p.source, p.line) for p in caught.value.problems] == [("YX2023-1", 2)]
    assert past.view("YX2023-2").issue.state == "reported"
    if "at" not in changed:
        earlier = life.as_of(life.past[0].at - timedelta(minutes=1))
        assert earlier.view("YX2023-1").issue.n == 1


def test_a_line_that_is_missing_is_missed():
    store = Forged()
    life = Life(store)
    life.happens(BY_NAME["assign"], 1)
    life.happens(BY_NAME["add_measure"], 1)
    store.forge("YX2023-1", 2, body=store._tables.log["YX2023-1", 3].body, n=3)

    with pytest.raises(Invalid, match="does not follow"):
        life.as_of(life.clock()).lines(Filter())


def test_a_watch_is_told_of_every_line_once_per_reading(store):
    life = lived(store, COURSE[:3], every=99)
    told: list[int] = []

    class Watching:
        def __enter__(self):
            told.append(0)
            return lambda lines: told.__setitem__(-1, lines)

        def __exit__(self, *_error):
            return None

    past = store_as_of(store, life.clock(), ZONE, Watching)
    engine = open_engine(past, clock=life.clock, zone=ZONE)
    engine.lines()
    engine.lines()

    assert told == [len(life.stage.log())]

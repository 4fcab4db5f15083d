"""A year of a round of 25 issues, day by day, held against a table written by hand.

The table (``tests/data/year/rungs.txt``) was worked out from the ladders of the default process and
the notice on the days off of 2026, without this program: for each obligation its date, the day
from which it is owed, and each rung with the day on which it is owed and the people who are told.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from notifications.delivery.protocol import Begin, Job, Outcome, Traits, Watch
from notifications.delivery.sending import deliver_due
from notifications.delivery.window import Window
from notifications.notice import ACCEPTED, SUPERSEDED
from notifications.rendering.letters import Letters
from states.calendar_data import china
from states.log import read_entry
from states.office import Person
from states.process_file import default_process
from tests.stage import Clock
from tests.year import (
    FIRST,
    LAST,
    RESPONSIBLE,
    ROLES,
    ROUND,
    UNIT,
    Act,
    diary_of_the_year,
    mornings,
    runs,
)
from workflow import Engine, Enrolment, Identity, Registration, open_engine
from workflow.engine.signs import Scope
from workflow.memory import MemoryStore
from workflow.ports import Sent

TABLE = Path(__file__).parent.parent / "data" / "year" / "rungs.txt"
ZONE = ZoneInfo("Asia/Shanghai")
ACCOUNT = "os:1000"
MORNING, LATER = time(9, 0), time(10, 0)


@dataclass
class Postman:
    """A channel that notes who was handed a message, and when."""

    name: str = "mail"
    traits: Traits = field(default_factory=lambda: Traits(idempotent=True))
    handed: list[tuple[str, datetime]] = field(default_factory=list)

    def compose(self, job: Job) -> bytes:
        return job.key.encode()

    def send(self, job: Job, message: bytes, begin: Begin, now: datetime) -> Outcome:
        self.handed.append((job.recipient, now.astimezone(ZONE)))
        return Outcome(status=ACCEPTED)

    def look_up(self, job: Job, now: datetime) -> Outcome | None:
        return None

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class Year:
    """The year as it was lived: the store with everything in it, and what was handed over."""

    engine: Engine
    clock: Clock
    postman: Postman

    def acts(self, act: Act) -> None:
        person, event, issue, facts = act
        by = Identity(account=ACCOUNT, auth="test", acting_as=person)
        self.engine.advance(f"{ROUND}-{issue}", event, facts, by=by)

    def looks(self) -> None:
        """What ``rectify tick`` does."""
        self.engine.tick("node")
        store = self.engine.desk.store
        watch = Watch(now=self.clock, elapsed=lambda: 0.0)
        deliver_due(store.outbox, {self.postman.name: self.postman}, watch)

    def at(self, day: date, hour: time) -> None:
        self.clock.at = datetime.combine(day, hour, ZONE)


def _person(id: str) -> Person:
    return Person(id=id, name=id.title(), unit=UNIT, addresses={"mail": f"{id}@office.example"})


def _registration() -> Registration:
    issue = {"round": ROUND, "aspect": "履行职责方面", "unit": UNIT, "feedback": FIRST}
    return Registration(
        code=ROUND,
        round={
            "code": ROUND,
            "unit": UNIT,
            "source": "feedback.txt",
            "sha256": "12" * 32,
            "feedback": FIRST,
            "found_aspects": 1,
            "found_issues": len(RESPONSIBLE),
        },
        issues=[
            issue
            | {"number": number, "title": f"第{number}个问题"}
            | ({"type": "immediate"} if number == 20 else {})
            for number in RESPONSIBLE
        ],
    )


@pytest.fixture(scope="module")
def year() -> Year:
    """The whole year, once for all tests of this module."""
    clock = Clock(datetime.combine(FIRST, LATER, ZONE))
    engine = open_engine(
        MemoryStore(),
        clock=clock,
        window=Window.parse("08:30-17:30"),
        letters=Letters(),
    )
    founder = Identity(account=ACCOUNT, auth="test")
    engine.found(_person("li"), founder, default_process(), calendar=china(), trial=True)
    engine.enrol([Enrolment(person=_person(p), roles=r) for p, r in ROLES.items()], founder)
    engine.register_round(_registration(), founder)
    lived = Year(engine, clock, Postman())
    diary = diary_of_the_year()
    for day in mornings():
        if runs(day):
            lived.at(day, MORNING)
            lived.looks()
        lived.at(day, LATER)
        for act in diary.get(day, ()):
            lived.acts(act)
        if day == date(2026, 5, 6):
            engine.hand_over("sun", "wu", {"reason": "岗位调整"}, founder)
        if day == date(2026, 2, 2):
            engine.act("leave", {"person": "feng", "on": day}, founder)
    return lived


def _owed(year: Year) -> dict[str, list[tuple[date, str]]]:
    """The rungs of each obligation as lines of the table, by the obligation's id."""
    told: dict[tuple[str, str, date], list[Sent]] = defaultdict(list)
    for sent in year.engine.notices():
        notice = sent.notice
        if notice.obligation is not None:
            occurrence = notice.key.removeprefix(notice.obligation + "/").partition("/")[0]
            day = notice.created_at.astimezone(ZONE).date()
            if sent.status == SUPERSEDED and notice.recipient == "-":
                line = f"{_day(date.fromisoformat(notice.facts['on']))}  {_rung(occurrence)}"
                told[(notice.obligation, f"{line}  superseded on {day}", day)] = []
            else:
                told[(notice.obligation, occurrence, day)].append(sent)
    lines: dict[str, list[tuple[date, str]]] = defaultdict(list)
    for (obligation, occurrence, day), sents in told.items():
        lines[obligation].append((day, _line(occurrence, day, sents) if sents else occurrence))
    return lines


def _line(occurrence: str, day: date, sents: list[Sent]) -> str:
    letter = sents[0].notice.facts.get("letter_kind") or ""
    people = ", ".join(sorted(sent.notice.recipient for sent in sents))
    parts = (_day(day), _rung(occurrence), letter, f"to {people}")
    return "  ".join(part for part in parts if part)


def _rung(occurrence: str) -> str:
    name, _, nth = occurrence.partition(".")
    return name if nth == "1" else f"{name} {nth}"


def _day(day: date) -> str:
    return f"{day} {day:%a}"


def _table(year: Year) -> Iterator[str]:
    owed = _owed(year)
    store = year.engine.desk.store
    for number in RESPONSIBLE:
        yield f"issue {number}"
        with store.reading() as session:
            entries = [read_entry(row.body) for row in session.rows(f"{ROUND}-{number}")]
        opened = [(o["kind"], o, e) for e in entries for o in e.content["opens"]]
        for kind, record, entry in sorted(
            opened, key=lambda o: (o[2].content["day"], o[0], o[1]["subject"], o[1]["due"])
        ):
            what = f"{kind} {record['subject']}".strip()
            due = date.fromisoformat(record["due"])
            yield f"  {what}, due {_day(due)}, owed since {entry.content['day']}"
            yield from (f"    {line}" for _, line in sorted(owed.get(record["id"], [])))


def test_every_rung_is_owed_when_the_table_says_and_to_whom_it_says(year: Year) -> None:
    assert list(_table(year)) == TABLE.read_text(encoding="utf-8").splitlines()


def test_nobody_receives_more_than_one_message_a_day(year: Year) -> None:
    per_day = Counter((person, at.date()) for person, at in year.postman.handed)

    assert len(per_day) > 300
    assert {key: n for key, n in per_day.items() if n > 1} == {}


def test_messages_go_out_on_working_days_in_working_hours(year: Year) -> None:
    calendar = china()

    for _, at in year.postman.handed:
        assert calendar.is_working(at.date()), at
        assert time(8, 30) <= at.time() <= time(17, 30)


def test_nothing_owed_falls_silent(year: Year) -> None:
    """Of each obligation, no more than a month passes without a rung, except while nothing runs."""
    calendar = china()
    owed = _owed(year)
    for issue in (year.engine.view(f"{ROUND}-{n}").issue for n in RESPONSIBLE):
        for obligation in issue.obligations:
            days = sorted({day for day, _ in owed.get(obligation.id, [])})
            began = calendar.add_workdays(obligation.due, -20)
            marks = [max(began, obligation.opened_on), *days, LAST + timedelta(days=1)]
            for before, after in pairwise(marks):
                quiet = sum(
                    calendar.is_working(day) and runs(day)
                    for day in map(date.fromordinal, range(before.toordinal(), after.toordinal()))
                )
                assert quiet <= 21, (obligation.id, before, after)


def test_the_log_of_the_year_is_sound(year: Year) -> None:
    assert [str(problem) for problem in year.engine.verify().problems] == []


def test_the_letters_are_numbered_without_gaps_and_kept_by_their_hash(year: Year) -> None:
    letters = year.engine.letters()

    assert len(letters) > 20
    by_issue: dict[str, list[int]] = defaultdict(list)
    for sent in letters:
        by_issue[sent.issue].append(sent.letter.number)
        text = year.engine.letter_text(sent.letter.sha256)
        assert text is not None
        assert re.search(r"〔2026〕", text)
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in by_issue.values())


def test_the_audit_asks_only_what_the_diary_gives_cause_for(year: Year):
    signs = year.engine.signs(Scope(today=LAST))
    assert Counter(sign.code for sign in signs) == {
        "same_file": 6,  # every occurrence of a duty is proven by one file
        "finished_together": 2,  # whatever a person does on a day, they do at ten o'clock
        "no_look_back": 1,  # issue 4, at which nobody looks
        "same_unit": 1,  # Li is enrolled in the unit
    }
    found, _trial = year.engine.separation()
    assert {one.finding for one in found} == {"other_hands"}

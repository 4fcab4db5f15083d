"""Histories of issues as they come about: every entry is a real decision, many issues live alike.

A life is decided once, from its registration to the second look-back. Other issues get it with
their own key in the place of the first one's, and their own chain of hashes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from benchmarks import case
from states.administration import administer
from states.attempt import Actor, Attempt
from states.calendar_data import china
from states.canonical import commitment, entry_digest
from states.checkpoint import origin_of
from states.decision import decide, register
from states.issue import Issue
from states.log import Entry
from states.office import Office, Person
from states.process import Process
from states.process_file import default_process
from states.rules import Rules

FIRST = 1_000_000
"""The number of the first issue: all are equally long."""

LIVES = 16
SALT = bytes(32)
_SHA = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"
_REASON = "排查不够全面，部分学校台账缺失，请补充佐证材料后重新报送"


@dataclass(slots=True)
class Log:
    """A log in the making: the office and its entries, and one issue after the other."""

    process: Process = field(default_factory=default_process)
    office: Office | None = None
    acts: list[Entry] = field(default_factory=list)

    @property
    def rules(self) -> Rules:
        """The rules in force: the default process and the calendar of China."""
        return Rules(self.process, china())

    def found(self) -> None:
        """Found the office, with the people of the case."""
        first, *others = case.WORKERS
        founding = {"account": "os:1000", "trial": True, "process": self.process.hash}
        self._act("found_office", {**founding, **_member(first), "calendar": china().hash})
        for worker in others:
            self._act("add_person", _member(worker))
            unit = "*" if worker.everywhere else case.UNIT
            self._act("grant_role", {"person": worker.id, "role": worker.role, "unit": unit})

    @property
    def origin(self) -> str:
        """The name of the log, after its first entry."""
        return origin_of(self.acts[0].hash)

    def adopt(self, key: str) -> None:
        """Adopt the key that signs checkpoints."""
        self._act("adopt_key", {"key": key})

    def _act(self, event: str, facts: Mapping[str, Any]) -> None:
        attempt = _attempt(case.WORKERS[0].id, event, facts, case.FEEDBACK, f"office/{event}")
        entry, self.office = administer(self.office, _numbered(attempt, len(self.acts)))
        self.acts.append(entry)


def _numbered(attempt: Attempt, n: int) -> Attempt:
    return Attempt(
        event=attempt.event,
        actor=attempt.actor,
        at=attempt.at,
        day=attempt.day,
        request_id=f"{attempt.request_id}/{n}",
        facts=attempt.facts,
    )


def person(worker: case.Worker) -> Person:
    """Return the details of somebody of the case."""
    return Person(
        id=worker.id, name=worker.name, unit=case.UNIT, addresses={"mail": worker.address}
    )


def _member(worker: case.Worker) -> dict[str, Any]:
    committed = commitment(SALT, person(worker).private())
    return {"person": worker.id, "unit": case.UNIT, "commitment": committed}


def _attempt(person: str, event: str, facts: Mapping[str, Any], day: date, request: str) -> Attempt:
    return Attempt(
        event=event,
        actor=Actor(person=person, account="os:1000", auth="trial"),
        at=datetime(day.year, day.month, day.day, 1, 30, tzinfo=UTC),
        day=day,
        request_id=request,
        facts=facts,
    )


class Life:
    """The life of one issue, decided event by event."""

    def __init__(self, log: Log, number: int) -> None:
        assert log.office is not None
        self._log, self._office, self._day = log, log.office, case.FEEDBACK
        self.key = case.key(number)
        self.entries: list[Entry] = []
        self._issue: Issue | None = None
        self._does(case.SUPERVISOR, "register", self._registration(number))

    def _registration(self, number: int) -> dict[str, Any]:
        return {
            "round": case.ROUND,
            "number": number,
            "title": case.title(7),
            "aspect": case.ASPECT,
            "unit": case.UNIT,
            "feedback": case.FEEDBACK,
        }

    def _does(self, person: str, event: str, facts: Mapping[str, Any], after: int = 1) -> None:
        self._day += timedelta(days=after)
        request = f"{self.key}/{len(self.entries):032x}"
        attempt = _attempt(person, event, facts, self._day, request)
        if self._issue is None:
            done = register(self._log.rules, self.key, attempt, self._office)
        else:
            done = decide(self._log.rules, self._issue, attempt, self._office)
        self._issue = done.issue
        self.entries.append(done.entry)

    def lives(self, variant: int) -> list[Entry]:
        """Live on until the second look-back; variants differ in measures, proofs and duties."""
        measures = 3 + variant % 4
        naming = {"leader": case.LEADER, "department": case.DEPARTMENT, "person": case.RESPONSIBLE}
        self._does(case.SUPERVISOR, "assign", naming)
        for number in range(measures):
            text, due = case.MEASURES[number % 2]
            self._does(
                case.RESPONSIBLE, "add_measure", {"text": f"{text}（{number}）", "due": due}, 0
            )
        self._does(case.RESPONSIBLE, "draft_plan", {"note": "经党组会研究"})
        self._does(case.SUPERVISOR, "return_plan", {"reason": case.REASON})
        self._does(case.RESPONSIBLE, "draft_plan", {"note": "已补充检查范围"})
        self._does(case.SUPERVISOR, "approve_plan", {})
        self._worked(measures, variant)
        self._completed(variant)
        return self.entries

    def _worked(self, measures: int, variant: int) -> None:
        for number in range(1, measures + 1):
            for proof in range(1 + (variant + number) % 3):
                self._proves(f"佐证材料{number}-{proof}.pdf", measure=number)
            self._does(case.RESPONSIBLE, "note", {"note": f"第{number}项措施已完成阶段性排查"}, 1)
            self._does(case.RESPONSIBLE, "finish_measure", {"measure": number}, 0)

    def _proves(self, name: str, **what: int) -> None:
        facts = {"sha256": _SHA, "size": 48213, "name": name, **what}
        self._does(case.RESPONSIBLE, "add_evidence", facts, 0)

    def _completed(self, variant: int) -> None:
        self._does(case.RESPONSIBLE, "submit_completion", {"note": "整改任务全部完成"})
        self._does(case.SUPERVISOR, "return_completion", {"reason": _REASON})
        self._proves("补充台账.xlsx")
        self._does(case.RESPONSIBLE, "submit_completion", {"note": "已补充佐证"}, 5)
        duties = [{"text": "每月开展一次食堂抽查并通报结果", "when": "每月"}]
        self._does(case.SUPERVISOR, "accept", {"duties": duties}, 2)
        for _ in range(4 + variant % 3):
            self._day += timedelta(days=26)
            self._proves("抽查通报.pdf", duty=1)
            self._does(case.RESPONSIBLE, "perform_duty", {"duty": 1}, 0)
        self._does(case.SUPERVISOR, "look_back", {"visit": 1, "verdict": "holds"}, 0)
        self._does(case.SUPERVISOR, "look_back", {"visit": 2, "verdict": "holds"})


Line = tuple[str, int, str, str, str, bytes]
"""A row of the log: stream, number, request id, instant, hash, body."""


def lives(log: Log) -> list[list[Entry]]:
    """Return the lives that all others are copies of, numbered from ``FIRST`` on."""
    return [Life(log, FIRST + variant).lives(variant) for variant in range(LIVES)]


def lines(log: Log, entries: int) -> Iterator[Line]:
    """Yield about so many rows of a log, ordered by stream and number: the office, then issues."""
    for entry in log.acts:
        yield _line(entry.stream, entry, entry.hash, entry.body)
    known = lives(log)
    number, written = FIRST, len(log.acts)
    while written < entries:
        life = known[number % LIVES]
        yield from _copied(life, FIRST + number % LIVES, number)
        written += len(life)
        number += 1


def _copied(life: list[Entry], original: int, number: int) -> Iterator[Line]:
    """Yield a life with another number, its chain made anew."""
    key, was, now = case.key(number), str(original), str(number)
    before = ""
    for entry in life:
        body = entry.body.replace(was.encode(), now.encode())
        if before:
            body = body.replace(entry.content["prev"].encode(), before.encode(), 1)
        before = entry_digest(body)
        yield _line(key, entry, before, body, entry.request_id.replace(was, now))


def _line(stream: str, entry: Entry, hash: str, body: bytes, request: str | None = None) -> Line:
    return (stream, entry.n, request or entry.request_id, entry.content["at"], hash, body)

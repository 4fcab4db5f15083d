"""An engine with the cast on it, on any store, and a clock that the test moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from notifications.delivery.protocol import LEASE, Job, Outcome
from notifications.notice import ACCEPTED
from states.calendar import Calendar
from states.frozen import replace
from states.log import Row
from states.office import Person
from states.process import Process
from states.process_file import default_process
from tests.cast import DUTY, OTHER_UNIT, PROOF, UNIT
from workflow import Engine, Enrolment, Identity, Registration, open_engine
from workflow.engine.advancing import Receipt
from workflow.engine.chasing import Ticked
from workflow.ports import Store

ACCOUNT = "os:1000"
ROUND = "YX2023"
FEEDBACK = date(2023, 3, 1)
ROLES: Mapping[str, tuple[str, ...]] = {
    "wang": ("responsible",),
    "sun": ("responsible",),
    "zhou": ("leader",),
    "qian": ("principal",),
    "chen": ("supervisor",),
    "zhao": ("auditor",),
}


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> None:
        """Move the clock on, by what ``timedelta`` takes."""
        self.at += timedelta(**by)

    def to(self, day: date) -> None:
        """Move the clock to nine o'clock in Beijing on a day."""
        self.at = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)


class Scribe:
    """Writes letters without templates: what they are about, so that each is another text."""

    def write(self, kind: str, facts: Mapping[str, Any], language: str) -> str:
        """Return the text of a letter of a kind."""
        return f"{kind} {facts['letter_reference']} ({language})"


@dataclass
class Stage:
    """The engine of a trial office, where everybody of the cast can act."""

    engine: Engine
    clock: Clock

    def does(
        self, person: str, event: str, facts: Mapping[str, Any] | None = None, **how: Any
    ) -> Receipt:
        """Let a person take an event of the first issue (or of ``issue``)."""
        issue = how.pop("issue", f"{ROUND}-1")
        return self.engine.advance(issue, event, facts, by=acting(person), **how)

    def planned(self) -> None:
        """Assign the first issue, and draft a plan of two measures for it."""
        self.does("li", "assign", {"leader": "zhou", "department": "河长办", "person": "wang"})
        self.does("wang", "add_measure", {"text": "修订巡查制度", "due": "2023-04-15"})
        self.does("wang", "add_measure", {"text": "开展专项检查", "due": "2023-05-15"})
        self.does("wang", "draft_plan")

    def proven(self) -> None:
        """Approve the plan, prove and finish both measures."""
        self.does("chen", "approve_plan")
        for number in (1, 2):
            proof = {"sha256": PROOF, "size": 9, "name": f"{number}.pdf", "measure": number}
            self.does("wang", "add_evidence", proof)
            self.does("wang", "finish_measure", {"measure": number})

    def ticks(self, first: date, last: date) -> list[Ticked]:
        """Tick at nine o'clock on every day of an interval."""
        ticked = []
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            self.clock.to(date.fromordinal(ordinal))
            ticked.append(self.engine.tick("node"))
        return ticked

    def delivers(self, end: Callable[[Job], Outcome] | None = None) -> list[Job]:
        """Hand over what is due by mail; the server takes everything unless ``end`` says else."""
        outbox, now, jobs = self.engine.desk.store.outbox, self.clock(), []
        while claimed := outbox.claim("mail", now, LEASE, 100):
            for job in claimed:
                assert outbox.begin(job, now)
                outbox.settle(job, end(job) if end else Outcome(status=ACCEPTED), now)
            jobs += claimed
        return jobs

    def accepted(self) -> None:
        """Submit and accept the completion, with one duty."""
        self.does("wang", "submit_completion")
        self.does("chen", "accept", {"duties": [DUTY]})

    def log(self) -> list[Row]:
        """Return every line of the log."""
        with self.engine.desk.store.reading() as session:
            return list(session.rows())


def acting(person: str, behalf: str | None = None) -> Identity:
    """Return the one account of the trial office, acting as a person."""
    return Identity(account=ACCOUNT, auth="test", acting_as=person, on_behalf_of=behalf)


def member(id: str) -> Person:
    """Return the details of one of the cast."""
    unit = OTHER_UNIT if id == "ma" else UNIT
    return Person(id=id, name=id.title(), unit=unit, addresses={"mail": f"{id}@office.example"})


def registration(
    issues: int = 1, code: str = ROUND, sha256: str = "12" * 32, feedback: date = FEEDBACK
) -> Registration:
    """Return a round of so many issues."""
    return Registration(
        code=code,
        round={
            "code": code,
            "unit": UNIT,
            "source": f"{code}.txt",
            "sha256": sha256,
            "feedback": feedback,
            "declared_issues": issues,
            "found_aspects": 1,
            "found_issues": issues,
        },
        issues=[
            {
                "round": code,
                "number": number,
                "title": f"第{number}个问题",
                "aspect": "履行职责方面",
                "unit": UNIT,
                "feedback": feedback,
            }
            for number in range(1, issues + 1)
        ],
    )


def a_stage(store: Store, *, issues: int = 1, trial: bool = True, **opened: Any) -> Stage:
    """Return a stage on an empty store: the office founded, people enrolled, a round registered.

    ``opened`` are further arguments of ``open_engine``; ``calendar`` the one to found with.
    """
    clock = Clock(datetime(2023, 3, 2, 1, tzinfo=UTC))
    calendar: Calendar | None = opened.pop("calendar", None)
    engine = open_engine(store, clock=clock, **opened)
    founder = Identity(account=ACCOUNT, auth="test")
    engine.found(member("li"), founder, default_process(), trial=trial, calendar=calendar)
    engine.enrol([Enrolment(person=member(p), roles=r) for p, r in ROLES.items()], founder)
    engine.register_round(registration(issues), founder)
    return Stage(engine, clock)


def urgent(process: Process) -> Process:
    """Return a process with every rung urgent."""
    ladders = tuple(
        replace(ladder, rungs=tuple(replace(rung, urgent=True) for rung in ladder.rungs))
        for ladder in process.ladders
    )
    return replace(process, name="urgent", ladders=ladders)

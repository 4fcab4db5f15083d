"""The cast of the tests, the office they form, and issues driven to any state by real decisions.

Wang is the responsible person, Sun a colleague with the same role but other issues, Zhou the
leader, Qian the principal who heads the unit, Li the supervisor of every unit and founder of the
office, Chen the supervisor of the unit, Zhao the auditor, Ma holds every role in another unit, He
is the clerk without any role. The office counts by the plain week.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from states.administration import administer
from states.attempt import CLOCK_PERSON, ROLES, Actor, Attempt
from states.calendar import WEEKDAYS, Calendar
from states.canonical import stamp
from states.decision import Decision, decide, register
from states.errors import Invalid
from states.frozen import replace
from states.issue import Issue
from states.log import Entry, Row
from states.office import Office
from states.process import Process
from states.process_file import default_process, parse_process
from states.rules import Rules

UNIT = "云溪县水务局党组"
OTHER_UNIT = "云溪县林业局党组"
KEY = "YX2023-7"
OWN = (Path(__file__).parent / "data" / "own_process.toml").read_text(encoding="utf-8")
FEEDBACK = date(2023, 3, 1)
DUE = date(2023, 6, 1)  # three months after feedback
PROOF = "ab" * 32
COMMITMENT = "00" * 32

STATES = ("reported", "plan_drafted", "in_rectification", "completed", "long_term_maintenance")
GRANTS = (
    ("wang", "responsible", UNIT),
    ("sun", "responsible", UNIT),
    ("zhou", "leader", UNIT),
    ("qian", "principal", UNIT),
    ("chen", "supervisor", UNIT),
    ("zhao", "auditor", UNIT),
    *(("ma", role, OTHER_UNIT) for role in ROLES),
)
PEOPLE = ("wang", "sun", "zhou", "qian", "chen", "zhao", "ma", "he")
EVERYBODY = ("li", *PEOPLE)

Facts = Mapping[str, Any]
REGISTRATION: Facts = {
    "round": "YX2023",
    "number": 7,
    "title": "关于“河道巡查流于形式”问题",
    "aspect": "履行职责方面",
    "unit": UNIT,
    "feedback": "2023-03-01",
}


def moment(day: date) -> datetime:
    """Return nine o'clock in Beijing on that day."""
    return datetime(day.year, day.month, day.day, 1, tzinfo=UTC)


def attempt(
    person: str,
    event: str,
    facts: Facts | None = None,
    *,
    day: date = FEEDBACK,
    behalf: str | None = None,
) -> Attempt:
    """Return what a member of the cast attempts; the request id is that of the day and event."""
    return Attempt(
        event=event,
        actor=Actor(person=person, account=f"{person}@office", auth="test", on_behalf_of=behalf),
        at=moment(day),
        day=day,
        request_id=f"{day}/{person}/{event}",
        facts=facts or {},
    )


def the_clock(event: str, facts: Facts | None = None, *, day: date = FEEDBACK) -> Attempt:
    """Return what time alone brings about."""
    tried = attempt(CLOCK_PERSON, event, facts, day=day)
    return replace(tried, actor=Actor(person=CLOCK_PERSON, account="rectify", auth="clock"))


def rules_of(process: Process | None = None, calendar: Calendar = WEEKDAYS) -> Rules:
    """Return the rules of a process, the default one at first, counted by a calendar."""
    return Rules(process or default_process(), calendar)


def founding(process: Process, *, trial: bool = False) -> Attempt:
    """Return Li's attempt to found the office."""
    facts = {
        "person": "li",
        "account": "li@office",
        "process": process.hash,
        "commitment": COMMITMENT,
        "trial": trial,
    }
    return attempt("li", "found_office", facts)


def administered(office: Office, event: str, facts: Facts, *, day: date = FEEDBACK) -> Office:
    """Return the office after an act of Li's."""
    return administer(office, attempt("li", event, facts, day=day))[1]


def an_office(process: Process | None = None) -> Office:
    """Return the office of the cast, each with the role that the module's docstring tells."""
    _, office = administer(None, founding(process or default_process()))
    for person in PEOPLE:
        unit = OTHER_UNIT if person == "ma" else UNIT
        facts = {"person": person, "unit": unit, "commitment": COMMITMENT}
        office = administered(office, "add_person", facts)
    for person, role, unit in GRANTS:
        facts = {"person": person, "role": role, "unit": unit}
        office = administered(office, "grant_role", facts)
    return office


def delegated(
    office: Office, principal: str, recorder: str = "he", *, until: date | None = None
) -> Office:
    """Return the office in which ``recorder`` may record for ``principal``."""
    facts = {"principal": principal, "recorder": recorder, "until": until}
    return administered(office, "delegate", facts)


def row_of(entry: Entry) -> Row:
    """Return the row that a store would give back for an entry."""
    return Row(
        stream=entry.stream,
        n=entry.n,
        request_id=entry.request_id,
        at=stamp(entry.at),
        hash=entry.hash,
        body=entry.body,
    )


@dataclass
class Story:
    """An issue and its log; ``acts`` is one decision, a day after the one before."""

    issue: Issue
    entries: list[Entry]
    office: Office
    process: Process
    day: date = FEEDBACK
    decisions: list[Decision] = field(default_factory=list)
    calendar: Calendar = WEEKDAYS

    @property
    def rules(self) -> Rules:
        """The rules by which the story is decided."""
        return Rules(self.process, self.calendar)

    def acts(
        self, person: str, event: str, facts: Facts | None = None, *, behalf: str | None = None
    ) -> Issue:
        """Let a person attempt an event tomorrow; raises ``Refused``, which changes nothing."""
        self.day += timedelta(days=1)
        return self.takes(attempt(person, event, facts, day=self.day, behalf=behalf))

    def comes(self, event: str, facts: Facts | None = None) -> Issue:
        """Let the clock take an event on the day on which somebody acted last, or waits."""
        return self.takes(the_clock(event, facts, day=self.day))

    def until(self, day: date) -> Story:
        """Let the days pass until the eve of a day: the next person acts on that day."""
        self.day = day - timedelta(days=1)
        return self

    def takes(self, tried: Attempt) -> Issue:
        """Decide an attempt and let the issue evolve by it."""
        decision = decide(self.rules, self.issue, tried, self.office)
        self.decisions.append(decision)
        self.entries.append(decision.entry)
        self.issue = decision.issue
        return self.issue

    @property
    def rows(self) -> list[Row]:
        """The log as a store would give it back."""
        return [row_of(entry) for entry in self.entries]


def a_story(
    by: Process | Rules | None = None,
    office: Office | None = None,
    *,
    event: str = "register",
    facts: Facts | None = None,
    key: str = KEY,
) -> Story:
    """Return an issue just registered by Li; a process alone is counted by the plain week."""
    rules = by if isinstance(by, Rules) else rules_of(by)
    office = office or an_office(rules.process)
    tried = attempt("li", event, {**REGISTRATION, **(facts or {})})
    decision = register(rules, key, tried, office)
    entries, decisions = [decision.entry], [decision]
    story = Story(decision.issue, entries, office, rules.process, decisions=decisions)
    story.calendar = rules.calendar
    return story


def assigned(story: Story) -> Story:
    """Name Zhou, a department and Wang as the three clarities."""
    story.acts("li", "assign", {"leader": "zhou", "department": "河长办", "person": "wang"})
    return story


def planned(story: Story) -> Story:
    """Add the two measures of the plan."""
    story.acts("wang", "add_measure", {"text": "修订巡查制度", "due": "2023-04-15"})
    story.acts("wang", "add_measure", {"text": "开展专项检查", "due": "2023-05-15"})
    return story


def proven(story: Story, *measures: int) -> Story:
    """Prove and finish measures."""
    for number in measures:
        proof = {"sha256": PROOF, "size": 120, "name": f"{number}.pdf", "measure": number}
        story.acts("wang", "add_evidence", proof)
        story.acts("wang", "finish_measure", {"measure": number})
    return story


EVERY_30_DAYS = [{"every": "interval", "nth": 30, "since": "2023-07-01"}]
DUTY: Facts = {"text": "每月巡查", "person": "wang", "when": EVERY_30_DAYS}
REMAINDER: Facts = {
    "verdict": "basically_completed",
    "remains": "设备预计年底前投入使用",
    "by": "wang",
    "until": "2023-12-31",
}


def performed(story: Story, duty: int = 1) -> Story:
    """Prove and perform what a duty awaits now."""
    story.acts("wang", "add_evidence", {"sha256": PROOF, "size": 9, "name": "照片", "duty": duty})
    story.acts("wang", "perform_duty", {"duty": duty})
    return story


def issue_in(state: str, office: Office | None = None, calendar: Calendar = WEEKDAYS) -> Story:
    """Return an issue of the default process driven to a state.

    On the way measure 1 is proven and done and measure 2 stays open; completion is "basically
    completed" with a remainder, and acceptance declares one duty.
    """
    story = planned(assigned(a_story(rules_of(None, calendar), office)))
    moves = {
        "plan_drafted": lambda: story.acts("wang", "draft_plan"),
        "in_rectification": lambda: (story.acts("chen", "approve_plan"), proven(story, 1)),
        "completed": lambda: story.acts("wang", "submit_completion", REMAINDER),
        "long_term_maintenance": lambda: story.acts("chen", "accept", {"duties": [DUTY]}),
    }
    for reached in STATES[1 : STATES.index(state) + 1]:
        moves[reached]()
    return story


def problems(text: str) -> list[str]:
    """Return every problem of a process as a sentence with its place."""
    with pytest.raises(Invalid) as caught:
        parse_process(text, "own.toml")
    assert str(caught.value) == "\n".join(map(str, caught.value.problems))
    return [str(problem) for problem in caught.value.problems]


def changed(text: str, *changes: tuple[str, str]) -> str:
    """Return a text after replacements, each of which finds its words exactly once."""
    for old, new in changes:
        assert text.count(old) == 1, f"{text.count(old)} times: {old}"
        text = text.replace(old, new)
    return text


def line_of(text: str, fragment: str) -> int:
    """Return the line on which a fragment begins, which must be the only one."""
    assert text.count(fragment) == 1, f"{text.count(fragment)} times: {fragment}"
    return text[: text.index(fragment)].count("\n") + 1

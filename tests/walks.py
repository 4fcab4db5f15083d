"""Random walks over the default process: who attempts what, when, with which facts.

Most attempts are of an event that the state knows, by the right person with whole facts, so that
walks get far; the rest are anything by anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from states.attempt import Actor, Attempt
from states.decision import decide
from states.errors import Refused
from states.issue import Issue
from states.log import Entry
from states.process import SAME
from states.process_file import default_process
from tests.cast import (
    DUTY,
    EVERYBODY,
    FEEDBACK,
    PROOF,
    REMAINDER,
    UNIT,
    Facts,
    Story,
    a_story,
    administered,
    an_office,
    assigned,
    delegated,
    moment,
    planned,
    proven,
)


def _the_office():
    """Wang and the clerk He are supervisors too; He records for Wang, Chen and Zhou."""
    office = an_office()
    for person in ("wang", "he"):
        facts = {"person": person, "role": "supervisor", "unit": UNIT}
        office = administered(office, "grant_role", facts)
    for principal in ("wang", "chen", "zhou"):
        office = delegated(office, principal)
    return delegated(office, "li", until=FEEDBACK + timedelta(days=60))


OFFICE = _the_office()
PROCESS = default_process()

days = st.dates(date(2023, 1, 1), date(2024, 6, 30))
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
numbers = st.integers(1, 4)

# The facts of each event as they are mostly right; each is drawn anew for every attempt.
FACTS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "draft_plan": {},
    "approve_plan": {},
    "return_plan": {"reason": texts},
    "submit_completion": {},
    "return_completion": {"reason": texts},
    "accept": {"no_duties": texts},
    "reopen": {"reason": texts, "basis": texts},
    "assign": {"leader": st.just("zhou"), "department": texts, "person": st.just("wang")},
    "add_measure": {"text": texts, "due": st.dates(date(2023, 3, 1), date(2023, 5, 30))},
    "edit_measure": {"measure": numbers, "due": days, "reason": texts},
    "drop_measure": {"measure": numbers, "reason": texts},
    "finish_measure": {"measure": numbers},
    "add_evidence": {"sha256": st.just(PROOF), "size": numbers, "name": texts, "measure": numbers},
    "note": {"note": texts},
    "change_due": {"due": days, "reason": texts},
    "finish_remainder": {},
    "perform_duty": {"duty": numbers},
    "void": {"reason": texts},
}
MOVES = {step.event for step in PROCESS.steps if step.target != SAME}
VARIANTS: dict[str, list[Facts]] = {
    "submit_completion": [REMAINDER, {"verdict": "completed"}],
    "accept": [{"duties": [DUTY]}, {"duties": [DUTY, {**DUTY, "person": None}]}],
    "reopen": [{"reason": "反弹", "basis": "回头看", "due": "2024-12-31"}],
    "assign": [{"person": "sun"}],
}
SPOILT = st.dictionaries(
    st.sampled_from(("reason", "due", "measure", "person", "verdict", "until", "nonsense")),
    st.one_of(st.none(), texts, numbers, days, st.floats(allow_nan=False), st.booleans()),
    max_size=2,
)


@dataclass(frozen=True)
class Tried:
    """One attempt of a walk; ``wait`` is the number of days since the one before."""

    event: str
    person: str
    behalf: str | None
    facts: Facts
    wait: int

    def attempt(self, day: date, n: int) -> Attempt:
        """Return the attempt, made ``n``-th in its walk."""
        return Attempt(
            event=self.event,
            actor=Actor(person=self.person, account="test", auth="test", on_behalf_of=self.behalf),
            at=moment(day) + timedelta(minutes=n % 3),
            day=day,
            request_id=f"{n}",
            facts=self.facts,
        )


def _events_in(state: str) -> list[str]:
    """Return what to draw from: moves often, other events of the state, sometimes any at all."""
    here = [s.event for s in PROCESS.steps_from(state) if s.event != "void"]
    return [*here * 4, *[event for event in here if event in MOVES] * 8, *FACTS]


def _whole(event: str) -> st.SearchStrategy[Facts]:
    usual = st.fixed_dictionaries(FACTS[event])
    return usual | st.sampled_from(VARIANTS[event]) if event in VARIANTS else usual


def _hands(right: str) -> st.SearchStrategy[tuple[str, str | None]]:
    """Return who acts and for whom: mostly the right person, often through the clerk."""
    usual = [(right, None)] * 5 + [("he", right)] * 3
    anybody = [("he", None), ("wang", None), *((person, None) for person in EVERYBODY)]
    return st.sampled_from([*usual * 3, *anybody])


# Made once: to make a strategy costs more than to draw from it.
EVENTS_IN = {state: st.sampled_from(_events_in(state)) for state in PROCESS.states}
WHOLE = {event: _whole(event) for event in FACTS}
HANDS = {"responsible": _hands("wang"), "supervisor": _hands("chen"), "leader": _hands("zhou")}
SPOILING = st.integers(0, 9).map(lambda n: n == 0)
WAITS = st.integers(-1, 20)


@st.composite
def attempts(draw: st.DrawFn, state: str) -> Tried:
    """Draw an attempt in a state, mostly by somebody who may."""
    event = draw(EVENTS_IN[state])
    step = PROCESS.step(state, event) or next(s for s in PROCESS.steps if s.event == event)
    person, behalf = draw(HANDS[step.by[-1]])
    facts = draw(WHOLE[event])
    if draw(SPOILING):
        facts = {**facts, **draw(SPOILT)}
    return Tried(event, person, behalf, facts, draw(WAITS))


ATTEMPTS_IN = {state: attempts(state) for state in PROCESS.states}


@dataclass
class Walk:
    """A walk that was taken: every accepted entry with the issue after it, and the refusals."""

    past: list[tuple[Entry, Issue]]
    refusals: list[Refused]

    @property
    def entries(self) -> list[Entry]:
        """The log."""
        return [entry for entry, _ in self.past]

    @property
    def issue(self) -> Issue:
        """The issue as it stands at the end."""
        return self.past[-1][1]


def _begun(start: int) -> Story:
    """Return an issue at one of several points of its way."""
    story = a_story(office=OFFICE, facts={"measures": [{"text": "原有措施"}]} if start else None)
    if start >= 1:
        assigned(story)
        story.acts("wang", "edit_measure", {"measure": 1, "due": "2023-05-01"})
    if start >= 2:
        planned(story)
        story.acts("wang", "draft_plan")
    if start >= 3:
        story.acts("chen", "approve_plan")
        proven(story, 1, 2)
    if start >= 4:
        story.acts("wang", "submit_completion", REMAINDER)
    if start >= 5:
        story.acts("chen", "accept", {"duties": [DUTY]})
    return story


BEGINNINGS = st.sampled_from([_begun(start) for start in range(6)])
LENGTHS = st.integers(0, 20)


@st.composite
def walks(draw: st.DrawFn) -> Walk:
    """Draw a walk, from a fresh issue or one well on its way."""
    story = draw(BEGINNINGS)
    past = [(d.entry, d.issue) for d in story.decisions]
    refusals: list[Refused] = []
    day = story.day
    for n in range(draw(LENGTHS)):
        issue = past[-1][1]
        tried = draw(ATTEMPTS_IN[issue.state])
        day += timedelta(days=tried.wait)
        try:
            decision = decide(PROCESS, issue, tried.attempt(day, n), OFFICE)
        except Refused as refused:
            refusals.append(refused)
        else:
            past.append((decision.entry, decision.issue))
    return Walk(past, refusals)


def just_before(at: datetime) -> datetime:
    """Return the last instant before another."""
    return at - timedelta(microseconds=1)

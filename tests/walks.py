"""Random walks over the default process: who attempts what, when, with which facts.

Most attempts are of an event that the state knows, by the right person with whole facts, so that
walks get far; the rest are anything by anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hypothesis import strategies as st

from states.attempt import CLOCK, CLOCK_PERSON, Actor, Attempt
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
    rules_of,
)
from tests.walk_facts import FACTS, SPOILT, VARIANTS


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
RULES = rules_of(PROCESS)
MOVES = {step.event for step in PROCESS.steps if step.target != SAME}


@dataclass(frozen=True)
class Tried:
    """One attempt of a walk; ``wait`` is the number of days since the one before."""

    event: str
    person: str
    behalf: str | None
    facts: Facts
    wait: int

    @property
    def actor(self) -> Actor:
        """Who attempts it: a person, perhaps for another, or the clock."""
        if self.person == CLOCK_PERSON:
            return Actor(person=CLOCK_PERSON, account="rectify", auth="clock")
        return Actor(person=self.person, account="test", auth="test", on_behalf_of=self.behalf)

    def attempt(self, day: date, n: int) -> Attempt:
        """Return the attempt, made ``n``-th in its walk."""
        return Attempt(
            event=self.event,
            actor=self.actor,
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
HANDS = {
    "responsible": _hands("wang"),
    "supervisor": _hands("chen"),
    "leader": _hands("zhou"),
    "principal": _hands("wang"),  # what the principal may, the responsible person may too
    CLOCK: st.sampled_from([(CLOCK_PERSON, None)] * 8 + [("li", None), (CLOCK_PERSON, "li")]),
}
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
        story.acts("wang", "add_evidence", {"sha256": PROOF, "size": 3, "name": "照片", "duty": 1})
    return story


def _extended() -> Story:
    """Return an issue whose later date waits for a decision, beside one granted already."""
    story = _begun(3)
    asked = {"due": "2023-06-20", "reason": "汛期", "progress": "过半"}
    story.acts("wang", "request_extension", asked)
    story.acts("chen", "approve_extension")
    story.acts("wang", "request_extension", {**asked, "due": "2023-07-10"})
    return story


def _stopped() -> Story:
    """Return an issue whose clock stands still for the second time."""
    story = _begun(3)
    story.acts("chen", "suspend", {"reason": "等待上级批复"})
    story.until(story.day + timedelta(days=15)).acts("chen", "resume")
    story.acts("chen", "suspend", {"reason": "诉讼"})
    return story


def _missed() -> Story:
    """Return an issue of which two occurrences of a duty were missed, and a letter went out."""
    story = _begun(5)
    owed = story.issue.obligations[-1].id
    letter = {"kind": "督办函", "sha256": PROOF, "obligation": owed, "to": [{"person": "wang"}]}
    story.until(date(2023, 8, 31)).comes("issue_letter", letter)
    story.comes("miss_duty", {"duty": 1})
    return story


BEGUN = (*(_begun(start) for start in range(6)), _extended(), _stopped(), _missed())
BEGINNINGS = st.integers(0, len(BEGUN) - 1)
LENGTHS = st.integers(0, 20)


@st.composite
def walks(draw: st.DrawFn) -> Walk:
    """Draw a walk, from a fresh issue or one well on its way."""
    story = BEGUN[draw(BEGINNINGS)]
    past = [(d.entry, d.issue) for d in story.decisions]
    refusals: list[Refused] = []
    day = story.day
    for n in range(draw(LENGTHS)):
        issue = past[-1][1]
        tried = draw(ATTEMPTS_IN[issue.state])
        day += timedelta(days=tried.wait)
        try:
            decision = decide(RULES, issue, tried.attempt(day, n), OFFICE)
        except Refused as refused:
            refusals.append(refused)
        else:
            past.append((decision.entry, decision.issue))
    return Walk(past, refusals)


def just_before(at: datetime) -> datetime:
    """Return the last instant before another."""
    return at - timedelta(microseconds=1)

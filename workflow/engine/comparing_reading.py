"""A share of the store beside the proof of its log: what its comparison looks at."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from states.audit import Proven
from states.calendar import WEEKDAYS, Calendar
from states.issue import Issue, Obligation
from states.ladder import Occurrence
from states.lights import Turns
from states.log import Decoder, Line
from states.office import Office
from states.process import Process
from states.rules import Rules
from workflow.engine.waking import ladder_of
from workflow.ports import Session, Share
from workflow.shares import Told
from workflow.summary import lights_of


@dataclass(slots=True)
class Seen:
    """What the proof of a share passes by and its folds do not keep.

    The obligations that were closed, each with the number of the entry that did and its event, and
    when an issue was counted anew.
    """

    closed: dict[str, tuple[int, str]] = field(default_factory=dict)
    recounted: dict[str, date] = field(default_factory=dict)

    def note(self, stream: str, n: int, content: Mapping[str, Any]) -> None:
        """Take down what an entry says."""
        for one in content["closes"]:
            self.closed[one["id"]] = (n, one["because"])
        if content["records"] == "recalculation":
            self.recounted[stream] = date.fromisoformat(content["day"])


@dataclass(frozen=True, slots=True)
class Memory:
    """What was worked out: issues of a round share their process, and many of them their dates."""

    streams: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    rules: dict[str, Rules | None] = field(default_factory=dict)
    lights: dict[tuple[str, tuple[tuple[str, str, date], ...]], Turns] = field(default_factory=dict)
    rungs: dict[tuple[str, str, date, date], date | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A share of the store beside the proof of its log.

    ``lines`` are its log; ``bad`` are the streams in which it has a problem: what follows from them
    proves nothing. ``counted_from`` is the day from which the calendar in force counts; ``notices``
    are those of the share, read once.
    """

    session: Session
    share: Share
    lines: Sequence[Line]
    proven: Proven
    seen: Seen
    processes: Mapping[str, Process]
    calendars: Mapping[str, Calendar]
    office: Office | None
    counted_from: date
    bad: frozenset[str | None]
    notices: tuple[Told, ...] = ()
    read: Decoder = json.loads
    memory: Memory = field(default_factory=Memory)

    @property
    def streams(self) -> Set[str]:
        """The streams that the share's log has."""
        known = self.memory.streams
        if not known:
            known |= {line[0] for line in self.lines}
        return known

    def knows(self, issue: str) -> bool:
        """Return whether there is such an issue, here or in another share; "" is none."""
        if issue == "" or issue in self.streams:
            return True
        others = self.memory.others
        if not others:
            others |= {stream for stream, _ in self.session.extents()}
        return issue in others

    def rules(self, issue: Issue) -> Rules | None:
        """Return the rules in force for an issue; None if they are not on record."""
        known = self.memory.rules
        if issue.process not in known:
            process = self.processes.get(issue.process)
            calendars = {"": WEEKDAYS, WEEKDAYS.hash: WEEKDAYS, **self.calendars}
            calendar = calendars.get(self.office.calendar if self.office else "")
            known[issue.process] = Rules(process, calendar) if process and calendar else None
        return known[issue.process]

    def lights(self, rules: Rules, issue: Issue) -> Turns:
        """Return from which day an issue has which light, by the rules in force for it."""
        if any(duty.missed for duty in issue.duties):  # which has a light of its own
            return lights_of(rules, issue)
        owed = tuple([(o.kind, o.ladder, o.due) for o in issue.obligations])
        key, known = (issue.process, owed), self.memory.lights
        if key not in known:
            known[key] = lights_of(rules, issue)
        return known[key]

    def rung_after(
        self, rules: Rules, obligation: Obligation, day: date, told: Collection[str]
    ) -> date | None:
        """Return when an obligation has its first rung after a day, none of those that were told.

        None if it has no more.
        """
        key = (rules.process.hash, obligation.ladder, obligation.due, day)
        if told:
            return next(
                (rung.on for rung in _rungs(rules, obligation, day) if _name(rung) not in told),
                None,
            )
        if key not in self.memory.rungs:
            self.memory.rungs[key] = next(
                (rung.on for rung in _rungs(rules, obligation, day)), None
            )
        return self.memory.rungs[key]


def _rungs(rules: Rules, obligation: Obligation, after: date) -> Iterator[Occurrence]:
    rungs = ladder_of(rules, obligation).occurrences(rules.calendar, obligation.due)
    return (rung for rung in rungs if rung.on > after)


def _name(rung: Occurrence) -> str:
    return f"{rung.rung.name}.{rung.nth}"

"""What is kept of issues beside the log, compared with what the log yields, a share at a time.

One function for each kind of difference.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from states.audit import Proven
from states.calendar import WEEKDAYS, Calendar
from states.canonical import digest
from states.errors import Problem
from states.issue import Issue, Obligation
from states.log import Decoder, Line
from states.office import Office
from states.process import Process
from states.rules import Rules
from workflow.engine.waking import ladder_of
from workflow.ports import Projected, Session, Share
from workflow.shares import Told
from workflow.summary import lights_of, summarise


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

    def rules(self, issue: Issue) -> Rules | None:
        """Return the rules in force for an issue; None if they are not on record."""
        process = self.processes.get(issue.process)
        calendars = {"": WEEKDAYS, WEEKDAYS.hash: WEEKDAYS, **self.calendars}
        calendar = calendars.get(self.office.calendar if self.office else "")
        return Rules(process, calendar) if process and calendar else None


def _projections(reading: Reading) -> Iterator[Problem]:
    unseen = set(reading.proven.issues)
    owed = _owed(reading)
    for projected in reading.share.projected():
        key = projected.issue.key
        unseen.discard(key)
        if key not in reading.bad:
            yield from _compare(projected, reading)
            yield from _wakes(projected, reading, owed)
    for key in sorted(unseen):
        yield Problem("projection_missing", "the log has an issue that no row shows", source=key)


def _compare(projected: Projected, reading: Reading) -> Iterator[Problem]:
    key = projected.issue.key
    fold = reading.proven.issues.get(key)
    if fold is None:
        yield Problem("log_missing", "a row shows an issue that the log does not have", source=key)
        return
    if fold.n != projected.issue.n:
        facts = {"log": fold.n, "row": projected.issue.n}
        yield Problem(
            "tail_differs",
            "the log ends at entry {log}, the row is at entry {row}",
            facts,
            source=key,
            line=fold.n + 1,
        )
    elif fold != projected.issue or projected.columns != _line(fold, reading):
        yield Problem("projection_differs", "the row differs from what its log yields", source=key)
    if sorted(projected.obligations, key=_id) != sorted(fold.obligations, key=_id):
        yield Problem(
            "obligations_differ",
            "what is shown as owed differs from what the log yields",
            source=key,
        )


def _id(obligation: Obligation) -> str:
    return obligation.id


def _line(fold: Issue, reading: Reading) -> object:
    rules = reading.rules(fold)
    return None if rules is None else summarise(fold, lights_of(rules, fold))


# ---------------------------------------------------------------- days of waking


def _owed(reading: Reading) -> dict[str, set[str]]:
    """Return, by obligation, the occurrences on record as owed or superseded."""
    found: dict[str, set[str]] = {}
    for _, key, _, obligation, _ in reading.notices:
        if obligation is not None:
            rest = key.removeprefix(f"{obligation}/")
            found.setdefault(obligation, set()).add(rest.partition("/")[0])
    return found


def _wakes(
    projected: Projected, reading: Reading, owed: Mapping[str, set[str]]
) -> Iterator[Problem]:
    """Yield the obligations whose day of waking would pass over a reminder.

    The day may be too early, never too late: a reminder is silenced by moving it.
    """
    fold = reading.proven.issues.get(projected.issue.key)
    rules = None if fold is None else reading.rules(fold)
    if fold is None or rules is None:
        return
    counted_from = max(reading.counted_from, reading.seen.recounted.get(fold.key, date.min))
    for obligation in fold.obligations:
        wake_on = projected.wakes.get(obligation.id)
        latest = _latest(rules, obligation, counted_from, owed.get(obligation.id, set()))
        if latest is not None and (wake_on is None or wake_on > latest):
            facts = {"kind": obligation.kind, "wakes": str(wake_on or "-"), "latest": str(latest)}
            yield Problem(
                "wakes_differ",
                "{kind} is looked at on {wakes}, but is to be reminded of on {latest}",
                facts,
                source=projected.issue.key,
            )


def _latest(
    rules: Rules, obligation: Obligation, counted_from: date, owed: set[str]
) -> date | None:
    """Return the last day on which an obligation may be looked at next.

    That is its first occurrence which is on no record, or the day on which it lapses. Reminders
    are only asked for after it was opened, and after the last calendar or process moved its rungs;
    one that had lapsed by then is looked at on the day after.
    """
    after = max(obligation.opened_on, counted_from)
    lapses_on = obligation.lapses_on and max(obligation.lapses_on, after + timedelta(days=1))
    for occurrence in ladder_of(rules, obligation).occurrences(rules.calendar, obligation.due):
        missing = f"{occurrence.rung.name}.{occurrence.nth}" not in owed
        if occurrence.on > after and missing:
            return min(occurrence.on, lapses_on or occurrence.on)
    return lapses_on


# ---------------------------------------------------------------- what else is kept


def _closed(reading: Reading) -> Iterator[Problem]:
    """Compare closed obligations with what entries closed, and when."""
    kept = {id: (by, because) for id, by, because in reading.share.closed()}
    logged = reading.seen.closed
    if kept == logged:
        return
    for id in sorted(kept.keys() | logged.keys()):
        key = id.partition("/")[0]
        if kept.get(id) != logged.get(id) and key not in reading.bad:
            yield Problem(
                "closed_differ",
                "what is shown as closed differs from what the log yields",
                source=key,
            )


def _letters(reading: Reading) -> Iterator[Problem]:
    """Hold the text of each letter against the hash that its entry names."""
    for key, issue in reading.proven.issues.items():
        for letter in issue.letters:
            text = reading.session.letter(letter.sha256)
            facts: dict[str, Any] = {"number": letter.number}
            if text is None:
                yield Problem(
                    "letter_missing", "the text of letter {number} is gone", facts, source=key
                )
            elif digest(text) != letter.sha256:
                yield Problem(
                    "letter_changed", "the text of letter {number} was changed", facts, source=key
                )


# ---------------------------------------------------------------- what people were told


class _Known:
    """What a message may speak of: obligations that were ever opened, events of sound streams.

    Whatever was opened is closed or still owed. What an entry says is read again for the few
    messages that are about one.
    """

    def __init__(self, reading: Reading) -> None:
        issues = reading.proven.issues
        self._opened = reading.seen.closed.keys() | {
            obligation.id for issue in issues.values() for obligation in issue.obligations
        }
        self._bodies = {line[:2]: line[5] for line in reading.lines if line[0] in issues}
        self._read, self._events = reading.read, dict[tuple[str, int], str]()

    def founded(self, told: Told) -> bool:
        """Return whether there is what a message speaks of."""
        _, key, issue, obligation, _ = told
        if obligation is not None:
            named, own = key.startswith(f"{obligation}/"), obligation.startswith(f"{issue}/")
            return named and own and obligation in self._opened
        n, _, event = key.partition("/")[2].partition("/")
        if not n.isdecimal():
            return False
        return self._event((issue, int(n))) == event.partition("/")[0]

    def _event(self, place: tuple[str, int]) -> str | None:
        if place not in self._bodies:
            return None
        if place not in self._events:
            self._events[place] = self._read(self._bodies[place])["event"]
        return self._events[place]


def _notices(reading: Reading) -> Iterator[Problem]:
    """Every notice speaks of something that the log knows, to somebody whom it knows."""
    if not reading.notices:
        return
    known = _Known(reading)
    for told in reading.notices:
        id, key, issue, obligation, _ = told
        ours = obligation is not None or key.partition("/")[0] == issue != ""
        if ours and issue not in reading.bad and not known.founded(told):
            text = "message {id} speaks of what the log does not know"
            yield _of_notice("notice_unfounded", text, id, issue)


def _of_notice(code: str, text: str, id: int, issue: str) -> Problem:
    return Problem(code, text, {"id": id}, source=issue or "outbox")


def _recipients(reading: Reading) -> Iterator[Problem]:
    """Every notice goes to somebody whom the log knows."""
    if reading.office is None:
        return
    known = {*reading.office.members, "-"}
    for id, _, issue, _, recipient in reading.notices:
        if recipient not in known:
            text = "message {id} is for somebody whom nobody recorded"
            yield _of_notice("notice_stranger", text, id, issue)


CHECKS: tuple[Callable[[Reading], Iterator[Problem]], ...] = (
    _projections,
    _closed,
    _letters,
    _notices,
    _recipients,
)
"""Each yields every difference of its kind."""

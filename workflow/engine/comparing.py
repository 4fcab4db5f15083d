"""What is kept beside the log, compared with what the log yields: one function for each kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from states.audit import Proven
from states.calendar import WEEKDAYS, Calendar
from states.canonical import digest
from states.errors import Problem
from states.issue import Issue, Obligation
from states.log import OFFICE, Row, read_entry
from states.process import Process
from states.rules import Rules
from workflow.engine.waking import ladder_of
from workflow.ports import Closed, Projected, Session
from workflow.summary import lights_of, summarise


@dataclass(slots=True)
class Seen:
    """What the proof of the log passes by and its folds do not keep."""

    issues: Counter[str] = field(default_factory=Counter)
    closed: dict[str, Closed] = field(default_factory=dict)
    counted_from: date = date.min
    recounted: dict[str, date] = field(default_factory=dict)

    def passing(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield rows unchanged, noting how many issues a round has and what entries close."""
        stream = ""
        for row in rows:
            if row.stream != stream:
                stream = row.stream
                self.issues[str(stream).rpartition("-")[0]] += 1
            self._note(row)
            yield row

    def _note(self, row: Row) -> None:
        try:
            adopts = row.stream == OFFICE and b'"calendar":"' in row.body
            recounts = b'"records":"recalculation"' in row.body
            if not (adopts or recounts) and b'"closes":[{' not in row.body:
                return
            entry = read_entry(row.body)
            day = date.fromisoformat(entry.content["day"])
            if adopts:
                self.counted_from = day
            if recounts:
                self.recounted[row.stream] = day
            for one in entry.content.get("closes", ()):
                self.closed[one["id"]] = Closed(
                    obligation=one["id"], by=entry.n, because=one["because"]
                )
        except (ValueError, LookupError, TypeError, AttributeError):
            return  # the proof of the log names it


@dataclass(frozen=True, slots=True)
class Reading:
    """The store beside the proof of its log.

    ``bad`` are the streams whose log has a problem: what follows from them proves nothing.
    """

    session: Session
    proven: Proven
    seen: Seen
    processes: Mapping[str, Process]
    calendars: Mapping[str, Calendar]
    bad: frozenset[str | None]

    def rules(self, issue: Issue) -> Rules | None:
        """Return the rules in force for an issue; None if they are not on record."""
        office = self.proven.office
        process = self.processes.get(issue.process)
        calendars = {"": WEEKDAYS, WEEKDAYS.hash: WEEKDAYS, **self.calendars}
        calendar = calendars.get(office.calendar if office else "")
        return Rules(process, calendar) if process and calendar else None


def _projections(reading: Reading) -> Iterator[Problem]:
    unseen = set(reading.proven.issues)
    owed = _owed(reading.session)
    for projected in reading.session.projected():
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


def _owed(session: Session) -> dict[str, set[str]]:
    """Return, by obligation, the occurrences on record as owed or superseded."""
    found: dict[str, set[str]] = {}
    for sent in session.notices():
        obligation = sent.notice.obligation
        if obligation is not None:
            rest = sent.notice.key.removeprefix(f"{obligation}/")
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
    seen = reading.seen
    counted_from = max(seen.counted_from, seen.recounted.get(fold.key, date.min))
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
    kept = {closed.obligation: closed for closed in reading.session.closed()}
    logged = reading.seen.closed
    for id in sorted(kept.keys() | logged.keys()):
        key = id.partition("/")[0]
        if kept.get(id) != logged.get(id) and key not in reading.bad:
            yield Problem(
                "closed_differ",
                "what is shown as closed differs from what the log yields",
                source=key,
            )


def _rounds(reading: Reading) -> Iterator[Problem]:
    """Compare how many issues a round was registered with and how many have a log."""
    office = reading.proven.office
    for code, registered in (office.rounds if office else {}).items():
        present = reading.seen.issues[code]
        if present < registered.found_issues:
            facts = {"round": code, "registered": registered.found_issues, "present": present}
            yield Problem(
                "issues_missing",
                "round {round} was registered with {registered} issues, the log has {present}",
                facts,
                source=OFFICE,
            )


def _letters(reading: Reading) -> Iterator[Problem]:
    """Hold the text of each letter against the hash that its entry names."""
    for key, issue in reading.proven.issues.items():
        for letter in issue.letters:
            text = reading.session.letter(letter.sha256)
            facts = {"number": letter.number}
            if text is None:
                yield Problem(
                    "letter_missing", "the text of letter {number} is gone", facts, source=key
                )
            elif digest(text) != letter.sha256:
                yield Problem(
                    "letter_changed", "the text of letter {number} was changed", facts, source=key
                )


def _office(reading: Reading) -> Iterator[Problem]:
    office = reading.session.office()
    if OFFICE in reading.bad:
        return
    if office != reading.proven.office:
        yield Problem(
            "office_differs", "the office differs from what its log yields", source=OFFICE
        )
        return
    computed, people = reading.session.commitments(), reading.session.people()
    for person in sorted(people.keys() - (office.members if office else {}).keys()):
        facts = {"person": person}
        yield Problem("person_unrecorded", "nobody recorded {person}", facts, source=OFFICE)
    for person, member in (office.members if office else {}).items():
        details = people.get(person)
        shown = details and (details.unit, details.department, details.language, details.zone)
        recorded = (member.unit, member.department, member.language, member.zone)
        if computed.get(person) != member.commitment or shown != recorded:
            yield Problem(
                "details_differ",
                "the details of {person} are not those that were recorded",
                {"person": person},
                source=OFFICE,
            )


CHECKS: tuple[Callable[[Reading], Iterator[Problem]], ...] = (
    _projections,
    _closed,
    _rounds,
    _letters,
    _office,
)
"""Each yields every difference of its kind."""

"""A date explained: the rule, its source, the calendar of then, and the count day by day.

A date is counted again with the process and the calendar of the entry that gave it. Where today's
would yield another one, that is said beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from states.calendar import Calendar, Reckoning
from states.frozen import replace
from states.issue import Issue, Obligation
from states.log import Entry
from states.obligations import Recounted, recounted
from states.process import Due
from states.reckoning import own_date, reckoning_of
from states.rules import Rules
from states.term import WORKDAYS, Term
from workflow.engine.desk import Desk, calendar_of, issue_of, office_of, process_of, rules_of
from workflow.engine.reading import entries_in
from workflow.ports import Session

PAUSED = "paused"
OWN = "issue"  # the kind under which a recount speaks of the issue's own date


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedDay:
    """A day of a count: what it is, and the number it has among the days that count."""

    day: date
    kind: str
    holiday: str
    nth: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How one date came about; ``kind`` is that of its obligation, "" for the issue's own date.

    A date that somebody gave has no ``term`` and no ``anchor``. ``at_least``: the minimum of the
    rule decided. ``paused`` are the suspensions crossed, ``override_reason`` says why this issue
    has a term of its own. ``differs`` is the date that today's process and calendar would yield,
    where it is another one.
    """

    kind: str
    subject: str
    due: date
    anchor: date | None = None
    anchor_name: str = ""
    term: Term | None = None
    rule: str = ""
    source: str = ""
    confirmed: bool = False
    provisional: bool = False
    at_least: bool = False
    paused: tuple[tuple[date, date], ...] = ()
    calendar: Calendar
    days: tuple[CountedDay, ...] = ()
    override_reason: str | None = None
    differs: date | None = None

    @property
    def calendar_hash(self) -> str:
        """The version of the calendar that it was counted with."""
        return self.calendar.hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """Every date of an issue that matters now; ``calendar`` is the one in force today."""

    issue: Issue
    today: date
    calendar: Calendar
    dates: tuple[Counted, ...]


def explain(desk: Desk, key: str) -> Explained:
    """Explain the issue's own date and each open obligation. Raises ``NotFound``."""
    today = desk.day(desk.clock())
    with desk.store.reading() as session:
        issue = issue_of(session, key)
        rules = rules_of(session, issue.process, office_of(session))
        work = _Explaining(session, issue, entries_in(session, key))
        work.moves = {(r.kind, r.subject): r for r in recounted(rules, issue, today)}
        dates = tuple(work.dates())
    return Explained(issue=issue, today=today, calendar=rules.calendar, dates=dates)


class _Explaining:
    """One issue being explained."""

    def __init__(self, session: Session, issue: Issue, entries: Sequence[Entry]) -> None:
        self._session, self._issue, self._entries = session, issue, entries
        self.moves: dict[tuple[str, str], Recounted] = {}

    def dates(self) -> Iterator[Counted]:
        """Yield the issue's own date, then what is owed, the nearest first."""
        if self._issue.due is not None:
            yield self._own(self._issue.due)
        for obligation in sorted(self._issue.obligations, key=lambda o: (o.due, o.id)):
            yield self._owed(obligation)

    def _rules(self, entry: Entry) -> Rules:
        """Return the rules by which an entry was decided."""
        content = entry.content
        calendar = calendar_of(self._session, content.get("calendar", ""))
        return Rules(process_of(self._session, content["process"]), calendar)

    def _own(self, due: date) -> Counted:
        issue = self._issue
        given = [e for e in self._entries if "due" in e.facts and "measure" not in e.facts]
        by_rule = [e for e in given if "due_by_rule" in e.facts]
        entry = ((by_rule if issue.due_by_rule else given) or self._entries)[-1]
        rules = self._rules(entry)
        deadline = rules.process.deadline(issue.type)
        found = Counted(
            kind="",
            subject="",
            due=due,
            source=issue.due_source or deadline.source,
            provisional=issue.provisional,
            calendar=rules.calendar,
            differs=self._differs(OWN, ""),
        )
        if not issue.due_by_rule:
            return found
        found = replace(found, rule=deadline.due.rule, confirmed=deadline.confirmed)
        return _with_count(found, own_date(rules, issue), deadline.due, deadline.due.term)

    def _owed(self, obligation: Obligation) -> Counted:
        rules = self._rules(self._entries[obligation.opened_by - 1])
        rule = rules.process.obligation(obligation.kind)
        found = Counted(
            kind=obligation.kind,
            subject=obligation.subject,
            due=obligation.due,
            provisional=obligation.provisional,
            calendar=rules.calendar,
            differs=self._differs(obligation.kind, obligation.subject),
        )
        if rule is None:
            return found
        by_hand = self._issue.due_source if rule.due.anchor == "due" else ""
        found = replace(
            found, rule=rule.due.rule, source=by_hand or rule.source, confirmed=rule.confirmed
        )
        counted = reckoning_of(rules, self._issue, obligation)
        if counted is not None:
            override = next((o for o in self._issue.overrides if o.kind == rule.kind), None)
            found = replace(found, override_reason=override.reason if override else None)
            return _with_count(
                found, counted, rule.due, override.term if override else rule.due.term
            )
        if rule.each == "look_back":
            return self._visit(found, rules)
        return found

    def _visit(self, found: Counted, rules: Rules) -> Counted:
        """Return a look-back with its count from the acceptance; as it is if it was moved on."""
        accepted_on, terms = self._issue.accepted_on, rules.process.policy.look_backs
        numbers = [str(visit.number) for visit in self._issue.current_look_backs]
        position = numbers.index(found.subject) if found.subject in numbers else len(terms)
        if accepted_on is None or position >= len(terms):
            return found
        counted = rules.calendar.reckon(accepted_on, terms[position])
        if counted.due != found.due:
            return found
        return _with_count(found, counted, Due(anchor="accepted", term=counted.term), counted.term)

    def _differs(self, kind: str, subject: str) -> date | None:
        moved = self.moves.get((kind, subject))
        return moved.now if moved is not None and moved.now != moved.was else None


def _with_count(found: Counted, counted: Reckoning, due: Due, term: Term) -> Counted:
    """Return a date with the term it was counted by, and its days one by one."""
    least = counted.term != term and counted.term == due.at_least
    return replace(
        found,
        anchor=counted.anchor,
        anchor_name="entered" if least else due.anchor,
        term=counted.term,
        at_least=least,
        paused=counted.paused,
        days=tuple(_days(found.calendar, counted)),
    )


def _days(calendar: Calendar, counted: Reckoning) -> Iterator[CountedDay]:
    """Yield the days after the anchor up to the date; none for terms that skip no day."""
    for one in calendar.counted(counted) if counted.term.unit == WORKDAYS else ():
        yield CountedDay(
            day=one.day,
            kind=PAUSED if one.paused else one.kind.kind,
            holiday=one.kind.holiday,
            nth=one.nth,
        )

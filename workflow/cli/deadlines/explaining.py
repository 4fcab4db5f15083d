"""``due --explain``: a date counted day by day, by which rule and which calendar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from states.phrasing import written
from workflow.cli.language import N_, _, spoken
from workflow.cli.naming import Names, dated, days, iso, weekday
from workflow.cli.terminal.screen import Ink, Part, out, paragraph, room
from workflow.cli.terminal.tables import Column, table

if TYPE_CHECKING:
    from states.calendar import Calendar
    from states.parts import Duty
    from states.term import Term
    from workflow.engine.explaining import Counted, CountedDay, Explained

_ANCHORS = {
    "cycle": N_("the feedback, or the reopening"),
    "entered": N_("the day the step was taken"),
    "due": N_("the issue's own date"),
    "own": N_("the date that was given"),
    "accepted": N_("the acceptance"),
}
_UNITS = {
    "workdays": (N_("{count} working day"), N_("{count} working days")),
    "days": (N_("{count} calendar day"), N_("{count} calendar days")),
    "months": (N_("{count} month"), N_("{count} months")),
}


def term_words(term: Term) -> str:
    """Return a term in words."""
    one, several = _UNITS[term.unit]
    return _(one if abs(term.amount) == 1 else several).format(count=term.amount)


def calendar_words(calendar: Calendar) -> str:
    """Return a calendar by its name, its version and the years it knows."""
    years = [year.year for year in calendar.years if year.status == "published"]
    name = f"{calendar.name} {calendar.hash[:12]}"
    if not years:
        return name
    return name + _(", published for {first} to {last}").format(first=years[0], last=years[-1])


def show_explained(explained: Explained, names: Names) -> None:
    """Print how every date of an issue is counted."""
    out(Ink(explained.issue.key, "bold"), "  ", explained.issue.title)
    out(Ink(_("Calendar: {calendar}").format(calendar=calendar_words(explained.calendar)), "dim"))
    for counted in explained.dates:
        out()
        _Shown(counted, names, explained).show()


@dataclass(frozen=True, slots=True)
class _Shown:
    """A counted date being shown."""

    counted: Counted
    names: Names
    among: Explained

    def show(self) -> None:
        """Print the date, the rule, and the days."""
        counted = self.counted
        out(
            Ink(what(counted, self.names), "bold"),
            "  ",
            dated(counted.due, counted.provisional),
            "  ",
            Ink(days((counted.due - self.among.today).days), "dim"),
        )
        for text in self._reasons():
            paragraph(text, 4)
        lines = list(_weeks(counted.days))
        columns = [
            Column(title=""),
            Column(title="", right=True),
            Column(title="", right=True),
            Column(title="", least=16, wrap=True),
        ]
        for parts in table(columns, lines, room(4), headed=False) if lines else ():
            out("    ", *parts)

    def _reasons(self) -> Iterator[str]:
        counted = self.counted
        if self._is_own_date():
            yield _("as the issue's own date")
        elif (duty := self._duty()) is not None:
            yield _("recurs: {when}").format(when=written(duty.when, spoken()))
        elif counted.term is None or counted.anchor is None:
            yield _("given, not counted: {source}").format(source=counted.source or "–")
        else:
            text = _("{term} from {anchor} ({name})")
            anchor = _(_ANCHORS.get(counted.anchor_name, counted.anchor_name))
            yield text.format(term=term_words(counted.term), anchor=counted.anchor, name=anchor)
            if not counted.override_reason:  # the rule's source says nothing of it
                yield self._source()
            if counted.calendar.hash != self.among.calendar.hash:
                text = _("counted by the calendar {calendar}")
                yield text.format(calendar=calendar_words(counted.calendar))
        yield from self._remarks()

    def _is_own_date(self) -> bool:
        """Return whether this is owed by the issue's own date, which is explained before it."""
        counted, own = self.counted, self.among.dates[0]
        return bool(counted.kind) and counted.term is None and counted.due == own.due

    def _duty(self) -> Duty | None:
        """Return the duty whose occurrence this is the date of, if it is one's."""
        process, counted = self.names.process, self.counted
        rule = process.obligation(counted.kind) if process else None
        if rule is None or rule.each != "duty":
            return None
        return self.among.issue.duty(int(counted.subject.partition(".")[0]))

    def _remarks(self) -> Iterator[str]:
        counted = self.counted
        if counted.override_reason:
            yield _("a term of this issue's own: {reason}").format(reason=counted.override_reason)
        if counted.at_least:
            yield _("the minimum decided: so much is given in any case")
        for first, last in counted.paused:
            yield _("suspended {first} to {last}: does not count").format(first=first, last=last)
        if counted.differs is not None:
            text = _("by today's process and calendar it would be {day}")
            yield text.format(day=counted.differs)
        if counted.provisional:
            yield _(
                "provisional: the count crosses a year whose calendar is not published; importing "
                "the notice may move it"
            )

    def _source(self) -> str:
        counted = self.counted
        confirmed = _("confirmed") if counted.confirmed else _("not confirmed")
        rule = f"{counted.rule}: " if counted.rule else ""
        return _("source: {rule}{source} ({confirmed})").format(
            rule=rule, source=counted.source or "–", confirmed=confirmed
        )


def what(counted: Counted, names: Names) -> str:
    """Return people's word for what a counted date is the date of."""
    if not counted.kind:
        return _("the issue's own date")
    return f"{names.kind(counted.kind)} {counted.subject.partition('.')[0]}".rstrip()


def _weeks(counted: Sequence[CountedDay]) -> Iterator[list[Part]]:
    """Yield a line a week: its days, how many counted, up to which number, what was skipped."""
    for _week, group in groupby(counted, key=lambda day: day.day.isocalendar()[:2]):
        week = list(group)
        numbers = [day.nth for day in week if day.nth is not None]
        first, last = week[0].day, week[-1].day
        yield [
            f"{first} … {last:%m-%d}" if first != last else f"{first}",
            f"+{len(numbers)}",
            f"= {numbers[-1]}" if numbers else "",
            _("; ").join(_exceptions(week)),
        ]


def _exceptions(week: Iterable[CountedDay]) -> Iterator[str]:
    """Yield what is not an ordinary working day, days of one reason together."""
    for (kind, holiday), group in groupby(week, key=lambda day: (day.kind, day.holiday)):
        if kind == "working":
            continue
        reason = _REASONS.get(kind, kind)
        yield _(reason).format(days=_span([day.day for day in group]), holiday=holiday)


_REASONS = {
    "weekend": N_("{days} weekend"),
    "holiday": N_("{days} off: {holiday}"),
    "make_up": N_("{days} worked for {holiday}"),
    "paused": N_("{days} suspended"),
}


def _span(span: Sequence[date]) -> str:
    first, last = span[0], span[-1]
    if first == last:
        return f"{first:%m-%d} {weekday(first)}"
    both = last - first == timedelta(days=1)
    return f"{first:%m-%d}{', ' if both else '…'}{last:%m-%d}"


def explained_json(explained: Explained, names: Names) -> dict[str, Any]:
    """Return the count of every date for programs."""
    calendar = explained.calendar
    return {
        "issue": explained.issue.key,
        "title": explained.issue.title,
        "calendar": {"name": calendar.name, "hash": calendar.hash},
        "dates": [_json(counted, names) for counted in explained.dates],
    }


def _json(counted: Counted, names: Names) -> dict[str, Any]:
    return {
        "kind": counted.kind or None,
        "what": what(counted, names),
        "subject": counted.subject or None,
        "due": iso(counted.due),
        "provisional": counted.provisional,
        "anchor": iso(counted.anchor),
        "anchor_name": counted.anchor_name,
        "term": str(counted.term) if counted.term else None,
        "rule": counted.rule or None,
        "source": counted.source,
        "confirmed": counted.confirmed,
        "at_least": counted.at_least,
        "override": counted.override_reason,
        "suspended": [[iso(first), iso(last)] for first, last in counted.paused],
        "calendar": counted.calendar_hash,
        "differs": iso(counted.differs),
        "days": [
            {"date": iso(day.day), "kind": day.kind, "holiday": day.holiday or None, "n": day.nth}
            for day in counted.days
        ],
    }

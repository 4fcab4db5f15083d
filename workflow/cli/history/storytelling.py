"""A story on the terminal: day by day who did what, what time brought, and who was told."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from states.frozen import replace
from workflow.cli.language import _, spoken
from workflow.cli.naming import Names, names_of, weekday
from workflow.cli.records import TRIAL, move, told, who
from workflow.cli.terminal.screen import Ink, err, out, out_json, paragraph
from workflow.past.story import (
    DONE,
    DUE,
    FAILED,
    HANDED_OVER,
    OVERDUE,
    REMINDED,
    TOLD,
    Happening,
    Month,
    Story,
    story,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date

    from states.issue import Obligation
    from workflow.bootstrap import App
    from workflow.ports import Sent

_TIME = 7
"""Columns of the hour before what happened."""
_MORE = 9
"""Columns before what follows from it."""


def tell(app: App, keys: Sequence[str], since: date | None, *, as_json: bool) -> None:
    """Print the story of issues, for people or for programs."""
    found = story(app.engine.desk, keys, since)
    names = names_of(app)
    if as_json:
        from workflow.cli.history.story_json import story_json

        out_json(story_json(found, names))
        return
    if not found.happenings:
        err(_("Nothing happened in this time."))
        return
    Teller(found, names, _processes(app, found)).tell()


def _processes(app: App, found: Story) -> dict[str, Names]:
    """Return the words for each issue: those of the process by which it ran last."""
    from workflow.engine.desk import process_of

    names = names_of(app)
    with app.store.reading() as session:
        known = {
            hash: process_of(session, hash) for hash in {issue.process for issue in found.issues}
        }
    return {issue.key: replace(names, process=known[issue.process]) for issue in found.issues}


class Teller:
    """Tells one story; ``words`` are the words for each issue, by its key.

    What happened to several issues in the same minute and reads the same is told once.
    """

    def __init__(self, found: Story, names: Names, words: dict[str, Names]) -> None:
        self._story, self._names, self._words = found, names, words
        self._is_one = len(found.issues) == 1

    def tell(self) -> None:
        """Print the whole story."""
        self._head()
        months = {(one.first.year, one.first.month): one for one in self._story.months}
        for month, some in groupby(
            self._story.happenings, key=lambda one: (one.day.year, one.day.month)
        ):
            for day, happenings in groupby(some, key=lambda one: one.day):
                out()
                out(Ink(f"{day.isoformat()} {weekday(day)}", "bold"))
                self._day(happenings)
            if not self._is_one:
                _sum_up(months[month])

    def _head(self) -> None:
        issues = self._story.issues
        if self._is_one:
            paragraph(f"{issues[0].key}  {issues[0].title}")
            paragraph(issues[0].unit)
        else:
            text = _("{count} issues, {first} to {last}")
            story = self._story
            paragraph(text.format(count=len(issues), first=story.first, last=story.last))
        entries = (one.entry for one in self._story.happenings if one.entry is not None)
        if any(entry.content["actor"]["auth"] == TRIAL for entry in entries):
            paragraph(_("A trial database: one account played everybody."))

    def _day(self, happenings: Iterable[Happening]) -> None:
        said: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        for one in happenings:
            hour = "" if one.at is None else f"{one.at.astimezone(self._names.zone):%H:%M}"
            lines = tuple(_LINES[one.what](one, self._words[one.issue]))
            said.setdefault((hour, lines), []).append(one.issue)
        for (hour, (first, *more)), keys in said.items():
            text = first if self._is_one else f"{short(keys)}  {first}"
            paragraph(text, _TIME, mark=f"{hour:<{_TIME}}")
            for line in more:
                paragraph(line, _MORE)


def short(keys: Sequence[str]) -> str:
    """Return keys, those after the first of a round by their numbers alone."""
    rounds: dict[str, list[str]] = {}
    for key in dict.fromkeys(keys):
        code, _dash, number = key.rpartition("-")
        rounds.setdefault(code, []).append(number)
    return _(", ").join(f"{code}-{_(', ').join(numbers)}" for code, numbers in rounds.items())


# ---------------------------------------------------------------- what people did


def _acted(one: Happening, names: Names) -> Iterator[str]:
    entry = one.entry
    if entry is None:
        return
    text = _("{who}: {event}").format(
        who=who(entry.content["actor"], names), event=names.event(entry.event)
    )
    moved = move(entry, names)
    yield f"{text}  ({moved})" if moved else text
    if said := told(entry, names, auth=False):
        yield said
    for met in one.met:
        yield _met(met.days_late).format(what=names.owed(met.obligation), late=met.days_late)
    if one.opened:
        owed = _("; ").join(_owed(o, names) for o in one.opened)
        yield _("now owed: {owed}").format(owed=owed)


def _met(days_late: int) -> str:
    if days_late > 1:
        return _("settled: {what}, {late} days late")
    return _("settled: {what}, 1 day late") if days_late == 1 else _("settled in time: {what}")


def _owed(obligation: Obligation, names: Names) -> str:
    return _about(_("{what} until {due}, by {whom}"), obligation, names)


def _about(text: str, obligation: Obligation, names: Names) -> str:
    """Return a text about something owed; by a role where nobody is named."""
    person = obligation.person
    whom = names.role(obligation.role) if person is None else names.person(person)
    return text.format(what=names.owed(obligation), due=obligation.due, whom=whom)


# ---------------------------------------------------------------- what time brought


def _due(one: Happening, names: Names) -> Iterator[str]:
    if one.obligation is not None:
        yield _about(_("due today: {what}, by {whom}"), one.obligation, names)


def _overdue(one: Happening, names: Names) -> Iterator[str]:
    if one.obligation is not None:
        yield _about(_("OVERDUE since {due}: {what}, by {whom}"), one.obligation, names)


# ---------------------------------------------------------------- who was told


def _reminded(one: Happening, names: Names) -> Iterator[str]:
    yield _sending(_("reminded of {what}: {people}"), one, names)


def _news(one: Happening, names: Names) -> Iterator[str]:
    yield _sending(_("told of {what}: {people}"), one, names)


def _arrived(one: Happening, names: Names) -> Iterator[str]:
    yield _sending(_("handed over ({what}): {people}"), one, names)


def _failed(one: Happening, names: Names) -> Iterator[str]:
    from notifications.words.catalog import cause_text

    cause = cause_text(one.sent[0].cause or "", spoken())
    text = _("NOT handed over ({what}): {people}: {cause}")
    yield _sending(text, one, names, cause=cause)


def _sending(text: str, one: Happening, names: Names, **more: str) -> str:
    what, people = _cause(one.sent[0], names), _people(one.sent, names)
    return text.format(what=what, people=people, **more)


def _cause(sent: Sent, names: Names) -> str:
    """Return what a notice is about: something owed and its rung, or a step that was taken."""
    notice = sent.notice
    if notice.obligation is None:
        return names.event(str(notice.facts.get("event", notice.template)))
    part = notice.obligation.removeprefix(f"{notice.issue}/").split("/")
    kind, number = part[1], part[2].partition(".")[0] if len(part) > 2 else ""
    rung = notice.rung or ""
    if names.process is not None:
        rung = names.process.label(spoken(), "rung", rung)
    return f"{names.kind(kind)} {number}".rstrip() + f" ({rung})"


def _people(sent: Sequence[Sent], names: Names) -> str:
    found = dict.fromkeys(one.notice.recipient for one in sent)
    return _(", ").join(_("nobody") if id == "-" else names.person(id) for id in found)


_LINES: dict[str, Callable[[Happening, Names], Iterator[str]]] = {
    DONE: _acted,
    DUE: _due,
    OVERDUE: _overdue,
    REMINDED: _reminded,
    TOLD: _news,
    HANDED_OVER: _arrived,
    FAILED: _failed,
}


# ---------------------------------------------------------------- months


def _sum_up(month: Month) -> None:
    out()
    text = _(
        "{first} to {last}: entries {entries}, newly overdue {overdue}, reminders {reminded}, "
        "handed over {handed_over}, failed {failed}"
    )
    counts = month.counts | {"entries": month.counts[DONE]}
    paragraph(text.format(first=month.first, last=month.last, **counts), 2, mark="= ")
    figures = _(
        "at the end: issues {issues}, completed {completed}, basically {basically}, open {open}, "
        "past their own date {overdue}"
    )
    names = ("issues", "completed", "basically", "open", "overdue")
    sums = {name: sum(getattr(one, name) for one in month.figures) for name in names}
    paragraph(figures.format(**sums), 2)

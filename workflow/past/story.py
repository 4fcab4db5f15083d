"""The story of issues: what happened day by day, what became due and overdue, who was told.

What people did is in the log; what time alone brought about (a date reached, a date passed) is
worked out from it; who was told, and what of it was handed over, is in the outbox.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from notifications.notice import ACCEPTED, DEAD, SUPERSEDED
from notifications.planning.audience import NOBODY
from notifications.planning.digest import is_digest
from states.evolution import evolve, opened
from states.frozen import replace
from workflow.engine.figures import Figures, figures
from workflow.memory import MemoryStore, Tables
from workflow.past.prefix import chained, foldable

if TYPE_CHECKING:
    from states.issue import Issue, Obligation
    from states.log import Entry
    from workflow.engine.desk import Desk
    from workflow.ports import Sent

DONE, DUE, OVERDUE = "entry", "due", "overdue"
REMINDED, TOLD, HANDED_OVER, FAILED = "reminded", "told", "handed_over", "failed"
_EARLY = (DUE, OVERDUE)
"""What the day itself brings comes before what people did on it."""
_WITHDRAWN = (
    *("void", "suspension", "recalculation", "handover", "classification", "new_cycle"),
    *("duty_missed", "duty_ended", "measure_dropped"),
)
"""What entries record that end or renew what is owed without anybody having done it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """Something owed that an entry has settled, so many days after its date (negative: before)."""

    obligation: Obligation
    days_late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One thing that happened to an issue.

    ``what`` is ``entry`` (somebody acted: ``entry``, what it ``met`` and what it ``opened``),
    ``due`` or ``overdue`` (of the ``obligation``, on the office's ``day``), ``reminded`` (a rung
    was owed), ``told`` (of a step), ``handed_over`` or ``failed`` (what became of it); the notices
    are then ``sent``, all of one cause. ``at`` is None for what the day itself brought.
    """

    day: date
    issue: str
    what: str
    at: datetime | None = None
    entry: Entry | None = None
    met: tuple[Met, ...] = ()
    opened: tuple[Obligation, ...] = ()
    obligation: Obligation | None = None
    sent: tuple[Sent, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month in sum: ``figures`` at its ``last`` day told, and how often what happened in it."""

    first: date
    last: date
    figures: tuple[Figures, ...]
    counts: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What happened to ``issues`` from ``first`` to ``last``, in order, and each month in sum."""

    issues: tuple[Issue, ...]
    first: date
    last: date
    happenings: tuple[Happening, ...]
    months: tuple[Month, ...]


@dataclass(slots=True)
class _Told:
    """One issue being told: its states with their instants, and everything ever owed on it."""

    states: list[tuple[datetime, Issue]] = field(default_factory=list)
    owed: dict[str, Obligation] = field(default_factory=dict)
    ended: dict[str, date] = field(default_factory=dict)
    happenings: list[Happening] = field(default_factory=list)

    def at(self, moment: datetime) -> Issue | None:
        """Return the issue as of an instant."""
        return next((issue for at, issue in reversed(self.states) if at <= moment), None)


def story(desk: Desk, keys: Sequence[str], since: date | None = None) -> Story:
    """Tell the story of issues from a day (default: the first entry) to the desk's own moment.

    Raises ``Invalid`` if an entry cannot be read.
    """
    last = desk.day(desk.clock())
    told = _tellings(desk, keys)
    happenings = sorted(
        (one for telling in told.values() for one in telling.happenings), key=_order
    )
    days = [one.day for one in happenings]
    first = since or min(days, default=last)
    shown = tuple(one for one in happenings if first <= one.day <= last)
    return Story(
        issues=tuple(telling.states[-1][1] for telling in told.values()),
        first=first,
        last=last,
        happenings=shown,
        months=tuple(_months(desk, told, shown, (first, last))),
    )


def _order(one: Happening) -> tuple[object, ...]:
    """Return what happenings are told by: a step's news come right behind its entry."""
    moment = one.at.timestamp() if one.at is not None else 0.0
    code, _, number = one.issue.rpartition("-")
    place = code, int(number), _entry_of(one), _RANKS[one.what]
    return one.day, one.what not in _EARLY, moment, *place


def _entry_of(one: Happening) -> int:
    if one.entry is not None:
        return one.entry.n
    if one.sent and one.sent[0].notice.obligation is None:
        number = one.sent[0].notice.key.removeprefix(f"{one.issue}/").partition("/")[0]
        return int(number) if number.isdecimal() else _LAST
    return _LAST


_LAST = 2**31


_RANKS = {
    what: rank
    for rank, what in enumerate((DUE, OVERDUE, DONE, TOLD, REMINDED, HANDED_OVER, FAILED))
}


def _tellings(desk: Desk, keys: Sequence[str]) -> dict[str, _Told]:
    """Return every issue with what happened to it, in the order of the keys."""
    wanted = frozenset(keys)
    found: dict[str, _Told] = {}
    with desk.store.reading() as session:
        rows = session.rows(keys[0] if len(keys) == 1 else None)
        for stream, lines in groupby(rows, key=attrgetter("stream")):
            if stream in wanted:
                found[stream] = _telling(desk, stream, chained(lines))
        sent = session.notices(keys[0] if len(keys) == 1 else None)
    for key, notices in _by_issue(sent).items():
        if key in found:
            found[key].happenings += _sendings(desk, key, notices)
    return {key: found[key] for key in keys if key in found}


def _telling(desk: Desk, key: str, entries: Iterable[Entry]) -> _Told:
    told = _Told()
    issue: Issue | None = None
    for entry in entries:
        with foldable(entry):
            issue = evolve(issue, entry)
            told.states.append((entry.at, issue))
            told.happenings.append(_acted(told, entry))
    today = desk.day(desk.clock())
    told.happenings += [one for one in _dates(told, key) if one.day <= today]
    return told


def _acted(told: _Told, entry: Entry) -> Happening:
    """Return what an entry is in the story, and take note of what it opens and closes."""
    content = entry.content
    day = date.fromisoformat(content["day"])
    new = tuple(opened(content, record) for record in content["opens"])
    again = {(one.kind, one.subject) for one in new}
    closed = [told.owed[one["id"]] for one in content["closes"] if one["id"] in told.owed]
    for one in closed:
        told.ended[one.id] = day
    told.owed |= {one.id: one for one in new}
    settles = content["records"] not in _WITHDRAWN
    met = [one for one in closed if settles and (one.kind, one.subject) not in again]
    return Happening(
        day=day,
        issue=entry.stream,
        what=DONE,
        at=entry.at,
        entry=entry,
        met=tuple(Met(obligation=one, days_late=(day - one.due).days) for one in met),
        opened=new,
    )


def _dates(told: _Told, key: str) -> Iterator[Happening]:
    """Yield the dates that were reached while they were owed, and those that passed unmet.

    Whoever owed it may have changed: a date is reached, and passes, once.
    """
    said: set[tuple[str, str, str, date]] = set()
    for owed in told.owed.values():
        ended = told.ended.get(owed.id)
        late = max(owed.due + timedelta(days=1), owed.opened_on)
        reached = owed.opened_on <= owed.due and (ended is None or ended >= owed.due)
        passed = ended is None or ended >= late
        for what, day, holds in ((DUE, owed.due, reached), (OVERDUE, late, passed)):
            work = (what, owed.kind, owed.subject, owed.due)
            if holds and work not in said:
                said.add(work)
                yield Happening(day=day, issue=key, what=what, obligation=owed)


def _by_issue(sent: Sequence[Sent]) -> dict[str, list[Sent]]:
    found: dict[str, list[Sent]] = {}
    for one in sent:
        if not is_digest(one.notice.key) and one.status != SUPERSEDED:
            found.setdefault(one.notice.issue, []).append(one)
    return found


def _sendings(desk: Desk, key: str, notices: Sequence[Sent]) -> Iterator[Happening]:
    """Yield whom an issue's notices told, and what became of them; those of one cause together."""
    for what, at, some in (*_owed(notices), *_ended(notices)):
        yield Happening(day=desk.day(at), issue=key, what=what, at=at, sent=tuple(some))


def _owed(notices: Sequence[Sent]) -> Iterator[tuple[str, datetime, list[Sent]]]:
    for at, some in _grouped(notices, lambda one: one.notice.created_at):
        what = TOLD if some[0].notice.obligation is None else REMINDED
        reached = [one for one in some if one.notice.recipient != NOBODY]
        if reached:
            yield what, at, reached


def _ended(notices: Sequence[Sent]) -> Iterator[tuple[str, datetime, list[Sent]]]:
    for status, what in ((ACCEPTED, HANDED_OVER), (DEAD, FAILED)):
        ended = [one for one in notices if one.status == status and one.settled_at is not None]
        for at, some in _grouped(ended, lambda one: one.settled_at or one.notice.created_at):
            yield what, at, some


def _grouped(
    notices: Iterable[Sent], moment: Callable[[Sent], datetime]
) -> list[tuple[datetime, list[Sent]]]:
    """Return the notices of one cause that something became of in the same minute."""
    found: dict[tuple[str, datetime], list[Sent]] = {}
    for one in notices:
        at = moment(one).replace(second=0, microsecond=0)
        found.setdefault((_cause(one), at), []).append(one)
    return [(min(map(moment, some)), some) for some in found.values()]


def _cause(sent: Sent) -> str:
    """Return the part of a notice's key that the notices of one cause share."""
    return sent.notice.key.rsplit("/", 2)[0]


# ---------------------------------------------------------------- months


def _months(
    desk: Desk, told: Mapping[str, _Told], shown: Sequence[Happening], days: tuple[date, date]
) -> Iterator[Month]:
    first, last = days
    for month, some in groupby(shown, key=lambda one: (one.day.year, one.day.month)):
        begins = date(*month, 1)
        ends = min((begins + timedelta(days=31)).replace(day=1) - timedelta(days=1), last)
        counts = Counter(one.what for one in some)
        yield Month(
            first=max(begins, first),
            last=ends,
            figures=_figures_on(desk, told, ends),
            counts={what: counts[what] for what in _RANKS},
        )


def _figures_on(desk: Desk, told: Mapping[str, _Told], day: date) -> tuple[Figures, ...]:
    """Return the figures of the issues told as of the end of a day, by the function of figures."""
    end = datetime.combine(day, time.max, desk.zone)
    issues = {key: issue for key, one in told.items() if (issue := one.at(end)) is not None}
    with desk.store.reading() as session:
        office = session.office()
    tables = Tables(issues=issues, lights=dict.fromkeys(issues, ()), office=office)
    then = replace(desk, store=MemoryStore(tables), clock=lambda: end)
    return tuple(figures(then))

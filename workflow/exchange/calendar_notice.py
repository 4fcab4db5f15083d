"""The notice of the State Council's General Office on a year's holidays, as it is published.

It is read clause by clause: what a clause says of days must be understood, or it is a fault. Words
around it (who must see to what during the holidays) are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from states.errors import Problem
from states.phrasing.names import ALIASES
from workflow.exchange.lines import fold
from workflow.exchange.stated_days import Reading, Stated, feasts, possible, wrong_weekday

LONGEST = 31  # days of a break; more is a wrong date
LONGEST_CLAUSE = 500  # characters

_YEARS = re.compile(r"(?:关于|现将)(\d{4})年", re.ASCII)
_FEASTS = rf"(?:(?:{'|'.join(ALIASES)})[、和与及]?)+"
_SECTION = re.compile(
    rf"^[ \t]*(?:\(?[一二三四五六七八九十]{{1,2}}[、.)][ \t]*(?P<names>[^:\n。]{{1,24}}?)"
    rf"|(?P<bare>{_FEASTS}))[ \t]*:",
    re.MULTILINE,
)
_REST = re.compile(r"节假日期间|国务院办公厅|鼓励|请各")
_CLAUSE = re.compile(r"(?:[^,。;()]|\([^()]*\)|[()])+")
_DAY = re.compile(
    r"(?:(?P<year>\d{4})年)?(?:(?P<month>\d{1,2})月)?(?P<day>\d{1,2})日(?:\((?P<bracket>[^()]*)\))?",
    re.ASCII,
)
_TO = re.compile(r"[起]?(?:至|到|-|—+|–|~)")
_TOTAL = re.compile(r"(?:共|放假)(?:计)?(\d{1,2}|[一二三四五六七八九十])天", re.ASCII)
_MOVED = re.compile(r"(?:公休日)?(?:分别)?(?:调至|调到|与)")
_PASSED_OVER = ("法定", "照常", "公休", "正常", "除夕", "连休")
_NUMBERS = "零一二三四五六七八九十"


def read_notice(text: str, source: str, year: int | None) -> Reading:
    """Return the days that a notice arranges, with every fault.

    ``year`` is the one asked for; without it, and against it, counts the year in the title.
    """
    folded = fold(text)
    titled = [int(found) for found in dict.fromkeys(_YEARS.findall(folded))]
    problem = _year_problem(titled, year, source)
    if problem is not None:
        return Reading(days=(), problems=(problem,))
    notice = _Notice(source=source, year=year or titled[0])
    hits = list(_SECTION.finditer(folded))
    ends = [*(hit.start() for hit in hits), len(folded)][1:]
    for hit, end in zip(hits, ends, strict=True):
        notice.section(hit["names"] or hit["bare"], folded, (hit.end(), end))
    return Reading(
        days=(*notice.off, *notice.worked.values()),
        years=(notice.year,),
        problems=tuple(notice.problems),
    )


def _year_problem(titled: list[int], year: int | None, source: str) -> Problem | None:
    if year is None and not titled:
        return Problem(
            "calendar_year",
            "the text does not say for which year it is; say so with --year",
            {},
            source,
        )
    if year is not None and titled and year not in titled:
        return Problem(
            "calendar_other_year",
            "the text is for {said}, not for {year}",
            {"said": titled[0], "year": year},
            source,
        )
    return None


@dataclass(frozen=True, slots=True)
class _Date:
    """A date in a clause, and the span in which it stands."""

    day: date
    start: int
    end: int


@dataclass(slots=True)
class _Notice:
    """What has been read so far; ``_at`` says in which line a character of the section stands."""

    source: str
    year: int
    off: list[Stated] = field(default_factory=list)
    worked: dict[date, Stated] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    _at: list[int] = field(default_factory=list)
    _names: tuple[str, ...] = ()
    _off: dict[date, Stated] = field(default_factory=dict)
    _month: int | None = None

    def section(self, names: str, text: str, span: tuple[int, int]) -> None:
        """Read what is said of a holiday, or of two that are arranged together."""
        stripped = re.sub(r"[\s\"“”]", "", names)
        self._names = feasts(stripped) or (stripped,)
        self._off, self._month = {}, None
        start, end = span
        if rest := _REST.search(text, start, end):
            end = rest.start()
        line = text.count("\n", 0, start) + 1
        kept: list[str] = []
        self._at = []
        for char in text[start:end]:
            if not char.isspace():
                kept.append(char)
                self._at.append(line)
            line += char == "\n"
        body = "".join(kept)
        for clause in _CLAUSE.finditer(body):
            self._clause(clause[0], clause.start())
        self.off += self._off.values()

    def _clause(self, clause: str, start: int) -> None:
        if len(clause) > LONGEST_CLAUSE:
            self._unclear(clause, self._line(start))
            return
        dates = list(self._dates(clause, start))
        total = _TOTAL.search(clause)
        bare = re.sub(r"\([^()]*\)", "", clause)
        line = self._line(start)
        if "照常上班" in bare or "正常上班" in bare:
            return
        if "上班" in bare:
            self._work(dates, line)
        elif "放假" in bare or "补休" in bare:
            self._rest(clause, dates, line)
        elif dates and _MOVED.search(bare):
            self._exchanged(clause, dates, line)
        elif dates and not any(word in clause for word in _PASSED_OVER):
            self._unclear(clause, line)
        if total is not None:
            self._check_total(total[1], line)

    def _work(self, dates: Iterable[_Date], line: int) -> None:
        for one in dates:
            stated = Stated(day=one.day, works=True, holiday="、".join(self._names), line=line)
            self.worked.setdefault(one.day, stated)

    def _exchanged(self, clause: str, dates: list[_Date], line: int) -> None:
        """The days before 调至 are worked, unless they are days off themselves (as in 2008)."""
        moved = _MOVED.search(clause)
        before = [d for d in dates if moved and d.end <= moved.start()]
        self._work((d for d in before if d.day not in self._off), line)

    def _rest(self, clause: str, dates: list[_Date], line: int) -> None:
        for first, last in _ranges(clause, dates):
            length = (last - first).days + 1
            if not 1 <= length <= LONGEST:
                facts = {"first": first.isoformat(), "last": last.isoformat()}
                self.problems.append(
                    Problem(
                        "calendar_break",
                        "from {first} to {last} is no break",
                        facts,
                        self.source,
                        line,
                    )
                )
                continue
            for day in (first + timedelta(days=n) for n in range(length)):
                stated = Stated(day=day, works=False, holiday="、".join(self._names), line=line)
                self._off.setdefault(day, stated)

    def _check_total(self, said: str, line: int) -> None:
        total = int(said) if said.isascii() else _NUMBERS.index(said)
        if total != len(self._off):
            facts = {"holiday": "、".join(self._names), "said": total, "count": len(self._off)}
            self.problems.append(
                Problem(
                    "calendar_total",
                    "{holiday}: {said} days are announced, but {count} are named",
                    facts,
                    self.source,
                    line,
                )
            )

    def _dates(self, clause: str, start: int) -> Iterator[_Date]:
        """Yield the dates of a clause outside brackets; a month stands until another is named."""
        for hit in _DAY.finditer(clause):
            if clause.count("(", 0, hit.start()) > clause.count(")", 0, hit.start()):
                continue
            line = self._line(start + hit.start())
            self._month = int(hit["month"]) if hit["month"] else self._month
            day = possible(self._year_of(hit["year"]), self._month or 0, int(hit["day"]))
            if day is None:
                self.problems.append(
                    Problem(
                        "calendar_no_date",
                        "{value} is no date",
                        {"value": hit[0]},
                        self.source,
                        line,
                    )
                )
                continue
            wrong = wrong_weekday(day, hit["bracket"] or "", self.source, line)
            self.problems += [wrong] if wrong else []
            yield _Date(day, hit.start(), hit.end())

    def _year_of(self, said: str | None) -> int:
        """Return the year of a date; December of a New Year's break is the one before."""
        if said:
            return int(said)
        return self.year - (self._month == 12 and "元旦" in self._names)

    def _line(self, position: int) -> int:
        return self._at[min(position, len(self._at) - 1)] if self._at else 1

    def _unclear(self, clause: str, line: int) -> None:
        facts = {"clause": clause[:60]}
        self.problems.append(
            Problem("calendar_clause", "not understood: {clause}", facts, self.source, line)
        )


def _ranges(clause: str, dates: list[_Date]) -> Iterator[tuple[date, date]]:
    """Yield the first and last day of each span: two dates with 至 between them, or one alone."""
    position = 0
    while position < len(dates):
        one = dates[position]
        later = dates[position + 1] if position + 1 < len(dates) else None
        if later is not None and _TO.fullmatch(clause, one.end, later.start):
            yield one.day, later.day
            position += 2
        else:
            yield one.day, one.day
            position += 1

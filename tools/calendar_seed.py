"""Writes ``states/calendars/china.toml``, the packaged calendar of China, anew.

``python -m tools.calendar_seed update`` takes the working days of the published years from the
package ``chinesecalendar`` and the statutory days of the years to come from ``holidays``; ``check``
says whether the file is in step. A package is no notice: ``tests/unit/test_china.py`` compares the
two day by day; where a notice says otherwise than the first, ``WORKED`` and ``NAMED`` follow it.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

import holidays
from chinese_calendar import constants

from states.days import PROVISIONAL, PUBLISHED

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "states" / "calendars" / "china.toml"
FIRST, LAST = 2004, 2026  # the years that chinesecalendar knows
FORESEEN = range(2027, 2031)
UNNAMED = "国务院办公厅节假日安排通知"
STATUTE = "《全国年节及纪念日放假办法》"

# The number of the notice and the day on which the government's site published it; for what could
# not be confirmed nothing is said. Later notices that changed a year stand beside the first.
NOTICES: dict[int, tuple[str, str, str]] = {
    2006: ("国办发明电〔2005〕35号", "", ""),
    2007: ("国办发明电〔2006〕49号", "", "2008-03/28/content_1761.htm"),
    2008: (UNNAMED, "", "2008-03/28/content_1645.htm"),
    2009: (UNNAMED, "", "2008-12/10/content_1572.htm"),
    2010: ("国办发明电〔2009〕27号", "2009-12-08", "2009-12/08/content_1476.htm"),
    2011: ("国办发明电〔2010〕40号", "2010-12-10", "2010-12/10/content_1423.htm"),
    2012: ("国办发明电〔2011〕45号", "2011-12-06", "2011-12/06/content_1411.htm"),
    2013: ("国办发明电〔2012〕33号", "2012-12-10", "2012-12/10/content_1353.htm"),
    2014: ("国办发明电〔2013〕28号", "", "2014-01/02/content_1194.htm"),
    2015: (
        "国办发明电〔2014〕28号、国发明电〔2015〕1号",
        "2014-12-16",
        "2014-12/16/content_9302.htm",
    ),
    2016: ("国办发明电〔2015〕18号", "2015-12-10", "2015-12/10/content_10394.htm"),
    2017: ("国办发明电〔2016〕17号", "2016-12-01", "2016-12/01/content_5141603.htm"),
    2018: ("国办发明电〔2017〕12号", "2017-11-30", "2017-11/30/content_5243579.htm"),
    2019: (
        "国办发明电〔2018〕15号、国办发明电〔2019〕3号",
        "2018-12-06",
        "2018-12/06/content_5346276.htm",
    ),
    2020: (
        "国办发明电〔2019〕16号、国办发明电〔2020〕1号",
        "2019-11-21",
        "2019-11/21/content_5454164.htm",
    ),
    2021: ("国办发明电〔2020〕27号", "2020-11-25", "2020-11/25/content_5564127.htm"),
    2022: ("国办发明电〔2021〕11号", "2021-10-25", "2021-10/25/content_5644835.htm"),
    2023: ("国办发明电〔2022〕16号", "2022-12-08", "2022-12/08/content_5730844.htm"),
    2024: ("国办发明电〔2023〕7号", "2023-10-25", "202310/content_6911528.htm"),
    2025: ("国办发明电〔2024〕12号", "2024-11-12", "202411/content_6986383.htm"),
    2026: ("国办发明电〔2025〕7号", "2025-11-04", "202511/content_7047091.htm"),
}
PAGES = "https://www.gov.cn/zhengce/zhengceku/"

NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}
STATUTORY = {name: name for name in NAMES.values()} | {"农历除夕": "春节"}

# The notice for 2006 (国办发明电〔2005〕35号) has this Saturday worked; chinesecalendar does not.
WORKED = {date(2005, 12, 31): "元旦"}
# Mid-autumn itself, which chinesecalendar counts to National Day that began on the same day.
NAMED = {date(2020, 10, 1): "中秋节"}

Days = dict[date, str]


def named(days: dict[date, str]) -> Days:
    """Return days with the Chinese names of their holidays."""
    return {day: NAMES[name] for day, name in days.items()}


def arranged_in(day: date, name: str) -> int:
    """Return the year whose notice a day belongs to: New Year's begins in the December before."""
    return day.year + (day.month == 12 and name == "元旦")


def by_year(days: Days) -> dict[int, Days]:
    """Return days by the year of their notice, in order."""
    found: dict[int, Days] = defaultdict(dict)
    for day, name in sorted(days.items()):
        found[arranged_in(day, name)][day] = name
    return found


def published() -> tuple[dict[int, Days], dict[int, Days]]:
    """Return the days off and the days worked of the years that were published."""
    off = named(constants.holidays) | NAMED
    work = named(constants.workdays) | WORKED
    return by_year(off), by_year(work)


def foreseen(year: int) -> Days:
    """Return the statutory days of a year; which days will be exchanged nobody can know."""
    found = {}
    for day, names in holidays.country_holidays("CN", years=year, language="zh_CN").items():
        statutory = [STATUTORY[n] for n in names.split("; ") if n in STATUTORY]
        if statutory:
            found[day] = statutory[0]
    return dict(sorted(found.items()))


def spans(days: Days) -> Iterator[str]:
    """Yield days in a row with one name as one text; a weekend between such days belongs to it."""
    runs: list[tuple[date, date, str]] = []
    for day, name in days.items():
        if runs and runs[-1][2] == name and only_weekend_between(runs[-1][1], day):
            runs[-1] = (runs[-1][0], day, name)
        else:
            runs.append((day, day, name))
    for first, last, name in runs:
        yield f"{name} {first}" if first == last else f"{name} {first} – {last}"


def only_weekend_between(first: date, last: date) -> bool:
    """Return whether all days between two days, if any, are Saturdays and Sundays."""
    between = ((first + timedelta(days=n)) for n in range(1, (last - first).days))
    return all(day.weekday() in (5, 6) for day in between)


def block(year: int, status: str, off: Days, work: Days) -> Iterator[str]:
    """Yield the lines of a year."""
    source, published_on, page = NOTICES.get(year, (UNNAMED, "", ""))
    yield "[[year]]"
    yield f"year = {year}"
    yield f'status = "{status}"'
    yield f'source = "{source if status == PUBLISHED else STATUTE}"'
    if published_on:
        yield f"published_on = {published_on}"
    if page:
        yield f'url = "{PAGES}{page}"'
    yield from rows("off", spans(off))
    yield from rows("work", (f"{name} {day}" for day, name in work.items()))
    yield ""


def rows(key: str, texts: Iterable[str]) -> Iterator[str]:
    """Yield a list of texts, one a line; nothing for an empty one."""
    lines = [f'    "{text}",' for text in texts]
    if lines:
        yield from (f"{key} = [", *lines, "]")


HEADER = """\
# The working days of China: Monday to Friday, except `off`, and the weekend days in `work`.
#
# A published year is as the General Office of the State Council arranged it. Days of a New Year's
# break that lie in the December before stand with the year they celebrate. A provisional year holds
# the statutory festivals alone: which days are exchanged for them is not known before the notice.
#
# Written by `python -m tools.calendar_seed update`; tests/unit/test_china.py compares every day.
"""


def text() -> str:
    """Return the whole file."""
    off, work = published()
    lines = [HEADER]
    for year in range(FIRST, LAST + 1):
        lines += block(year, PUBLISHED, off[year], work.get(year, {}))
    for year in FORESEEN:
        lines += block(year, PROVISIONAL, foreseen(year), {})
    return "\n".join(lines).rstrip() + "\n"


def main(arguments: list[str]) -> int:
    """Write the file, or say whether it is in step."""
    if arguments == ["update"]:
        TARGET.parent.mkdir(exist_ok=True)
        TARGET.write_text(text(), encoding="utf-8")
        return 0
    if arguments == ["check"]:
        in_step = TARGET.read_text(encoding="utf-8") == text()
        if not in_step:
            print(f"{TARGET.relative_to(ROOT)} differs from what chinesecalendar and holidays say")
        return 0 if in_step else 1
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

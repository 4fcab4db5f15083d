"""Calendars by name: the packaged one, plain weeks, a file, a country."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest

from states.calendar import PROVISIONAL, PUBLISHED, WEEKDAYS
from states.calendar_data import china
from states.errors import Invalid
from tests.terminal import written
from workflow.calendars import COMPUTED, named_calendar

HERE = Path()


def refusal(name: str, base: Path = HERE) -> str:
    """Why there is no calendar of a name."""
    with pytest.raises(Invalid) as refused:
        named_calendar(name, base)
    return str(refused.value)


def last_published(name: str) -> int:
    calendar = named_calendar(name, HERE)
    return max(year.year for year in calendar.years if year.status == PUBLISHED)


def test_the_packaged_calendar_and_plain_weeks_have_names():
    assert named_calendar("china", HERE) is china()
    assert named_calendar("weekdays", HERE) is WEEKDAYS


def test_a_file_is_found_beside_the_configuration(tmp_path):
    written(tmp_path, "own.csv", "date,day,holiday\n2026-03-03,off,Founding day\n")

    calendar = named_calendar("csv:own.csv", tmp_path)

    assert calendar.name == "csv:own.csv"
    assert not calendar.is_working(date(2026, 3, 3))
    assert calendar.is_working(date(2026, 1, 1))  # nothing is known but what the file says
    assert [(y.year, y.status, y.source) for y in calendar.years] == [(2026, PUBLISHED, "own.csv")]
    assert calendar.is_provisional(date(2027, 1, 1), date(2027, 1, 1))


def test_a_country_with_its_subdivision():
    germany, bavaria = (named_calendar(f"holidays:{name}", HERE) for name in ("de", "DE-BY"))
    epiphany = date(2026, 1, 6)

    assert germany.is_working(epiphany)
    assert not bavaria.is_working(epiphany)
    assert bavaria.years[0].source.startswith("holidays 0.")
    assert [year.year for year in bavaria.years] == list(COMPUTED)


def test_where_law_alone_decides_every_year_is_published():
    assert last_published("holidays:DE") == COMPUTED[-1]
    assert last_published("holidays:US") == COMPUTED[-1]


def test_where_notices_or_the_moon_decide_later_years_are_guesses():
    assert last_published("holidays:CN") == 2026
    assert last_published("holidays:HU") < COMPUTED[-1]
    assert last_published("holidays:SA") < COMPUTED[-1]
    guessed = [y.status for y in named_calendar("holidays:CN", HERE).years if y.year == 2027]
    assert guessed == [PROVISIONAL]


def test_weekends_and_make_up_days_are_the_countrys():
    saudi, hungary = (named_calendar(f"holidays:{code}", HERE) for code in ("SA", "HU"))

    assert saudi.weekend == (4, 5)
    assert saudi.is_working(date(2026, 1, 4))  # a Sunday
    assert hungary.is_working(date(2024, 8, 3))  # a Saturday that was worked
    ours, theirs = china(), named_calendar("holidays:CN", HERE)
    assert all(ours.is_working(d) == theirs.is_working(d) for d, _ in (*ours.work, *ours.off)
               if 2004 <= d.year <= 2026)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("moon", "there is no calendar moon (known: china, weekdays, csv:FILE, "),
        ("", "there is no calendar  (known:"),
        ("csv:", "there is no calendar csv:"),
        ("holidays:", "there is no calendar holidays:"),
        ("csv:none.csv", "none.csv: there is no such file"),
        ("holidays:XX", "there is no calendar holidays:XX: "),
        ("holidays:DE-ZZ", "there is no calendar holidays:DE-ZZ: "),
        ("holidays:../x", "there is no calendar holidays:../x: "),
    ],
)
def test_a_name_that_nobody_has_is_refused(name, said):
    assert refusal(name).startswith(said)


def test_every_fault_of_the_file_is_named(tmp_path):
    written(tmp_path, "own.csv", "date,day\n2026-13-01,off\n2026-03-04,work\n")

    assert refusal("csv:own.csv", tmp_path).splitlines() == [
        "own.csv:2: 2026-13-01 is no date (write YYYY-MM-DD)",
        "own.csv:3: 2026-03-04 is worked anyway: it is no day of the weekend",
    ]


def test_without_the_package_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "holidays", None)

    assert refusal("holidays:DE") == (
        "the calendar holidays:DE needs the package holidays (install rectification[holidays])"
    )

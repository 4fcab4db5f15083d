"""A user's calendar file: tables of days, and files that are none."""

from __future__ import annotations

import os
from datetime import date

import pytest

from states.calendar import PROVISIONAL, WEEKDAYS, Calendar
from states.calendar_data import china
from states.errors import Invalid
from tests.terminal import sparse, written
from workflow.exchange.calendar_file import (
    Imported,
    Notice,
    calendar_of_file,
    merged,
)

CHINA = china()


def faults(text: str, base: Calendar = CHINA, year: int | None = None) -> list[str]:
    """Every fault of a text as it is said, with its line."""
    with pytest.raises(Invalid) as refused:
        merged(base, "plan", text, Notice(year=year))
    return [str(problem) for problem in refused.value.problems]


def read(text: str, base: Calendar = CHINA, year: int | None = None) -> Imported:
    return merged(base, "plan", text, Notice(source="notice", year=year))


NO_DATE = " is no date (write YYYY-MM-DD)"
NO_KIND = " says neither off nor work (write off or work, 休 or 班)"
ORDINARY = " is worked anyway: it is no day of the weekend"
TABLE = """\
date,day,holiday
2026-12-31,off,元旦
2027-01-01,off,元旦
2027-01-02,work,元旦
2027-02-06,off,春节
2027-04-05,off,清明节
2027-05-01,off,劳动节
2027-06-09,off,端午节
2027-09-15,off,中秋节
2027-10-01,off,国庆节
"""


def test_a_table_states_days_off_and_days_worked():
    imported = read(TABLE)

    assert imported.years == (2027,)
    assert not imported.calendar.is_working(date(2026, 12, 31))
    assert imported.calendar.is_working(date(2027, 1, 2))
    assert imported.calendar.is_working(date(2027, 2, 8))  # the guess of before is gone


def test_a_chinese_table_in_any_encoding_says_the_same(tmp_path):
    lines = TABLE.replace("date,day,holiday", "日期,类型,节日").replace("off", "休")
    lines = lines.replace("work", "班").replace("2027-04-05", "2027年4月5日（周一）")
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        path = written(tmp_path, "plan.csv", lines.encode(encoding))
        assert calendar_of_file(path, CHINA, Notice(source="notice")).calendar == (
            read(TABLE).calendar
        )


def test_semicolons_and_tabs_separate_too():
    assert read(TABLE.replace(",", ";")).calendar == read(TABLE).calendar
    assert read(TABLE.replace(",", "\t")).calendar == read(TABLE).calendar


def test_holidays_may_be_unnamed_where_the_calendar_knows_them():
    nameless = "\n".join(line.rpartition(",")[0] for line in TABLE.splitlines())

    assert read(nameless).calendar == read(TABLE).calendar


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("2027-01-01,off", "2027-13-01,off", ["plan:3: 2027-13-01" + NO_DATE]),
        ("2027-01-01,off", "next week,off", ["plan:3: next week" + NO_DATE]),
        ("2027-01-01,off", ",off", ["plan:3: –" + NO_DATE]),
        ("2027-01-01,off", "9999-01-01,off", ["plan:3: 9999-01-01" + NO_DATE]),
        ("2027-01-02,work", "2027-01-02,both", ["plan:4: both" + NO_KIND]),
        ("2027-01-02,work", "2027-01-02,", ["plan:4: –" + NO_KIND]),
        (
            "2027-01-02,work",
            "2027-01-01,work",
            [
                "plan:4: 2027-01-01" + ORDINARY,
                "plan:4: 2027-01-01 is off and worked at once (see line 3)",
            ],
        ),
        ("2027-01-02,work", "2027-01-04,work", ["plan:4: 2027-01-04" + ORDINARY]),
        ("2027-04-05,off", "2027-04-05(周二),off", ["plan:6: 2027-04-05 is 周一, not 周二"]),
        ("2027-10-01,off,国庆节\n", "", ["plan: 2027 has no day off for 国庆节"]),
        ("date,day", "date,kind", ["plan:1: there is no column day / 类型"]),
    ],
)  # fmt: skip
def test_a_fault_of_a_table_is_named_with_its_line(right, wrong, said):
    assert right in TABLE
    assert faults(TABLE.replace(right, wrong)) == said


def test_a_year_asked_for_excludes_the_others():
    said = faults(TABLE.replace("2027-10-01", "2028-10-01"), year=2027)

    assert "plan:10: 2028-10-01 lies outside 2027" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "plan: the file is empty"),
        ("  \n\n", "plan: the file is empty"),
        ("date,day\n", "plan: no day off and no day worked was found in it"),
        (
            "关于2027年部分节假日安排的通知\n一、元旦：到时另行通知。",
            "plan: no day off and no day worked was found in it",
        ),
    ],
)
def test_a_file_without_days_is_refused(text, said):
    assert faults(text) == [said]


def test_another_calendar_than_chinas_needs_no_festival():
    imported = read("date,day,holiday\n2027-12-24,off,Christmas Eve\n", WEEKDAYS)

    assert imported.calendar.name == "own"
    assert imported.calendar.rests_on_notices
    assert [b.names for b in imported.calendar.breaks(2027)] == [("Christmas Eve",)]
    assert all(y.status != PROVISIONAL for y in imported.calendar.years)


# ------------------------------------------------------------------ files that are none


def test_what_cannot_be_a_calendar_file_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    refused = {
        "gone": (tmp_path / "gone", "file_missing"),
        "folder": (tmp_path, "file_is_directory"),
        "pipe": (tmp_path / "pipe", "file_not_regular"),
        "large": (sparse(tmp_path, "large.csv"), "file_too_large"),
        "archive": (written(tmp_path, "plan.xlsx", b"PK\x03\x04" + b"\0" * 99), "calendar_text"),
        "latin": (written(tmp_path, "latin.csv", b"\xe9\xff,\xe9"), "calendar_text"),
        "binary": (written(tmp_path, "plan.txt", b"\0\1\2\3"), "file_binary"),
    }
    for path, code in refused.values():
        with pytest.raises(Invalid) as error:
            calendar_of_file(path, CHINA, Notice())
        assert error.value.message.code == code, path

"""The working days on the command line: what is in force, a year's notice, another calendar."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.terminal import Terminal, founded, with_issues, written

NOTICE = """\
国务院办公厅关于2027年部分节假日安排的通知
国办发明电〔2026〕99号
一、元旦：1月1日（周五）至4日（周一）放假调休，共4天。1月9日（周六）上班。
二、春节：2月5日（农历除夕、周五）至12日（周五）放假调休，共8天。1月31日（周日）、2月14日（周日）上班。
三、清明节：4月3日（周六）至5日（周一）放假，共3天。
四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。4月25日（周日）、5月8日（周六）上班。
五、端午节：6月9日（周三）放假1天，不调休。
六、中秋节：9月15日（周三）放假1天，不调休。
七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。
"""
CHRISTMAS = datetime(2026, 12, 25, 1, tzinfo=UTC)  # a Friday: five working days lead into 2027


@pytest.fixture
def office(tmp_path) -> Terminal:
    """An office without issues."""
    return founded(Terminal(tmp_path))


@pytest.fixture
def at_years_end(tmp_path) -> Terminal:
    """An office whose issues were registered when 2027 was not published."""
    return with_issues(Terminal(tmp_path, at=CHRISTMAS))


@pytest.fixture
def notice(tmp_path):
    return written(tmp_path, "notice.txt", NOTICE)


def plans(terminal: Terminal) -> list[str]:
    """The dates of the plans, as the list of what is owed tells them."""
    rows = terminal.does("due", "--json").json
    return [row["due"] for row in rows if row["kind"] == "draft_plan"]


def test_a_new_office_counts_by_the_calendar_of_china(office: Terminal):
    told = office.does("calendar", "show").out.splitlines()

    assert told[0].startswith("china (China)  ")
    assert "2026  published    2025-11-04    国办发明电〔2025〕7号" in told
    assert "2027  provisional                《全国年节及纪念日放假办法》" in told


def test_a_year_is_shown_with_its_breaks_and_make_up_days(office: Terminal):
    told = office.does("calendar", "show", "2026").out
    record = office.does("calendar", "show", "2026", "--json").json

    assert (
        "Spring Festival 2026-02-15 Sun 2026-02-23 Mon 9 2026-02-14 Sat, 2026-02-28 Sat"
        in " ".join(told.split())  # a narrow terminal wraps it
    )
    assert record["name"] == "china"
    assert record["breaks"][1] == {
        "first": "2026-02-15",
        "last": "2026-02-23",
        "holidays": ["春节"],
        "provisional": False,
    }
    assert {"date": "2026-01-04", "holiday": "元旦"} in record["work"]
    assert [year["year"] for year in record["years"]] == [2026]


def test_it_speaks_chinese(office: Terminal):
    office.language = "zh"
    told = office.does("calendar", "show", "2026").out

    assert "春节" in told
    assert "Spring" not in told


def test_years_that_nobody_published_say_so(office: Terminal):
    told = " ".join(office.does("calendar", "show", "2027").out.split())
    assert "only the festivals stand" in told
    assert "2040 is not known" in office.does("calendar", "show", "2040").out
    assert office("calendar", "show", "1066").code == 2


# ------------------------------------------------------------------ importing


def test_a_notice_moves_the_dates_concerned_and_lists_each(at_years_end, notice):
    before = plans(at_years_end)
    imported = at_years_end.does("calendar", "import", notice, "--published", "2026-11-04", "--yes")
    after = plans(at_years_end)

    assert set(before) == {"2027-01-04"}
    assert set(after) == {"2027-01-05"}
    assert imported.out.count("2027-01-04 prov.") == imported.out.count("  2027-01-05")
    assert f"dates that move: {len(before)}; " in imported.out
    assert at_years_end.does("verify").out.startswith("Sound")


def test_it_is_in_the_log_with_its_source(at_years_end, notice):
    at_years_end.does("calendar", "import", notice, "--published", "2026-11-04", "--yes")
    entry = at_years_end.log()[-1]

    assert entry["event"] == "adopt_calendar"
    assert entry["facts"]["source"] == "国办发明电〔2026〕99号"
    assert entry["facts"]["published_on"] == "2026-11-04"
    assert entry["facts"]["years"] == "2027"
    assert (
        at_years_end.does("calendar", "show", "--json").json["hash"] == entry["facts"]["calendar"]
    )


def test_another_source_may_be_named(office: Terminal, notice):
    office.does("calendar", "import", notice, "--source", "明电〔2026〕1号", "--yes")

    assert office.log()[-1]["facts"]["source"] == "明电〔2026〕1号"
    assert "2027  published    " in office.does("calendar", "show").out
    assert "明电〔2026〕1号" in office.does("calendar", "show", "2027").out


def test_what_was_decided_by_the_old_calendar_keeps_its_old_date(at_years_end, notice):
    old = at_years_end.does("calendar", "show", "--json").json["hash"]
    at_years_end.later(1)
    at_years_end.does("calendar", "import", notice, "--yes")
    registered, recounted = at_years_end.log("1")

    def plan(entry):
        return next(o["due"] for o in entry["opens"] if o["kind"] == "draft_plan")

    assert (plan(registered), plan(recounted)) == ("2027-01-04", "2027-01-05")
    assert registered["calendar"] == old
    assert recounted["calendar"] != old
    assert at_years_end.does("verify").out.startswith("Sound")


def test_nothing_is_done_without_a_terminal_or_yes(at_years_end, notice):
    entries = at_years_end.entries()
    refused = at_years_end("calendar", "import", notice)

    assert refused.code == 2
    assert "repeat with --yes" in refused.err
    assert "2027-01-04 prov." in refused.out  # it was shown all the same
    assert at_years_end.entries() == entries


def test_a_dry_run_shows_it_and_changes_nothing(at_years_end, notice):
    entries = at_years_end.entries()
    shown = at_years_end.does("calendar", "import", notice, "--dry-run")

    assert "2027-01-04 prov." in shown.out
    assert shown.err == "Nothing was changed (--dry-run).\n"
    assert at_years_end.entries() == entries


def test_the_same_file_again_changes_nothing(at_years_end, notice):
    at_years_end.does("calendar", "import", notice, "--yes")
    entries = at_years_end.entries()
    again = at_years_end.does("calendar", "import", notice)

    assert "in force already" in again.out
    assert at_years_end.entries() == entries


def test_a_request_that_is_repeated_is_answered_as_before(at_years_end, notice):
    line = ("calendar", "import", notice, "--yes", "--request-id", "notice-2027")
    first = at_years_end.does(*line)
    entries = at_years_end.entries()
    again = at_years_end.does(*line)

    assert first.out.splitlines()[-1] == again.out.splitlines()[-1]
    assert at_years_end.entries() == entries


def test_a_faulty_file_is_refused_with_every_fault(office: Terminal, tmp_path):
    text = NOTICE.replace("（周五）至4日", "（周四）至4日").replace("六、中秋节", "六、国庆节")
    refused = office("calendar", "import", written(tmp_path, "notice.txt", text), "--yes")

    assert refused.code == 7
    assert refused.err.splitlines() == [
        "notice.txt: 2027 has no day off for 中秋节",
        "notice.txt:3: 2027-01-01 is 周五, not 周四",
        "Faults: 2; nothing was changed.",
    ]


def test_only_a_supervisor_may_put_a_calendar_in_force(office: Terminal, notice):
    refused = office("--as", "wang", "calendar", "import", notice, "--yes")

    assert refused.code == 3


# ------------------------------------------------------------------ adopting and checking


def test_another_calendar_is_adopted_by_name(at_years_end):
    at_years_end.does("calendar", "adopt", "weekdays", "--yes")
    told = at_years_end.does("calendar", "show").out

    assert told.startswith("weekdays (plain weeks)")
    assert set(plans(at_years_end)) == {"2027-01-01"}  # no holiday is known any more
    assert "prov." not in at_years_end.does("due").out


def test_what_would_be_lost_is_said_before(office: Terminal, notice):
    office.does("calendar", "import", notice, "--yes")
    shown = office.does("calendar", "adopt", "--dry-run")

    assert "No longer published: 2027." in shown.out


def test_a_name_that_nobody_has_is_refused(office: Terminal):
    refused = office("calendar", "adopt", "moon", "--yes")

    assert (refused.code, "there is no calendar moon" in refused.err) == (7, True)


def test_the_check_names_what_is_wanting(at_years_end, notice):
    wanting = at_years_end("calendar", "check")
    record = at_years_end("calendar", "check", "--json").json
    at_years_end.does("calendar", "import", notice, "--yes")
    sound = at_years_end.does("calendar", "check")

    assert wanting.code == 6
    assert "2027 is not published in the calendar in force" in wanting.out
    assert {one["due"] for one in record["provisional"]} == {"2027-01-04"}
    assert record["configured"] == "china"
    assert len(record["wanting"]) == 1
    assert sound.out.startswith("Nothing is wanting: china ")


def test_before_december_a_missing_year_is_only_mentioned(office: Terminal):
    office.at = datetime(2026, 11, 20, 1, tzinfo=UTC)
    checked = office.does("calendar", "check")

    assert checked.out.startswith("Nothing is wanting")
    assert checked.err == "2027 is not published yet; notices appear in November or December.\n"


def test_another_calendar_than_the_configured_one_is_wanting(office: Terminal, tmp_path):
    written(tmp_path, "config.toml", '[calendar]\nname = "weekdays"\n')
    checked = office("--config", tmp_path / "config.toml", "calendar", "check")

    assert checked.code == 6
    assert "The configuration names weekdays, but china is in force" in checked.out


def test_a_file_is_checked_without_a_database(tmp_path, notice):
    checked = Terminal(tmp_path, at=CHRISTMAS).does("calendar", "check", notice)

    assert checked.out.startswith("notice.txt is in order.\n2027  published")
    assert not (tmp_path / "rectify.db").exists()

"""``audit diff``: what changed between two moments, and by whom."""

from __future__ import annotations

from typing import Any

import pytest

from tests.terminal import UNIT, Terminal


@pytest.fixture
def changed(busy: Terminal) -> Terminal:
    """A round in which much changed on the 8th of June."""
    busy.later(days=1)
    busy.does("extend", "approve", 7, "--due", "2025-10-31")
    busy.does("assign", 3, "--leader", "luo", "--person", "wang")
    busy.does("people", "grant", "he", "leader", "--unit", UNIT)
    busy.does("note", 3, "等待资料")
    busy.later(days=1)
    return busy


def difference(office: Terminal, a: str, b: str) -> dict[str, Any]:
    found: dict[str, Any] = office.does("audit", "diff", a, b, "--json").json
    return found


def test_it_names_what_changed_by_whom_and_why(changed: Terminal):
    page = changed.does("audit", "diff", "2025-06-07", "2025-06-08").out

    assert page.startswith("From 2025-06-07 to 2025-06-08: entries 4, issues concerned 2.\n")
    for line in (
        "      leader: – → 罗建平  assign, 李清源, 2025-06-08 09:00\n",
        "      responsible person: – → 王海涛  assign, 李清源, 2025-06-08 09:00\n",
        "      note, 李清源, 2025-06-08 09:00  等待资料\n",
        "      date of the issue: 2025-08-20 → 2025-10-31  approve extension, 李清源, "
        "2025-06-08 09:00  招\n        标流标\n",
        "  2025-06-08 09:00  李清源: granting a role  何敏  responsible leader  县交通运输局党组\n",
    ):
        assert line in page


def test_json_has_the_same_facts(changed: Terminal):
    found = difference(changed, "2025-06-07", "2025-06-08")

    third, seventh = found["issues"]
    assert (third["key"], third["new"], seventh["key"]) == ("R2025-3", False, "R2025-7")
    assert [(r["role"], r["was"], r["now"]) for r in third["responsible"]] == [
        ("leader", None, "luo"),
        ("person", None, "wang"),
    ]
    (moved,) = seventh["dates"]
    assert (moved["what"], moved["was"], moved["now"]) == ("issue", "2025-08-20", "2025-10-31")
    assert (moved["by"]["id"], moved["reason"]) == ("li", "招标流标")
    (act,) = found["office"]["acts"]
    assert (act["event"], act["facts"]["role"]) == ("grant_role", "leader")
    assert (
        found["figures"]["was"] == changed.does("figures", "--as-of", "2025-06-07", "--json").json
    )
    assert (
        found["figures"]["now"] == changed.does("figures", "--as-of", "2025-06-08", "--json").json
    )


def test_of_the_whole_life_every_entry_is_counted_once(changed: Terminal):
    first = changed.log()[0]["at"]  # the office's first entry, beside many others of that instant
    found = difference(changed, first, "2025-06-09")
    days = [
        difference(changed, f"2025-06-0{n}", f"2025-06-0{n + 1}")["entries"] for n in range(1, 9)
    ]
    whole = difference(changed, "2025-06-01", "2025-06-09")["entries"]

    assert sum(days) == whole
    logged = sum(entry["at"] > first for entry in changed.log())
    logged += sum(entry["at"] > first for n in range(1, 13) for entry in changed.log(f"R2025-{n}"))
    assert found["entries"] == logged


def test_a_new_issue_is_new_and_has_moved_from_nowhere(office: Terminal):
    from tests.terminal import SAMPLE

    office.later(days=1)
    office.does("import", SAMPLE)

    found = difference(office, "2025-05-26", "2025-05-27")
    page = office.does("audit", "diff", "2025-05-26", "2025-05-27").out

    assert all(one["new"] and one["state"]["was"] is None for one in found["issues"])
    assert [one["steps"][0]["was"] for one in found["issues"]] == [None] * 12
    assert "R2025-3  执行《农村公路养护管理办法》打折扣 (new)" in page
    assert "      – → reported  register, 李清源, 2025-05-27 09:00" in page


def test_a_light_that_time_alone_has_turned_is_told_apart(changed: Terminal):
    page = changed.does("audit", "diff", "2025-05-27", "2025-06-06").out

    assert page.startswith("From 2025-05-27 to 2025-06-06: entries 0, issues concerned 12.\n")
    assert "light: GREEN on time → RED overdue (by time alone): R2025-1, 2, 3, 4" in page


def test_of_one_and_the_same_moment_nothing_changed(changed: Terminal):
    answer = changed.does("audit", "diff", "2025-06-08", "2025-06-08")

    assert answer.out == ""
    assert answer.err == "Between 2025-06-08 and 2025-06-08 nothing changed.\n"
    assert difference(changed, "2025-06-08", "2025-06-08")["entries"] == 0


@pytest.mark.parametrize(
    ("a", "b", "code", "said"),
    [
        ("2025-06-08", "2025-06-07", 2, "2025-06-08 lies after 2025-06-07"),
        ("2025-06-08", "2025-07-07", 2, "2025-07-07 lies ahead"),
        ("2025-05-20", "2025-06-07", 4, "no office here yet"),
        ("soon", "2025-06-07", 2, "no date and no instant"),
    ],
)
def test_moments_that_cannot_be_compared_are_refused(changed: Terminal, a, b, code, said):
    answer = changed("audit", "diff", a, b)

    assert (answer.code, answer.out) == (code, "")
    assert said in answer.err

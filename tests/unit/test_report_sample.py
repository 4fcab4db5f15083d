"""The sample report that comes with the project shows what it is meant to show."""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

from workflow.exchange import read_report

EXAMPLES = Path(__file__).parents[2] / "examples"
REPORT = EXAMPLES / "qingxi-county-2025.txt"


def rows(name: str) -> list[dict[str, str]]:
    with (EXAMPLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_it_declares_more_than_it_holds():
    draft = read_report(REPORT)

    assert (draft.declared.aspects, draft.declared.issues) == (4, 14)
    assert (draft.found.aspects, draft.found.issues, draft.found.measures) == (3, 12, 23)
    assert [issue.number for issue in draft.issues] == list(range(1, 13))


def test_it_names_unit_group_and_dates():
    draft = read_report(REPORT)

    assert (draft.unit, draft.group, draft.kind) == (
        "县交通运输局党组",
        "县委第二巡察组",
        "常规巡察",
    )
    assert (draft.inspection_from, draft.inspection_to) == (date(2025, 3, 3), date(2025, 4, 18))
    assert draft.feedback == date(2025, 5, 20)


def test_its_titles_keep_nested_quotes_inner_quotes_and_book_marks():
    titles = {issue.number: issue.title for issue in read_report(REPORT).issues}

    assert titles[2] == "农村公路建管养‘重建轻养’"
    assert titles[3] == "执行《农村公路养护管理办法》打折扣"
    assert titles[5] == "党组议事规则不健全，“三重一大”事项以班子碰头会代替党组会"


def test_it_contradicts_itself_in_four_issues_and_is_asked_about_each_at_its_line():
    lines = REPORT.read_text(encoding="utf-8").splitlines()
    asked = [p for p in read_report(REPORT).problems if p.code == "completed_but"]

    assert {problem.facts["issue"] for problem in asked} == {2, 8, 9, 11}
    assert all(str(p.facts["quote"]) in lines[(p.line or 0) - 1] for p in asked)


def test_it_is_asked_about_its_numbers_its_new_principal_and_its_years():
    asked = [(p.code, p.line) for p in read_report(REPORT).problems if p.code != "completed_but"]

    assert asked == [
        ("aspects_differ", 2),
        ("issues_differ", 2),
        ("new_principal", 4),
        ("years_absent", 4),
        ("aspects_differ", 8),
        ("issues_differ", 8),
    ]


def test_its_noise_is_found_in_the_middle_of_a_sentence_too():
    assert [(found.line, found.kind) for found in read_report(REPORT).removed] == [
        (6, "advertisement"),
        (15, "marker"),
        (40, "marker"),
    ]


def test_its_people_belong_to_the_unit_that_is_read_from_it():
    people = rows("qingxi-people.csv")
    unit = read_report(REPORT).unit

    assert all(p["unit"] == unit for p in people if p["roles"] in ("responsible", "leader"))
    assert {"supervisor", "auditor"} <= {role for p in people for role in p["roles"].split(";")}
    assert {person["language"] for person in people} == {"zh", "en"}
    assert all(re.fullmatch(r"\w+@[\w.]+\.example", person["mail"]) for person in people)


def test_its_assignments_name_every_issue_and_known_people():
    roles = {person["id"]: person["roles"] for person in rows("qingxi-people.csv")}
    assignments = rows("qingxi-assignments.csv")

    assert [int(row["issue"]) for row in assignments] == [
        issue.number for issue in read_report(REPORT).issues
    ]
    assert {roles[row["leader"]] for row in assignments} == {"leader"}
    assert {roles[row["person"]] for row in assignments} == {"responsible"}

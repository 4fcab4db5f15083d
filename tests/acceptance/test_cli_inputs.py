"""Bad input: one clear message with its place, the right code, no traceback, nothing half done."""

from __future__ import annotations

import pytest

from tests.terminal import UNIT, Terminal, sparse, written

# ---------------------------------------------------------------- assignments


def test_a_whole_file_of_assignments_is_taken(round_: Terminal):
    rows = "编号,责任领导,责任部门,责任人员\n7,罗建平,财务股,王海涛\nR2025-8,luo,公路股,wang\n"
    file = written(round_.folder, "a.csv", rows.encode("gb18030"))

    before = round_.entries()
    planned = round_.does("assign", "--from", file, "--dry-run")
    assert "To be assigned: 2" in planned.out
    assert round_.entries() == before

    round_.does("assign", "--from", file)
    lines = round_.does("list", "--person", "王海涛", "--json").json
    assert [line["key"] for line in lines] == ["R2025-7", "R2025-8"]
    assert lines[0]["responsible"] == {
        "leader": {"id": "luo", "name": "罗建平"},
        "department": "财务股",
        "person": {"id": "wang", "name": "王海涛"},
    }


def test_every_faulty_cell_is_named_with_its_line_and_no_row_is_taken(round_: Terminal):
    file = written(
        round_.folder,
        "a.csv",
        "issue,leader,department,person\n"
        "7,luo,x,wang\n"
        "99,luo,x,wang\n"
        "\n"
        '8,nobody,"two\nlines",nemo\n'
        "9,wang,x,\n"
        ",luo,x,wang\n"
        "7,luo,y,wang\n",
    )
    before = round_.entries()

    answer = round_("assign", "--from", file)

    assert (answer.code, answer.out) == (7, "")
    for place in (
        "a.csv:3: there is no issue R2025-99",
        "a.csv:5: leader: there is no person nobody",
        "a.csv:5: person: there is no person nemo",
        "a.csv:7: 王海涛 (wang) does not hold the role responsible leader",
        "a.csv:8: no issue is named",
        "a.csv:9: R2025-7 stands already in line 2",
    ):
        assert place in answer.err
    assert "Faults: 6; nothing was changed." in answer.err
    assert round_.entries() == before


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        ("issue,leader\n", "a.csv:1: there is no row below the heading"),
        ("issue,boss\n7,luo\n", "a.csv:1: there is no column boss here"),
        ("leader,person\nluo,wang\n", "a.csv:1: there is no column issue"),
        ("issue,leader,责任领导\n7,luo,luo\n", "stands there twice"),
        ("issue,leader\n7,luo,wang\n", "a.csv:2: the row has more cells than the heading"),
        ('issue,leader\n7,"luo\n', "not a readable table"),
        (b"issue\xff\xfe\xfd\n" * 30, "the encoding is not recognised"),
        ("issue,leader\n7,luo\0\n", "this is no text"),
    ],
)
def test_a_file_of_assignments_that_is_no_table_is_said_with_its_line(
    round_: Terminal, content, said
):
    answer = round_("assign", "--from", written(round_.folder, "a.csv", content))

    assert (answer.code, answer.out) == (7, "")
    assert said in answer.err


def test_a_file_of_assignments_that_is_missing_or_huge_is_said(round_: Terminal):
    assert "no such file" in round_("assign", "--from", round_.folder / "none.csv").err
    huge = round_("assign", "--from", sparse(round_.folder, "huge.csv"))
    assert (huge.code, "up to 10.0 MB are read" in huge.err) == (7, True)


# ---------------------------------------------------------------- people


PEOPLE = f"id;姓名;单位;邮箱;角色\nsun;孙宁;{UNIT};sun@x.example;责任人员；责任领导\n"


def test_people_come_from_a_file_and_the_same_file_changes_nothing(office: Terminal):
    file = written(office.folder, "p.csv", PEOPLE)

    assert "1 added, 0 changed, 0 as they were." in office.does("people", "import", file).out
    before = office.entries()
    again = office.does("people", "import", file)

    assert "0 added, 0 changed, 1 as they were." in again.out
    assert office.entries() == before
    people = {p["id"]: p for p in office.does("people", "list", "--json").json["people"]}
    assert people["sun"]["roles"] == [
        {"role": "leader", "unit": UNIT},
        {"role": "responsible", "unit": UNIT},
    ]


def test_every_fault_of_a_file_of_people_is_named_and_nobody_is_added(office: Terminal):
    file = written(
        office.folder,
        "p.csv",
        "id,name,unit,mail,language,roles\n"
        "sun,孙宁,x,no-address,zh,\n"
        "a b,甲,x,,,\n"
        "yi,乙,x,,fr,emperor\n"
        "bing,丙,,,,leader\n"
        "sun,孙宁,x,,,\n",
    )
    before = office.entries()

    answer = office("people", "import", file)

    assert answer.code == 7
    for place in (
        "p.csv:2: no-address is no mail address",
        "p.csv:3: a b is no short name",
        "p.csv:4: the language is zh or en, not fr",
        "p.csv:4: there is no role emperor",
        "p.csv:5: a role needs a unit",
        "p.csv:6: sun stands already in line 2",
    ):
        assert place in answer.err
    assert office.entries() == before


# ---------------------------------------------------------------- evidence, process, configuration


def test_evidence_that_cannot_be_kept_leaves_no_entry(round_: Terminal):
    before = round_.entries()
    cases = (
        (round_.folder / "none.pdf", 4, "there is no file"),
        (round_.folder, 7, "a directory, not a file"),
        (written(round_.folder, "empty.pdf", b""), 7, "the file is empty"),
    )

    for path, code, said in cases:
        answer = round_("evidence", "add", 7, path)
        assert (answer.code, said in answer.err) == (code, True), answer.err
    assert round_.entries() == before


def test_evidence_that_would_be_refused_is_not_even_copied(round_: Terminal):
    proof = written(round_.folder, "proof.txt", "x")

    answer = round_("--as", "he", "evidence", "add", 7, proof, "--measure", 9)

    assert answer.code == 3
    assert "there is no measure 9" in answer.err
    assert "SHA-256" not in answer.err
    assert not (round_.folder / "evidence").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("name = [", ":1: not valid TOML"),
        (b"\xff\xfe", "not UTF-8 text"),
        ('name = "x"\n', "own.toml"),
    ],
)
def test_a_process_file_that_is_wrong_is_not_adopted(office: Terminal, content, said):
    file = written(office.folder, "own.toml", content)
    before = office.entries()

    for command in ("check", "adopt", "show", "diagram"):
        answer = office("process", command, file)
        assert (answer.code, answer.out) == (7, ""), command
        assert said in answer.err
    assert office.entries() == before


def test_a_process_of_ones_own_is_checked_adopted_and_shown(office: Terminal):
    from importlib.resources import files

    text = files("states").joinpath("default.toml").read_text(encoding="utf-8")
    own = written(office.folder, "own.toml", text.replace("county-inspection", "own-way"))

    assert "own-way is in order: 5 states" in office.does("process", "check", own).out
    office.does("process", "adopt", own, "--yes")
    assert office.does("process", "show", "--json").json["name"] == "own-way"
    assert "plan_drafted --> in_rectification" in office.does("process", "diagram").out
    assert "| `draft_plan` | reported |" in office.does("process", "diagram", "--table").out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[database\n", "config.toml:1: not valid TOML"),
        ('[office]\nlanguge = "zh"\n', "config.toml:2: there is no setting office.languge"),
        ('[office]\nzone = "Mars"\n', "config.toml:2: office.zone must be"),
    ],
)
def test_a_configuration_that_is_wrong_is_said_with_its_line(terminal: Terminal, content, said):
    config = written(terminal.folder, "config.toml", content)

    answer = terminal("--config", config, "list")

    assert (answer.code, answer.out) == (7, "")
    assert said in answer.err


def test_a_configuration_that_is_named_must_be_there(terminal: Terminal):
    answer = terminal("list", "--config", terminal.folder / "none.toml")

    assert answer.code == 7
    assert "none.toml" in answer.err

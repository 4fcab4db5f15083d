"""Reports that cannot be read, or not be registered: said in one line, and nothing half done."""

from __future__ import annotations

import pytest

from tests.terminal import SAMPLE, Terminal, sparse, written


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.txt", b"", "the report is empty"),
        ("blank.txt", "  \n\n", "the report is empty"),
        ("latin.txt", b"Caf\xe9 \xff\xfe\xfd " * 40, "the encoding is not recognised"),
        ("no.docx", b"not a zip archive", "the file is no zip archive"),
        ("cut.docx", b"PK\x03\x04 and nothing more", "not a readable .docx file"),
        ("old.doc", b"\xd0\xcf\x11\xe0rest", "save it as one of them first"),
        ("binary.txt", b"text\x00\x01\x02", "this is no text"),
    ],
)
def test_a_report_that_cannot_be_read_is_said_in_one_line(office: Terminal, name, content, said):
    before = office.entries()

    answer = office("import", written(office.folder, name, content))

    assert (answer.code, answer.out) == (7, "")
    assert answer.err.count("\n") == 1
    assert name in answer.err
    assert said in answer.err
    assert office.entries() == before


def test_a_report_that_is_missing_or_a_folder_or_huge_is_said_in_one_line(office: Terminal):
    paths = (office.folder / "none.txt", office.folder, sparse(office.folder, "huge.txt"))

    for path, said in zip(paths, ("no such file", "a directory", "200.0 MB"), strict=True):
        answer = office("import", path)
        assert (answer.code, answer.out, answer.err.count("\n")) == (7, "", 1)
        assert said in answer.err


def test_gb18030_is_read_as_well(office: Terminal):
    report = written(
        office.folder, "report.txt", SAMPLE.read_text(encoding="utf-8").encode("gb18030")
    )

    assert office.does("import", report, "--json").json["found"]["issues"] == 12


def test_a_preface_yields_no_issue_and_registers_nothing(office: Terminal):
    preface = written(
        office.folder, "p.txt", "关于巡察整改的报告\n（一）提高政治站位。一是学习。\n"
    )

    assert office.does("import", preface, "--dry-run", "--json").json["issues"] == []
    refused = office("import", preface)
    assert refused.code == 7
    assert "no issue was found" in refused.err


def test_another_report_does_not_take_the_code_of_a_round(round_: Terminal):
    other = written(round_.folder, "other.txt", SAMPLE.read_bytes() + "\n后记。\n".encode())
    before = round_.entries()

    answer = round_("import", other)

    assert (answer.code, answer.out) == (5, "")
    assert "--round" in answer.err
    assert round_.entries() == before
    assert (
        round_.does("import", other, "--round", "B")
        .out.splitlines()[-1]
        .startswith("Registered: B-1 … B-12")
    )


def test_a_dry_run_needs_no_database(terminal: Terminal):
    answer = terminal.does("import", SAMPLE, "--dry-run")

    assert "Nothing was registered" in answer.out
    assert list(terminal.folder.iterdir()) == []

"""A report file is read, or refused with one clear problem that names it."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from states.errors import Invalid
from workflow.exchange import read_report
from workflow.exchange.reading import MAX_CHARACTERS

TEXT = "关于巡察整改情况的报告\n1.关于“会风不实”问题。\n整改情况：一是限时；二是并会。\n"


def refusal(path: Path, **limits):
    """The one problem of a file that is refused."""
    with pytest.raises(Invalid) as refused:
        read_report(path, **limits)
    (problem,) = refused.value.problems
    assert problem.source == path.name
    assert problem.text.format(**problem.facts)
    return problem


def written(folder: Path, content: bytes, name: str = "report.txt") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
def test_a_report_is_read_in_every_usual_encoding(tmp_path, encoding):
    draft = read_report(written(tmp_path, TEXT.encode(encoding)))

    assert [(issue.title, issue.line) for issue in draft.issues] == [("会风不实", 2)]
    assert draft.removed == ()


@pytest.mark.parametrize(
    ("mark", "encoding"), [(b"\xfe\xff", "utf-16-be"), (b"\xff\xfe", "utf-16-le")]
)
def test_a_byte_order_mark_says_the_order(tmp_path, mark, encoding):
    assert read_report(written(tmp_path, mark + TEXT.encode(encoding))).found.issues == 1


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_an_editor_counts_them(tmp_path, line_end):
    draft = read_report(written(tmp_path, TEXT.replace("\n", line_end).encode()))

    assert [issue.line for issue in draft.issues] == [2]


def test_the_draft_names_its_file_and_the_digest_of_its_bytes(tmp_path):
    content = TEXT.encode("gb18030")
    draft = read_report(written(tmp_path, content, "报告.txt"))

    assert (draft.source, draft.sha256) == ("报告.txt", hashlib.sha256(content).hexdigest())


def test_a_missing_file_is_refused(tmp_path):
    assert refusal(tmp_path / "none.txt").code == "file_missing"


def test_a_directory_is_refused(tmp_path):
    assert refusal(tmp_path).code == "file_is_directory"


def test_a_named_pipe_is_refused_without_waiting_for_a_writer(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")

    assert refusal(tmp_path / "pipe.txt").code == "file_not_regular"


def test_a_device_is_refused():
    assert refusal(Path("/dev/zero")).code == "file_not_regular"


def test_a_file_name_that_cannot_exist_is_refused():
    assert refusal(Path("report\0.txt")).code == "file_unreadable"


def test_a_file_in_place_of_a_folder_is_refused(tmp_path):
    written(tmp_path, b"x")

    assert refusal(tmp_path / "report.txt" / "report.txt").code == "file_unreadable"


@pytest.mark.parametrize("content", [b"", b"  \r\n\t\n", b"\xef\xbb\xbf", "\u3000\n".encode()])
def test_an_empty_report_is_refused(tmp_path, content):
    assert refusal(written(tmp_path, content)).code == "report_empty"


def test_a_report_of_nothing_but_noise_is_empty(tmp_path):
    assert refusal(written(tmp_path, b"##paidend##\n")).code == "report_empty"


def test_a_file_larger_than_the_limit_is_refused_by_its_size(tmp_path):
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(200_000_000)  # a hole: it takes no room on the disk

    problem = refusal(path)

    assert (problem.code, problem.facts["megabytes"]) == ("file_too_large", 200.0)


def test_the_limit_can_be_set(tmp_path):
    path = written(tmp_path, TEXT.encode())

    assert refusal(path, max_bytes=10).code == "file_too_large"
    assert read_report(path, max_bytes=len(TEXT.encode())).found.issues == 1


def test_a_text_longer_than_any_report_is_refused(tmp_path):
    assert refusal(written(tmp_path, b"a" * (MAX_CHARACTERS + 1))).code == "text_too_long"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\x00\x01\x02\x03", "file_binary"),
        (TEXT.encode() + b"\x00", "file_binary"),
        (TEXT.encode() + b"\x1b[2J", "file_binary"),
        ("整改".encode("utf-16-le") * 5 + b"\n\0", "file_binary"),
        (TEXT.encode()[:-20] + b"\xff\xff", "encoding_unknown"),
        (TEXT.encode("big5", "ignore") * 5, "encoding_unknown"),
        (
            "Überprüfung der Mängel, Maßnahmen und Fristen für die Behörde.".encode("cp1252"),
            "encoding_unknown",
        ),
        (TEXT.encode("utf-16")[:-1], "encoding_unknown"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file_format"),
        (b"%PDF-1.7\n", "file_format"),
        (b"{\\rtf1\\ansi}", "file_format"),
    ],
)
def test_what_is_no_readable_text_is_refused(tmp_path, content, code):
    assert refusal(written(tmp_path, content)).code == code


def test_the_line_of_a_control_character_is_named(tmp_path):
    assert refusal(written(tmp_path, "一\n二\x07\n".encode())).line == 2

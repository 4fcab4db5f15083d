"""A .docx is read as its paragraphs and table rows, in their order and with their numbers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import docx
from docx.oxml import OxmlElement, parse_xml

from workflow.exchange import read_report

LINES = (
    "县粮食局党组关于巡察整改情况的报告",
    "（一）履职尽责方面",
    "1.关于“轮换计划执行不严”问题。",
    "整改情况：一是修订计划；二是逐仓建档。",
)

ALTERNATIVES = (
    '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    "<mc:Choice><w:t>新的文字</w:t></mc:Choice><mc:Fallback><w:t>旧的文字</w:t></mc:Fallback>"
    "</mc:AlternateContent>"
)


def saved(document, folder: Path, name: str = "report.docx") -> Path:
    path = folder / name
    document.save(str(path))
    return path


def document_of(*lines: str):
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    return document


def test_paragraphs_are_read_with_their_numbers(tmp_path):
    draft = read_report(saved(document_of(*LINES), tmp_path))

    assert [(issue.title, issue.line) for issue in draft.issues] == [("轮换计划执行不严", 3)]
    assert [(m.text, m.line) for m in draft.issues[0].measures] == [
        ("修订计划", 4),
        ("逐仓建档", 4),
    ]


def test_the_content_decides_not_the_name(tmp_path):
    assert read_report(saved(document_of(*LINES), tmp_path, "report.txt")).found.issues == 1


def test_words_split_into_runs_links_and_tabs_are_joined(tmp_path):
    document = docx.Document()
    paragraph = document.add_paragraph("1.关于“轮换")
    paragraph.add_run("计划").bold = True
    paragraph.add_run("执行不严”问题。")
    document.add_paragraph("整改情况：").add_run("修订\t计划。")

    (issue,) = read_report(saved(document, tmp_path)).issues

    assert (issue.title, issue.claim) == ("轮换计划执行不严", "修订 计划。")


def test_a_line_break_inside_a_paragraph_keeps_the_number_of_the_paragraph(tmp_path):
    draft = read_report(saved(document_of("\n".join(LINES[2:])), tmp_path))

    assert [(issue.line, issue.claim_line) for issue in draft.issues] == [(1, 1)]


def test_a_table_is_read_row_by_row_in_its_place(tmp_path):
    document = document_of("二、逐项整改情况")
    table = document.add_table(rows=0, cols=4)
    for row in (
        ("序号", "反馈问题", "整改措施", "责任人"),
        ("1", "轮换计划执行不严", "1.修订计划；2.逐仓建档", "某某"),
        ("2", "仓储巡查不到位", "按周巡查", "某某"),
    ):
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = words
    document.add_paragraph("三、下一步打算")

    draft = read_report(saved(document, tmp_path))

    assert [(i.number, i.title, len(i.measures)) for i in draft.issues] == [
        (1, "轮换计划执行不严", 2),
        (2, "仓储巡查不到位", 1),
    ]
    assert [issue.line for issue in draft.issues] == [7, 11]
    assert [p.facts["count"] for p in draft.problems if p.code == "labels_not_taken"] == [2]


def test_merged_cells_name_the_aspect_of_the_rows_below_them(tmp_path):
    document = docx.Document()
    table = document.add_table(rows=4, cols=3)
    rows = (
        ("反馈方面", "存在问题", "整改情况"),
        ("履职尽责方面", "轮换计划执行不严", "已修订计划"),
        ("", "仓储巡查不到位", "已按周巡查"),
        ("作风建设方面", "服务售粮农民不主动", "已设代办点"),
    )
    for row, words in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, words, strict=True):
            cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))

    draft = read_report(saved(document, tmp_path))

    assert [aspect.title for aspect in draft.aspects] == ["履职尽责方面", "作风建设方面"]
    assert [issue.aspect for issue in draft.issues] == ["履职尽责方面"] * 2 + ["作风建设方面"]


def test_a_column_nobody_knows_adds_nothing_to_the_column_before_it(tmp_path):
    document = docx.Document()
    table = document.add_table(rows=2, cols=3)
    for row, words in zip(
        table.rows,
        (("存在问题", "整改措施", "领导批示"), ("巡查不到位", "按周巡查", "同意")),
        strict=True,
    ):
        for cell, text in zip(row.cells, words, strict=True):
            cell.text = text

    (issue,) = read_report(saved(document, tmp_path)).issues

    assert [measure.text for measure in issue.measures] == ["按周巡查"]


def test_a_table_without_a_known_header_is_read_as_plain_paragraphs(tmp_path):
    document = docx.Document()
    for line, cell in zip(LINES, document.add_table(rows=4, cols=1).columns[0].cells, strict=True):
        cell.text = line

    assert [issue.title for issue in read_report(saved(document, tmp_path)).issues] == [
        "轮换计划执行不严"
    ]


def test_headings_with_automatic_numbers_are_read_and_asked_about(tmp_path):
    document = docx.Document()
    for title in ("轮换计划执行不严", "仓储巡查不到位"):
        document.add_paragraph(f"关于“{title}”问题。", style="List Number")
        document.add_paragraph("整改情况：已修订制度。")

    draft = read_report(saved(document, tmp_path))

    assert [issue.number for issue in draft.issues] == [1, 2]
    asked = [(p.line, p.facts["count"]) for p in draft.problems if p.code == "list_numbers_lost"]
    assert asked == [(1, 2)]


def test_tracked_changes_are_read_as_accepted_and_asked_about(tmp_path):
    document = document_of(*LINES[:3], "整改情况：")
    paragraph = document.paragraphs[3]._p
    for tag, words, inner in (("w:ins", "已修订", "w:t"), ("w:del", "未修订", "w:delText")):
        change = OxmlElement(tag)
        run, text = OxmlElement("w:r"), OxmlElement(inner)
        text.text = words
        run.append(text)
        change.append(run)
        paragraph.append(change)

    draft = read_report(saved(document, tmp_path))

    assert draft.issues[0].claim == "已修订"
    assert [p.line for p in draft.problems if p.code == "tracked_changes"] == [4]


def test_content_controls_are_read_in_their_place(tmp_path):
    document = document_of(*LINES)
    paragraph = document.paragraphs[2]._p
    control, content = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
    paragraph.addprevious(control)
    control.append(content)
    content.append(paragraph)

    assert [issue.line for issue in read_report(saved(document, tmp_path)).issues] == [3]


def test_what_stands_twice_for_older_programs_is_not_read_twice(tmp_path):
    document = document_of(*LINES)
    document.paragraphs[3].add_run()._r.append(parse_xml(ALTERNATIVES))

    assert read_report(saved(document, tmp_path)).issues[0].claim.endswith("逐仓建档。新的文字")


def test_the_reader_of_documents_is_loaded_only_when_one_is_read():
    program = (
        "import sys, workflow.exchange;"
        "print(sorted({'docx', 'lxml', 'defusedxml', 'zipfile'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"

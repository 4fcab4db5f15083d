"""A .docx that is damaged, far too large or made to attack is refused with one problem."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import docx
import pytest

from states.errors import Invalid
from workflow.exchange import read_report, word

LINES = ("1.关于“轮换计划执行不严”问题。", "整改情况：一是修订计划；二是逐仓建档。")


def saved(document, folder: Path) -> Path:
    path = folder / "report.docx"
    document.save(str(path))
    return path


def document_of(*lines: str):
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    return document


def refusal(path: Path):
    with pytest.raises(Invalid) as refused:
        read_report(path)
    (problem,) = refused.value.problems
    assert problem.text.format(**problem.facts)
    return problem


def with_member(path: Path, name: str, content: bytes, compression=zipfile.ZIP_DEFLATED) -> Path:
    """The archive with one member put in, or in place of the one that has its name."""
    with zipfile.ZipFile(path) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    members[name] = content
    with zipfile.ZipFile(path, "w", compression) as archive:
        for member, words in members.items():
            archive.writestr(member, words)
    return path


def test_an_empty_document_is_refused(tmp_path):
    assert refusal(saved(docx.Document(), tmp_path)).code == "report_empty"


@pytest.mark.parametrize(
    "content",
    [
        b"no zip at all",
        "关于巡察整改情况的报告".encode(),
        b"PK\x03\x04 cut off",
        b"PK\x05\x06" + b"\0" * 18,
    ],
)
def test_a_docx_that_is_no_archive_is_refused(tmp_path, content):
    path = tmp_path / "report.docx"
    path.write_bytes(content)

    assert refusal(path).code == "docx_broken"


def test_an_archive_that_is_no_document_is_refused(tmp_path):
    path = tmp_path / "report.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")

    assert refusal(path).code == "docx_broken"


def test_a_truncated_document_is_refused(tmp_path):
    path = saved(document_of(*LINES), tmp_path)
    path.write_bytes(path.read_bytes()[:-400])

    assert refusal(path).code == "docx_broken"


def test_a_member_whose_bytes_do_not_match_its_checksum_is_refused(tmp_path):
    path = saved(document_of(*LINES), tmp_path)
    with zipfile.ZipFile(path) as archive:
        words = archive.read("word/document.xml")
    with_member(path, "word/document.xml", words, zipfile.ZIP_STORED)
    content = path.read_bytes()
    path.write_bytes(content.replace("轮换".encode(), "轮流".encode()))

    assert refusal(path).code == "docx_broken"


def test_broken_xml_is_refused(tmp_path):
    path = saved(document_of(*LINES), tmp_path)

    assert refusal(with_member(path, "word/document.xml", b"<w:document")).code == "docx_broken"


@pytest.mark.parametrize(
    "declaration",
    [
        b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        b'<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
        b'<!DOCTYPE d SYSTEM "http://dtd.example/d.dtd">',
        b"<!DOCTYPE d>",
    ],
)
@pytest.mark.parametrize("member", ["word/document.xml", "word/_rels/document.xml.rels", "own.xml"])
def test_document_types_and_entities_are_refused_in_every_member(tmp_path, declaration, member):
    path = saved(document_of(*LINES), tmp_path)
    with zipfile.ZipFile(path) as archive:
        present = archive.read(member) if member in archive.namelist() else b"<d/>"
    body = re.sub(rb"^<\?xml.*?\?>\s*", b"", present)

    assert refusal(with_member(path, member, declaration + body)).code == "docx_unsafe"


def test_a_member_that_unpacks_to_a_thousandfold_is_refused_before_it_is_unpacked(tmp_path):
    path = saved(document_of(*LINES), tmp_path)
    bomb = b"<d>" + b" " * (3 * word.MEGABYTE) + b"</d>"

    assert refusal(with_member(path, "word/extra.xml", bomb)).code == "docx_too_large"


def test_too_many_members_are_refused(tmp_path):
    path = saved(document_of(*LINES), tmp_path)
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(word.MAX_MEMBERS):
            archive.writestr(f"word/media/{number}.bin", b"")

    assert refusal(path).code == "docx_too_large"


def test_too_much_in_all_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(word, "MAX_UNPACKED", 1000)

    assert refusal(saved(document_of(*LINES), tmp_path)).code == "docx_too_large"


def test_too_many_paragraphs_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(word, "MAX_PARAGRAPHS", 1)

    assert refusal(saved(document_of(*LINES), tmp_path)).code == "docx_too_large"


def test_an_encrypted_member_is_refused(tmp_path):
    path = saved(document_of(*LINES), tmp_path)
    content = bytearray(path.read_bytes())
    for found in re.finditer(rb"PK\x01\x02", bytes(content)):
        content[found.start() + 8] |= 1  # the flag in the central directory
    path.write_bytes(bytes(content))

    assert refusal(path).code == "docx_unsafe"


def test_pictures_beside_the_text_do_not_matter(tmp_path):
    path = saved(document_of(*LINES), tmp_path)

    assert read_report(with_member(path, "word/media/1.bin", b"\x00" * 100)).found.issues == 1

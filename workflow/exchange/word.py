"""A ``.docx`` as numbered lines: paragraphs and table rows in document order.

The archive is checked before anything is unpacked (number and size of its members, ratio), and
its XML for document types and entities, because both are known attacks. python-docx is imported
only when such a file is read.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from states.errors import Invalid, Problem
from workflow.exchange.lines import Line
from workflow.exchange.tables import label_row

MEGABYTE = 1_000_000
MAX_MEMBERS = 2_000
MAX_UNPACKED = 100 * MEGABYTE
MAX_XML = 20 * MEGABYTE
MAX_RATIO = 200  # text compresses 5–20 times, the most repetitive real XML about 100 times
SMALL = 1 * MEGABYTE  # below this a ratio says nothing
MAX_PARAGRAPHS = 50_000
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_NOT_WORDS = ("del", "moveFrom", "Fallback", "pPr", "rPr", "instrText", "txbxContent")
_PASSED_THROUGH = ("sdt", "sdtContent", "customXml", "ins")
# What zipfile, lxml and python-docx raise for archives that are not what they say they are.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    SyntaxError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    NotImplementedError,
)


@dataclass(slots=True)
class WordText:
    """The lines of a document; ``listed`` are those that an automatic list numbers."""

    lines: list[Line] = field(default_factory=list)
    listed: set[int] = field(default_factory=set)
    tracked: int | None = None
    paragraphs: int = 0


def read_word(data: bytes, source: str) -> WordText:
    """The text of a document.

    Raises ``Invalid``: ``docx_broken`` where it is no such archive, ``docx_too_large`` beyond the
    limits above, ``docx_unsafe`` for encryption, document types and entities.
    """
    try:
        _check_archive(data, source)
        return _read(data, source)
    except _DAMAGE as error:
        raise _broken(source) from error


def _check_archive(data: bytes, source: str) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        _check_sizes(members, source)
        if any(member.flag_bits & 0x1 for member in members):
            raise _unsafe(source, "it is encrypted")
        for member in members:
            if member.filename.endswith((".xml", ".rels")):
                _check_xml(archive.read(member), source)


def _check_sizes(members: list[zipfile.ZipInfo], source: str) -> None:
    unpacked = sum(member.file_size for member in members)
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED:
        raise _too_large(source, unpacked)
    for member in members:
        ratio = member.file_size / max(1, member.compress_size)
        xml = member.filename.endswith((".xml", ".rels"))
        if (member.file_size > SMALL and ratio > MAX_RATIO) or (xml and member.file_size > MAX_XML):
            raise _too_large(source, member.file_size)


def _check_xml(content: bytes, source: str) -> None:
    """Refuses document types, entities and external references; broken XML as broken."""
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser

    parser = DefusedXMLParser(target=_Ignored(), forbid_dtd=True)
    try:
        parser.feed(content)
        parser.close()
    except DefusedXmlException as error:
        raise _unsafe(source, "its XML declares a document type or entities") from error
    except ParseError as error:
        raise _broken(source) from error


class _Ignored:
    """A parser's target that keeps nothing: the check needs no tree."""

    def close(self) -> None:
        """Nothing was kept."""


def _read(data: bytes, source: str) -> WordText:
    import docx
    from docx.opc.exceptions import OpcError

    try:
        document = docx.Document(io.BytesIO(data))
    except OpcError as error:
        raise _broken(source) from error
    walk = _Walk(source, _list_styles(document.styles.element))
    walk.take(document.element.body)
    return walk.found


class _Walk:
    """One pass over the body; content controls and insertions are passed through."""

    def __init__(self, source: str, list_styles: set[str]) -> None:
        self.source = source
        self.list_styles = list_styles
        self.found = WordText()

    def take(self, parent: Any) -> None:
        for element in _members(parent, ("p", "tbl")):
            if _kind(element) == "p":
                self._take_paragraph(element)
            else:
                self._take_table(element)

    def _take_paragraph(self, element: Any) -> None:
        number = self._count(element)
        if _is_listed(element, self.list_styles):
            self.found.listed.add(number)
        for words in _text(element).split("\n"):
            self.found.lines.append(Line(number, words))

    def _count(self, element: Any) -> int:
        """The number of the next paragraph, with a look at its tracked changes."""
        found = self.found
        found.paragraphs += 1
        if found.paragraphs > MAX_PARAGRAPHS:
            raise _too_long(self.source)
        changed = next(element.iter(f"{_W}ins", f"{_W}del"), None) is not None
        if changed and found.tracked is None:
            found.tracked = found.paragraphs
        return found.paragraphs

    def _take_table(self, table: Any) -> None:
        """Rows as labelled lines where the table has a header, else as the lines of its cells."""
        header: list[str] = []
        for row in _members(table, ("tr",)):
            cells: list[list[Line]] = []
            for cell in _members(row, ("tc",)):
                cells.append([self._cell_line(words) for words in cell.iter(f"{_W}p")])
                cells.extend([] for _ in range(_span(cell) - 1))
            header, lines = label_row(header, cells)
            self.found.lines.extend(lines)

    def _cell_line(self, paragraph: Any) -> Line:
        return Line(self._count(paragraph), _text(paragraph).replace("\n", " ").strip())


def _members(parent: Any, kinds: tuple[str, ...]) -> Iterator[Any]:
    for element in parent:
        if _kind(element) in kinds:
            yield element
        elif _kind(element) in _PASSED_THROUGH:
            yield from _members(element, kinds)


def _span(cell: Any) -> int:
    span = cell.find(f"{_W}tcPr/{_W}gridSpan")
    return max(1, min(100, int(span.get(_W + "val", "1")))) if span is not None else 1


def _text(paragraph: Any) -> str:
    """The words of a paragraph with insertions and without deletions; a line break is a newline."""
    return "".join(_pieces(paragraph))


def _pieces(element: Any) -> Iterator[str]:
    for child in element:
        kind = _kind(child)
        if kind == "t":
            yield child.text or ""
        elif kind in ("br", "cr"):
            yield "\n"
        elif kind == "tab":
            yield " "
        elif kind == "noBreakHyphen":
            yield "-"
        elif kind not in _NOT_WORDS:
            yield from _pieces(child)


def _kind(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _is_listed(element: Any, list_styles: set[str]) -> bool:
    """Whether an automatic list numbers the paragraph, by itself or through its style."""
    properties = element.find(f"{_W}pPr")
    if properties is None:
        return False
    style = properties.find(f"{_W}pStyle")
    return properties.find(f"{_W}numPr") is not None or (
        style is not None and style.get(f"{_W}val") in list_styles
    )


def _list_styles(styles: Any) -> set[str]:
    """The styles that number their paragraphs, with those based on them."""
    based: dict[str, str] = {}
    found: set[str] = set()
    for style in styles.iter(f"{_W}style"):
        name = style.get(f"{_W}styleId", "")
        if style.find(f"{_W}pPr/{_W}numPr") is not None:
            found.add(name)
        parent = style.find(f"{_W}basedOn")
        if parent is not None:
            based[name] = parent.get(f"{_W}val", "")
    for name in based:
        chain = [name]
        while chain[-1] in based and based[chain[-1]] not in chain:
            chain.append(based[chain[-1]])
        if found.intersection(chain):
            found.add(name)
    return found


def _broken(source: str) -> Invalid:
    return Invalid(
        Problem(
            "docx_broken",
            "this is not a readable .docx file (a damaged or other archive)",
            {},
            source,
        )
    )


def _unsafe(source: str, reason: str) -> Invalid:
    return Invalid(
        Problem(
            "docx_unsafe", "this .docx file is not opened: {reason}", {"reason": reason}, source
        )
    )


def _too_long(source: str) -> Invalid:
    return Invalid(
        Problem(
            "docx_too_large",
            "the document has more than {limit} paragraphs",
            {"limit": MAX_PARAGRAPHS},
            source,
        )
    )


def _too_large(source: str, size: int) -> Invalid:
    return Invalid(
        Problem(
            "docx_too_large",
            "this .docx file unpacks to far more than a report needs ({megabytes} MB)",
            {"megabytes": round(size / MEGABYTE)},
            source,
        )
    )

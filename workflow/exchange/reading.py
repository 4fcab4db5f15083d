"""Reads the file: only a regular one, only up to a limit, and every fault as one clear message."""

from __future__ import annotations

import hashlib
from pathlib import Path

from states.errors import Invalid, Problem
from states.frozen import replace
from workflow.exchange.draft import ReportDraft
from workflow.exchange.encoding import decode
from workflow.exchange.report import parse_lines, parse_report
from workflow.named_file import read_named

MAX_BYTES = 20_000_000
MAX_CHARACTERS = 1_000_000  # ten times the longest report seen; pictures make files large, not text
_ZIP = b"PK\x03\x04"


def read_report(path: Path, *, max_bytes: int = MAX_BYTES) -> ReportDraft:
    """The draft of a report file, plain text (UTF-8, UTF-16 with mark, GB18030) or ``.docx``.

    Raises ``Invalid`` with a ``Problem`` that names the file for everything that cannot be read:
    no such file, no regular file, no permission, larger than ``max_bytes``, empty, not text, an
    unknown encoding, a broken or unsafe ``.docx``.
    """
    data = read_named(path, max_bytes)
    source, sha256 = path.name, hashlib.sha256(data).hexdigest()
    if not data.strip():
        raise Invalid(Problem("report_empty", "the report is empty", {}, source))
    if data.startswith(_ZIP):
        return _read_word_report(data, source, sha256)
    if path.suffix.lower() == ".docx":
        raise _no_archive(source)
    text = decode(data, source)
    if len(text) > MAX_CHARACTERS:
        raise _too_long(len(text), source)
    return parse_report(text, source=source, sha256=sha256)


def _read_word_report(data: bytes, source: str, sha256: str) -> ReportDraft:
    from workflow.exchange.word import read_word

    words = read_word(data, source)
    length = sum(len(line.text) for line in words.lines)
    if length > MAX_CHARACTERS:
        raise _too_long(length, source)
    draft = parse_lines(words.lines, source=source, sha256=sha256)
    problems = list(draft.problems)
    listed = [issue for issue in draft.issues if issue.line in words.listed]
    if listed:
        problems.append(
            Problem(
                "list_numbers_lost",
                "{count} headings are numbered by an automatic list, whose numbers are not in the "
                "text; the first is {quote}",
                {"count": len(listed), "quote": listed[0].heading},
                source,
                listed[0].line,
            )
        )
    if words.tracked is not None:
        problems.append(
            Problem(
                "tracked_changes",
                "the document has tracked changes; it was read as if all were accepted",
                {},
                source,
                words.tracked,
            )
        )
    return replace(draft, problems=tuple(sorted(problems, key=lambda problem: problem.line or 0)))


def _no_archive(source: str) -> Invalid:
    return Invalid(
        Problem(
            "docx_broken",
            "the name ends in .docx, but the file is no zip archive: it is damaged, encrypted, "
            "or of another format",
            {},
            source,
        )
    )


def _too_long(length: int, name: str) -> Invalid:
    return Invalid(
        Problem(
            "text_too_long",
            "the text has {length} characters; reports of up to {limit} are read",
            {"length": length, "limit": MAX_CHARACTERS},
            name,
        )
    )

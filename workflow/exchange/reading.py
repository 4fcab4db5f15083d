"""Reads the file: only a regular one, only up to a limit, and every fault as one clear message."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import replace
from pathlib import Path

from states.errors import Invalid, Problem
from workflow.exchange.draft import ReportDraft
from workflow.exchange.encoding import decode
from workflow.exchange.report import parse_lines, parse_report

MAX_BYTES = 20_000_000
MAX_CHARACTERS = 1_000_000  # ten times the longest report seen; pictures make files large, not text
_ZIP = b"PK\x03\x04"
_MEGABYTE = 1_000_000


def read_report(path: Path, *, max_bytes: int = MAX_BYTES) -> ReportDraft:
    """The draft of a report file, plain text (UTF-8, UTF-16 with mark, GB18030) or ``.docx``.

    Raises ``Invalid`` with a ``Problem`` that names the file for everything that cannot be read:
    no such file, no regular file, no permission, larger than ``max_bytes``, empty, not text, an
    unknown encoding, a broken or unsafe ``.docx``.
    """
    data = _read_bytes(path, max_bytes)
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


def _read_bytes(path: Path, max_bytes: int) -> bytes:
    name = path.name or str(path)
    try:
        # Without O_NONBLOCK, opening a named pipe would wait for somebody to write into it.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        try:
            return _read_regular(handle, max_bytes, name)
        finally:
            os.close(handle)
    except FileNotFoundError as error:
        raise Invalid(Problem("file_missing", "there is no such file", {}, name)) from error
    except (OSError, ValueError) as error:
        raise _unreadable(error, name) from error


def _read_regular(handle: int, max_bytes: int, name: str) -> bytes:
    found = os.fstat(handle)
    if not stat.S_ISREG(found.st_mode):
        raise _not_regular(found.st_mode, name)
    if found.st_size > max_bytes:
        raise _too_large(found.st_size, max_bytes, name)
    with os.fdopen(handle, "rb", closefd=False) as file:
        data = file.read(max_bytes + 1)
    if len(data) > max_bytes:  # it grew while it was read
        raise _too_large(len(data), max_bytes, name)
    return data


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


def _unreadable(error: Exception, name: str) -> Invalid:
    reason = getattr(error, "strerror", None) or str(error)
    return Invalid(
        Problem("file_unreadable", "the file cannot be read: {reason}", {"reason": reason}, name)
    )


def _not_regular(mode: int, name: str) -> Invalid:
    if stat.S_ISDIR(mode):
        return Invalid(Problem("file_is_directory", "this is a directory, not a file", {}, name))
    return Invalid(Problem("file_not_regular", "this is not a regular file", {}, name))


def _too_long(length: int, name: str) -> Invalid:
    return Invalid(
        Problem(
            "text_too_long",
            "the text has {length} characters; reports of up to {limit} are read",
            {"length": length, "limit": MAX_CHARACTERS},
            name,
        )
    )


def _too_large(size: int, limit: int, name: str) -> Invalid:
    return Invalid(
        Problem(
            "file_too_large",
            "the file has {megabytes} MB; reports of up to {limit} MB are read",
            {"megabytes": round(size / _MEGABYTE, 1), "limit": round(limit / _MEGABYTE, 1)},
            name,
        )
    )

"""Bytes to text: a byte order mark decides, then UTF-8, then GB18030 if the result reads Chinese.

GB18030 accepts nearly every byte sequence, so a text in another encoding would come out as
rare characters without any error. What decodes must therefore also consist of the characters
that Chinese texts are made of.
"""

from __future__ import annotations

import codecs

from states.errors import Invalid, Problem

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FORMATS = (
    (b"\xd0\xcf\x11\xe0", "Word 97–2003 (.doc)"),
    (b"%PDF", "PDF"),
    (b"{\\rtf", "RTF"),
    (b"PK\x03\x04", "zip"),
    (b"\x1f\x8b", "gzip"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
)
_FREQUENT = frozenset("的一是在不了有和人中大上要以用生到作地于出成可主年工政治整改题会第")
_FREQUENT_SHARE = 0.05  # running Chinese has 15–30 %; wrongly decoded text stays below 2 %
_COMMON_SHARE = 0.6  # Chinese has over 80 % in GB 2312; UTF-8 or Big5 read as GB18030 below 50 %
_ALLOWED_CONTROLS = frozenset("\t\n\r\f\v")


def decode(data: bytes, source: str) -> str:
    """The text of a report's bytes, without its byte order mark.

    Raises ``Invalid``: ``file_format`` for a known other format, ``file_binary`` where control
    characters show that it is no text, ``encoding_unknown`` where no encoding fits.
    """
    _refuse_other_format(data, source)
    text = _by_mark(data, source)
    if text is None:
        text = _without_mark(data, source)
    _refuse_controls(text, source)
    return text


def _refuse_other_format(data: bytes, source: str) -> None:
    for start, name in _FORMATS:
        if data.startswith(start):
            raise Invalid(
                Problem(
                    "file_format",
                    "this is a {format} file; only plain text and .docx are read, "
                    "so save it as one of them first",
                    {"format": name},
                    source,
                )
            )


def _by_mark(data: bytes, source: str) -> str | None:
    for mark, name in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(name)
            except UnicodeDecodeError as error:
                raise _unknown(source, error.start) from error
    return None


def _without_mark(data: bytes, source: str) -> str:
    if b"\0" in data:
        raise _binary(source, data.count(b"\n", 0, data.index(b"\0")) + 1)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        at = error.start
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError as error:
        raise _unknown(source, at) from error
    if not _reads_chinese(text):
        raise _unknown(source, at)
    return text


def _reads_chinese(text: str) -> bool:
    letters = [char for char in text if ord(char) > 0x7F]
    common = sum(_is_common(char) for char in letters)
    frequent = sum(char in _FREQUENT for char in letters)
    return common >= _COMMON_SHARE * len(letters) or frequent >= _FREQUENT_SHARE * len(letters)


def _is_common(char: str) -> bool:
    """Whether GB 2312 has the character: it holds nearly all that simplified Chinese uses."""
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _refuse_controls(text: str, source: str) -> None:
    for at, char in enumerate(text):
        if char < " " and char not in _ALLOWED_CONTROLS:
            raise _binary(source, text.count("\n", 0, at) + 1)


def _binary(source: str, line: int) -> Invalid:
    return Invalid(
        Problem(
            "file_binary",
            "this is no text: it holds control characters (a binary file, or UTF-16 without "
            "its byte order mark)",
            {},
            source,
            line,
        )
    )


def _unknown(source: str, at: int) -> Invalid:
    return Invalid(
        Problem(
            "encoding_unknown",
            "the encoding is not recognised (byte {byte} fits neither UTF-8 nor GB18030); "
            "save the report as UTF-8",
            {"byte": at + 1},
            source,
        )
    )

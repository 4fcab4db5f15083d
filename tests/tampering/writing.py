"""Forgeries that write an entry otherwise: the same content, in bytes that are not canonical."""

from __future__ import annotations

import json
import random
import unicodedata
from collections.abc import Callable

from states.canonical import canonical
from tests.bundling import Made
from tests.tampering.editing import Content, sealed, with_line
from tests.tampering.kinds import Forged, Kind


def _lines(name: str, change: Callable[[bytes, Content], bytes | None]) -> Kind:
    """Return the kind that writes the same entry otherwise, as no canonical form has it."""

    def forge(made: Made, lots: random.Random) -> Forged | None:
        starts = lots.sample(range(sealed(made)), sealed(made))
        for index in starts:
            line = change(made.bundle.entries[index], made.bundle.content(index))
            if line is not None and line != made.bundle.entries[index]:
                return Forged(with_line(made.bundle, index, line))
        return None

    forge.__doc__ = (change.__doc__ or "").strip()
    return Kind(name, forge, exact=True)


def blanks(line: bytes, content: Content) -> bytes:
    """Blanks are written into the JSON."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True).encode()


def other_order(line: bytes, content: Content) -> bytes:
    """The keys stand in another order."""
    turned = dict(sorted(content.items(), reverse=True))
    return json.dumps(turned, ensure_ascii=False, separators=(",", ":")).encode()


def double_key(line: bytes, content: Content) -> bytes:
    """A key stands twice."""
    return b'{"actor":{},' + line[1:]


def fraction(line: bytes, content: Content) -> bytes:
    """An integer is written as a fraction."""
    return line.replace(b'"v":1}', b'"v":1.0}')


def exponent(line: bytes, content: Content) -> bytes:
    """An integer is written with an exponent."""
    return line.replace(b'"v":1}', b'"v":1e0}')


def truth(line: bytes, content: Content) -> bytes:
    """An integer is written as true."""
    return line.replace(b'"v":1}', b'"v":true}')


def escaped(line: bytes, content: Content) -> bytes | None:
    """Characters are escaped that need not be."""
    other = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    return other.replace(b'"event"', b'"\\u0065vent"')


def decomposed(line: bytes, content: Content) -> bytes | None:
    """Text is brought to another Unicode form."""
    return unicodedata.normalize("NFD", line.decode()).encode()


def carriage_return(line: bytes, content: Content) -> bytes:
    """The line ends as on another system."""
    return line + b"\r"


def byte_order_mark(line: bytes, content: Content) -> bytes:
    """A byte order mark is put before the line."""
    return b"\xef\xbb\xbf" + line


def surrogate(line: bytes, content: Content) -> bytes:
    """Half a character is written as an escape."""
    return line.replace(b'"event":"', b'"event":"\\ud800')


def version(line: bytes, content: Content) -> bytes:
    """The entry says that it is of another format."""
    return line.replace(b'"v":1}', b'"v":2}')


def missing_field(line: bytes, content: Content) -> bytes:
    """A field is left out."""
    return canonical({key: value for key, value in content.items() if key != "actor"})


def deep(line: bytes, content: Content) -> bytes:
    """The entry nests without end."""
    return line[:-1] + b',"w":' + b"[" * 5_000 + b"]" * 5_000 + b"}"


WRITINGS: tuple[Kind, ...] = (
    _lines("blanks", blanks),
    _lines("key_order", other_order),
    _lines("double_key", double_key),
    _lines("fraction", fraction),
    _lines("exponent", exponent),
    _lines("true_for_one", truth),
    _lines("needless_escapes", escaped),
    _lines("unicode_form", decomposed),
    _lines("carriage_return", carriage_return),
    _lines("byte_order_mark", byte_order_mark),
    _lines("half_character", surrogate),
    _lines("other_version", version),
    _lines("missing_field", missing_field),
    _lines("deep_nesting", deep),
)

"""Pieces of evidence as the log itself has them, entry by entry, without folding an issue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from states.errors import Invalid
from states.log import OFFICE, Entry
from states.parts import INTERNAL
from workflow.engine.reading import entry_in, legible
from workflow.ports import Session

_MARK = b'"records":"evidence"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of evidence: entry ``n`` of an issue registered it as its piece ``number``.

    ``size`` is in bytes; ``apart`` says that it was registered by its hash alone.
    """

    issue: str
    n: int
    at: datetime
    number: int
    sha256: str
    size: int
    name: str
    level: str = INTERNAL
    apart: bool = False
    replaces: int | None = None


def pieces(
    session: Session, stream: str | None = None, *, tolerant: bool = False
) -> Iterator[Piece]:
    """Yield every piece that the log holds, of one issue or of all, in the order of the log.

    Raises ``Invalid`` at an entry whose bytes are none, or passes it over if ``tolerant``.
    """
    issue, levels = "", dict[int, str]()
    for row in session.rows(stream):
        if row.stream != issue:
            issue, levels = row.stream, {}
        if row.stream == OFFICE or _MARK not in row.body:
            continue
        try:
            piece = _piece(entry_in(row), levels)
        except Invalid:
            if not tolerant:
                raise
            continue
        if piece is not None:
            levels[piece.number] = piece.level
            yield piece


def _piece(entry: Entry, levels: Mapping[int, str]) -> Piece | None:
    """Return the piece that an entry registers, if it does; ``levels`` are those of the former."""
    with legible(entry.stream, entry.n):
        if entry.content["records"] != "evidence":
            return None
        facts = entry.facts
        replaces = facts.get("replaces")
        return Piece(
            issue=entry.stream,
            n=entry.n,
            at=entry.at,
            number=len(levels) + 1,
            sha256=_text(facts["sha256"]),
            size=facts["size"],
            name=_text(facts["name"]),
            level=facts.get("level", levels.get(replaces or 0, INTERNAL)),
            apart=facts.get("apart", False),
            replaces=replaces,
        )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value

"""Anchors as people hold them: notes and short forms, found in whatever they were kept in.

A mail, a chat that was copied out, a page, a line typed from paper: each is searched for whole
notes, also indented or quoted, and for short forms ``SIZE:ROOT16``. Nothing that is found is
believed; what looks like a note and is none is told, not passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from states.canonical import LARGEST
from states.checkpoint import ORIGIN, Anchor, Checkpoint, read_anchor, read_checkpoint
from states.signed_note import SignedNote, read_note
from workflow.proof.anchors.mails import as_mails, texts_of

_LEAD = " \t>|│"
"""What stands before a line that was indented or quoted."""

_PLAIN = 8
"""Lines of a note's text at most: a checkpoint has five."""

_SIGNED = re.compile(r"— \S+ [A-Za-z0-9+/=]{1,92}", re.ASCII)
_MORE = re.compile(r"[A-Za-z0-9+/=]{1,91}", re.ASCII)
_LONGEST = 92
"""Characters of Base64 that a signature has: mail programs break lines as long as that."""

_SHORT = re.compile(r"(?<![0-9A-Za-z:.,/])([1-9][0-9]{0,15}):([0-9a-f]{16,64})(?![0-9A-Za-z])")
_TYPED = str.maketrans({"：": ":", ",": None, "，": None, " ": None, "\u00a0": None})


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An anchor that somebody holds: ``source`` says where.

    ``root`` is in hex, whole or its first digits. Without a note nobody has signed it. One that
    cannot be read has ``fault`` and neither size nor root.
    """

    source: str
    anchor: Anchor
    note: SignedNote | None = None
    checkpoint: Checkpoint | None = None
    fault: str = ""

    @property
    def at(self) -> datetime | None:
        """When it was sealed, by the note's own word."""
        return self.checkpoint.at if self.checkpoint else None

    @property
    def is_whole(self) -> bool:
        """Whether the whole note is there, not only its short form."""
        return self.checkpoint is not None


_NONE = Anchor(0, "")


def unreadable(source: str, fault: str) -> Held:
    """Return what stands for a source in which something cannot be read."""
    return Held(source=source, anchor=_NONE, fault=fault)


def typed(text: str) -> Held | None:
    """Return the anchor that somebody typed, from paper perhaps; None if it is none."""
    try:
        anchor = read_anchor(text.translate(_TYPED).lower())
    except ValueError:
        return None
    return Held(source=text.strip(), anchor=anchor)


def of_note(source: str, text: str) -> Held:
    """Return the anchor that a note is; one with a fault if it is no note of a log of ours."""
    try:
        note = read_note(text)
        checkpoint = read_checkpoint(note.text)
    except ValueError as error:
        return unreadable(source, str(error))
    anchor = Anchor(checkpoint.size, checkpoint.root.hex())
    return Held(source=source, anchor=anchor, note=note, checkpoint=checkpoint)


def in_text(source: str, text: str) -> Iterator[Held]:
    """Yield the anchors in a text, each once: its notes first, then short forms elsewhere."""
    lines = [line.strip(" \t\r").lstrip(_LEAD) for line in text.split("\n")]
    at = 0
    rest = []
    while at < len(lines):
        end, note = _note_at(lines, at)
        if note is not None:
            yield of_note(source, note)
        else:
            rest.append(lines[at])
        at = end
    for size, root in dict.fromkeys(_SHORT.findall("\n".join(rest))):
        if int(size) <= LARGEST:  # of a larger one no log could be
            yield Held(source=source, anchor=Anchor(int(size), root))


def _note_at(lines: Sequence[str], start: int) -> tuple[int, str | None]:
    """Return the note that begins with a line, and where it ends; None if none does.

    What begins like one and has no signature is returned as it is: it is a note that was cut.
    """
    begins = ORIGIN.fullmatch(lines[start]) and start + 1 < len(lines)
    if not begins or not lines[start + 1].isdecimal():
        return start + 1, None
    end = start
    while end < min(start + _PLAIN, len(lines)) and lines[end] and lines[end][0] != "—":
        end += 1
    signatures = []
    at = end + 1 if end < len(lines) and not lines[end] else end  # copying may lose empty lines
    while at < len(lines) and _SIGNED.fullmatch(lines[at]):
        line, at = lines[at], at + 1
        while at < len(lines) and len(line.split(" ")[2]) < _LONGEST and _MORE.fullmatch(lines[at]):
            line, at = line + lines[at], at + 1
        signatures.append(line)
    if not signatures:
        at = end
    return at, "\n".join([*lines[start:end], "", *signatures]) + "\n"


def in_bytes(source: str, content: bytes) -> Iterator[Held]:
    """Yield the anchors in a file: a note, a mail, a mailbox, or any text, each once."""
    mails = as_mails(content)
    if mails is not None:
        for number, mail in enumerate(mails, 1):
            name = source if len(mails) == 1 else f"{source}#{number}"
            yield from once(held for text in texts_of(mail) for held in in_text(name, text))
    else:
        yield from once(in_text(source, content.decode("utf-8-sig", errors="replace")))


def once(found: Iterable[Held]) -> Iterator[Held]:
    """Yield anchors without those that say no more than another one of them."""
    kept = list(dict.fromkeys(found))
    for held in kept:
        if held.note is None and not held.fault and any(_covers(other, held) for other in kept):
            continue
        yield held


def _covers(other: Held, held: Held) -> bool:
    """Return whether another anchor of the same source says the same and more."""
    if other is held or other.anchor.size != held.anchor.size:
        return False
    return other.anchor.root.startswith(held.anchor.root) and (
        other.is_whole or len(other.anchor.root) > len(held.anchor.root)
    )

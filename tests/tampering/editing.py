"""Forgeries of one entry: somebody changes bytes and computes nothing anew."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from states.canonical import canonical
from states.frozen import replace
from states.log import OFFICE
from tests.bundling import Bundle, Made
from tests.tampering.kinds import Forged, Kind

Content = dict[str, Any]
HOMOGLYPHS = str.maketrans("aeopcxi", "аеорсхі")  # Latin to Cyrillic is the point


def sealed(made: Made) -> int:
    """Return how many entries the last checkpoint covers."""
    return made.bundle.sizes[-1]


def with_line(bundle: Bundle, index: int, line: bytes) -> Bundle:
    """Return a bundle in which one entry has other bytes."""
    entries = (*bundle.entries[:index], line, *bundle.entries[index + 1 :])
    return replace(bundle, entries=entries)


def chosen(
    made: Made, lots: random.Random, fits: Callable[[Content], bool] = lambda content: True
) -> int | None:
    """Draw a sealed entry that fits."""
    indices = [i for i in range(sealed(made)) if fits(made.bundle.content(i))]
    return lots.choice(indices) if indices else None


def of_issue(content: Content) -> bool:
    """Return whether an entry is one of an issue."""
    return bool(content["stream"] != OFFICE)


def _edit(
    name: str,
    change: Callable[[Content, random.Random], Content | None],
    fits: Callable[[Content], bool] = lambda content: True,
) -> Kind:
    """Return the kind that changes what an entry says, and leaves the rest of the log alone."""

    def forge(made: Made, lots: random.Random) -> Forged | None:
        index = chosen(made, lots, fits)
        if index is None:
            return None
        content = change(made.bundle.content(index), lots)
        if content is None:
            return None
        line = canonical(content)
        if line == made.bundle.entries[index]:
            return None
        return Forged(with_line(made.bundle, index, line))

    forge.__doc__ = (change.__doc__ or "").strip()
    return Kind(name, forge)


def _facts(content: Content) -> list[str]:
    return [key for key, value in content["facts"].items() if isinstance(value, str) and value]


def edit_fact(content: Content, lots: random.Random) -> Content | None:
    """A text among the facts is replaced."""
    names = [name for name in _facts(content) if name not in ("key", "note")]
    if not names:
        return None
    return content | {"facts": content["facts"] | {lots.choice(names): "另有说法"}}


def edit_title(content: Content, lots: random.Random) -> Content:
    """The issue's title is replaced."""
    return content | {"facts": content["facts"] | {"title": "已整改"}}


def edit_day(content: Content, lots: random.Random) -> Content:
    """The civil date is replaced."""
    return content | {"day": "2020-01-01"}


def edit_time(content: Content, lots: random.Random) -> Content:
    """The instant is moved by an hour."""
    hour = (int(content["at"][11:13]) + 1) % 24
    return content | {"at": f"{content['at'][:11]}{hour:02d}{content['at'][13:]}"}


def edit_actor(content: Content, lots: random.Random) -> Content:
    """Somebody else acted."""
    return content | {"actor": content["actor"] | {"person": "zhao"}}


def edit_auth(content: Content, lots: random.Random) -> Content:
    """The account was proven better than it was."""
    return content | {"actor": content["actor"] | {"auth": "database-role"}}


def edit_event(content: Content, lots: random.Random) -> Content:
    """Another event was taken."""
    return content | {"event": "approve_everything"}


def edit_records(content: Content, lots: random.Random) -> Content:
    """The entry changes something else of the issue."""
    return content | {"records": "closing"}


def edit_from(content: Content, lots: random.Random) -> Content:
    """The state before is replaced."""
    return content | {"from": "completed" if content["from"] != "completed" else "reported"}


def edit_to(content: Content, lots: random.Random) -> Content:
    """The state after is replaced."""
    return content | {"to": "completed" if content["to"] != "completed" else "reported"}


def edit_stream(content: Content, lots: random.Random) -> Content:
    """The entry is given to another issue."""
    return content | {"stream": "R2025-99"}


def edit_n(content: Content, lots: random.Random) -> Content:
    """The number in the stream is replaced."""
    return content | {"n": content["n"] + 1}


def edit_prev(content: Content, lots: random.Random) -> Content:
    """The hash of the entry before is replaced."""
    return content | {"prev": f"{lots.getrandbits(256):064x}"}


def edit_request(content: Content, lots: random.Random) -> Content:
    """The request id is replaced."""
    return content | {"request": f"other-{lots.getrandbits(64):x}"}


def edit_process_hash(content: Content, lots: random.Random) -> Content:
    """The entry names another process."""
    return content | {"process": f"{lots.getrandbits(256):064x}"}


def edit_calendar_hash(content: Content, lots: random.Random) -> Content:
    """The entry names another calendar."""
    return content | {"calendar": f"{lots.getrandbits(256):064x}"}


def edit_office_number(content: Content, lots: random.Random) -> Content:
    """The entry was decided by another office."""
    return content | {"office": content["office"] + 1}


def edit_due(content: Content, lots: random.Random) -> Content:
    """An obligation gets a later date."""
    first, *rest = content["opens"]
    return content | {"opens": [first | {"due": "2031-01-01"}, *rest]}


def drop_obligation(content: Content, lots: random.Random) -> Content:
    """An obligation is taken away."""
    return content | {"opens": content["opens"][1:]}


def drop_closing(content: Content, lots: random.Random) -> Content:
    """An obligation is closed no longer."""
    return content | {"closes": content["closes"][1:]}


def add_field(content: Content, lots: random.Random) -> Content:
    """A field is added that no rule knows."""
    return content | {"approved": True}


def look_alike(content: Content, lots: random.Random) -> Content | None:
    """Letters are replaced by others that look the same."""
    for name in _facts(content):
        other = content["facts"][name].translate(HOMOGLYPHS)
        if other != content["facts"][name] and name not in ("key", "note"):
            return content | {"facts": content["facts"] | {name: other}}
    return None


def _flip(made: Made, lots: random.Random) -> Forged:
    """One bit of the log is flipped."""
    index = lots.randrange(sealed(made))
    line = bytearray(made.bundle.entries[index])
    place = lots.randrange(len(line))
    line[place] ^= 1 << lots.randrange(8)
    if line[place] == 0x0A:  # a line end would make two lines of one
        line[place] = 0x0B
    return Forged(with_line(made.bundle, index, bytes(line)))


EDITS: tuple[Kind, ...] = (
    _edit("edit_fact", edit_fact),
    _edit("edit_title", edit_title, lambda c: "title" in c["facts"]),
    _edit("edit_day", edit_day),
    _edit("edit_time", edit_time),
    _edit("edit_actor", edit_actor),
    _edit("edit_auth", edit_auth),
    _edit("edit_event", edit_event),
    _edit("edit_records", edit_records, of_issue),
    _edit("edit_from", edit_from, of_issue),
    _edit("edit_to", edit_to, of_issue),
    _edit("edit_stream", edit_stream),
    _edit("edit_n", edit_n),
    _edit("edit_prev", edit_prev),
    _edit("edit_request", edit_request),
    _edit("edit_process_hash", edit_process_hash, of_issue),
    _edit("edit_calendar_hash", edit_calendar_hash, of_issue),
    _edit("edit_office_number", edit_office_number),
    _edit("edit_due", edit_due, lambda c: bool(c.get("opens"))),
    _edit("drop_obligation", drop_obligation, lambda c: bool(c.get("opens"))),
    _edit("drop_closing", drop_closing, lambda c: bool(c.get("closes"))),
    _edit("add_field", add_field),
    _edit("look_alike", look_alike),
    Kind("flip_bit", _flip),
)

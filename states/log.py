"""The log's unit: an entry, one accepted attempt, written as canonical bytes and chained by hash.

A *stream* is the sequence of entries of one issue (its name is the issue's key), or of the office
(people, roles, rounds, processes; its name is ``@office``). Each entry's body holds the hash of
the one before it in the same stream.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from states.canonical import canonical, entry_digest, instant

OFFICE = "@office"
FORMAT = 1

UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
"""What bytes that rectify never wrote may raise where an entry is read or folded: whoever changed
them chose them freely, down to lists within lists without end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the log. ``body`` is what was hashed; ``content`` is the same, readable."""

    stream: str
    n: int
    request_id: str
    at: datetime
    hash: str
    body: bytes
    content: Mapping[str, Any] = field(compare=False, repr=False)

    @property
    def event(self) -> str:
        """The event that was accepted."""
        return str(self.content["event"])

    @property
    def facts(self) -> Mapping[str, Any]:
        """What was said with the event."""
        facts: Mapping[str, Any] = self.content["facts"]
        return facts

    @property
    def hands(self) -> tuple[str, ...]:
        """Everyone who took part: who recorded it, and who it was recorded for."""
        return hands_in(self.content)


def hands_in(content: Mapping[str, Any]) -> tuple[str, ...]:
    """Return everyone who took part in an entry of that content, the recorder first."""
    actor = content["actor"]
    behalf = actor.get("on_behalf_of")
    return (actor["person"],) if behalf is None else (actor["person"], behalf)


def write_entry(content: Mapping[str, Any]) -> Entry:
    """Return the entry whose content is given, in the closed domain of ``states.canonical``."""
    body = canonical(content)
    return Entry(
        stream=content["stream"],
        n=content["n"],
        request_id=content["request"],
        at=instant(content["at"]),
        hash=entry_digest(body),
        body=body,
        content=content,
    )


Decoder = Callable[[bytes], Any]
"""Reads JSON; raises ``ValueError`` if it is none."""


def read_entry(body: bytes, decode: Decoder = json.loads) -> Entry:
    """Return the entry that ``body`` holds, its hash computed anew.

    Raises ``ValueError`` (or ``KeyError``, ``TypeError``) if the bytes are no entry's.
    """
    content = decode(body)
    return Entry(
        stream=content["stream"],
        n=content["n"],
        request_id=content["request"],
        at=instant(content["at"]),
        hash=entry_digest(body),
        body=body,
        content=content,
    )


def check_shape(entry: Entry) -> None:
    """Raise one of ``UNREADABLE`` where a field that every entry has is none of its kind.

    What the facts of an event are is known to whoever follows it.
    """
    content = entry.content
    actor = content["actor"]
    texts = [entry.stream, entry.request_id, content["event"]]
    texts += [actor["person"], actor["account"], actor["auth"]]
    texts.append(actor.get("on_behalf_of", ""))
    groups = [entry.facts]
    if entry.stream != OFFICE:
        texts += [content["process"], content["from"], content["to"], content["records"]]
        groups += [*content["opens"], *content["closes"]]
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("a text of the entry is none")
    if not all(isinstance(group, dict) for group in groups):
        raise TypeError("facts of the entry are none")
    date.fromisoformat(content["day"])


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the log as a store gives it back: nothing in it is believed yet."""

    stream: str
    n: int
    request_id: str
    at: str
    hash: str
    body: bytes


Line = tuple[str, int, str, str, str, bytes]
"""The same as a plain tuple: where a million are read, to make values of them costs a tenth."""

"""A command repeated with its request id: the answer it had, if it is the same command."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from states.acts import ACTS
from states.attempt import Actor
from states.effects import EFFECTS, stated
from states.errors import Conflict, Message
from states.facts import check_facts
from states.log import OFFICE, Entry


def same_command(
    entry: Entry, stream: str, event: str, said: Mapping[str, Any], by: Actor
) -> Entry:
    """Return the entry that a repeated request wrote before.

    Raises ``Conflict`` if that request was for something else: another event, other facts, or
    another person.
    """
    facts = {"request": entry.request_id, "event": entry.event, "stream": entry.stream}
    if (entry.stream, entry.event) != (stream, event):
        raise Conflict(
            Message(
                "request_reused",
                "the request id {request} was already used for {event} of {stream}",
                facts,
            )
        )
    if not _same_facts(entry, said) or entry.content["actor"] != by.record():
        raise Conflict(
            Message(
                "request_reused_facts",
                "the request id {request} was used for {event} of {stream} with other facts",
                facts,
            )
        )
    return entry


def _same_facts(entry: Entry, said: Mapping[str, Any]) -> bool:
    """Return whether nothing that is said contradicts the entry; less may be said than was."""
    office = entry.stream == OFFICE
    takes = ACTS[entry.event].takes if office else EFFECTS[entry.content["records"]].takes
    before = entry.facts if office else stated(entry.content)
    given, _ = check_facts(takes, said)
    return all(before.get(name) == value for name, value in given.items())

"""What the doctor finds: how bad it is, what it is, and what is to be done."""

from __future__ import annotations

from dataclasses import dataclass

from states.errors import Message

WRONG, WARNING, NOTE = "wrong", "warning", "note"
LEVELS = (WRONG, WARNING, NOTE)
"""Worst first. ``wrong``: somebody is not told, or things can be lost. ``warning``: it will become
wrong, or somebody should know. ``note``: nothing need be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing: ``what`` it is, with a code for programs, and what to ``do`` about it."""

    level: str
    what: Message
    do: Message | None = None


def wrong(what: Message, do: Message | None = None) -> Finding:
    """Return a finding of what is wrong."""
    return Finding(level=WRONG, what=what, do=do)


def warning(what: Message, do: Message | None = None) -> Finding:
    """Return a finding of what somebody should know."""
    return Finding(level=WARNING, what=what, do=do)


def note(what: Message, do: Message | None = None) -> Finding:
    """Return a finding of which nothing need be done."""
    return Finding(level=NOTE, what=what, do=do)

"""What erasing somebody's personal details needs of a store, and the values that pass there."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from states.frozen import Struct

REDACTED = "redacted"
"""The cause of a message that is not sent any more because its recipient was erased."""


class Erasure(Struct, frozen=True):
    """Whose details go: the person's id, and the words by which they are known.

    The words (name, addresses) give way to the id wherever messages hold them. The ``title`` many
    others may have, too: it goes only where a message names it as that of its recipient.
    """

    person: str
    words: tuple[str, ...]
    title: str = ""


class Erased(Struct, frozen=True, kw_only=True):
    """How many messages gave up their text, and how many will not be sent any more."""

    messages: int
    withdrawn: int


class Erases(Protocol):
    """The part of a session that erases."""

    def erase(self, erasure: Erasure, now: datetime) -> Erased:
        """Delete a person's details with their salt, and take their words out of every message.

        What was rendered for the person, or speaks of them, is deleted; what was still to be sent
        to them is settled as suppressed. Raises ``Conflict`` while a message to them is on its way.
        """

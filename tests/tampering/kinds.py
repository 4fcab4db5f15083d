"""What a kind of forgery is, and the list of all of them.

A forgery says where the first thing is that it really changed. Of a changed log that is worked out
by comparing lines; of anything else the forger says it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.bundling import Bundle, Made


@dataclass(frozen=True)
class Forged:
    """A bundle that was tampered with; ``at`` is the index of the first thing changed.

    ``zipped`` stands in the bundle's place where the zip file itself was changed.
    """

    bundle: Bundle
    at: int | None = None
    zipped: bytes = b""

    def file(self) -> bytes:
        """Return the zip file."""
        return self.zipped or self.bundle.zipped()


Forge = Callable[[Made, random.Random], Forged | None]
"""Tampers with a sound bundle; None where that log holds nothing of the kind."""


@dataclass(frozen=True)
class Kind:
    """A kind of forgery, and what is to be expected of it.

    ``alone``: it shows without any anchor (None: now and then). ``anchored``: it shows with the
    note of the last checkpoint, kept by somebody else. ``exact``: the first bad index is the very
    entry that was changed first; otherwise that lies between the two places that the judge names.
    ``spare``: it is tried on logs that know recovery keys.
    """

    name: str
    forge: Forge
    alone: bool | None = True
    anchored: bool | None = True
    exact: bool = False
    spare: bool = False

    @property
    def words(self) -> str:
        """What is done, in a line."""
        return (self.forge.__doc__ or self.name).split("\n")[0].rstrip(".")


def first_difference(before: Sequence[bytes], after: Sequence[bytes]) -> int | None:
    """Return the first index at which two logs differ, None if they are the same."""
    for index, (one, other) in enumerate(zip(before, after, strict=False)):
        if one != other:
            return index
    return None if len(before) == len(after) else min(len(before), len(after))


def place(made: Made, forged: Forged) -> int:
    """Return the index of the first thing that a forgery changed."""
    if forged.at is not None:
        return forged.at
    found = first_difference(made.bundle.entries, forged.bundle.entries)
    assert found is not None, "a forgery that changes no entry says where it is"
    return found

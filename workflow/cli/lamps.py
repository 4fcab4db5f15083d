"""The light of an issue as people see it: its word, and on a terminal its colour."""

from __future__ import annotations

from workflow.cli.language import N_, _
from workflow.cli.screen import Ink

_WORDS = {"red": N_("RED"), "yellow": N_("YELLOW"), "green": N_("GREEN")}


def lamp(light: str) -> Ink:
    """Return the word of a light, which is always there, in its colour."""
    return Ink(_(_WORDS[light]), light)

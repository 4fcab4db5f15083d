"""The light of an issue as people see it: its colour with a word, and on a terminal in ink."""

from __future__ import annotations

from workflow.cli.language import N_, _
from workflow.cli.naming import Names
from workflow.cli.terminal.screen import Ink

_COLOURS = {
    "red": N_("RED"),
    "orange": N_("ORANGE"),
    "yellow": N_("YELLOW"),
    "blue": N_("BLUE"),
    "green": N_("GREEN"),
}
# Where the process does not say what its colours mean.
_MEANINGS = {
    "red": N_("overdue"),
    "orange": N_("pressing"),
    "yellow": N_("due soon"),
    "green": N_("on time"),
}
_INKS = frozenset({"red", "yellow", "green"})


_NARROW = 70


def lamp(light: str, names: Names, *, room: int | None = None) -> Ink:
    """Return a light: its colour, and what that means by the process, which is always there.

    Where a table has little ``room`` (columns of the terminal), the meaning stands alone.
    """
    if light == "suspended":
        return Ink(_("SUSPENDED"), "dim")
    colour = _(_COLOURS.get(light, light.upper()))
    meaning = names.colour(light) or _(_MEANINGS.get(light, ""))
    if room is not None and room < _NARROW and meaning:
        said = meaning
    else:
        said = f"{colour} {meaning}".rstrip()
    return Ink(said, light if light in _INKS else "")

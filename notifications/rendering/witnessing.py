"""What the foot of a message says of the log: how much of it is sealed, and under which root.

Whoever keeps the message holds a copy of it that the owner of the database cannot change. What is
said is the same everywhere and ends in the short form that ``audit compare-anchors`` finds again.
"""

from __future__ import annotations

from notifications.words.catalog import translate
from notifications.words.labels import N_
from states.checkpoint import read_anchor

SEALED = N_("Log sealed: {count} entries, anchor {anchor}")
IN_CHAT = N_("log sealed {anchor}")
HEADER = "X-Rectify-Anchor"
"""The header of a mail that says the same to programs, which need decode no body to find it."""


def anchored(text: str) -> str:
    """Return the text if it is a short form such as ``12345:3f9a1c20b7e4d5a6``, else "".

    It comes out of the database, where anybody who can write there may have put anything.
    """
    try:
        return str(read_anchor(text))
    except ValueError:
        return ""


def sealed(anchor: str, language: str) -> str:
    """Return the line for a short form; "" for none."""
    known = anchored(anchor)
    if not known:
        return ""
    size = int(known.partition(":")[0])
    return translate(SEALED, language).format(count=f"{size:,}", anchor=known)


def sealed_briefly(anchor: str, language: str) -> str:
    """Return the same for the last line of a message in a messenger; "" for none."""
    known = anchored(anchor)
    return translate(IN_CHAT, language).format(anchor=known) if known else ""

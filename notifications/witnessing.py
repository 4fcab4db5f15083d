"""What the foot of a message says of the log: how much of it is sealed, and under which root.

Whoever keeps the message holds a copy of it that the owner of the database cannot change. What is
said is the same everywhere and ends in the short form that ``audit compare-anchors`` finds again.
"""

from __future__ import annotations

from notifications.catalog import translate
from notifications.labels import N_

SEALED = N_("Log sealed: {count} entries, anchor {anchor}")
IN_CHAT = N_("log sealed {anchor}")
HEADER = "X-Rectify-Anchor"
"""The header of a mail that says the same to programs, which need decode no body to find it."""


def sealed(anchor: str, language: str) -> str:
    """Return the line for a short form such as ``12345:3f9a1c20b7e4d5a6``; "" for none."""
    if not anchor:
        return ""
    size = int(anchor.partition(":")[0])
    return translate(SEALED, language).format(count=f"{size:,}", anchor=anchor)


def sealed_briefly(anchor: str, language: str) -> str:
    """Return the same for the last line of a message in a messenger; "" for none."""
    return translate(IN_CHAT, language).format(anchor=anchor) if anchor else ""

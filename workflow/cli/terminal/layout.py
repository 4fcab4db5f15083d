"""The parts of an issue's page: a field with its label, a heading."""

from __future__ import annotations

from workflow.cli.language import _
from workflow.cli.terminal.screen import Ink, Part, out, text_width
from workflow.cli.terminal.wording import padded, visible, width, wrapped


def field(name: str, *parts: Part) -> None:
    """Print a label and what stands behind it; plain text alone is wrapped."""
    lead = padded(name, _label_width())
    if len(parts) > 1 or isinstance(parts[0], Ink):
        out(lead, *parts)
        return
    lines = wrapped(visible(parts[0]), max(text_width() - width(lead), 20))
    for number, line in enumerate(lines):
        out(lead if number == 0 else " " * width(lead), line)


def _label_width() -> int:
    labels = (_("Department"), _("Original date"), _("Unit"), _("Leader"), _("Suspended"))
    return max(map(width, labels)) + 2


def heading(text: str) -> None:
    """Print a heading with an empty line before it."""
    out()
    for line in wrapped(visible(text), text_width()):
        out(Ink(line, "bold"))

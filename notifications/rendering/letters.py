"""The numbered letters that rungs issue (提醒函, 督办函, 告诫函 …): their texts and references.

The order of a letter: title and reference, addressee, basis and facts, what is owed, the
requirement with a deadline to the hour, where to report, the consequence, contact, signature, date.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from notifications.planning.saying import letter_reference
from notifications.rendering.renderer import Renderer
from states.parts import Letter

TEMPLATE = "letter"


class Letters:
    """Writes letters; the same facts give the same text. ``overrides`` is a folder of templates."""

    def __init__(self, overrides: Path | None = None) -> None:
        self._renderer = Renderer(overrides)

    def write(self, kind: str, facts: Mapping[str, Any], language: str) -> str:
        """Return the text of a letter of a kind. Raises ``RenderError``."""
        return self._renderer.part(TEMPLATE, "body", language, {**facts, "letter_kind": kind})


def reference(letter: Letter, issue: str, language: str) -> str:
    """Return the reference (文号) of a letter of an issue; it is the same in every language."""
    return letter_reference(letter.kind, letter.on.year, issue, letter.number)

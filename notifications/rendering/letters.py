"""The numbered letters that rungs issue (提醒函, 督办函, 告诫函 …): their texts.

The order of a letter: title and reference, addressee, basis and facts, what is owed, the
requirement with a deadline to the hour, where to report, the consequence, contact, signature, date.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from notifications.rendering.renderer import Renderer

TEMPLATE = "letter"


class Letters:
    """Writes letters; the same facts give the same text. ``overrides`` is a folder of templates."""

    def __init__(self, overrides: Path | None = None) -> None:
        self._renderer = Renderer(overrides)

    def write(self, kind: str, facts: Mapping[str, Any], language: str) -> str:
        """Return the text of a letter of a kind. Raises ``RenderError``."""
        return self._renderer.part(TEMPLATE, "body", language, {**facts, "letter_kind": kind})

"""Compiles the message catalogs while a wheel or an editable install is built.

Git holds the ``.po`` sources alone; the ``.mo`` files that gettext reads are made here, beside
them, so that the wheel and a checkout installed for development both carry them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# Babel writes the time of the build otherwise, and no two wheels would be equal.
NO_DATE = datetime(1980, 1, 1, tzinfo=UTC)


class CatalogHook(BuildHookInterface[Any]):
    """Writes ``rectify.mo`` beside every ``rectify.po``."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before the files of the wheel are collected; fuzzy messages stay out."""
        for source in self._sources():
            with source.open("rb") as stream:
                catalog = read_po(stream, locale=source.parts[-3])
            catalog.creation_date = catalog.revision_date = NO_DATE
            unfinished = source.with_suffix(".new.mo")
            with unfinished.open("wb") as stream:
                write_mo(stream, catalog)
            unfinished.replace(source.with_suffix(".mo"))  # nobody reads half a catalog

    def clean(self, versions: list[str]) -> None:
        """Remove what ``initialize`` made."""
        for source in self._sources():
            source.with_suffix(".mo").unlink(missing_ok=True)

    def _sources(self) -> list[Path]:
        return sorted(Path(self.root, "notifications", "locale").glob("*/LC_MESSAGES/*.po"))

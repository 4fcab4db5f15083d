"""The part of a session that finds notices: what it runs is imported when it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workflow.seeking import Seeking
    from workflow.storage.driver import Driver
    from workflow.values import Sent


class SqlSeeks:
    """The ``Seeks`` of a database session."""

    _driver: Driver

    def seek(self, seeking: Seeking) -> list[Sent]:
        """Return the notices that are looked for, oldest first."""
        from workflow.storage import seeking as statements

        return statements.found(self._driver, seeking)

    def seek_count(self, seeking: Seeking) -> dict[tuple[str, str], int]:
        """Return how many there are in all, by status and issue."""
        from workflow.storage import seeking as statements

        return statements.counted(self._driver, seeking)

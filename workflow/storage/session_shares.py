"""The part of a session that gives shares of the log.

Its statements are imported when one of them is asked for: most commands need none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workflow.shares import Share, Stretch
    from workflow.storage.driver import Driver


class SqlShares:
    """What each call promises is said in ``workflow.shares``."""

    _driver: Driver

    def extents(self) -> Iterator[tuple[str, int]]:
        """Yield every stream of the log, in order, with the number of its entries."""
        from workflow.storage import shares

        return shares.extents(self._driver)

    def share(self, stretch: Stretch) -> Share:
        """Return what is on record of the issues of a stretch."""
        from workflow.storage import shares

        return shares.SqlShare(self._driver, stretch)

    def office_place(self) -> tuple[int, str] | None:
        """Return at which entry, by its hash, the office's row says that it stands."""
        from workflow.storage import shares

        return shares.office_place(self._driver)

"""The part of a session that erases: what it runs is imported when somebody is erased."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from workflow.erasures import Erased, Erasure
    from workflow.storage.driver import Driver


class SqlErases:
    """The ``Erases`` of a database session."""

    _driver: Driver

    def erase(self, erasure: Erasure, now: datetime) -> Erased:
        """Delete a person's details, and their words in messages. Raises ``Conflict``."""
        from workflow.storage import erasing

        return erasing.erase(self._driver, erasure, now)

"""Notices looked for in the memory store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from workflow.memory import notices as kept_notices
from workflow.memory.kept import Kept
from workflow.memory.tables import Tables
from workflow.seeking import Seeking
from workflow.values import Sent


class MemorySeeks:
    """The part of a memory session that finds notices."""

    tables: Tables

    def notices(self, issue: str | None = None) -> list[Sent]:
        """Return notices with their outcome, oldest first."""
        return kept_notices.listed(self.tables.notices, issue)

    def sent(self, ids: Sequence[int]) -> list[Sent]:
        """Return the notices of these ids that exist, ordered by id."""
        return kept_notices.some(self.tables.notices, ids)

    def seek(self, seeking: Seeking) -> list[Sent]:
        """Return the notices that are looked for, oldest first."""
        wanted = (kept for kept in self.tables.notices.values() if _is_wanted(kept, seeking))
        ordered = sorted(wanted, key=lambda kept: kept.id)
        return [kept.sent() for kept in ordered[-seeking.most :]]

    def seek_count(self, seeking: Seeking) -> dict[tuple[str, str], int]:
        """Return how many there are in all, by status and issue."""
        wanted = (kept for kept in self.tables.notices.values() if _is_wanted(kept, seeking))
        return Counter((kept.status, kept.notice.issue) for kept in wanted)


def _is_wanted(kept: Kept, seeking: Seeking) -> bool:
    notice = kept.notice
    asked = (
        (seeking.issue, notice.issue),
        (seeking.recipient, notice.recipient),
        (seeking.channel, notice.channel),
    )
    return (
        (not seeking.keys or notice.key in seeking.keys)
        and (not seeking.statuses or kept.status in seeking.statuses)
        and all(wanted in ("", found) for wanted, found in asked)
        and (seeking.since is None or notice.created_at >= seeking.since)
        and (seeking.before is None or notice.created_at < seeking.before)
    )

"""The office as it stood after each of its entries: by whom and for whom an entry was decided."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from states.administration import during_handover, evolve_office
from states.log import Entry
from states.office import Office

HAND_OVER = "hand_over"


class Offices:
    """Every office that there was, in order; a fold is shared with the entries that name it."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._entries: list[Entry] = []
        self._offices: list[Office] = []
        self._moments: list[datetime] = []
        for entry in entries:
            self.add(entry)

    def __len__(self) -> int:
        return len(self._offices)

    @property
    def latest(self) -> Office | None:
        """The office as it stands; None before it was founded."""
        return self._offices[-1] if self._offices else None

    def add(self, entry: Entry) -> Office:
        """Let the office evolve by its next entry, and return it."""
        after = evolve_office(self.latest, entry)
        self._entries.append(entry)
        self._offices.append(after)
        self._moments.append(after.at)
        return after

    def named(self, n: object, content: Mapping[str, Any]) -> Office | None:
        """Return the office by which an entry of that content was decided; None if it is not there.

        While somebody hands over, issues are moved by an office in which both hold the roles.
        """
        if not isinstance(n, int) or not 0 < n <= len(self._offices):
            return None
        office, act = self._offices[n - 1], self._entries[n - 1]
        handed = content["records"] == "handover" and act.event == HAND_OVER and n > 1
        if handed and content["request"] == f"{act.request_id}/{content['stream']}":
            return during_handover(self._offices[n - 2], office)
        return office

    def at(self, moment: datetime) -> Office | None:
        """Return the office as of an instant; None before it was founded."""
        position = bisect_right(self._moments, moment)
        return self._offices[position - 1] if position else None

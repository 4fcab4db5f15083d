"""The tables of the memory store: everything it holds, copied for each transaction."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date, datetime

from states.frozen import replace
from states.issue import Issue
from states.lights import Turns
from states.log import Row
from states.office import Office, Person
from workflow.memory.kept import Kept, Sending
from workflow.ports import Closed, Sealed


@dataclass(slots=True)
class Tables:
    """Everything a memory store holds. Values are frozen, so copying the dicts is a snapshot."""

    log: dict[tuple[str, int], Row] = field(default_factory=dict)
    requests: dict[str, tuple[str, int]] = field(default_factory=dict)
    issues: dict[str, Issue] = field(default_factory=dict)
    lights: dict[str, Turns] = field(default_factory=dict)
    wakes: dict[str, date | None] = field(default_factory=dict)
    closed: dict[str, Closed] = field(default_factory=dict)
    office: Office | None = None
    people: dict[str, tuple[Person, bytes]] = field(default_factory=dict)
    processes: dict[str, bytes] = field(default_factory=dict)
    calendars: dict[str, bytes] = field(default_factory=dict)
    letters: dict[str, bytes] = field(default_factory=dict)
    sending: Sending = field(default_factory=Sending)
    beats: dict[tuple[str, str], datetime] = field(default_factory=dict)
    unsealed: dict[int, tuple[str, int]] = field(default_factory=dict)
    leaves: dict[tuple[str, int], int] = field(default_factory=dict)
    checkpoints: dict[int, Sealed] = field(default_factory=dict)

    @property
    def notices(self) -> dict[str, Kept]:
        """The notices, by key."""
        return self.sending.notices

    def list_unsealed(self, place: tuple[str, int]) -> None:
        """List an entry that was written as waiting to be sealed."""
        self.unsealed[len(self.log)] = place  # entries are never deleted: it has no other number

    def copied(self) -> Tables:
        """Return a snapshot that can be written without touching this one."""
        copy = replace(self, sending=self.sending.copied())
        for each in fields(self):
            if isinstance(table := getattr(self, each.name), dict):
                setattr(copy, each.name, dict(table))
        return copy

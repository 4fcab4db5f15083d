"""How things stand with delivery, in figures: what the doctor judges and the metrics show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from notifications.notice import AMBIGUOUS, CLAIMED, DEAD, INFLIGHT, PENDING, RETRY_WAIT
from workflow.ports import Beat, Circuit, Filter, Halt

if TYPE_CHECKING:
    from workflow.bootstrap import App
    from workflow.engine.releasing import HeldRound


LATELY = timedelta(minutes=15)
"""Within this a server is tried again if anything waits for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What one look at the store found.

    ``counts`` is by status of a notice; ``pending_since`` when the oldest message that could go now
    was owed, ``put_off_since`` when the oldest that is to be tried again was first tried; ``dead``
    and ``in_doubt`` are the failures that nobody has taken note of; ``overdue`` counts issues on
    which something is past its date, ``unsealed`` the entries that wait to be sealed, the oldest of
    which was written at ``unsealed_since``.
    """

    at: datetime
    counts: Mapping[str, int]
    pending_since: datetime | None
    dead: int
    in_doubt: int
    circuits: tuple[Circuit, ...]
    halt: Halt | None
    held: tuple[HeldRound, ...]
    beats: tuple[Beat, ...]
    overdue: int
    unsealed: int = 0
    unsealed_since: datetime | None = None
    put_off_since: datetime | None = None

    @property
    def open_circuits(self) -> tuple[Circuit, ...]:
        """The servers that are left alone because they failed, or that were until just now.

        One that nothing has been tried on since, for nothing waits for it or it is not configured
        any more, is not spoken of.
        """
        return tuple(c for c in self.circuits if c.open_until and self.at < c.open_until + LATELY)


def standing(app: App) -> Standing:
    """Look once. Raises ``NotFound`` before the office is founded."""
    now = app.clock()
    yesterday = app.engine.desk.day(now) - timedelta(days=1)
    with app.store.reading() as session:
        tally = session.tally()
        failures = session.unresolved()
        late = session.summaries(Filter(next_due_by=yesterday))
        unsealed, unsealed_since = session.unsealed_count(), session.unsealed_since()
        circuits, halt, beats = session.circuits(), session.halt(), session.beats()
    put_off = [found.oldest for found in tally if found.status == RETRY_WAIT]
    free = [found.oldest for found in tally if found.status in (PENDING, CLAIMED, INFLIGHT)]
    return Standing(
        at=now,
        counts={found.status: found.count for found in tally},
        pending_since=min(free, default=None),
        dead=sum(sent.status == DEAD for sent in failures),
        in_doubt=sum(sent.status == AMBIGUOUS for sent in failures),
        circuits=tuple(circuits),
        halt=halt,
        held=tuple(app.engine.held_rounds()),
        beats=tuple(beats),
        overdue=len(late),
        unsealed=unsealed,
        unsealed_since=unsealed_since,
        put_off_since=min(put_off, default=None),
    )

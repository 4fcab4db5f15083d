"""What became of every reminder of a run: the database's word held against what the sink took.

The promise: each reminder was taken once, or is held for a person to decide. A second copy is
allowed only where the row says that its outcome was unknown, where nobody could look that up, and
where the copy says that it is one. What the row says must have a cause: no more doubts than there
were kills, pauses and lost answers that can leave one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from notifications.delivery.reconciling import DECISIONS, HELD
from notifications.notice import ACCEPTED, AMBIGUOUS
from tests.crashing.points import IN_TRANSACTION, WINDOW
from tests.crashing.sink import Taken, taken, unanswered
from workflow.opening import open_engine
from workflow.ports import Sent, Store

MOST_NAMED = 20
GIVEN = ("notice_unfounded", "notice_differs", "notice_stranger")
"""What ``verify`` says of the reminders of a run, which are given by hand under names of their own.
"""


@dataclass(frozen=True, slots=True)
class Mishaps:
    """What was done to the workers: by point, and by whoever looks at no point.

    ``servers`` counts how often the database ended every connection; ``paused``: nobody was killed.
    """

    at_points: Counter[str]
    at_random: int = 0
    servers: int = 0
    paused: bool = False

    @property
    def kills(self) -> int:
        """How many processes were killed or paused."""
        return self.at_points.total() + self.at_random

    @property
    def doubtful(self) -> int:
        """How many of them can have left a message in doubt, one each."""
        at_points = sum(self.at_points[point] for point in (*WINDOW, IN_TRANSACTION))
        return at_points + self.at_random + 3 * self.servers


@dataclass(slots=True)
class Account:
    """The figures of a run on one database; ``broken`` names what the promise does not allow."""

    reminders: int = 0
    kills: int = 0
    duplicates_outside_window: int = 0
    missing: int = 0
    ambiguous: int = 0
    accepted: int = 0
    held: int = 0
    copies: int = 0
    unaccounted: int = 0
    decisions: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    @property
    def is_kept(self) -> bool:
        """Whether the promise was kept."""
        return not (
            self.duplicates_outside_window or self.missing or self.unaccounted or self.broken
        )

    def names(self, what: str) -> None:
        """Note something that must not be, the first few in full."""
        if len(self.broken) < MOST_NAMED:
            self.broken.append(what)


@dataclass(frozen=True, slots=True)
class Line:
    """One reminder: what its row says, the statuses of its trail, and its copies at the sink.

    ``is_certain``: whoever could have sent it is dead, so what a look-up finds is final, and a copy
    knows that it is one. Whoever was only paused may send what others have looked up in vain.
    """

    sent: Sent
    trail: Sequence[str]
    copies: Sequence[Taken]
    is_looked_up: bool
    is_certain: bool

    @property
    def is_answered(self) -> bool:
        """Whether the doubt ended because its own worker learned the answer after all."""
        return self.sent.status == ACCEPTED and AMBIGUOUS in self.trail

    def faults(self) -> Iterator[str]:
        """Yield what is wrong with it, the code first."""
        sent, taken_times = self.sent, len(self.copies)
        allowed = 0 if self.is_looked_up and self.is_certain else sent.doubts
        unmarked = sum(not copy.marked for copy in self.copies)
        is_held = sent.status == AMBIGUOUS and sent.retry_at is None and sent.decision == HELD
        if not (sent.status == ACCEPTED or is_held):
            yield f"missing: left {sent.status} ({sent.cause})"
        elif sent.status == ACCEPTED and not self.copies:
            yield "missing: accepted by its row, never taken"
        if taken_times > 1 + allowed:
            yield f"duplicate: taken {taken_times} times, in doubt {sent.doubts} times"
        elif unmarked > 1 and self.is_certain:
            yield "duplicate: a copy does not say that it is one"
        if sent.doubts and sent.decision not in DECISIONS and not self.is_answered:
            yield f"unaccounted: in doubt, decided as {sent.decision}"
        if sent.doubts > self.trail.count(AMBIGUOUS):
            yield f"unaccounted: {sent.doubts} doubts, trail {', '.join(self.trail)}"


def account(
    store: Store,
    folder: Path,
    expected: Collection[str],
    mishaps: Mishaps,
    looked_up: Callable[[str], bool],
) -> Account:
    """Return the account of a run that has ended; ``looked_up`` tells whose mails are archived."""
    found = Account(kills=mishaps.kills)
    lines = list(_lines(store, folder, mishaps, looked_up))
    for line in lines:
        _add(found, line)
    for key in set(expected) - {line.sent.notice.key for line in lines}:
        found.missing += 1
        found.names(f"missing: never owed: {key}")
    owed = {line.sent.notice.message_id for line in lines}
    if strangers := {copy.id for copy in taken(folder)} - owed:
        found.names(f"{len(strangers)} messages were taken that nobody owes")
    doubts = sum(line.sent.doubts for line in lines)
    causes = mishaps.doubtful + len(unanswered(folder))
    if doubts > causes:
        found.unaccounted += doubts - causes
        found.names(f"{doubts} doubts, but only {causes} events that can leave one")
    for problem in open_engine(store).verify().problems:  # whatever was killed, no false alarm
        if problem.code not in GIVEN:
            found.names(f"verify: {problem.code} {problem}")
    return found


def _lines(
    store: Store, folder: Path, mishaps: Mishaps, looked_up: Callable[[str], bool]
) -> Iterator[Line]:
    copies: dict[str, list[Taken]] = {}
    for copy in taken(folder):
        copies.setdefault(copy.id, []).append(copy)
    with store.reading() as session:
        for sent in session.notices():
            yield Line(
                sent,
                [line.status for line in session.deliveries(sent.id)] if sent.doubts else [],
                copies.get(sent.notice.message_id, ()),
                looked_up(sent.notice.recipient),
                not mishaps.paused,
            )


def _add(found: Account, line: Line) -> None:
    sent = line.sent
    found.reminders += 1
    found.copies += max(0, len(line.copies) - 1)
    found.ambiguous += sent.doubts > 0
    found.accepted += sent.status == ACCEPTED
    found.held += sent.status == AMBIGUOUS
    if sent.doubts:
        found.decisions[sent.decision or ("answered" if line.is_answered else "none")] += 1
    for fault in line.faults():
        kind = fault.partition(":")[0]
        found.missing += kind == "missing"
        found.duplicates_outside_window += kind == "duplicate"
        found.unaccounted += kind == "unaccounted"
        found.names(f"{sent.notice.key}: {fault}")

"""An office that is chased for weeks by nodes whose clocks may be wrong; what goes out is noted.

There are two times. The true one moves in ``Chased.lives``; what a node believes is the true time
plus the offset of its clock. Every message is noted with the true time at which it was handed over
and with the notices it carried, so that one can see whether anybody was flooded, whether anything
came before its day, and whether anything was lost.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from notifications.delivery.protocol import Begin, Job, Outcome, Stale, Traits, Watch
from notifications.delivery.reconciling import reconcile_due
from notifications.delivery.retrying import try_again
from notifications.delivery.sending import Bounds, deliver_due
from notifications.delivery.window import Window
from notifications.notice import ACCEPTED, AMBIGUOUS, BUNDLED
from states.errors import Invalid
from states.process import Process
from states.process_file import default_process
from tests.stage import ACCOUNT, ROLES, ROUND, Scribe, member, registration
from workflow import Engine, Enrolment, Identity, open_engine
from workflow.engine.caution import Caution
from workflow.ports import Sent, Store

ZONE = ZoneInfo("Asia/Shanghai")
FIRST = datetime(2023, 3, 2, 9, 0, tzinfo=ZONE)
"""A Thursday; the round is registered then."""

WINDOW = Window.parse("08:30-17:30")
FOUNDER = Identity(account=ACCOUNT, auth="test")
UP, DOWN, LOST = "up", "down", "lost"

Offset = Callable[[datetime], timedelta]


def right(at: datetime) -> timedelta:
    """Return the offset of a clock that is right."""
    return timedelta()


@dataclass
class Server:
    """The other side: takes messages, is away, or takes them without ever answering."""

    state: str = UP
    handed: list[tuple[datetime, str, str]] = field(default_factory=list)
    tried: int = 0


@dataclass
class Post:
    """A channel to the server, as one node has it."""

    server: Server
    true_now: Callable[[], datetime]
    name: str = "mail"
    traits: Traits = field(default_factory=lambda: Traits(server="mail.example:587"))

    def compose(self, job: Job) -> bytes:
        """Write what names the notice, and says whether it may be a copy."""
        return f"{job.key} {job.doubts}".encode()

    def send(self, job: Job, message: bytes, begin: Begin, now: datetime) -> Outcome:
        """Hand over as the server allows."""
        self.server.tried += 1
        if self.server.state == DOWN:
            return try_again(job, now, "unreachable", blame="server")
        if not begin():
            return Outcome(status="claimed", cause="claim_lost")
        self.server.handed.append((self.true_now(), job.recipient, job.key))
        if self.server.state == LOST:
            return Outcome(status=AMBIGUOUS, cause="answer_lost", blame="server")
        return Outcome(status=ACCEPTED)

    def look_up(self, job: Job, now: datetime) -> Outcome | None:
        """Nobody keeps a copy."""
        return None

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class Chased:
    """The office: ``true`` is the time as it is, ``refused`` counts ticks that were refused."""

    store: Store
    server: Server = field(default_factory=Server)
    true: datetime = FIRST
    caution: Caution = field(default_factory=Caution)
    refused: int = 0

    def engine(self, offset: Offset = right) -> Engine:
        """Return the engine of a node whose clock is off by so much."""
        return open_engine(
            self.store,
            clock=lambda: self.true + offset(self.true),
            window=WINDOW,
            letters=Scribe(),
            caution=self.caution,
        )

    def looks(self, node: str = "a", offset: Offset = right, *, sure: bool = False) -> None:
        """Do what a node's sweeps do, once, by its own clock."""
        engine = self.engine(offset)
        try:
            engine.tick(node, sure=sure)
            engine.spawn(node)
            engine.watch(node)
        except Invalid as error:
            assert error.problems[0].code == "clock_ahead", error
            self.refused += 1
        self.delivers(offset)

    def delivers(self, offset: Offset = right) -> None:
        """Do the sweeps of delivery alone."""
        watch = Watch(
            now=lambda: self.true + offset(self.true), elapsed=lambda: self.true.timestamp()
        )
        channels = {"mail": Post(self.server, lambda: self.true)}
        digests, singles = self.engine(offset).stale()
        stale = Stale(digests_before=digests, singles_before=singles)
        taken_back = self.engine(offset).take_back
        bounds = Bounds(storm=self.caution.storm, stale=stale, taken_back=taken_back)
        deliver_due(self.store.outbox, channels, watch, bounds)
        reconcile_due(self.store.outbox, channels, watch)

    def lives(
        self,
        days: float,
        offset: Offset = right,
        *,
        every: timedelta = timedelta(hours=4),
        node: str = "a",
    ) -> None:
        """Let true time pass with a node that looks every few hours."""
        until = self.true + timedelta(days=days)
        while self.true < until:
            self.true += every
            self.looks(node, offset)

    def sleeps(self, **by: float) -> None:
        """Let true time pass while nothing runs."""
        self.true += timedelta(**by)

    # --- what became of it -------------------------------------------------------------------

    def notices(self) -> list[Sent]:
        """Return every notice."""
        return self.engine().notices()

    def said(self) -> Iterator[tuple[datetime, str, str, Sent]]:
        """Yield what was handed over: when, to whom, in which message, and each notice in it."""
        notices = self.notices()
        by_key = {sent.notice.key: sent for sent in notices}
        items: dict[str, list[Sent]] = defaultdict(list)
        for sent in notices:
            if sent.notice.bundle is not None:
                items[sent.notice.bundle].append(sent)
        for at, person, key in self.server.handed:
            for sent in items.get(key) or [by_key[key]]:
                yield at, person, key, sent

    def first_said(self) -> dict[str, date]:
        """Return on which true day each reminder and letter was first said."""
        days: dict[str, date] = {}
        for at, _, _, sent in self.said():
            if sent.notice.obligation is not None:
                days.setdefault(sent.notice.key, at.astimezone(ZONE).date())
        return days

    def most_a_day(self) -> int:
        """Return the most messages that one person got on one true day."""
        days = Counter((person, at.astimezone(ZONE).date()) for at, person, _ in self.server.handed)
        return max(days.values(), default=0)

    def unsettled(self) -> list[tuple[str, str, str | None]]:
        """Return what has not come to its end, but for what waits for its day."""
        return [
            (sent.notice.key, sent.status, sent.cause)
            for sent in self.notices()
            if sent.settled_at is None and sent.status not in ("waiting", BUNDLED)
        ]

    def dead(self) -> list[tuple[str, str | None]]:
        """Return what could not be delivered."""
        return [(sent.notice.key, sent.cause) for sent in self.notices() if sent.status == "dead"]


def a_chased(
    store: Store,
    *,
    issues: int = 3,
    caution: Caution | None = None,
    process: Process | None = None,
) -> Chased:
    """Found an office with a round whose issues two people answer for and nobody works on."""
    chased = Chased(store, caution=caution or Caution())
    engine = chased.engine()
    engine.found(member("li"), FOUNDER, process or default_process(), trial=False)
    people: Sequence[Enrolment] = [Enrolment(person=member(p), roles=r) for p, r in ROLES.items()]
    engine.enrol(people, FOUNDER)
    engine.register_round(registration(issues), FOUNDER)
    for number in range(1, issues + 1):
        person = ("wang", "sun")[number % 2]
        naming = {"leader": "zhou", "department": "河长办", "person": person}
        engine.advance(f"{ROUND}-{number}", "assign", naming, by=FOUNDER)
    return chased


def steps(*moves: tuple[datetime, timedelta]) -> Offset:
    """Return the offset of a clock that is set at the true instants, right before the first."""

    def offset(at: datetime) -> timedelta:
        passed = [by for since, by in moves if at.astimezone(UTC) >= since.astimezone(UTC)]
        return passed[-1] if passed else timedelta()

    return offset

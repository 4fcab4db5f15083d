"""Any walk of delivery, on memory and on SQLite side by side: each notice ends once.

Workers come, claim, are slow, crash and come back; people decide, stop and release. Both stores
show the same, nothing is lost or accepted twice, and in the end everything has an end.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from notifications.delivery.protocol import LEASE, SETTLING, Job, Outcome, Stale
from notifications.notice import (
    ACCEPTED,
    ALARMS,
    AMBIGUOUS,
    BUNDLED,
    DEAD,
    PENDING,
    RETRY_WAIT,
    SUPERSEDED,
    WAITING,
)
from notifications.planning.digest import digest_key
from states.frozen import replace
from tests.changes import a_notice
from tests.outbox import NOW, SENT
from workflow.memory import MemoryStore
from workflow.ports import Sent, Store
from workflow.storage import open_store

CHANNELS = ("mail", "chat")
ENDS = (ACCEPTED, DEAD, SUPERSEDED)
OUTCOMES = st.sampled_from(
    (
        Outcome(status=ACCEPTED, ref="q1"),
        Outcome(status=DEAD, cause="550", blame="recipient"),
        Outcome(status=RETRY_WAIT, cause="450", retry_at=NOW),
        Outcome(status=AMBIGUOUS, cause="answer_lost", retry_at=NOW),
        Outcome(status=AMBIGUOUS, cause="held_for_decision", decision="held"),
        Outcome(status=PENDING, cause="552", fresh=True, slim=True),
    )
)
STEPS = st.sampled_from((1, 60, 600, 900, 1500, 86_400))  # seconds


@dataclass(frozen=True)
class Held:
    """A claim, as each store gave it; ``doubt``: it is one to look into."""

    jobs: tuple[Job, ...]
    doubt: bool


class Walk(RuleBasedStateMachine):
    """Two stores to which the same is done."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        file = Path(self.folder.name, "rectify.db")
        file.write_bytes(fresh())
        self.sql = open_store(str(file))
        self.stores: tuple[Store, ...] = (MemoryStore(), self.sql)
        self.now = NOW
        self.owed = 0
        self.held: list[Held] = []

    def teardown(self) -> None:
        try:
            self.ends()
        finally:
            self.sql.close()
            self.folder.cleanup()

    def both(self, does: Callable[[Store], Any]) -> Any:
        """Do something to both stores, and return what both answer."""
        first, second = (does(store) for store in self.stores)
        assert first == second
        return first

    def notices(self) -> list[Sent]:
        with self.stores[0].reading() as session:
            return session.notices()

    # ---------------------------------------------------------------- what is owed

    @rule(many=st.integers(1, 4), channel=st.sampled_from(CHANNELS), alarm=st.booleans())
    def owes(self, many: int, channel: str, alarm: bool) -> None:
        template = ALARMS[0] if alarm else "due"
        self._owe(many, channel=channel, template=template)

    @rule(many=st.integers(1, 3))
    def waits(self, many: int) -> None:
        self._owe(many, status=WAITING)

    def _owe(self, many: int, **fields: Any) -> None:
        keys = [f"n{self.owed + number}" for number in range(many)]
        self.owed += many
        notices = [a_notice(key, created_at=self.now, **fields) for key in keys]

        def owe(store: Store) -> int:
            with store.writing() as session:
                return session.owe(notices)

        assert self.both(owe) == many

    @rule(channel=st.sampled_from(CHANNELS))
    def says_the_day(self, channel: str) -> None:
        key = digest_key("wang", channel, self.now.date())
        digest = a_notice(key, template="digest", created_at=self.now, channel=channel)

        def bundle(store: Store) -> bool:
            with store.writing() as session:
                items = [item.id for item in session.waiting("wang", channel)]
                return bool(items) and session.bundle(digest, items)

        self.owed += self.both(bundle)

    @rule(days=st.integers(0, 2))
    def reopens(self, days: int) -> None:
        before = self.now - timedelta(days=days)

        def reopen(store: Store) -> int:
            with store.writing() as session:
                return session.reopen(before, before, self.now)

        self.both(reopen)

    # ---------------------------------------------------------------- delivery

    @rule(seconds=STEPS)
    def passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(channel=st.sampled_from(CHANNELS), limit=st.integers(1, 5), old=st.booleans())
    def claims(self, channel: str, limit: int, old: bool) -> None:
        day = self.now - timedelta(days=1)
        stale = None if old else Stale(digests_before=day, singles_before=day)
        self._holds(lambda s: s.outbox.claim(channel, self.now, LEASE, limit, stale), doubt=False)

    @rule(limit=st.integers(1, 5))
    def looks(self, limit: int) -> None:
        self._holds(lambda s: s.outbox.doubtful(self.now, LEASE, limit), doubt=True)

    def _holds(self, claim: Callable[[Store], list[Job]], *, doubt: bool) -> None:
        found = [claim(store) for store in self.stores]
        plain = [[replace(job, token="") for job in jobs] for jobs in found]
        assert plain[0] == plain[1]
        self.held += [Held(jobs, doubt) for jobs in zip(*found, strict=True)]

    @precondition(lambda self: self.held)
    @rule(outcome=OUTCOMES, begins=st.booleans(), keeps=st.booleans(), data=st.data())
    def settles(self, outcome: Outcome, begins: bool, keeps: bool, data: st.DataObject) -> None:
        held = self._one(data)
        if outcome.retry_at is not None:
            outcome = replace(outcome, retry_at=self.now + SETTLING)
        if not held.doubt and keeps:
            self._each(held, lambda store, job: store.outbox.keep(job, b"rendered"))
        if not held.doubt and begins:
            self._each(held, lambda store, job: store.outbox.begin(job, self.now))
        self._each(held, lambda store, job: store.outbox.settle(job, outcome, self.now))

    @precondition(lambda self: self.held)
    @rule(until=st.sampled_from((None, 60, 6000)), data=st.data())
    def puts_back(self, until: int | None, data: st.DataObject) -> None:
        at = None if until is None else self.now + timedelta(seconds=until)
        self._each(self._one(data), lambda store, job: store.outbox.put_back([job], at))

    @precondition(lambda self: self.held)
    @rule(begins=st.booleans(), comes_back=st.booleans(), data=st.data())
    def crashes(self, begins: bool, comes_back: bool, data: st.DataObject) -> None:
        held = self._one(data)
        if begins and not held.doubt:
            self._each(held, lambda store, job: store.outbox.begin(job, self.now))
        if comes_back:  # or only looked dead
            self.held.append(held)

    @rule(idempotent=st.booleans())
    def strands(self, idempotent: bool) -> None:
        names = ["chat"] if idempotent else []
        self.both(lambda store: store.outbox.strand(self.now, names))

    @rule(channels=st.sampled_from((CHANNELS, CHANNELS, ("mail",))))
    def orphans(self, channels: tuple[str, ...]) -> None:
        self.both(lambda store: store.outbox.orphan(channels, self.now))

    def _one(self, data: st.DataObject) -> Held:
        return self.held.pop(data.draw(st.integers(0, len(self.held) - 1)))

    def _each(self, held: Held, does: Callable[[Store, Job], object]) -> None:
        jobs = dict(zip(self.stores, held.jobs, strict=True))
        self.both(lambda store: does(store, jobs[store]))

    # ---------------------------------------------------------------- people

    @rule(status=st.sampled_from((ACCEPTED, DEAD, PENDING)), data=st.data())
    def decides(self, status: str, data: st.DataObject) -> None:
        ids = [one.id for one in self.notices()]
        if ids:
            self._decide(data.draw(st.lists(st.sampled_from(ids), max_size=3, unique=True)), status)

    def _decide(self, ids: list[int], status: str) -> None:
        def decide(store: Store) -> int:
            with store.writing() as session:
                return session.decide(ids, status, "by_hand", self.now)

        self.both(decide)

    @rule()
    def stops(self) -> None:
        self.both(lambda store: store.outbox.stop("storm", self.now))

    @rule()
    def releases(self) -> None:
        def release(store: Store) -> None:
            with store.writing() as session:
                session.release(self.now)

        self.both(release)

    # ---------------------------------------------------------------- what holds

    @invariant()
    def both_show_the_same(self) -> None:
        def shown(store: Store) -> object:
            with store.reading() as session:
                found = session.notices()
                return (
                    [replace(s, notice=replace(s.notice, status="", cause=None)) for s in found],
                    [session.deliveries(one.id) for one in found],
                    [session.message(one.id) for one in found],
                    [one.id for one in session.unresolved()],
                    session.tally(),
                    session.sent_since("wang", "mail", NOW),
                    store.outbox.ready(self.now),
                    store.outbox.stopped(),
                )  # fmt: skip

        self.both(shown)

    @invariant()
    def nothing_is_lost_and_nothing_accepted_twice(self) -> None:
        with self.stores[0].reading() as session:
            found = session.notices()
            assert len(found) == self.owed
            for one in found:
                assert (one.settled_at is not None) == (one.status in ENDS)
                lines = [line.status for line in session.deliveries(one.id)]
                assert lines.count(ACCEPTED) <= 1
                if ACCEPTED in lines:
                    assert (one.status, lines[-1]) == (ACCEPTED, ACCEPTED)
            messages = {one.notice.key: one for one in found}
            for one in found:
                if one.status == BUNDLED:
                    assert messages[one.notice.bundle or ""].settled_at is None

    def ends(self) -> None:
        """Let everything come to its end: workers that live, a server that takes everything."""
        self.releases()
        for _ in range(3):
            self.now += timedelta(days=2)
            self.strands(idempotent=False)
            self.held.clear()
            for channel in CHANNELS:
                self.says_the_day(channel)
                self.claims(channel, 1000, old=True)
            self.looks(1000)
            for held in self.held:
                self._each(held, lambda s, job: s.outbox.settle(job, SENT, self.now))
            self._decide([one.id for one in self.notices() if one.status == AMBIGUOUS], ACCEPTED)
        assert {one.status for one in self.notices()} <= set(ENDS)
        self.both_show_the_same()
        self.nothing_is_lost_and_nothing_accepted_twice()


@cache
def fresh() -> bytes:
    """Return the bytes of a new database."""
    with tempfile.TemporaryDirectory() as folder:
        open_store(f"{folder}/rectify.db", create=True).close()
        return Path(folder, "rectify.db").read_bytes()


TestWalk = Walk.TestCase
TestWalk.settings = settings(
    max_examples=20,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

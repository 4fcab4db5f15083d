"""Whatever clocks, servers and workers do for two weeks: no storm, nothing early, nothing lost.

A walk lets true time pass in strides. In each, a node looks once, by a clock that may be wrong;
the mail server may be away or keep its answers to itself; sweeps run in either order; a worker may
claim and die. Then everything is right again for ten days, and what was promised must hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.delivery.protocol import LEASE
from tests.chased import DOWN, LOST, UP, Chased, a_chased
from workflow.memory import MemoryStore

HOUR = timedelta(hours=1)
WRONG = (
    timedelta(),
    *(HOUR, -HOUR, -3 * HOUR, -26 * HOUR),
    *(timedelta(days=-40), timedelta(days=-366), timedelta(days=3 * 365)),
)
ISSUES = 2
LONGEST = 16  # days of a walk
RECOVERY = 10


@dataclass(frozen=True, slots=True)
class Stride:
    """So many hours pass; then a node looks, by its own clock."""

    hours: int
    offset: timedelta
    server: str
    delivers_first: bool
    dies: str


strides = st.builds(
    Stride,
    hours=st.integers(1, 30),
    offset=st.sampled_from(WRONG),
    server=st.sampled_from((UP, UP, UP, DOWN, LOST)),
    delivers_first=st.booleans(),
    dies=st.sampled_from(("", "", "", "claimed", "inflight")),
)


@cache
def right_days() -> dict[str, date]:
    """Return on which day each reminder is first said where nothing ever goes wrong."""
    chased = a_chased(MemoryStore(), issues=ISSUES)
    chased.lives(LONGEST + RECOVERY)
    return chased.first_said()


def walked(chased: Chased, walk: list[Stride]) -> None:
    """Let the strides pass."""
    for stride in walk:
        chased.sleeps(hours=stride.hours)
        chased.server.state = stride.server

        def offset(at, by=stride.offset):
            return by

        if stride.dies:
            now = chased.true + stride.offset
            for job in chased.store.outbox.claim("mail", now, LEASE, 1):
                if stride.dies == "inflight":
                    chased.store.outbox.begin(job, now)
        if stride.delivers_first:
            chased.delivers(offset)
        chased.looks("a", offset)


@settings(max_examples=40)
@given(st.lists(strides, min_size=5, max_size=12))
def test_once_everything_is_right_again_nothing_was_lost_early_or_too_much(walk):
    chased = a_chased(MemoryStore(), issues=ISSUES)
    chased.lives(6)
    walked(chased, walk)
    chased.server.state = UP
    mended = chased.true

    chased.lives(RECOVERY)

    said = chased.first_said()
    expected = right_days()
    assert len(expected) >= 10
    assert {k: (d, expected[k]) for k, d in said.items() if k in expected and d < expected[k]} == {}
    whole_days = (mended.date() + timedelta(days=1), chased.true.date() - timedelta(days=1))
    assert {key for key, day in expected.items() if whole_days[0] < day <= whole_days[1]} <= set(
        said
    )
    held = {s.notice.key for s in chased.notices() if s.decision == "held"}
    assert {key for key, _, _ in chased.unsettled()} <= held
    assert chased.dead() == []
    since = [handed for handed in chased.server.handed if handed[0] > mended + timedelta(days=1)]
    assert len({(person, at.date()) for at, person, _ in since}) == len(since)

"""The sweeps: what a node does again and again, how often, and what may not wait for what.

``rectify tick`` does each of them once; ``rectify run`` does them until it is stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING

from workflow.engine.caution import ANCHOR, DELIVER, DUTIES, OWE, RECONCILE, SEAL, WATCH

if TYPE_CHECKING:
    from notifications.delivery.protocol import Delivered
    from notifications.delivery.reconciling import Reconciled
    from workflow.anchoring import SweptAnchors
    from workflow.bootstrap import App
    from workflow.config import Config
    from workflow.engine.chasing import Ticked
    from workflow.engine.watching import Watched
    from workflow.proof.sealing.sweep import Swept

    Result = Ticked | Watched | Delivered | Reconciled | Swept | SweptAnchors

OWING, DELIVERING, RECONCILING = "owing", "delivering", "reconciling"
SEALING = "sealing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """How often a sweep is done, and in which lane.

    It begins anew ``times`` × the setting ``every`` after it has ended, ``at_least`` so many
    seconds. Sweeps of one lane take turns; one lane never waits for another: owing anything never
    waits for a mail server, and sending nothing for somebody's mailbox.
    """

    sweep: str
    lane: str
    times: int
    at_least: int = 1
    every: str = "run.tick_seconds"

    def period(self, config: Config) -> int:
        """Return the seconds between two runs."""
        section, _, key = self.every.partition(".")
        seconds: int = getattr(getattr(config, section), key)
        return max(self.times * seconds, self.at_least)


HABITS = (
    Habit(sweep=OWE, lane=OWING, times=1),
    Habit(sweep=DUTIES, lane=OWING, times=1, at_least=600),
    Habit(sweep=WATCH, lane=OWING, times=1, at_least=600),
    Habit(sweep=DELIVER, lane=DELIVERING, times=1),
    Habit(sweep=RECONCILE, lane=RECONCILING, times=5),
    Habit(sweep=SEAL, lane=SEALING, times=1, every="seal.every_seconds"),
    Habit(sweep=ANCHOR, lane=SEALING, times=1, at_least=600),
)
"""Every sweep, in the order in which ``rectify tick`` does them."""

BEAT_SECONDS = 60.0
"""How often a sweep that takes long says that it is at it."""


def periods(config: Config) -> Mapping[str, int]:
    """Return for each sweep the seconds between two runs."""
    return {habit.sweep: habit.period(config) for habit in HABITS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One turn of a node at a sweep.

    ``sure``: the clock is right, though it jumped. ``ending`` tells that the program is to stop;
    it is asked between two messages, and so shows as well that the sweep gets on.
    """

    node: str
    sure: bool = False
    ending: Callable[[], bool] = lambda: False


def swept(app: App, sweep: str, turn: Turn) -> Result:
    """Do one sweep once and return what it did. Raises what the engine raises."""
    return _DOING[sweep](app, turn)


def _owe(app: App, turn: Turn) -> Result:
    return app.engine.tick(turn.node, sure=turn.sure)


def _duties(app: App, turn: Turn) -> Result:
    return app.engine.spawn(turn.node)


def _watch(app: App, turn: Turn) -> Result:
    return app.engine.watch(turn.node)


def _deliver(app: App, turn: Turn) -> Result:
    done = app.deliver(ending=turn.ending)
    beat(app, turn.node, DELIVER)
    return done


def _reconcile(app: App, turn: Turn) -> Result:
    done = app.reconcile(ending=turn.ending)
    beat(app, turn.node, RECONCILE)
    return done


def _seal(app: App, turn: Turn) -> Result:
    done = app.sweep_seal()
    beat(app, turn.node, SEAL)
    return done


def _anchor(app: App, turn: Turn) -> Result:
    from workflow.anchoring import sweep

    done = sweep(app, turn.node)
    beat(app, turn.node, ANCHOR)
    return done


_DOING: Mapping[str, Callable[[App, Turn], Result]] = {
    OWE: _owe,
    DUTIES: _duties,
    WATCH: _watch,
    DELIVER: _deliver,
    RECONCILE: _reconcile,
    SEAL: _seal,
    ANCHOR: _anchor,
}


def beat(app: App, node: str, sweep: str) -> None:
    """Record that a node's sweep has run, or is at it."""
    with app.store.writing() as session:
        session.beat(node, sweep, app.clock())


_STANDING = ("waiting", "held", "failed", "later", "trouble")
"""What may be so again and again though nothing has happened."""

TURNS = ("stopped", "clock_back", "unsound", "contradicted")
"""What is worth a line when it begins, and now and then while it lasts."""


def figures(result: Result) -> dict[str, int | str | bool]:
    """Return what a sweep did by name, as far as it did anything.

    Of a trouble only the code: its details may name people.
    """
    found = ((field.name, getattr(result, field.name)) for field in fields(result))
    said = {name: value for name, value in found if value and not isinstance(value, date)}
    return said | {name: said[name].partition(":")[0] for name in ("trouble",) if name in said}


def is_news(result: Result) -> bool:
    """Return whether a sweep did anything: what merely lasts is worth no line."""
    return any(name not in (*_STANDING, *TURNS) for name in figures(result))

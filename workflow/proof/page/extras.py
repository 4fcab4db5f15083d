"""What the page is told beside the bundle: derived facts, which the log does not prove."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from states.lights import Turns

Relights = Sequence[tuple[int, Turns]]
"""From which index of the log an issue has which light on which days, in order of the indices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A notice, as far as the page speaks of it: to whom, of what, and what became of it.

    Instants are written as the log writes them; ``day`` is the office's day of ``at``. ``ended``
    is when the outcome came to be, None as long as it is open; until then ``status`` is not yet so.
    """

    issue: str
    recipient: str
    channel: str
    template: str
    at: str
    day: str
    status: str
    ended: str | None = None
    cause: str | None = None
    kind: str = ""
    event: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """Lights by issue, notices in the order in which they were owed, and how to read the clock.

    ``round`` is shown first; "" shows the last one registered. ``moment`` is where the slider
    stands at first, as an instant of the log; "" for the end.
    """

    lights: Mapping[str, Relights] = field(default_factory=dict)
    notices: Sequence[Told] = ()
    zone: str = "Asia/Shanghai"
    round: str = ""
    moment: str = ""

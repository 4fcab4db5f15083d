"""Caution: what keeps an office from being flooded, and by which sweeps it is looked after."""

from __future__ import annotations

from states.frozen import Struct

OWE, DUTIES, WATCH, DELIVER, RECONCILE = "owe", "duties", "watch", "deliver", "reconcile"
SEAL, ANCHOR = "seal", "anchor"
SWEEPS = (OWE, DELIVER, RECONCILE, DUTIES, WATCH, SEAL, ANCHOR)
"""The sweeps of a node, by whose beats one sees that they run."""


class Caution(Struct, frozen=True, kw_only=True):
    """How an office is kept from being flooded; as it is by default, it is not.

    With ``hold_imports`` nothing is sent of a round that is registered before somebody releases
    it. A person gets at most ``per_person`` messages a day (0: any number): what is more, though
    urgent, waits for the message of the next day. More than ``storm`` messages ready at once stop
    all sending (0: never): delivery sees to that, and the alarm names the limit.
    """

    hold_imports: bool = False
    per_person: int = 0
    storm: int = 0


NONE = Caution()
"""Nothing is held back."""

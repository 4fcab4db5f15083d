"""What numbered letters state beside the facts of an issue: the office's own choice."""

from __future__ import annotations

from states.frozen import Struct
from states.term import Term


class Lettering(Struct, frozen=True, kw_only=True):
    """What letters state beside the facts: our choice, for offices differ.

    They are to be answered within ``answer``, until the hour ``time`` of that day, which letters of
    supervision (督办函) state; ``signature`` signs ("": the unit of whoever supervises).
    """

    answer: Term = Term(5)
    time: str = "17:30"
    signature: str = ""


USUAL = Lettering()
"""Five working days, until half past five, signed by the unit."""

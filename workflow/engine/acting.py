"""An act of the office that demands more than the office itself can know: of what is sent."""

from __future__ import annotations

from collections.abc import Sequence

from states.administration import administer
from states.attempt import Attempt
from states.errors import Message, Refused, Unmet
from states.log import Entry
from states.office import Office


def acted(office: Office, attempt: Attempt, unmet: Sequence[Unmet]) -> tuple[Entry, Office]:
    """Return the entry of an act and the office after it.

    Raises ``Refused`` with what the office finds unmet and with what is ``unmet`` besides.
    """
    try:
        entry, after = administer(office, attempt)
    except Refused as refused:
        raise Refused(refused.message, (*refused.unmet, *unmet)) from None
    if unmet:
        facts = {"event": attempt.event, "person": attempt.actor.principal}
        message = Message("act_refused", "{event} is refused for {person}", facts)
        raise Refused(message, tuple(unmet))
    return entry, after

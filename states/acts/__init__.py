"""The acts of the office: ``ACTS`` is the whole list. To add one, write it beside its like."""

from __future__ import annotations

from collections.abc import Mapping

from states.acts.act import Act, Facts
from states.acts.custody import ON_CUSTODY
from states.acts.delegating import ON_DELEGATIONS
from states.acts.people import ON_PEOPLE
from states.acts.rules import ON_RULES
from states.acts.sealing import ON_SEALS
from states.acts.sending import ON_SENDING

__all__ = ["ACTS", "Act", "Facts"]

ACTS: Mapping[str, Act] = {
    **ON_PEOPLE,
    **ON_DELEGATIONS,
    **ON_RULES,
    **ON_SENDING,
    **ON_SEALS,
    **ON_CUSTODY,
}

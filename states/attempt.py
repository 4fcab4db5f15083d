"""Who wants which event, when, with what facts: the input of ``decide``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from states.frozen import Struct

RESPONSIBLE = "responsible"
LEADER = "leader"
SUPERVISOR = "supervisor"
PRINCIPAL = "principal"
AUDITOR = "auditor"
ROLES = (RESPONSIBLE, LEADER, PRINCIPAL, SUPERVISOR, AUDITOR)
"""``principal`` (主要负责人) heads the unit; he is told when things turn red."""

CLOCK = "clock"
"""The role of the engine itself: what time alone brings about. Nobody can be granted it."""

CLOCK_PERSON = "@clock"


class Actor(Struct, frozen=True, kw_only=True):
    """Who acts: a person as known through an account.

    ``auth`` says how far the account is proven: ``os-claimed`` (the operating system's word),
    ``database-role`` (the server's word), ``trial`` (nobody's). With ``on_behalf_of`` the actor
    records for another person, whose roles then count.
    """

    person: str
    account: str
    auth: str
    on_behalf_of: str | None = None

    @property
    def principal(self) -> str:
        """The person whose act it is."""
        return self.on_behalf_of or self.person

    @property
    def hands(self) -> tuple[str, ...]:
        """Everyone who took part in the act."""
        return (self.person,) if self.on_behalf_of is None else (self.person, self.on_behalf_of)

    def record(self) -> dict[str, str]:
        """Return the actor as an entry holds it."""
        record = {"person": self.person, "account": self.account, "auth": self.auth}
        return record if self.on_behalf_of is None else record | {"on_behalf_of": self.on_behalf_of}


class Attempt(Struct, frozen=True, kw_only=True):
    """``at`` is an aware instant; ``day`` the civil date of it at the office, on which terms count.

    ``facts`` are JSON values by name; dates are ISO text.
    """

    event: str
    actor: Actor
    at: datetime
    day: date
    request_id: str
    facts: Mapping[str, Any]

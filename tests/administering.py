"""Acts of the office as the tests attempt them, and what is unmet."""

from __future__ import annotations

from states.administration import administer
from states.errors import Refused
from states.office import EVERYWHERE, Office
from tests.cast import (
    COMMITMENT,
    PROOF,
    UNIT,
    Facts,
    administered,
    an_office,
    attempt,
    delegated,
)

NEWCOMER: Facts = {"person": "new", "unit": UNIT, "commitment": COMMITMENT}
ROUND: Facts = {
    "code": "YX2023",
    "unit": UNIT,
    "source": "report.docx",
    "sha256": PROOF,
    "feedback": "2023-03-01",
    "found_aspects": 3,
    "found_issues": 21,
    "declared_issues": 25,
}


def refusal(
    office: Office | None, person: str, event: str, facts: Facts, behalf: str | None = None
) -> list[str]:
    """Return the sentences of what is unmet; empty if the act passes."""
    try:
        administer(office, attempt(person, event, facts, behalf=behalf))
    except Refused as refused:
        assert refused.message.code == "act_refused"
        return [str(condition) for condition in refused.unmet]
    return []


def two_supervisors() -> Office:
    """The cast, two delegations, and Old as a second supervisor of every unit."""
    everywhere = {"person": "old", "role": "supervisor", "unit": EVERYWHERE}
    office = administered(an_office(), "add_person", {"person": "old", "commitment": COMMITMENT})
    office = administered(office, "grant_role", everywhere)
    return delegated(delegated(office, "wang"), "li", recorder="old")

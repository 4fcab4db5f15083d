"""Acts on what is kept: erase somebody's personal details, begin again from a backup.

Both leave a gap that nobody could explain later; so what is gone, why and by whom is on record.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from states.acts.act import PERSON, Act, Facts, both, known
from states.errors import Unmet
from states.facts import Fact
from states.frozen import replace
from states.office import Office


def _redacted(office: Office, facts: Facts) -> Office:
    member = replace(office.members[facts["person"]], redacted_by=office.n + 1)
    return replace(office, members={**office.members, member.id: member})


def _restored(office: Office, facts: Facts) -> Office:
    """Remember the seals that the backup did not know: what they say will never fit again."""
    lost = tuple(named["anchor"] for named in facts.get("lost", ()))
    return replace(office, lost=(*office.lost, *lost))


def _is_gone(office: Office, facts: Facts, today: date) -> list[Unmet]:
    member = office.members.get(facts.get("person", ""))
    if member is None:
        return []
    named = {"person": member.id}
    if member.redacted_by is not None:
        named["entry"] = str(member.redacted_by)
        return [Unmet("redacted_already", "{person} was erased by entry {entry}", named, "person")]
    if member.left_on is None:
        return [
            Unmet(
                "person_there",
                "{person} is still there and must be reachable; record first that they leave "
                "(rectify people leave)",
                named,
                "person",
            )
        ]
    return []


_REASON = Fact("reason", "text", required=True)

ON_CUSTODY: Mapping[str, Act] = {
    "redact": Act((PERSON, _REASON), _redacted, both(known("person"), _is_gone)),
    "restore": Act(
        (
            Fact("backup", "text"),
            Fact("entries", "whole", required=True),
            # ``at`` is when it was sealed; where every one has it, none but these were lost.
            Fact(
                "lost",
                "records",
                each=(Fact("anchor", "text", required=True), Fact("at", "text")),
            ),
            _REASON,
        ),
        _restored,
    ),
}

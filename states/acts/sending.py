"""Acts on what is sent: let it go, send again what failed, settle what nobody can know.

The notices are named by their keys, which the log can be read by for ever; whether there are such
notices, and how they stand, the engine knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from states.acts.act import Act, Facts
from states.errors import Unmet
from states.facts import Fact
from states.frozen import replace
from states.office import Office


def _released(office: Office, facts: Facts) -> Office:
    codes = [named["code"] for named in facts.get("rounds", ())]
    freed = {code: replace(office.rounds[code], held=False) for code in codes}
    return replace(office, rounds={**office.rounds, **freed})


def _unchanged(office: Office, facts: Facts) -> Office:
    """Change nothing here: what becomes of a notice stands beside the log."""
    return office


def _may_release(office: Office, facts: Facts, today: date) -> list[Unmet]:
    codes = [named["code"] for named in facts.get("rounds", ()) if "code" in named]
    if not codes and not facts.get("stop"):
        return [Unmet("nothing_held_back", "no round is held back and sending is not stopped")]
    return [unmet for code in codes for unmet in _is_held(office, code)]


def _is_held(office: Office, code: str) -> list[Unmet]:
    known = office.rounds.get(code)
    facts = {"code": code}
    if known is None:
        return [Unmet("round_unknown", "there is no round {code}", facts, "rounds")]
    if not known.held:
        return [Unmet("round_not_held", "the round {code} is not held back", facts, "rounds")]
    return []


def _names_some(office: Office, facts: Facts, today: date) -> list[Unmet]:
    if facts.get("notices") == []:
        return [Unmet("notices_none", "no message is named", {}, "notices")]
    return []


_NOTICES = Fact(
    "notices",
    "records",
    required=True,
    each=(Fact("key", "text", required=True), Fact("unit", "text")),
)
_REASON = Fact("reason", "text", required=True)

ON_SENDING: Mapping[str, Act] = {
    "release": Act(
        (
            Fact("rounds", "records", each=(Fact("code", "text", required=True),)),
            Fact("stop", "flag"),
        ),
        _released,
        _may_release,
    ),
    "retry_notices": Act((_NOTICES, _REASON), _unchanged, _names_some),
    "resolve_notices": Act(
        (_NOTICES, Fact("decision", "settlement", required=True), _REASON), _unchanged, _names_some
    ),
}

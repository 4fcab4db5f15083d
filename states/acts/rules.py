"""Acts on what everything follows from: rounds, the process in force, the calendar."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from states.acts.act import Act, Facts, day
from states.errors import Unmet
from states.facts import Fact
from states.frozen import replace
from states.office import Office, Round

_DAYS = ("inspection_from", "inspection_to", "feedback")


def _round_registered(office: Office, facts: Facts) -> Office:
    fields: dict[str, Any] = {
        key: day(value) if key in _DAYS else value for key, value in facts.items()
    }
    return replace(office, rounds={**office.rounds, facts["code"]: Round(**fields)})


def _process_adopted(office: Office, facts: Facts) -> Office:
    return replace(office, process=facts["process"])


def _calendar_adopted(office: Office, facts: Facts) -> Office:
    return replace(office, calendar=facts["calendar"])


def _issues_migrated(office: Office, facts: Facts) -> Office:
    """Change nothing here: each issue that moves says so in its own stream."""
    return office


def _new_round(office: Office, facts: Facts, today: date) -> list[Unmet]:
    if facts.get("code") in office.rounds:
        known = {"code": facts["code"], "source": office.rounds[facts["code"]].source}
        return [Unmet("round_exists", "round {code} was already registered from {source}", known)]
    return []


def _another_calendar(office: Office, facts: Facts, today: date) -> list[Unmet]:
    if facts.get("calendar") != office.calendar:
        return []
    return [Unmet("calendar_in_force", "this very calendar is in force already", {}, "calendar")]


_NAME = Fact("name", "text", required=True)
_PROCESS = Fact("process", "sha256", required=True)
_ROUND = (
    *(Fact(name, "text", required=True) for name in ("code", "unit", "source")),
    Fact("sha256", "sha256", required=True),
    *(Fact(name, "text") for name in ("group", "kind")),
    *(Fact(name, "day") for name in _DAYS),
    *(Fact(f"declared_{name}", "whole") for name in ("aspects", "issues")),
    *(Fact(f"found_{name}", "whole", required=True) for name in ("aspects", "issues")),
    Fact("held", "flag"),
)
_CALENDAR = (
    Fact("calendar", "sha256", required=True),
    _NAME,
    *(Fact(name, "text") for name in ("source", "url", "years")),
    Fact("published_on", "day"),
)

ON_RULES: Mapping[str, Act] = {
    "register_round": Act(_ROUND, _round_registered, _new_round),
    "adopt_process": Act((_PROCESS, _NAME), _process_adopted),
    "adopt_calendar": Act(_CALENDAR, _calendar_adopted, _another_calendar),
    "migrate_issues": Act((_PROCESS, _NAME, Fact("issues", "whole")), _issues_migrated),
}

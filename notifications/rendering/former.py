"""Facts of notices that a former version owed and that are sent only now: what they lack is added.

A notice says what was known when it was owed. What was not yet recorded then is left unsaid.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from states.lights import GREEN, RED, YELLOW

Facts = dict[str, Any]

_WORK: Facts = {
    "role": "",
    "due_original": None,
    "extended": False,
    "provisional": False,
    "workdays_left": None,
}
_ISSUE: Facts = {
    "issue_due_original": None,
    "suspended_since": None,
    "stands_for": None,
    "stands_for_person": None,
}
_MISSING: Facts = {
    "undone": [],
    "unproven": [],
    "undated": [],
    "unclear": [],
    "unplanned": False,
    "duty_unproven": False,
}
_SAID: Facts = dict.fromkeys(
    ("part", "progress", "basis", "after", "asked", "granted", "verdict", "from_person", "type")
) | {"missed": [], "proposed": False, "days": None, "long_term": None, "type_label": ""}


_REMINDER: Facts = {"at": "", "next_letter": None, "next_letter_on": None}
_DIGEST: Facts = {"at": "", "alarms": 0}


def completed(template: str, facts: Mapping[str, Any]) -> Facts:
    """Return the facts of a notice with those that notices of its template have today."""
    if template == "digest":
        items = [_completed(str(item["template"]), item) for item in facts.get("items", ())]
        return _DIGEST | dict(facts) | {"items": items}
    return _completed(template, facts)


def _completed(template: str, facts: Mapping[str, Any]) -> Facts:
    facts = {"succeeds": None, **facts}
    if "at" not in facts:
        facts = _REMINDER | dict(facts)
    if template == "reminder" and "turns" not in facts:
        return _ISSUE | _WORK | _light(int(facts.get("days_left", 0))) | dict(facts)
    if template == "step" and "said" not in facts:
        owed = [_WORK | dict(work) for work in facts.get("owed", ())]
        return _ISSUE | {"records": "", "said": _SAID} | dict(facts) | {"owed": owed}
    return dict(facts)


def _light(days_left: int) -> Facts:
    colour = RED if days_left < 0 else YELLOW if days_left == 0 else GREEN
    return {"colour": colour, "colour_word": colour, "missing": _MISSING}

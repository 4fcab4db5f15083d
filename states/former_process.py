"""Processes as they were written down before terms had units: brought into today's form.

The bytes stay as they are, because entries name their hash; only the reading is translated. Every
term was in calendar days. A light then was yellow when a date was near and red after it, which the
rungs now say themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from states.lights import RED, YELLOW
from states.term import DAYS

Record = dict[str, Any]


def is_former(record: Mapping[str, Any]) -> bool:
    """Return whether a record of a process is in the former form."""
    return "deadlines" not in record


def translated(record: Mapping[str, Any]) -> Record:
    """Return a record of the former form in today's; it means the same."""
    deadline = {
        "due": _due(record["deadline"]),
        "applies": [],
        "source": record["deadline_source"],
        "confirmed": False,
    }
    former = ("deadline", "deadline_source")
    kept = {key: value for key, value in record.items() if key not in former}
    return kept | {
        "deadlines": [deadline],
        "obligations": [
            rule | {"due": _due(rule["due"]), "applies": []} for rule in record["obligations"]
        ],
        "ladders": [
            {"name": ladder["name"], "rungs": [_rung(rung) for rung in ladder["rungs"]]}
            for ladder in record["ladders"]
        ],
        "policy": {
            "extensions": 0,
            "longest_extension": _days(0),
            "look_backs": [],
            "missed_duties": 0,
        },
    }


def _days(amount: int) -> Record:
    return {"amount": amount, "unit": DAYS}


def _due(due: Mapping[str, Any]) -> Record:
    return {
        "anchor": due["anchor"],
        "term": _days(due["days"]),
        "at_least": _days(due["at_least"]),
        "rule": "",
    }


def _rung(rung: Mapping[str, Any]) -> Record:
    return {
        "name": rung["name"],
        "at": _days(rung["days"]),
        "repeat": [_days(rung["repeat_days"])] if rung["repeat_days"] else [],
        "to": rung["to"],
        "colour": RED if rung["days"] > 0 else YELLOW,
        "letter": "",
        "urgent": False,
    }

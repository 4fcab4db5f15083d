"""What may be said with an event: named, typed facts, every fault of which is reported at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from states.attempt import ROLES
from states.canonical import LARGEST, normalised
from states.errors import Unmet
from states.issue import TYPES
from states.parts import LEVELS
from states.recurring import recurrences
from states.signed_note import read_note
from states.term import parse_term

Parser = Callable[[Any], Any]
TEXT_LIMIT = 20_000
# Wide enough for any term, narrow enough that no sum of days leaves the calendar.
YEARS = range(1900, 3000)
INTERVAL_LIMIT = 3660
LOOK_VERDICTS = ("holds", "slipping", "rebound")
LEVEL_WORDS = dict(zip(("公开", "内部", "秘密", "机密"), LEVELS, strict=True))
SETTLEMENTS = ("arrived", "given_up", "send_again")
RESERVED = "@"  # begins the names that are no person's: the clock's, the office's stream


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: its name, its kind (a key of ``KINDS``), and whether it must be there.

    ``each`` describes the items of a list of records.
    """

    name: str
    kind: str
    required: bool = False
    each: tuple[Fact, ...] = ()


class _TooLong(ValueError):
    """A text beyond the limit."""


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError
    if len(value) > TEXT_LIMIT:
        raise _TooLong
    return value.strip()


def _person(value: Any) -> str:
    person = _text(value)
    if person.startswith(RESERVED):
        raise ValueError
    return person


def _day(value: Any) -> str:
    if isinstance(value, datetime):
        raise ValueError  # whose day it is depends on where one is
    day = value if isinstance(value, date) else date.fromisoformat(value)
    if day.year not in YEARS:
        raise ValueError
    return day.isoformat()


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST:
        raise ValueError
    return value


def _positive(value: Any) -> int:
    if _whole(value) == 0:
        raise ValueError
    return int(value)


def _interval(value: Any) -> int:
    if _positive(value) > INTERVAL_LIMIT:
        raise ValueError
    return int(value)


def _sha256(value: Any) -> str:
    if not isinstance(value, str) or len(value) != 64 or value.strip("0123456789abcdef"):
        raise ValueError
    return value


def _verdict(value: Any) -> str:
    if value not in ("completed", "basically_completed"):
        raise ValueError
    return str(value)


def _look_verdict(value: Any) -> str:
    if value not in LOOK_VERDICTS:
        raise ValueError
    return str(value)


def _settlement(value: Any) -> str:
    if value not in SETTLEMENTS:
        raise ValueError
    return str(value)


def _level(value: Any) -> str:
    level = LEVEL_WORDS.get(value, value)
    if level not in LEVELS:
        raise ValueError
    return str(level)


def _type(value: Any) -> str:
    if value not in TYPES:
        raise ValueError
    return str(value)


def _term(value: Any) -> str:
    term = parse_term(_text(value))
    if not 0 < term.amount <= INTERVAL_LIMIT:
        raise ValueError
    return str(term)


def _when(value: Any) -> list[dict[str, Any]]:
    return recurrences(_text(value) if isinstance(value, str) else value)


def _note(value: Any) -> str:
    """A signed note is kept to its last line end: what is signed is never trimmed."""
    _text(value)
    read_note(value)
    return str(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _role(value: Any) -> str:
    if value not in ROLES:
        raise ValueError
    return str(value)


KINDS: Mapping[str, Parser] = {
    "text": _text,
    "person": _person,
    "day": _day,
    "whole": _whole,
    "positive": _positive,
    "interval": _interval,
    "sha256": _sha256,
    "verdict": _verdict,
    "flag": _flag,
    "role": _role,
    "type": _type,
    "term": _term,
    "recurrence": _when,
    "look_verdict": _look_verdict,
    "settlement": _settlement,
    "level": _level,
    "note": _note,
}


def check_facts(
    schema: tuple[Fact, ...], said: Mapping[str, Any], within: str = ""
) -> tuple[dict[str, Any], list[Unmet]]:
    """Return the facts in canonical form, and everything that is wrong with them.

    Facts given as None count as not given. ``within`` prefixes the names in the complaints.
    """
    known = {fact.name for fact in schema}
    faults = [
        Unmet("fact_unknown", "{name} is not asked for here", {"name": within + name}, asks=name)
        for name in said
        if name not in known and said[name] is not None
    ]
    facts: dict[str, Any] = {}
    for fact in schema:
        value = said.get(fact.name)
        if value is None or value == "":
            if fact.required:
                faults.append(_missing(within + fact.name))
            continue
        parsed, wrong = _parse(fact, value, within)
        faults += wrong
        if not wrong:
            facts[fact.name] = parsed
    return facts, faults


def _parse(fact: Fact, value: Any, within: str) -> tuple[Any, list[Unmet]]:
    if fact.kind == "records":
        return _records(fact, value, within)
    try:
        return normalised(KINDS[fact.kind](value)), []
    except _TooLong:
        return None, [_too_long(within + fact.name, len(value))]
    except (ValueError, TypeError):
        return None, [_wrong(within + fact.name, fact.kind, value)]


def _records(fact: Fact, value: Any, within: str) -> tuple[list[Any], list[Unmet]]:
    if not isinstance(value, list | tuple) or not all(isinstance(i, Mapping) for i in value):
        return [], [_wrong(within + fact.name, fact.kind, value)]
    records, faults = [], []
    for position, item in enumerate(value, start=1):
        record, wrong = check_facts(fact.each, item, f"{within}{fact.name}[{position}].")
        records.append(record)
        faults += wrong
    return records, faults


def _missing(name: str) -> Unmet:
    return Unmet("fact_missing", "{name} must be given", {"name": name}, asks=name)


def _too_long(name: str, length: int) -> Unmet:
    facts = {"name": name, "length": length, "limit": TEXT_LIMIT}
    return Unmet(
        "text_too_long",
        "{name} is too long: {length} characters, at most {limit}",
        facts,
        asks=name,
    )


_EXPECTED = {
    "person": f"the id of a person, which does not begin with {RESERVED}",
    "day": f"a date (YYYY-MM-DD, {YEARS[0]} to {YEARS[-1]})",
    "whole": "a whole number",
    "positive": "a whole number above 0",
    "interval": f"a number of days from 1 to {INTERVAL_LIMIT}",
    "sha256": "a SHA-256 in hex",
    "verdict": "completed or basically_completed",
    "records": "a list of records",
    "flag": "yes or no",
    "role": f"one of {', '.join(ROLES)}",
    "type": f"one of {', '.join(TYPES)}",
    "term": "a term (such as 10 workdays, 30 days, 3 months)",
    "recurrence": "when it recurs (such as 每月, 每季度末, every quarter)",
    "look_verdict": f"one of {', '.join(LOOK_VERDICTS)}",
    "settlement": f"one of {', '.join(SETTLEMENTS)}",
    "note": "a signed note",
    "level": f"one of {', '.join(LEVELS)} ({', '.join(LEVEL_WORDS)})",
}


def _wrong(name: str, kind: str, value: Any) -> Unmet:
    value = value.isoformat() if isinstance(value, date) else repr(value)
    facts = {"name": name, "expected": _EXPECTED.get(kind, "text"), "value": value[:80]}
    return Unmet("fact_wrong", "{name} must be {expected}, not {value}", facts, asks=name)


def persons_in(schema: tuple[Fact, ...], facts: Mapping[str, Any]) -> dict[str, str]:
    """Return the person ids among checked facts, by the name of the fact that holds them."""
    found: dict[str, str] = {}
    for fact in schema:
        if fact.name not in facts:
            continue
        if fact.kind == "person":
            found[fact.name] = facts[fact.name]
        for position, item in enumerate(facts[fact.name] if fact.each else (), start=1):
            for name, person in persons_in(fact.each, item).items():
                found[f"{fact.name}[{position}].{name}"] = person
    return found

"""The digest: everything that waits for a person on a channel, as one message of the day.

It is ordered by urgency: red, what could not be delivered, then the other lights of what is owed,
letters first; at the end what the office lacks, and news.
Its key names person, channel and day, so that any number of ticks make one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from notifications.notice import ALARMS, DIGEST, HOLD, RESEND, UNDELIVERED, Notice
from notifications.planning.circumstances import light_now
from states.calendar import Calendar
from states.frozen import replace
from states.lights import GREEN, LIGHTS, RED

LETTER = "letter"
NEWS = "step"
"""The template of notices that tell of a step taken, not of work to be done."""

CALENDAR_MISSING = "calendar_missing"
"""The template of notices that ask for a year of the calendar."""

OF_THE_OFFICE = (UNDELIVERED, CALENDAR_MISSING, *ALARMS)
"""Templates of what concerns the office as such: no work on an issue, and without a light."""

_ORDER = (RED, UNDELIVERED, *(light for light in LIGHTS if light != RED), CALENDAR_MISSING)

Work = tuple[str, str, str, str]
"""What is owed: issue, kind, subject, date."""


def digest_key(person: str, channel: str, day: date) -> str:
    """Return the key of a person's message of a day."""
    return f"{DIGEST}/{person}/{channel}/{day.isoformat()}"


def is_digest(key: str) -> bool:
    """Return whether a notice of that key is a message of a day, not one of its items."""
    return key.startswith(f"{DIGEST}/")


def bundled(items: Sequence[Notice], now: datetime, today: date, calendar: Calendar) -> Notice:
    """Return the one message that holds all items of a person on a channel.

    ``today`` is the recipient's own day: what the items say of days left and of the light is said
    as of that day, however long they have waited. A single item keeps its own template, so that it
    reads as what it is. ``now`` is in the recipient's own zone. Where an address or a language has
    changed meanwhile, the latest counts.
    """
    last, at = items[-1], now.strftime("%Y-%m-%dT%H:%M")
    ordered = sorted((_as_of(item, today, calendar) for item in items), key=_urgency)
    alone = len(ordered) == 1
    return Notice(
        key=digest_key(last.recipient, last.channel, today),
        issue=last.issue if alone else "",
        template=last.template if alone else DIGEST,
        recipient=last.recipient,
        channel=last.channel,
        address=last.address,
        language=last.language,
        created_at=now,
        facts={**ordered[0].facts, "at": at} if alone else _facts(ordered, today, at),
        if_unknown=HOLD if any(item.if_unknown == HOLD for item in items) else RESEND,
    )


def _as_of(notice: Notice, today: date, calendar: Calendar) -> Notice:
    """Return a notice with the days that are left counted from another day.

    News keep their own day, on which they happened; of what is owed they count as well.
    """
    facts = notice.facts
    if facts.get("today") == today.isoformat():
        return notice
    if notice.template == NEWS:
        owed = [work | _left(work, today, calendar) for work in facts.get("owed", ())]
        return replace(notice, facts={**facts, "owed": owed})
    if "due" not in facts or "turns" not in facts:
        return notice
    colour, word = light_now(facts["turns"], today)
    light = {"today": today.isoformat(), "colour": colour, "colour_word": word}
    return replace(notice, facts={**facts, **light, **_left(facts, today, calendar)})


def _left(work: Mapping[str, Any], today: date, calendar: Calendar) -> dict[str, int]:
    due = date.fromisoformat(work["due"])
    return {
        "days_left": (due - today).days,
        "workdays_left": calendar.count_workdays(today, due),
    }


def _urgency(notice: Notice) -> tuple[int, int, str, str]:
    sort = notice.template if notice.template in OF_THE_OFFICE else colour_of(notice)
    rank = _ORDER.index(sort) if sort in _ORDER else len(_ORDER)
    return rank, int(notice.template != LETTER), str(notice.facts.get("due") or ""), notice.key


def colour_of(notice: Notice) -> str:
    """Return the light of what a notice is about; what is no work on an issue has none ("")."""
    if notice.template in (NEWS, *OF_THE_OFFICE):
        return ""
    return str(notice.facts.get("colour") or GREEN)


def _facts(items: Sequence[Notice], today: date, at: str) -> dict[str, object]:
    lights = Counter(colour_of(item) for item in items)
    letters = Counter(str(i.facts["letter_label"]) for i in items if "letter_label" in i.facts)
    first = items[0].facts
    templates = Counter(item.template for item in items)
    reminded = {_work(i.facts["issue"], i.facts) for i in items if i.template != NEWS}
    return {
        "recipient": first.get("recipient", ""),
        "recipient_title": first.get("recipient_title", ""),
        "today": today.isoformat(),
        "at": at,
        "issue": "",
        "count": len(items),
        "news": templates[NEWS],
        "alarms": sum(templates[template] for template in OF_THE_OFFICE),
        "lights": [
            {"colour": c, "word": _word(items, c), "count": lights[c]} for c in LIGHTS if lights[c]
        ],
        "letters": [{"label": label, "count": count} for label, count in letters.items()],
        "items": [_item(item, reminded) for item in items],
        "contacts": _contacts(items),
    }


def _item(notice: Notice, reminded: Collection[Work]) -> dict[str, object]:
    """Return what the digest says of one notice; news do not repeat what it reminds of anyway."""
    facts = {**notice.facts, "template": notice.template, "colour": colour_of(notice)}
    if notice.template == NEWS:
        issue = facts["issue"]
        facts["owed"] = [o for o in facts["owed"] if _work(issue, o) not in reminded]
    return facts


def _work(issue: str, facts: Mapping[str, Any]) -> Work:
    return issue, str(facts.get("kind")), str(facts.get("subject")), str(facts.get("due"))


def _word(items: Sequence[Notice], colour: str) -> str:
    words = (str(i.facts.get("colour_word") or "") for i in items if colour_of(i) == colour)
    return next((word for word in words if word), colour)


def _contacts(items: Sequence[Notice]) -> list[str]:
    names = (name for item in items for name in item.facts.get("contacts", ()))
    return list(dict.fromkeys(names))[:2]

"""The deadlines that a notice speaks of, as a calendar that a mail carries (RFC 5545).

Each is an event of a whole day. That is what mail programs and phones enter with one touch; tasks
(VTODO) they show not at all, or somewhere else. It blocks no time, shows others no details, and
calls on the morning of the day before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from notifications.cleaning import clean, one_line
from notifications.notice import DIGEST
from notifications.planning.digest import NEWS

_WIDTH = 75
"""Octets of a line without its end (RFC 5545 3.1)."""

_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_LONGEST_SUMMARY = 120
_BEGIN = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//rectify//deadlines//EN\r\n"
    b"CALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n"
)
_SILENT = b"CLASS:PRIVATE\r\nTRANSP:TRANSPARENT\r\n"
_ALARM = b"BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15H\r\n"
"""Nine in the morning of the day before: an event of a whole day begins at midnight."""

_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """Something that is owed until the end of a day.

    ``work`` makes it the same one in every message: kind and part of the issue. ``provisional``:
    the day may still move, its calendar is not published yet.
    """

    issue: str
    work: str
    summary: str
    description: str
    due: date
    provisional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Who publishes the deadlines, and when; ``today`` is the recipient's own day."""

    organizer: str
    domain: str
    at: datetime
    today: date


def deadlines(template: str, language: str, facts: Mapping[str, Any]) -> list[Deadline]:
    """Return the deadlines that a notice speaks of, each once; news without one have none."""
    items: Sequence[Mapping[str, Any]] = [{**facts, "template": template}]
    if template == DIGEST:
        items = facts.get("items", ())
    found = (d for item in items for d in _spoken_of(item, language))
    return list({(d.issue, d.work): d for d in found}.values())


def _spoken_of(item: Mapping[str, Any], language: str) -> Iterator[Deadline]:
    owed = item.get("owed", ()) if item.get("template") == NEWS else (item,)
    for work in owed:
        due = _day(work.get("due"))
        if due is not None and work.get("kind"):
            yield _deadline({**item, **work}, due, language)


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


def _deadline(facts: Mapping[str, Any], due: date, language: str) -> Deadline:
    issue = str(facts.get("issue", ""))
    subject = str(facts.get("subject") or "")
    part = str(facts.get("part") or subject)
    colon = "：" if language == "zh" else ": "
    summary = f"{issue} {facts.get('work', '')}" + (f"{colon}{subject}" if subject else "")
    said = (facts.get("title"), facts.get("unit"))
    return Deadline(
        issue=issue,
        work=f"{facts['kind']}/{part}",
        summary=one_line(summary, _LONGEST_SUMMARY),
        description="\n".join(clean(str(text)) for text in said if text),
        due=due,
        provisional=bool(facts.get("provisional")),
    )


def calendar(found: Sequence[Deadline], by: Publication) -> bytes:
    """Return deadlines as one calendar, in the bytes that a mail carries.

    RFC 5546 3.2.1 says what a published event must have.
    """
    at = by.at.astimezone(UTC)
    published = (
        f"DTSTAMP:{at:%Y%m%dT%H%M%SZ}\r\nSEQUENCE:{_revision(at)}\r\n".encode()
        + folded(f"ORGANIZER:mailto:{by.organizer}")
        + _SILENT
    )
    events = (_event(deadline, by, published) for deadline in found)
    return _BEGIN + b"".join(events) + b"END:VCALENDAR\r\n"


def _event(deadline: Deadline, by: Publication, published: bytes) -> bytes:
    """Return an event with what every event of its message says as well."""
    summary = _escaped(deadline.summary)
    status = "TENTATIVE" if deadline.provisional else "CONFIRMED"
    days = f"DTSTART;VALUE=DATE:{_basic(deadline.due)}\r\nSTATUS:{status}\r\n"
    if deadline.due < date.max:
        days += f"DTEND;VALUE=DATE:{_basic(deadline.due + timedelta(days=1))}\r\n"
    lines = [
        b"BEGIN:VEVENT\r\n",
        folded(f"UID:{_identity(deadline)}@{by.domain}"),
        published,
        days.encode(),
        folded(f"SUMMARY:{summary}"),
    ]
    if deadline.description:
        lines.append(folded(f"DESCRIPTION:{_escaped(deadline.description)}"))
    if deadline.due > by.today:
        lines += [_ALARM, folded(f"DESCRIPTION:{summary}"), b"END:VALARM\r\n"]
    lines.append(b"END:VEVENT\r\n")
    return b"".join(lines)


def _identity(deadline: Deadline) -> str:
    """Return what stays the same of a deadline when its day moves."""
    named = f"{deadline.issue}/{deadline.work}".encode(errors="backslashreplace")
    return hashlib.sha256(named).hexdigest()[:40]


def _revision(at: datetime) -> int:
    """Return a number that is higher in every later message.

    So it is higher whenever the date has moved, which no message knows of the former ones.
    """
    return max(0, int((at - _EPOCH).total_seconds() // 60))


def _basic(day: date) -> str:
    return f"{day.year:04}{day.month:02}{day.day:02}"


def _escaped(text: str) -> str:
    """Return text as a value of RFC 5545 3.3.11."""
    return text.translate(_ESCAPES)


def folded(line: str) -> bytes:
    """Return a line with its end, folded so that no character is cut in two."""
    octets = line.encode(errors="replace")
    if len(octets) <= _WIDTH:
        return octets + b"\r\n"
    pieces, start, width = [], 0, _WIDTH
    while len(octets) - start > width:
        end = start + width
        while octets[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(octets[start:end])
        start, width = end, _WIDTH - 1  # the space that begins the next line counts
    pieces.append(octets[start:])
    return b"\r\n ".join(pieces) + b"\r\n"

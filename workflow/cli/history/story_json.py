"""A story for programs: the same facts that people read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workflow.cli.naming import Names, person_json
from workflow.past.story import DUE, FAILED, OVERDUE, Happening, Month, Story

if TYPE_CHECKING:
    from states.issue import Obligation
    from states.log import Entry


def story_json(found: Story, names: Names) -> dict[str, Any]:
    """Return a story for programs."""
    return {
        "from": found.first.isoformat(),
        "until": found.last.isoformat(),
        "issues": [
            {"key": one.key, "title": one.title, "unit": one.unit, "state": one.state}
            for one in found.issues
        ],
        "happenings": [_happening(one, names) for one in found.happenings],
        "months": [_month(month) for month in found.months],
    }


def _happening(one: Happening, names: Names) -> dict[str, Any]:
    at = None if one.at is None else one.at.astimezone(names.zone).isoformat()
    head = {"day": one.day.isoformat(), "at": at, "issue": one.issue, "what": one.what}
    if one.entry is not None:
        return head | _entry(one, one.entry, names)
    if one.what in (DUE, OVERDUE) and one.obligation is not None:
        return head | _owed(one.obligation, names)
    return head | _sending(one, names)


def _entry(one: Happening, entry: Entry, names: Names) -> dict[str, Any]:
    content = entry.content
    actor = content["actor"]
    return {
        "n": entry.n,
        "event": entry.event,
        "from": content["from"],
        "to": content["to"],
        "by": person_json(names, actor["person"]),
        "for": person_json(names, actor.get("on_behalf_of")),
        "auth": actor["auth"],
        "facts": dict(entry.facts),
        "met": [_work(met.obligation) | {"days_late": met.days_late} for met in one.met],
        "owed": [_owed(obligation, names) for obligation in one.opened],
    }


def _work(obligation: Obligation) -> dict[str, Any]:
    return {
        "kind": obligation.kind,
        "subject": obligation.subject or None,
        "due": obligation.due.isoformat(),
    }


def _owed(obligation: Obligation, names: Names) -> dict[str, Any]:
    person = person_json(names, obligation.person)
    return _work(obligation) | {"role": obligation.role, "person": person}


def _sending(one: Happening, names: Names) -> dict[str, Any]:
    notice = one.sent[0].notice
    facts = notice.facts
    owed = notice.obligation is not None
    found = {
        "rung": notice.rung,
        "kind": facts.get("kind") if owed else None,
        "subject": facts.get("subject") if owed else None,
        "event": None if owed else facts.get("event"),
        "to": [
            None if sent.notice.recipient == "-" else person_json(names, sent.notice.recipient)
            for sent in one.sent
        ],
        "notices": [sent.id for sent in one.sent],
    }
    return found | ({"cause": one.sent[0].cause} if one.what == FAILED else {})


def _month(month: Month) -> dict[str, Any]:
    from workflow.cli.deadlines.figuring import figures_json

    return {
        "first": month.first.isoformat(),
        "last": month.last.isoformat(),
        "figures": [figures_json(one) for one in month.figures],
        "counts": dict(month.counts),
    }

"""``evolve``: the only way in which an issue's state changes, an entry at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from states.canonical import instant
from states.effects import EFFECTS, Content
from states.issue import DATED, Issue, Obligation
from states.log import Entry
from states.parts import Claim, Measure


def evolve(issue: Issue | None, entry: Entry) -> Issue:
    """Return the issue as it stands after the entry; ``issue`` is None for its first entry.

    Raises ``ValueError`` or ``KeyError`` if the entry's content is not one that rectify writes.
    """
    return apply(issue, entry.content, entry.hash)


def apply(issue: Issue | None, content: Content, digest: str) -> Issue:
    """Return the issue after an entry of this content and hash (``evolve`` without the entry)."""
    if issue is None:
        issue = _registered(content)
    changes = EFFECTS[content["records"]].changes(issue, content)
    if content["opens"] or content["closes"]:
        changes["obligations"] = _obligations(issue, content)
    return replace(
        issue,
        state=content["to"],
        process=content["process"],
        calendar=content.get("calendar", ""),
        n=content["n"],
        hash=digest,
        at=instant(content["at"]),
        **changes,
    )


def _obligations(issue: Issue, content: Content) -> tuple[Obligation, ...]:
    closed = {c["id"] for c in content["closes"]}
    kept = tuple(o for o in issue.obligations if o.id not in closed)
    return kept + tuple(opened(content, record) for record in content["opens"])


def opened(content: Content, record: Content) -> Obligation:
    """Return the obligation that an entry's ``opens`` describes.

    Entries of former versions say nothing of anchor, guess and lapse: what is opened is owed since.
    """
    day = date.fromisoformat(content["day"])
    return Obligation(
        id=record["id"],
        kind=record["kind"],
        subject=record["subject"],
        role=record["role"],
        person=record["person"],
        due=date.fromisoformat(record["due"]),
        ladder=record["ladder"],
        opened_by=content["n"],
        opened_on=day,
        anchor=_day(record.get("anchor")),
        provisional=record.get("provisional", False),
        owed_since=_day(record.get("owed_since")) or day,
        lapses_on=_day(record.get("lapses_on")),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _registered(content: Content) -> Issue:
    facts = content["facts"]
    claim = next((Claim(**c) for c in facts.get("claim", ())), None)
    due = _day(facts.get("due"))
    return Issue(
        key=content["stream"],
        round=facts["round"],
        number=facts["number"],
        title=facts["title"],
        aspect=facts.get("aspect", ""),
        unit=facts["unit"],
        process=content["process"],
        state=content["to"],
        n=0,
        hash="",
        at=instant(content["at"]),
        cycle_began=date.fromisoformat(facts.get("feedback", content["day"])),
        cycle_entered=date.fromisoformat(content["day"]),
        type=facts.get("type", DATED),
        long_term=facts.get("long_term", False),
        due=due,
        due_original=due,
        due_source=facts.get("due_source", ""),
        due_by_rule=facts.get("due_by_rule", False),
        provisional=facts.get("provisional", False),
        claim=claim,
        measures=tuple(
            Measure(number=i, text=m["text"], line=m.get("line"))
            for i, m in enumerate(facts.get("measures", ()), start=1)
        ),
    )

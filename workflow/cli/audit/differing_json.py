"""What changed between two moments, for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workflow.cli.deadlines.figuring import figures_json
from workflow.cli.naming import Names, iso, person_json

if TYPE_CHECKING:
    from states.log import Entry
    from workflow.past.differing import Changed, Difference


def difference_json(found: Difference, names: Names) -> dict[str, Any]:
    """Return what changed."""
    was, now = found.office_was, found.office
    return {
        "from": found.since.astimezone(names.zone).isoformat(),
        "until": found.until.astimezone(names.zone).isoformat(),
        "entries": found.entries,
        "issues": [_issue(one, names) for one in found.issues],
        "office": {
            "process": {"was": was.process, "now": now.process},
            "calendar": {"was": was.calendar or None, "now": now.calendar or None},
            "acts": [_entry(act, names) | {"facts": dict(act.facts)} for act in found.acts],
        },
        "figures": {
            "was": [figures_json(one) for one in found.figures_were],
            "now": [figures_json(one) for one in found.figures],
        },
    }


def _issue(one: Changed, names: Names) -> dict[str, Any]:
    before, after = one.before, one.after
    return {
        "key": after.key,
        "title": after.title,
        "unit": after.unit,
        "new": before is None,
        "state": {"was": before.state if before else None, "now": after.state},
        "light": {"was": one.light_was, "now": one.light},
        "steps": [
            {"was": step.was or None, "now": step.now} | _entry(step.entry, names)
            for step in one.steps
        ],
        "dates": [
            {"what": moved.what, "number": moved.number, "was": iso(moved.was)}
            | {"now": iso(moved.now)}
            | _entry(moved.entry, names)
            | {"reason": moved.reason or None}
            for moved in one.dates
        ],
        "responsible": [
            {"role": other.role, "was": other.was, "now": other.now} | _entry(other.entry, names)
            for other in one.reassigned
        ],
        "evidence": [
            {"number": proof.evidence.number, "name": proof.evidence.name}
            | {"sha256": proof.evidence.sha256}
            | _entry(proof.entry, names)
            for proof in one.proofs
        ],
        "others": [_entry(entry, names) for entry in one.others],
    }


def _entry(entry: Entry, names: Names) -> dict[str, Any]:
    actor = entry.content["actor"]
    return {
        "n": entry.n,
        "at": entry.at.astimezone(names.zone).isoformat(),
        "event": entry.event,
        "by": person_json(names, actor["person"]),
        "for": person_json(names, actor.get("on_behalf_of")),
        "reason": entry.facts.get("reason"),
    }

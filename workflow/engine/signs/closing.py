"""Signs in the closing: nobody looked back, or whoever accepted was one of the unit itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from states.errors import Message
from workflow.engine.signs.sign import Dated, Material, Sign


def no_look_back(material: Material) -> Iterator[Sign]:
    """Issues were accepted long ago, and nobody has looked back at them; asked once for a unit."""
    groups: dict[tuple[str, str], list[Dated]] = defaultdict(list)
    for trace in material.traces:
        issue = trace.issue
        visits = list(issue.current_look_backs)
        if issue.accepted_on is None or any(visit.done_on for visit in visits):
            continue
        days = (material.today - issue.accepted_on).days
        due = any(visit.due < material.today for visit in visits)
        if due or days > material.limits.look_back_days:
            last = list(trace.of("acceptance"))[-1]
            groups[issue.round, issue.unit].append((trace, last))
    for (code, unit), accepted in groups.items():
        since = min(moment.day for _, moment in accepted)
        facts = {
            "count": len(accepted),
            "unit": unit,
            "round": code,
            "days": (material.today - since).days,
        }
        question = Message(
            "no_look_back",
            "{count} issues of {unit} in {round} were accepted, the first {days} days ago, and "
            "nobody has looked back at them. Do they hold?",
            facts,
        )
        yield Sign(question=question, entries=tuple(t.at(m) for t, m in accepted))


def same_unit(material: Material) -> Iterator[Sign]:
    """Whoever accepted belongs to the very unit whose work it was; asked once of each person."""
    groups: dict[tuple[str, str], list[Dated]] = defaultdict(list)
    for trace in material.traces:
        unit = trace.issue.unit
        for moment in trace.of("acceptance"):
            day = moment.day.isoformat()
            own = [h for h in moment.hands if material.ties.unit_of(h, day) == unit]
            if own:
                groups[own[0], unit].append((trace, moment))
    for (person, unit), accepted in groups.items():
        facts = {"person": person, "unit": unit, "count": len(accepted)}
        question = Message(
            "same_unit",
            "{person}, who accepted {count} times, belongs to {unit}, whose work it was. Who has "
            "looked at it from outside?",
            facts,
        )
        yield Sign(question=question, entries=tuple(t.at(m) for t, m in accepted))


CLOSING = (no_look_back, same_unit)

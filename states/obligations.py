"""What an issue owes as it stands, and what an entry therefore opens and closes.

Obligations are computed when an entry is written and kept in it: a later change of rules or
calendar never moves a date that was given, only an entry of its own does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from states.canonical import stamp
from states.deriving import Said, derived
from states.evolution import apply
from states.issue import Issue, Obligation
from states.process import ObligationRule
from states.reckoning import BY_RULE, by_rule, lapse_of, reckoning_of
from states.rules import Rules

__all__ = ["PARTS", "Recounted", "changes", "reckoning_of", "recounted"]

Record = dict[str, Any]
Key = tuple[str, str]

RECOUNTING = ("recalculation", "resumption", "term")
"""After these entries dates by rule are counted anew; after any other they stay as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of an issue that somebody owes: its name, the person the plan names, its date."""

    subject: str = ""
    person: str | None = None
    due: date | None = None
    provisional: bool = False
    lapses_on: date | None = None


def _issue(rules: Rules, issue: Issue) -> Iterator[Part]:
    yield Part(due=issue.due, provisional=issue.provisional)


def _measures(rules: Rules, issue: Issue) -> Iterator[Part]:
    for measure in issue.plan:
        if measure.is_open:
            yield Part(subject=str(measure.number), person=measure.person, due=measure.due)


def _remainder(rules: Rules, issue: Issue) -> Iterator[Part]:
    remainder = issue.remainder
    if remainder is not None and remainder.done_on is None:
        yield Part(person=remainder.person, due=remainder.due)


def _duties(rules: Rules, issue: Issue) -> Iterator[Part]:
    lapses = any(step.records == "duty_missed" for step in rules.process.steps)
    for duty in issue.current_duties:
        if duty.ended is None and duty.due is not None:
            yield Part(
                subject=f"{duty.number}.{duty.occurrence}",
                person=duty.person,
                due=duty.due,
                provisional=duty.provisional,
                # Where no step can record that it was missed, it stays owed until it is done.
                lapses_on=lapse_of(rules, duty) if lapses else None,
            )


def _extension(rules: Rules, issue: Issue) -> Iterator[Part]:
    if issue.extension is not None:
        yield Part(subject=str(issue.extension.number), due=issue.extension.was)


def _look_backs(rules: Rules, issue: Issue) -> Iterator[Part]:
    for visit in issue.current_look_backs:
        if visit.verdict is None:
            yield Part(subject=str(visit.number), due=visit.due, provisional=visit.provisional)


def _proposal(rules: Rules, issue: Issue) -> Iterator[Part]:
    if issue.proposal is not None:
        yield Part(due=issue.proposal.on)


PARTS: Mapping[str, Callable[[Rules, Issue], Iterator[Part]]] = {
    "issue": _issue,
    "measure": _measures,
    "remainder": _remainder,
    "duty": _duties,
    "extension": _extension,
    "look_back": _look_backs,
    "proposal": _proposal,
}


def _wanted(rules: Rules, issue: Issue) -> Iterator[tuple[ObligationRule, Part]]:
    """Yield what is owed as the issue stands; while the clock stands still, nothing is."""
    if issue.voided is not None or issue.suspended is not None:
        return
    for rule in rules.process.obligations:
        if issue.state in rule.states and (not rule.applies or issue.type in rule.applies):
            for part in PARTS[rule.each](rules, issue):
                yield rule, part


def changes(
    rules: Rules, issue: Issue, content: Mapping[str, Any]
) -> tuple[list[Record], list[Record]]:
    """Return what an entry of this content opens and closes, given the issue as it leaves it.

    Its event is the reason written beside what is closed. An obligation that stays owed keeps its
    date, the day from which it was counted and the day since which it is owed, whoever owes it
    now; only its own date given anew, or an entry that recounts, moves it. A new cycle owes
    everything anew.
    """
    count = _Count(rules, issue, content)
    before = {(o.kind, o.subject): o for o in issue.obligations}
    standing = {} if content["records"] == "new_cycle" else before
    opens: list[Record] = []
    kept: set[str] = set()
    for rule, part in _wanted(rules, issue):
        old = standing.get((rule.kind, part.subject))
        record = count.record(rule, part, old)
        if record is None:
            continue
        if old is not None and count.same(old, record):
            kept.add(old.id)
        else:
            opens.append(record)
    closes = [
        {"id": o.id, "because": content["event"]} for o in issue.obligations if o.id not in kept
    ]
    return opens, closes


class _Count:
    """How an entry counts what is owed after it."""

    def __init__(self, rules: Rules, issue: Issue, content: Mapping[str, Any]) -> None:
        self._rules, self._issue = rules, issue
        self._day = date.fromisoformat(content["day"])
        self._anew = content["records"] in RECOUNTING
        self._held: dict[Key, date] = {}
        if content["records"] == "resumption" and issue.suspensions:
            held = issue.suspensions[-1].owed
            self._held = {(h.kind, h.subject): h.owed_since for h in held}

    def record(self, rule: ObligationRule, part: Part, old: Obligation | None) -> Record | None:
        """Return the obligation as an entry holds it; None where there is no date to meet."""
        since = self._since(rule, part, old)
        dated = self._dated(rule, part, old, since)
        if dated is None:
            return None
        due, anchor, provisional = dated
        name = f"{self._issue.key}/{self._issue.n}/{rule.kind}"
        return {
            "id": f"{name}/{part.subject}" if part.subject else name,
            "kind": rule.kind,
            "subject": part.subject,
            "role": rule.role,
            "person": part.person,
            "due": due.isoformat(),
            "ladder": rule.ladder,
            "anchor": None if anchor is None else anchor.isoformat(),
            "provisional": provisional,
            "owed_since": since.isoformat(),
            "lapses_on": None if part.lapses_on is None else part.lapses_on.isoformat(),
        }

    def _since(self, rule: ObligationRule, part: Part, old: Obligation | None) -> date:
        if old is not None:
            return old.owed_since or old.opened_on
        return self._held.get((rule.kind, part.subject), self._day)

    def _dated(
        self, rule: ObligationRule, part: Part, old: Obligation | None, since: date
    ) -> tuple[date, date | None, bool] | None:
        """Return the date, the day it is counted from, and whether it is a guess."""
        if rule.due.anchor in BY_RULE:
            if old is not None and not self._anew:
                return old.due, old.anchor, old.provisional
            counted = by_rule(self._rules, self._issue, rule, since)
            anchor = self._issue.cycle_began if rule.due.anchor == "cycle" else since
            return counted.due, anchor, counted.provisional
        given = self._issue.due if rule.due.anchor == "due" else part.due
        if given is None:
            return None
        guess = self._issue.provisional if rule.due.anchor == "due" else part.provisional
        if not rule.due.term.amount:
            return given, None, guess
        counted = self._rules.calendar.reckon(given, rule.due.term)
        return counted.due, None, guess or counted.provisional

    def same(self, old: Obligation, record: Record) -> bool:
        """Return whether an obligation stays as it is."""
        if (old.person, old.due.isoformat()) != (record["person"], record["due"]):
            return False
        if not self._anew:
            return True
        lapses_on = None if old.lapses_on is None else old.lapses_on.isoformat()
        stands = (old.role, old.ladder, old.provisional, lapses_on)
        return stands == tuple(record[k] for k in ("role", "ladder", "provisional", "lapses_on"))


# ------------------------------------------------------------------------------ what would move


@dataclass(frozen=True, slots=True, kw_only=True)
class Recounted:
    """What a recalculation changes of one date; ``kind`` "issue" is the issue's own.

    ``was`` or ``now`` is None where something begins or ends to be owed. ``was_lapsing`` and
    ``lapsing`` are the days from which an occurrence of a duty can no longer be met.
    """

    kind: str
    subject: str = ""
    was: date | None
    now: date | None
    was_provisional: bool = False
    provisional: bool = False
    was_lapsing: date | None = None
    lapsing: date | None = None


def recounted(rules: Rules, issue: Issue, day: date | None = None) -> list[Recounted]:
    """Return what a recalculation by these rules on a day would change; nothing if it is empty."""
    content = _recalculation(rules, issue, day or issue.at.date())
    facts = derived("recalculation", Said(rules, issue, issue, day or issue.at.date(), {}))
    after = apply(issue, {**content, "facts": facts}, "")
    opens, closes = changes(rules, after, content)
    closed = {c["id"] for c in closes}
    gone = {(o.kind, o.subject): o for o in issue.obligations if o.id in closed}
    pairs = [(r, gone.pop((r["kind"], r["subject"]), None)) for r in opens]
    found = []
    if (issue.due, issue.provisional) != (after.due, after.provisional):
        found.append(
            Recounted(
                kind="issue",
                was=issue.due,
                now=after.due,
                was_provisional=issue.provisional,
                provisional=after.provisional,
            )
        )
    found += [_moved(record, old) for record, old in pairs]
    found += [
        Recounted(
            kind=o.kind,
            subject=o.subject,
            was=o.due,
            now=None,
            was_provisional=o.provisional,
            was_lapsing=o.lapses_on,
        )
        for o in gone.values()
    ]
    return found


def _moved(record: Record, old: Obligation | None) -> Recounted:
    lapsing = record["lapses_on"]
    return Recounted(
        kind=record["kind"],
        subject=record["subject"],
        was=old.due if old else None,
        now=date.fromisoformat(record["due"]),
        was_provisional=old.provisional if old else False,
        provisional=record["provisional"],
        was_lapsing=old.lapses_on if old else None,
        lapsing=None if lapsing is None else date.fromisoformat(lapsing),
    )


def _recalculation(rules: Rules, issue: Issue, day: date) -> Record:
    return {
        "n": issue.n + 1,
        "at": stamp(issue.at),
        "day": day.isoformat(),
        "process": rules.process.hash,
        "calendar": rules.calendar.hash,
        "event": "",
        "to": issue.state,
        "records": "recalculation",
        "facts": {},
        "opens": [],
        "closes": [],
    }

"""Effects on dates: given anew, asked for and granted, held still and set going again."""

from __future__ import annotations

from datetime import date, timedelta

from states.effects.effect import (
    NOTE,
    WHY,
    Changes,
    Content,
    Effect,
    own_date,
    today,
)
from states.facts import Fact
from states.frozen import replace
from states.issue import Issue
from states.log import hands_in
from states.parts import (
    Duty,
    Extension,
    Held,
    LookBack,
    Measure,
    Override,
    Remainder,
    Suspension,
)
from states.term import parse_term


def lapsed(extensions: tuple[Extension, ...]) -> tuple[Extension, ...]:
    """Return requests for a later date of which none waits any longer."""
    return tuple(replace(e, outcome="lapsed") if e.outcome is None else e for e in extensions)


def lapsed_for(issue: Issue, measure: int) -> Changes:
    """Return what the end of a measure changes of the requests for a later date."""
    waiting = issue.extension
    if waiting is None or waiting.measure != measure:
        return {}
    return {"extensions": lapsed(issue.extensions)}


def overtaken(issue: Issue) -> tuple[Extension, ...]:
    """Return the requests for a later date; one that the date itself has reached has lapsed."""
    waiting = issue.extension
    if waiting is None:
        return issue.extensions
    stands = standing_date(issue, waiting.measure)
    reached = stands is not None and stands >= waiting.asked
    return lapsed(issue.extensions) if reached else issue.extensions


def _due_changed(issue: Issue, content: Content) -> Changes:
    facts = content["facts"]
    own = own_date({"due": facts["due"], "due_source": facts["reason"]})
    return own | {"extensions": overtaken(replace(issue, **own))}


def _term_set(issue: Issue, content: Content) -> Changes:
    facts = content["facts"]
    kept = tuple(o for o in issue.overrides if o.kind != facts["kind"])
    term = parse_term(facts["after"])
    override = Override(kind=facts["kind"], term=term, reason=facts["reason"])
    return {"overrides": (*kept, override)}


def standing_date(issue: Issue, measure: int | None) -> date | None:
    """Return the date that stands: of a measure, or of the issue itself."""
    if measure is None:
        return issue.due
    part = issue.measure(measure)
    return None if part is None else part.due


def _extension_asked(issue: Issue, content: Content) -> Changes:
    facts = content["facts"]
    asked = date.fromisoformat(facts["due"])
    request = Extension(
        number=len(issue.extensions) + 1,
        asked=asked,
        was=standing_date(issue, facts.get("measure")) or asked,
        reason=facts["reason"],
        progress=facts["progress"],
        by=hands_in(content),
        on=today(content),
        measure=facts.get("measure"),
        cycle=issue.cycle,
    )
    return {"extensions": (*issue.extensions, request)}


def _extension_granted(issue: Issue, content: Content) -> Changes:
    granted = date.fromisoformat(content["facts"]["due"])
    request = issue.extension
    if request is None:
        return {}
    decided = replace(request, outcome="granted", granted=granted)
    changes: Changes = {"extensions": _decided(issue, decided)}
    if request.measure is None:
        own = {"due": granted.isoformat(), "due_source": request.reason}
        return changes | own_date(own)
    changes["measures"] = tuple(
        replace(m, due=granted) if m.number == request.measure else m for m in issue.measures
    )
    return changes


def _extension_refused(issue: Issue, content: Content) -> Changes:
    request = issue.extension
    if request is None:
        return {}
    return {"extensions": _decided(issue, replace(request, outcome="refused"))}


def _decided(issue: Issue, decided: Extension) -> tuple[Extension, ...]:
    return tuple(decided if e.number == decided.number else e for e in issue.extensions)


def _suspended(issue: Issue, content: Content) -> Changes:
    owed = tuple(
        Held(kind=o.kind, subject=o.subject, owed_since=o.owed_since or o.opened_on)
        for o in issue.obligations
    )
    pause = Suspension(since=today(content), reason=content["facts"]["reason"], owed=owed)
    return {"suspensions": (*issue.suspensions, pause)}


def _resumed(issue: Issue, content: Content) -> Changes:
    """Set the clock going again: what was still to come when it stopped moves on by the pause."""
    pause = issue.suspended
    if pause is None:
        return {}
    ended = replace(pause, resumed_on=today(content))
    moved = _Moved(pause.since, today(content) - pause.since)
    facts = content["facts"]
    changes: Changes = {"suspensions": (*issue.suspensions[:-1], ended)}
    if "due" in facts:
        changes |= own_date(facts)
    elif issue.accepted_on is None:
        changes["due"] = None if issue.due is None else moved.day(issue.due)
    limit = changes.get("due", issue.due)
    changes["measures"] = tuple(
        moved.measure(m, limit) if m.cycle == issue.cycle else m for m in issue.measures
    )
    changes["remainder"] = moved.remainder(issue.remainder)
    changes["duties"] = tuple(moved.duty(d) if d.cycle == issue.cycle else d for d in issue.duties)
    changes["look_backs"] = tuple(
        moved.look_back(b) if b.cycle == issue.cycle else b for b in issue.look_backs
    )
    return changes | {"extensions": overtaken(replace(issue, **changes))}


class _Moved:
    """Days moved on by a pause. A date that had passed when it began stays where it was."""

    def __init__(self, since: date, by: timedelta) -> None:
        self._since, self._by = since, max(by, timedelta())

    def day(self, due: date) -> date:
        """Return a date after the pause."""
        return due if due < self._since else due + self._by

    def measure(self, measure: Measure, limit: date | None) -> Measure:
        """Return a measure after the pause; the issue's own date stays its limit."""
        if not measure.is_open or measure.due is None or measure.due < self._since:
            return measure
        due = self.day(measure.due)
        return replace(measure, due=due if limit is None else min(due, limit))

    def remainder(self, remainder: Remainder | None) -> Remainder | None:
        """Return what remains after the pause."""
        if remainder is None or remainder.done_on is not None:
            return remainder
        return replace(remainder, due=self.day(remainder.due))

    def duty(self, duty: Duty) -> Duty:
        """Return a duty after the pause."""
        if duty.ended is not None or duty.due is None:
            return duty
        due = self.day(duty.due)
        return replace(duty, due=due, moved=duty.moved + (due - duty.due).days)

    def look_back(self, visit: LookBack) -> LookBack:
        """Return a look-back after the pause."""
        if visit.verdict is not None:
            return visit
        due = self.day(visit.due)
        return replace(visit, due=due, moved=visit.moved + (due - visit.due).days)


_DATE = Fact("due", "day", required=True)
_TERM = (
    Fact("kind", "text", required=True),
    Fact("after", "term", required=True),
    WHY,
)
_REQUEST = (_DATE, WHY, Fact("progress", "text", required=True), Fact("measure", "positive"))

EXTENDING = {
    "due_date": Effect((_DATE, WHY), _due_changed),
    "term": Effect(_TERM, _term_set),
    "extension_request": Effect(_REQUEST, _extension_asked),
    "extension_grant": Effect((Fact("due", "day"), NOTE), _extension_granted),
    "extension_refusal": Effect((WHY,), _extension_refused),
    "suspension": Effect((WHY, Fact("basis", "text")), _suspended),
    "resumption": Effect((NOTE,), _resumed),
}

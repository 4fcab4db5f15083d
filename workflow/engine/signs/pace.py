"""Signs in the pace: done minutes after the plan, all at once, all on the last day, again."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta

from states.errors import Message
from states.issue import IMMEDIATE
from workflow.engine.signs.sign import Dated, Material, Moment, Sign, Trace


def soon_after_plan(material: Material) -> Iterator[Sign]:
    """Measures were reported done minutes after their plan was approved."""
    limit = timedelta(minutes=material.limits.minutes_after_plan)
    for trace in material.traces:
        if trace.issue.type == IMMEDIATE:
            continue
        plan: Moment | None = None
        soon: list[Moment] = []
        for moment in trace.of("approval", "measure_done"):
            if moment.records == "approval":
                plan = moment
            elif plan is not None and moment.at - plan.at <= limit:
                soon.append(moment)
        if plan is None or not soon:
            continue
        first = next(m for m in reversed(list(trace.of("approval"))) if m.n < soon[0].n)
        facts = {
            "measures": tuple(m.facts["measure"] for m in soon),
            "minutes": int((soon[0].at - first.at).total_seconds() // 60),
        }
        question = Message(
            "soon_after_plan",
            "Reported done {minutes} minutes after the plan was approved: measure {measures}. When "
            "was the work really done?",
            facts,
        )
        yield Sign(question=question, entries=tuple(map(trace.at, (first, *soon))))


def finished_together(material: Material) -> Iterator[Sign]:
    """Somebody reported several measures done within seconds, of one issue or of several."""
    gap = timedelta(seconds=material.limits.seconds_together)
    by_person: dict[str, list[Dated]] = defaultdict(list)
    for trace in material.traces:
        for moment in trace.of("measure_done"):
            by_person[moment.person].append((trace, moment))
    for person, done in by_person.items():
        done.sort(key=lambda one: (one[1].at, one[0].issue.key, one[1].n))
        for run in _runs(done, gap):
            if len(run) < material.limits.measures_together:
                continue
            facts = {
                "count": len(run),
                "person": person,
                "seconds": int((run[-1][1].at - run[0][1].at).total_seconds()),
                "at": run[0][1].day.isoformat(),
            }
            question = Message(
                "finished_together",
                "{person} reported {count} measures done within {seconds} seconds on {at}. Was "
                "each of them looked at?",
                facts,
            )
            yield Sign(question=question, entries=tuple(t.at(m) for t, m in run))


def _runs(done: list[Dated], gap: timedelta) -> Iterator[list[Dated]]:
    """Yield what follows on each other without a gap."""
    run: list[Dated] = []
    for one in done:
        if run and one[1].at - run[-1][1].at > gap:
            yield run
            run = []
        run.append(one)
    if run:
        yield run


def accepted_at_once(material: Material) -> Iterator[Sign]:
    """Completions were accepted minutes after they were submitted; asked once of each person."""
    limit = timedelta(minutes=material.limits.minutes_to_accept)
    groups: dict[str, list[tuple[Trace, Moment, Moment]]] = defaultdict(list)
    for trace in material.traces:
        submitted: Moment | None = None
        for moment in trace.of("completion", "acceptance"):
            if moment.records == "completion":
                submitted = moment
            elif submitted is not None and moment.at - submitted.at <= limit:
                groups[moment.person].append((trace, submitted, moment))
    for person, soon in groups.items():
        longest = max(done.at - asked.at for _, asked, done in soon)
        minutes = int(longest.total_seconds() // 60)
        facts = {"person": person, "count": len(soon), "minutes": minutes}
        question = Message(
            "accepted_at_once",
            "{person} accepted {count} completions at most {minutes} minutes after they were "
            "submitted. What was examined?",
            facts,
        )
        entries = tuple(t.at(m) for t, asked, done in soon for m in (asked, done))
        yield Sign(question=question, entries=entries)


def last_day(material: Material) -> Iterator[Sign]:
    """Nearly all completions of a unit in a round came on the due date or right before it."""
    limits = material.limits
    groups: dict[tuple[str, str], list[Dated]] = defaultdict(list)
    for trace in material.traces:
        last = {m.cycle: m for m in trace.of("completion") if m.due is not None}
        groups[trace.issue.round, trace.issue.unit] += [(trace, m) for m in last.values()]
    for (code, unit), found in groups.items():
        near = [(t, m) for t, m in found if m.due and 0 <= (m.due - m.day).days <= limits.last_days]
        if len(found) < limits.last_day_least:
            continue
        if 100 * len(near) < limits.last_day_percent * len(found):
            continue
        facts = {"count": len(near), "all": len(found), "unit": unit, "round": code}
        question = Message(
            "last_day",
            "{count} of {all} completions of {unit} in {round} were submitted on the due date or "
            "right before it. Was the work finished then, or only reported?",
            facts,
        )
        yield Sign(question=question, entries=tuple(t.at(m) for t, m in near))


def asked_late(material: Material) -> Iterator[Sign]:
    """A unit asked for later dates on the last days, and more than once."""
    limits = material.limits
    groups: dict[tuple[str, str], list[Dated]] = defaultdict(list)
    for trace in material.traces:
        requests = zip(trace.of("extension_request"), trace.issue.extensions, strict=True)
        for moment, request in requests:
            if (request.was - request.on).days <= limits.last_days:
                groups[trace.issue.round, trace.issue.unit].append((trace, moment))
    for (code, unit), late in groups.items():
        if len(late) >= limits.late_requests:
            facts = {"count": len(late), "unit": unit, "round": code}
            question = Message(
                "asked_late",
                "{unit} asked {count} times in {round} for a later date when the old one had all "
                "but come. Since when was it known?",
                facts,
            )
            yield Sign(question=question, entries=tuple(t.at(m) for t, m in late))


def returned_often(material: Material) -> Iterator[Sign]:
    """The same thing was returned again and again within one cycle."""
    for trace in material.traces:
        counts = Counter((m.cycle, m.event) for m in trace.of("return"))
        for (cycle, event), count in counts.items():
            if count < material.limits.returns:
                continue
            facts = {"count": count, "event": event, "cycle": cycle}
            question = Message(
                "returned_often",
                "{event}: {count} times in cycle {cycle}. What is lacking, and why again?",
                facts,
            )
            entries = tuple(
                trace.at(m) for m in trace.of("return") if (m.cycle, m.event) == (cycle, event)
            )
            yield Sign(question=question, entries=entries)


PACE = (
    soon_after_plan,
    finished_together,
    accepted_at_once,
    last_day,
    asked_late,
    returned_often,
)

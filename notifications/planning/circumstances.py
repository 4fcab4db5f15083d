"""How an issue and what is owed on it stand: the facts that every kind of notice shares."""

from __future__ import annotations

from datetime import date
from typing import Any

from notifications.planning.audience import NOBODY, Audience
from notifications.planning.quoting import Facts
from states.attempt import SUPERVISOR
from states.issue import Issue, Obligation
from states.lights import GREEN


def contacts_of(audience: Audience) -> tuple[str, ...]:
    """Return who supervises the issue, in the order of their ids."""
    return audience.office.holders(SUPERVISOR, audience.issue.unit)


def about(audience: Audience, person: str, language: str | None = None) -> Facts:
    """Return what is said of an issue to a person, in their language or in another."""
    return {
        **addressed(audience, person),
        **standing(audience, language or audience.language(person)),
    }


def addressed(audience: Audience, person: str) -> Facts:
    """Return how a recipient is addressed, and whom else they may ask about the issue."""
    details = audience.people.get(person)
    contacts = [c for c in contacts_of(audience) if c != person]
    return {
        "recipient": audience.name(person) if person != NOBODY else "",
        "recipient_title": details.title if details else "",
        "contacts": [audience.name(contact) for contact in contacts[:2]],
    }


def standing(audience: Audience, language: str) -> Facts:
    """Return where an issue stands: the same for everybody who reads a language."""
    issue = audience.issue
    return {
        "issue": issue.key,
        "number": issue.number,
        "round": issue.round,
        "title": issue.title,
        "aspect": issue.aspect,
        "unit": issue.unit,
        "state": audience.process.label(language, "state", issue.state),
        "issue_due": issue.due.isoformat() if issue.due else None,
        "issue_due_original": _moved(issue.due_original, issue.due),
        "suspended_since": issue.suspended.since.isoformat() if issue.suspended else None,
        "today": audience.today.isoformat(),
        "at": audience.minute(audience.now),
    }


def _moved(original: Any, due: Any) -> str | None:
    """Return the original date where another one stands now."""
    return original.isoformat() if original is not None and original != due else None


def work(audience: Audience, obligation: Obligation, language: str) -> Facts:
    """Return what is owed, since when and until when; days left are negative when overdue."""
    due = obligation.due
    return {
        "kind": obligation.kind,
        "role": obligation.role,
        "work": audience.process.label(language, "kind", obligation.kind),
        "subject": _subject(audience, obligation),
        "part": obligation.subject,
        "since": (obligation.owed_since or obligation.opened_on).isoformat(),
        "due": due.isoformat(),
        **_original(audience, obligation),
        "provisional": obligation.provisional,
        "days_left": (due - audience.today).days,
        "workdays_left": audience.calendar.count_workdays(audience.today, due),
    }


def _each(audience: Audience, obligation: Obligation) -> str:
    rule = audience.process.obligation(obligation.kind)
    return rule.each if rule else "issue"


def _subject(audience: Audience, obligation: Obligation) -> str | None:
    """Return the part of the issue that is owed, in its own words; None where it is the whole."""
    issue = audience.issue
    number = obligation.subject.partition(".")[0]
    match _each(audience, obligation):
        case "measure":
            measure = issue.measure(int(number))
            return measure.text if measure else None
        case "duty":
            duty = issue.duty(int(number))
            return duty.text if duty else None
        case "remainder":
            return issue.remainder.text if issue.remainder else None
        case "extension":
            return issue.extension.reason if issue.extension else None
    return None


def _original(audience: Audience, obligation: Obligation) -> Facts:
    """Return the date first given, where another stands now, and whether that was granted."""
    issue = audience.issue
    rule = audience.process.obligation(obligation.kind)
    original: date | None = None
    number: int | None = None
    if rule is not None and rule.due.anchor == "due":
        original = issue.due_original
    elif rule is not None and rule.each == "measure":
        number = int(obligation.subject)
        measure = issue.measure(number)
        original = measure.due_original if measure else None
    moved = _moved(original, obligation.due)
    granted = {e.granted for e in issue.extensions if e.measure == number}
    return {
        "due_original": moved,
        "extended": moved is not None and obligation.due in granted,
    }


def missing(audience: Audience, obligation: Obligation) -> Facts:
    """Return what still stands between somebody responsible and the end of their work.

    ``undone``, ``unproven`` and ``undated`` are numbers of measures, ``unclear`` which of the
    three clarities are not there (leader, department, person); ``unplanned`` says that there is no
    measure at all, ``duty_unproven`` that the occurrence awaited has no evidence yet.
    """
    issue = audience.issue
    found: Facts = {
        "undone": [],
        "unproven": [],
        "undated": [],
        "unclear": [],
        "unplanned": False,
        "duty_unproven": False,
    }
    if obligation.role == SUPERVISOR:
        return found
    each = _each(audience, obligation)
    if each == "measure":
        number = int(obligation.subject)
        return found | {"unproven": [] if issue.proofs_of(number) else [number]}
    if each == "duty":
        return found | {"duty_unproven": not _is_proven(issue, obligation)}
    if each != "issue" or issue.state in audience.process.final:
        return found
    if issue.state == audience.process.initial:
        return found | _unplanned(issue)
    return found | {
        "undone": [m.number for m in issue.plan if m.is_open],
        "unproven": [m.number for m in issue.plan if not issue.proofs_of(m.number)],
    }


def _is_proven(issue: Issue, obligation: Obligation) -> bool:
    duty = issue.duty(int(obligation.subject.partition(".")[0]))
    return duty is None or any(
        (e.duty, e.occurrence) == (duty.number, duty.occurrence) for e in issue.evidence
    )


def _unplanned(issue: Issue) -> Facts:
    clarities = ("leader", "department", "person")
    return {
        "undated": [m.number for m in issue.plan if m.due is None],
        "unplanned": not issue.plan,
        "unclear": [c for c in clarities if not getattr(issue.responsibility, c)],
    }


def light_now(turns: list[list[str]], today: date) -> tuple[str, str]:
    """Return colour and word of the light on a day, from the ``turns`` of a notice's facts."""
    past = [turn for turn in turns if turn[0] <= today.isoformat()]
    _, colour, word = past[-1] if past else turns[0]
    return colour, word


def turns_of(audience: Audience, obligation: Obligation, language: str) -> list[list[str]]:
    """Return from which day the light has which colour; it is green from the first."""
    ladder = audience.process.ladder(obligation.ladder)
    turns = [("0001-01-01", GREEN)]
    turns += [(d.isoformat(), c) for d, c in ladder.colours(audience.calendar, obligation.due)]
    return [[day, c, audience.process.label(language, "colour", c)] for day, c in turns]

"""What the text of a notice may say: plain values, in the recipient's language, fixed when owed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from notifications.audience import NOBODY, Audience
from states.attempt import SUPERVISOR
from states.decision import Decision
from states.issue import Duty, Measure, Obligation, Remainder
from states.ladder import Reached

Facts = dict[str, Any]


def about_step(audience: Audience, decision: Decision, person: str) -> Facts:
    """Return what a recipient is told of a step, and what they now owe on the issue."""
    content = decision.entry.content
    language = audience.language(person)
    actor = content["actor"]
    owed = [o for o in decision.issue.obligations if person in audience.holders(o)]
    return {
        **_about(audience, person),
        "event": content["event"],
        "event_label": audience.process.label(language, "event", content["event"]),
        "from_state": audience.process.label(language, "state", content["from"]),
        "actor": audience.name(actor.get("on_behalf_of", actor["person"])),
        "reason": content["facts"].get("reason"),
        "owed": [_work(audience, o, language) for o in sorted(owed, key=lambda o: o.due)],
    }


def about_rung(audience: Audience, obligation: Obligation, reached: Reached, person: str) -> Facts:
    """Return what a recipient is told of an obligation that has reached a rung.

    ``days_left`` is negative when overdue; ``missed`` counts the earlier reminders superseded;
    ``escalates_on`` is the day from which others than the holders are told too.
    """
    owed = reached.owed
    holders = audience.holders(obligation)
    return {
        **_about(audience, person),
        **_work(audience, obligation, audience.language(person)),
        "since": obligation.opened_on.isoformat(),
        "holders": [audience.name(holder) for holder in holders],
        "is_holder": person in holders,
        "rung": owed.rung.name if owed else None,
        "nth": owed.nth if owed else None,
        "missed": len(reached.superseded),
        "next_on": reached.next_on.isoformat() if reached.next_on else None,
        **_escalation(audience, obligation),
    }


def _escalation(audience: Audience, obligation: Obligation) -> Facts:
    """Return when others than the holders are first told, and who; nothing if never again."""
    holders = (*audience.holders(obligation), NOBODY)
    for rung in audience.process.ladder(obligation.ladder).rungs:
        on = obligation.due + timedelta(days=rung.days)
        others = [p for p in audience.told(rung.to, obligation) if p not in holders]
        if others and on > audience.today:
            names = [audience.name(person) for person in others]
            return {"escalates_on": on.isoformat(), "escalates_to": names}
    return {"escalates_on": None, "escalates_to": []}


def _about(audience: Audience, person: str) -> Facts:
    issue = audience.issue
    details = audience.people.get(person)
    contacts = [c for c in audience.office.holders(SUPERVISOR, issue.unit) if c != person]
    return {
        "recipient": audience.name(person) if person != NOBODY else "",
        "recipient_title": details.title if details else "",
        "issue": issue.key,
        "number": issue.number,
        "round": issue.round,
        "title": issue.title,
        "aspect": issue.aspect,
        "unit": issue.unit,
        "state": audience.process.label(audience.language(person), "state", issue.state),
        "issue_due": issue.due.isoformat() if issue.due else None,
        "contacts": [audience.name(contact) for contact in contacts[:2]],
        "today": audience.today.isoformat(),
    }


def _work(audience: Audience, obligation: Obligation, language: str) -> Facts:
    part = _part(audience, obligation)
    return {
        "kind": obligation.kind,
        "work": audience.process.label(language, "kind", obligation.kind),
        "subject": part.text if part else None,
        "due": obligation.due.isoformat(),
        "days_left": (obligation.due - audience.today).days,
    }


def _part(audience: Audience, obligation: Obligation) -> Measure | Duty | Remainder | None:
    """Return the part of the issue that is owed; None where it is the issue as a whole."""
    rule = audience.process.obligation(obligation.kind)
    number = obligation.subject.partition(".")[0]
    match rule.each if rule else "issue":
        case "measure":
            return audience.issue.measure(int(number))
        case "duty":
            return audience.issue.duty(int(number))
        case "remainder":
            return audience.issue.remainder
    return None

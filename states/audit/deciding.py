"""Every entry decided again, by the rules and the office of its moment.

An entry names all that it was decided by: process, calendar, the number of the office's entry.
Together with what was said they make the same attempt; it must be accepted again and write the
same bytes. Entries of former versions do not name their office and cannot be decided again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from states.administration import administer
from states.attempt import CLOCK, CLOCK_PERSON, Actor, Attempt
from states.audit.checks import Link, Record, day_apart
from states.calendar import WEEKDAYS
from states.decision import decide, register
from states.effects import stated
from states.errors import Message, Refused
from states.issue import Issue
from states.log import Entry
from states.office import Office
from states.rules import Rules

TOLERANCE = timedelta(days=1)
"""How long a changed office may go unnoticed: clocks that were set right are no forgers."""


def can_be_decided(entry: Entry, record: Record) -> bool:
    """Return whether an entry of an issue can be decided again."""
    offices, content = record.offices, entry.content
    if offices is None or "office" not in content:
        return False
    return record.whole or content["office"] <= len(offices)


def decided_again(link: Link) -> tuple[Issue | None, list[Message]]:
    """Return the issue after an entry of an issue, and what is wrong with its decision."""
    content = link.entry.content
    office = _office(link)
    if office is None:
        facts = {"office": content["office"]}
        text = "it cannot have been decided by entry {office} of the office, which it names"
        return None, [Message("office_wrong", text, facts)]
    findings = [*_rules_apart(link, office), *_hand(link, office), *day_apart(link, office)]
    issue, refusal = _taken(link, office)
    findings += refusal or _outdated(link, office)
    return issue, findings


def _office(link: Link) -> Office | None:
    """Return the office by which an entry says it was decided, if it can have been."""
    content, previous, offices = link.entry.content, link.previous, link.record.offices
    if offices is None:
        return None
    office = offices.named(content["office"], content)
    if office is None or office.at > link.entry.at:
        return None
    before = 0 if previous is None else previous.content.get("office", 0)
    return None if content["office"] < before else office


def _rules_apart(link: Link, office: Office) -> Iterator[Message]:
    """Process and calendar are those that were in force."""
    content = link.entry.content
    if content["calendar"] != (office.calendar or WEEKDAYS.hash):
        yield Message(
            "calendar_switched", "the entry was counted by another calendar than the one in force"
        )
    allowed = {office.process} if link.issue is None else {link.issue.process}
    if content["records"] == "recalculation":
        allowed.add(office.process)
    if content["process"] not in allowed:
        yield Message("process_switched", "the entry follows another process than its issue")


def _hand(link: Link, office: Office | None) -> Iterator[Message]:
    """The account belonged to the person then, and says rightly how far it is proven."""
    actor = link.entry.content["actor"]
    clock = actor["person"] == CLOCK_PERSON
    trial = office is not None and office.trial
    facts = {"person": actor["person"], "account": actor["account"], "auth": actor["auth"]}
    if clock != (actor["auth"] == CLOCK) or (not clock and trial != (actor["auth"] == "trial")):
        yield Message("auth_wrong", "its account cannot have been proven by {auth} here", facts)
    if clock or trial or office is None:
        return
    if office.accounts.get(actor["account"]) != actor["person"]:
        yield Message(
            "account_wrong", "the account {account} did not belong to {person} then", facts
        )


def _attempt(entry: Entry, facts: dict[str, Any]) -> Attempt:
    content = entry.content
    return Attempt(
        event=content["event"],
        actor=Actor(**content["actor"]),
        at=entry.at,
        day=date.fromisoformat(content["day"]),
        request_id=content["request"],
        facts=facts,
    )


def _taken(link: Link, office: Office) -> tuple[Issue | None, list[Message]]:
    """Decide again; return the issue after it, or why it was refused or is another entry."""
    content, record = link.entry.content, link.record
    rules = Rules(record.processes[content["process"]], record.calendars[content["calendar"]])
    attempt = _attempt(link.entry, stated(content))
    try:
        if link.issue is None:
            decision = register(rules, content["stream"], attempt, office)
        else:
            decision = decide(rules, link.issue, attempt, office)
    except Refused as refused:
        return None, [_not_allowed(link.entry, refused)]
    return decision.issue, list(_apart(link.entry, decision.entry))


def _not_allowed(entry: Entry, refused: Refused) -> Message:
    facts = {"event": entry.event, "unmet": refused.unmet}
    return Message("not_allowed", "{event} was not allowed then: {unmet}", facts)


def _apart(entry: Entry, expected: Entry) -> Iterator[Message]:
    """Yield in which fields an entry is not the one that its decision writes."""
    if entry.body == expected.body:
        return
    one, other = entry.content, expected.content
    names = [name for name in sorted({*one, *other}) if one.get(name) != other.get(name)]
    yield Message(
        "content_differs",
        "the rules of then yield another entry; different are: {fields}",
        {"fields": tuple(names) or ("-",)},
    )


def _outdated(link: Link, office: Office) -> list[Message]:
    """Return that the office had changed long before, and would not have allowed it any more."""
    offices = link.record.offices
    then = None if offices is None else offices.at(link.entry.at - TOLERANCE)
    if then is None or then.n <= office.n:
        return []
    found = _taken(link, then)[1]
    return [
        Message(
            "office_outdated",
            "the office of that day, which it does not name, did not allow it: {unmet}",
            message.facts,
        )
        for message in found
        if message.code == "not_allowed"
    ]


def administered_again(link: Link, before: Office | None) -> Iterator[Message]:
    """Yield what is wrong with the decision on an act of the office."""
    entry = link.entry
    if "office" not in entry.content:
        return
    if before is not None:
        yield from _hand(link, before)
    yield from day_apart(link, before)
    try:
        expected, _ = administer(before, _attempt(entry, entry.content["facts"]))
    except Refused as refused:
        yield _not_allowed(entry, refused)
    else:
        yield from _apart(entry, expected)

"""What the news of a step may quote from its entry: dates, reasons, people by name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from notifications.planning.audience import Audience
from states.decision import Decision
from states.issue import Issue
from states.parts import Extension

Facts = dict[str, Any]

_PLAIN = ("due", "measure", "progress", "visit", "verdict", "duty", "basis", "letter", "after")
_PERSONS = ("from_person", "to_person", "person")
_EXTENDING = ("extension_request", "extension_grant", "extension_refusal")
_ABOUT_PROPOSALS = ("look_back", "duty_missed")


def quoted(audience: Audience, decision: Decision, language: str) -> Facts:
    """Return what an entry says that its news may quote; every name is there, None where nothing.

    ``was``, ``asked`` and ``granted`` are dates of a request for a later one; ``part`` is the
    wording of the measure or duty that the entry is about; ``days`` how many a pause lasted.
    """
    content, issue = decision.entry.content, decision.issue
    facts: Mapping[str, Any] = content["facts"]
    records = content["records"]
    said: Facts = {name: facts.get(name) for name in _PLAIN}
    said |= {n: audience.name(facts[n]) if n in facts else None for n in _PERSONS}
    said |= {
        "missed": [str(day) for day in facts.get("missed", ())],
        "part": _part(issue, facts),
        "type": facts.get("type"),
        "type_label": audience.process.label(language, "type", facts.get("type") or ""),
        "long_term": facts.get("long_term"),
        "term_of": _term_of(audience, facts, records, language),
        "proposed": records in _ABOUT_PROPOSALS and "propose" in facts,
        "days": _paused(issue) if records == "resumption" else None,
    }
    return said | _extending(issue, records)


def _part(issue: Issue, facts: Mapping[str, Any]) -> str | None:
    if (measure := issue.measure(facts.get("measure"))) is not None:
        return measure.text
    if (duty := issue.duty(facts.get("duty"))) is not None:
        return duty.text
    return facts.get("text")


def _term_of(
    audience: Audience, facts: Mapping[str, Any], records: str, language: str
) -> str | None:
    """Return of what another term is set, in words; None for the issue's own."""
    if records != "term" or facts.get("kind") == "issue":
        return None
    return audience.process.label(language, "kind", str(facts.get("kind")))


def _paused(issue: Issue) -> int | None:
    """Return how many days the pause lasted that has just ended."""
    if not issue.suspensions:
        return None
    last = issue.suspensions[-1]
    return None if last.resumed_on is None else (last.resumed_on - last.since).days


def _extending(issue: Issue, records: str) -> Facts:
    request: Extension | None = None
    if records in _EXTENDING and issue.extensions:
        request = issue.extensions[-1]
    if request is None:
        return {"was": None, "asked": None, "granted": None}
    if request.measure is not None:
        measure = issue.measure(request.measure)
        part = {"measure": request.measure, "part": measure.text if measure else None}
    else:
        part = {}
    return {
        "was": request.was.isoformat(),
        "asked": request.asked.isoformat(),
        "granted": _iso(request.granted),
        **part,
    }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()

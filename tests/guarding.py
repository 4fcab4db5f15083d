"""Guards asked by themselves: what they say of an issue, an attempt and its facts."""

from __future__ import annotations

from datetime import date
from typing import TypedDict, Unpack

from states.errors import Unmet
from states.frozen import replace
from states.guards import GUARDS, Case
from states.issue import Issue
from states.parts import Measure
from tests.cast import DUE, Facts, an_office, attempt, issue_in, rules_of


class Who(TypedDict, total=False):
    """Who attempts something, for whom, and when."""

    person: str
    behalf: str
    day: date


def unmet(guard: str, issue: Issue, facts: Facts | None = None, **who: Unpack[Who]) -> list[Unmet]:
    day = who.get("day", date(2023, 4, 1))
    behalf = who.get("behalf") or None
    tried = attempt(who.get("person", "wang"), "any", facts, day=day, behalf=behalf)
    return list(GUARDS[guard](Case(rules_of(), issue, tried, facts or {}, an_office())))


def said(guard: str, issue: Issue, facts: Facts | None = None, **who: Unpack[Who]) -> list[str]:
    return [str(condition) for condition in unmet(guard, issue, facts, **who)]


def asked(guard: str, issue: Issue, facts: Facts | None = None) -> list[str]:
    return [condition.asks for condition in unmet(guard, issue, facts)]


def an_issue(*measures: Measure, due: date | None = DUE) -> Issue:
    return replace(issue_in("reported").issue, measures=measures, due=due)

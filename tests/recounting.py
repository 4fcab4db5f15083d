"""Counting dates anew: calendars that differ in a few days, and stories counted by another one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from states.calendar import PROVISIONAL, PUBLISHED, Calendar, Year
from states.calendar_data import china
from states.decision import decide
from states.frozen import replace
from states.issue import Issue, Obligation
from states.process import Deadline, Due, Process
from states.process_file import default_process
from states.rules import Rules
from states.term import Term
from tests.cast import Facts, Story, a_story, an_office, the_clock

# Published for 2023; three days of March off are what another notice adds.
YEAR = Year(year=2023, status=PUBLISHED)
BEFORE = Calendar("before", years=(YEAR,))
OFF = tuple((date(2023, 3, d), "清明节") for d in (8, 9, 10))
AFTER = Calendar("after", years=(YEAR,), off=OFF)
NEXT = Year(year=2024, status=PUBLISHED)
NEW_YEAR = Calendar("next", years=(YEAR, NEXT), off=((date(2024, 1, 1), "元旦"),))
PROCESS = default_process()


def before_the_notice() -> Calendar:
    """The calendar as it was while nobody had published 2023."""
    whole = china()
    return replace(
        whole,
        years=tuple(
            replace(y, status=PROVISIONAL) if y.year == 2023 else y
            for y in whole.years
            if y.year <= 2023
        ),
        off=tuple((day, name) for day, name in whole.off if day.year < 2023),
        work=tuple((day, name) for day, name in whole.work if day.year < 2023),
    )


def by_workdays(amount: int) -> Process:
    """Return the default process with an issue's own date counted in working days."""
    deadline = Deadline(due=Due(anchor="cycle", term=Term(amount)), source="本办")
    return replace(PROCESS, name="by workdays", deadlines=(deadline,))


def counted(calendar: Calendar, process: Process = PROCESS, facts: Facts | None = None) -> Story:
    return a_story(Rules(process, calendar), an_office(process), facts=facts)


def owed(issue: Issue) -> Mapping[str, Obligation]:
    return {f"{o.kind} {o.subject}".strip(): o for o in issue.obligations}


def recalculated(story: Story, rules: Rules, day: date) -> Issue:
    decision = decide(rules, story.issue, the_clock("recalculate", day=day), story.office)
    story.entries.append(decision.entry)
    story.process, story.calendar, story.issue = rules.process, rules.calendar, decision.issue
    return decision.issue

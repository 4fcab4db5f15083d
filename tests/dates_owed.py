"""What an issue of a story owes, and until when."""

from __future__ import annotations

from datetime import date

from states.issue import Obligation
from tests.cast import Story


def owed(story: Story, kind: str, subject: str = "") -> Obligation | None:
    found = (o for o in story.issue.obligations if (o.kind, o.subject) == (kind, subject))
    return next(found, None)


def dues(story: Story) -> dict[str, date]:
    return {f"{o.kind} {o.subject}".strip(): o.due for o in story.issue.obligations}

"""Letters that were issued: numbered within their issue, their texts kept by their hash."""

from __future__ import annotations

from dataclasses import dataclass

from states.parts import Letter
from workflow.engine.desk import Desk, issue_of, office_of
from workflow.ports import Filter


@dataclass(frozen=True, slots=True, kw_only=True)
class SentLetter:
    """A letter with the issue that it concerns, by key and title."""

    issue: str
    title: str
    letter: Letter


def letters(desk: Desk, key: str | None = None) -> list[SentLetter]:
    """Return the letters of an issue, or of all, by round, issue and number."""
    with desk.store.reading() as session:
        office_of(session)
        if key is not None:
            found = {key: issue_of(session, key)}
        else:
            found = session.issues([s.key for s in session.summaries(Filter(voided=True))])
    return [
        SentLetter(issue=issue.key, title=issue.title, letter=letter)
        for issue in sorted(found.values(), key=lambda i: (i.round, i.number))
        for letter in issue.letters
    ]


def letter_text(desk: Desk, sha256: str) -> str | None:
    """Return the text of a letter by its hash, or None."""
    with desk.store.reading() as session:
        text = session.letter(sha256)
    return None if text is None else text.decode("utf-8")

"""``evolve``: the only way in which an issue's state changes, an entry at a time."""

from __future__ import annotations

from datetime import date

from states.canonical import instant
from states.effects import EFFECTS, Content
from states.frozen import put, replace
from states.issue import DATED, Issue, Obligation
from states.log import Entry
from states.parts import Claim, Measure


def evolve(issue: Issue | None, entry: Entry) -> Issue:
    """Return the issue as it stands after the entry; ``issue`` is None for its first entry.

    Raises ``ValueError`` or ``KeyError`` if the entry's content is not one that rectify writes.
    """
    return apply(issue, entry.content, entry.hash)


def apply(issue: Issue | None, content: Content, digest: str) -> Issue:
    """Return the issue after an entry of this content and hash (``evolve`` without the entry)."""
    fold = Fold(issue)
    fold.add(content)
    return fold.issue(content, digest)


class Fold:
    """An issue in the making: entries change a value that nobody else has seen yet.

    To make a new value for each of many entries takes four times as long. Whoever asks for the
    issue gets it as it stands, and the fold goes on with a copy.
    """

    __slots__ = ("_issue", "_own")

    def __init__(self, issue: Issue | None = None) -> None:
        self._issue = issue
        self._own = False

    def add(self, content: Content) -> None:
        """Let the issue evolve by the content of its next entry.

        Raises ``ValueError`` or ``KeyError`` if it is none that rectify writes; the fold is then
        of no use any more.
        """
        issue = self._issue
        if issue is None:
            issue = _registered(content)
        elif not self._own:
            issue = replace(issue)
        self._issue, self._own = issue, True
        changes = EFFECTS[content["records"]].changes(issue, content)
        if content["opens"] or content["closes"]:
            put(issue, "obligations", _obligations(issue, content))
        for name, value in changes.items():
            put(issue, name, value)
        put(issue, "state", content["to"])

    def issue(self, content: Content, digest: str) -> Issue:
        """Return the issue as it stands, its last entry being of that content and hash."""
        issue = self._issue
        if issue is None:
            raise ValueError("no entry was added")
        if not self._own:
            return issue  # as it was given, or asked for before
        self._own = False
        put(issue, "process", content["process"])
        put(issue, "calendar", content.get("calendar", ""))
        put(issue, "n", content["n"])
        put(issue, "hash", digest)
        put(issue, "at", instant(content["at"]))
        return issue


def _obligations(issue: Issue, content: Content) -> tuple[Obligation, ...]:
    closed = [c["id"] for c in content["closes"]]
    kept = [o for o in issue.obligations if o.id not in closed]
    return (*kept, *[opened(content, record) for record in content["opens"]])


def opened(content: Content, record: Content) -> Obligation:
    """Return the obligation that an entry's ``opens`` describes.

    Entries of former versions say nothing of anchor, guess and lapse: what is opened is owed since.
    """
    day = date.fromisoformat(content["day"])
    return Obligation(
        id=record["id"],
        kind=record["kind"],
        subject=record["subject"],
        role=record["role"],
        person=record["person"],
        due=date.fromisoformat(record["due"]),
        ladder=record["ladder"],
        opened_by=content["n"],
        opened_on=day,
        anchor=_day(record.get("anchor")),
        provisional=record.get("provisional", False),
        owed_since=_day(record.get("owed_since")) or day,
        lapses_on=_day(record.get("lapses_on")),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _registered(content: Content) -> Issue:
    facts = content["facts"]
    claim = next((Claim(**c) for c in facts.get("claim", ())), None)
    due = _day(facts.get("due"))
    return Issue(
        key=content["stream"],
        round=facts["round"],
        number=facts["number"],
        title=facts["title"],
        aspect=facts.get("aspect", ""),
        unit=facts["unit"],
        process=content["process"],
        state=content["to"],
        n=0,
        hash="",
        at=instant(content["at"]),
        cycle_began=date.fromisoformat(facts.get("feedback", content["day"])),
        cycle_entered=date.fromisoformat(content["day"]),
        type=facts.get("type", DATED),
        long_term=facts.get("long_term", False),
        due=due,
        due_original=due,
        due_source=facts.get("due_source", ""),
        due_by_rule=facts.get("due_by_rule", False),
        provisional=facts.get("provisional", False),
        claim=claim,
        measures=tuple(
            Measure(number=i, text=m["text"], line=m.get("line"))
            for i, m in enumerate(facts.get("measures", ()), start=1)
        ),
    )

"""What is kept of issues beside the log, compared with what the log yields, a share at a time.

One function for each kind of difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from states.canonical import digest
from states.errors import Problem
from states.issue import Issue, Obligation
from workflow.engine.comparing_notices import founded, named, owed, recipients
from workflow.engine.comparing_reading import Reading
from workflow.ports import Projected
from workflow.summary import summarise


def _projections(reading: Reading) -> Iterator[Problem]:
    unseen = set(reading.proven.issues)
    told = owed(reading)
    for projected in reading.share.projected():
        key = projected.issue.key
        unseen.discard(key)
        if key not in reading.bad:
            yield from _compare(projected, reading)
            yield from _wakes(projected, reading, told)
    for key in sorted(unseen):
        yield Problem("projection_missing", "the log has an issue that no row shows", source=key)


def _compare(projected: Projected, reading: Reading) -> Iterator[Problem]:
    key = projected.issue.key
    fold = reading.proven.issues.get(key)
    if fold is None:
        yield Problem("log_missing", "a row shows an issue that the log does not have", source=key)
        return
    if fold.n != projected.issue.n:
        facts = {"log": fold.n, "row": projected.issue.n}
        yield Problem(
            "tail_differs",
            "the log ends at entry {log}, the row is at entry {row}",
            facts,
            source=key,
            line=fold.n + 1,
        )
    elif fold != projected.issue or projected.columns != _line(fold, reading):
        yield Problem("projection_differs", "the row differs from what its log yields", source=key)
    if sorted(projected.obligations, key=_id) != sorted(fold.obligations, key=_id):
        yield Problem(
            "obligations_differ",
            "what is shown as owed differs from what the log yields",
            source=key,
        )


def _id(obligation: Obligation) -> str:
    return obligation.id


def _line(fold: Issue, reading: Reading) -> object:
    rules = reading.rules(fold)
    return None if rules is None else summarise(fold, reading.lights(rules, fold))


# ---------------------------------------------------------------- days of waking


def _wakes(
    projected: Projected, reading: Reading, told: Mapping[str, set[str]]
) -> Iterator[Problem]:
    """Yield the obligations whose day of waking would pass over a reminder.

    The day may be too early, never too late: a reminder is silenced by moving it.
    """
    fold = reading.proven.issues.get(projected.issue.key)
    rules = None if fold is None else reading.rules(fold)
    if fold is None or rules is None:
        return
    counted_from = max(reading.counted_from, reading.seen.recounted.get(fold.key, date.min))
    for obligation in fold.obligations:
        wake_on = projected.wakes.get(obligation.id)
        after = max(obligation.opened_on, counted_from)
        rung = reading.rung_after(rules, obligation, after, told[obligation.id])
        latest = _latest(obligation, after, rung)
        if latest is not None and (wake_on is None or wake_on > latest):
            facts = {"kind": obligation.kind, "wakes": str(wake_on or "-"), "latest": str(latest)}
            yield Problem(
                "wakes_differ",
                "{kind} is looked at on {wakes}, but is to be reminded of on {latest}",
                facts,
                source=projected.issue.key,
            )


def _latest(obligation: Obligation, after: date, rung: date | None) -> date | None:
    """Return the last day on which an obligation may be looked at next.

    That is its first occurrence which is on no record, or the day on which it lapses. Reminders
    are only asked for after it was opened, and after the last calendar or process moved its rungs;
    one that had lapsed by then is looked at on the day after.
    """
    lapses_on = obligation.lapses_on and max(obligation.lapses_on, after + timedelta(days=1))
    return min(rung, lapses_on) if rung and lapses_on else rung or lapses_on


# ---------------------------------------------------------------- what else is kept


def _closed(reading: Reading) -> Iterator[Problem]:
    """Compare closed obligations with what entries closed, and when."""
    kept = {id: (by, because) for id, by, because in reading.share.closed()}
    logged = reading.seen.closed
    if kept == logged:
        return
    for id in sorted(kept.keys() | logged.keys()):
        key = id.partition("/")[0]
        if kept.get(id) != logged.get(id) and key not in reading.bad:
            yield Problem(
                "closed_differ",
                "what is shown as closed differs from what the log yields",
                source=key,
            )


def _letters(reading: Reading) -> Iterator[Problem]:
    """Hold the text of each letter against the hash that its entry names."""
    for key, issue in reading.proven.issues.items():
        for letter in issue.letters:
            text = reading.session.letter(letter.sha256)
            facts: dict[str, Any] = {"number": letter.number}
            if text is None:
                yield Problem(
                    "letter_missing", "the text of letter {number} is gone", facts, source=key
                )
            elif digest(text) != letter.sha256:
                yield Problem(
                    "letter_changed", "the text of letter {number} was changed", facts, source=key
                )


CHECKS: tuple[Callable[[Reading], Iterator[Problem]], ...] = (
    _projections,
    _closed,
    _letters,
    founded,
    recipients,
    named,
)
"""Each yields every difference of its kind."""

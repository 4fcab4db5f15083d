"""Time: whether the clock has stepped, and whether the calendar reaches far enough."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from states.errors import Message
from workflow.doctor.findings import Finding, note, warning, wrong
from workflow.doctor.patient import Patient
from workflow.engine.watching import LAST_CALL, missing_year
from workflow.ports import Filter

TOLERANCE = timedelta(minutes=5)
"""Clocks of several machines differ; by so much nothing is ever decided."""


def clock(patient: Patient) -> Iterator[Finding]:
    """Traces of a time that is yet to come, or one that is too far ahead to be believed."""
    if patient.app is None:
        return
    if patient.clock_ahead is not None:
        yield wrong(
            patient.clock_ahead,
            Message(
                "confirm_clock",
                "set the clock right; if it is right, run once: rectify tick --yes",
            ),
        )
    beats = [beat for beat in patient.standing.beats if beat.at > patient.now + TOLERANCE]
    if beats:
        last = max(beats, key=lambda beat: beat.at)
        facts = {
            "now": patient.when(patient.now),
            "then": patient.when(last.at),
            "node": last.node,
        }
        yield wrong(
            Message(
                "clock_back",
                "the clock says {now}, but {node} ran at {then}: it was set back, or that one is "
                "ahead",
                facts,
            ),
            Message(
                "set_clock",
                "set the clocks right (timedatectl), then run once: rectify tick; nothing is told "
                "twice",
            ),
        )
    with patient.app.store.reading() as session:
        latest = session.last_entry_at()
    if latest is not None and latest > patient.now + TOLERANCE:
        facts = {"now": patient.when(patient.now), "then": patient.when(latest)}
        yield wrong(
            Message("log_ahead", "the log has an entry of {then}, and it is only {now}", facts),
            Message(
                "log_ahead_do",
                "set the clock right; if it was ahead then, look at the dates counted from that "
                "entry (rectify due --explain), and correct them with rectify change-due",
            ),
        )


def year(patient: Patient) -> Iterator[Finding]:
    """A year whose working days nobody knows yet, though dates are counted in it."""
    if patient.app is None or patient.clock_ahead is not None:
        return
    today = patient.app.engine.desk.day(patient.now)
    found = missing_year(patient.app.engine.calendar(), today)
    if found is None:
        return
    with patient.app.store.reading() as session:
        provisional = sum(summary.provisional for summary in session.summaries(Filter()))
    is_late = found <= today.year or (today.month, today.day) >= LAST_CALL
    level = wrong if is_late else warning
    yield level(
        Message(
            "year_missing",
            "the calendar lacks the year {year}; issues with a provisional date: {count}",
            {"year": str(found), "count": provisional},
        ),
        Message(
            "bring_year",
            "when the notice is published: rectify calendar import; dates counted by it move then",
        ),
    )


def proof(patient: Patient) -> Iterator[Finding]:
    """What is not looked into here, because it takes long."""
    if patient.app is not None:
        yield note(
            Message("not_verified", "whether the log is whole was not looked into here"),
            Message("verify", "run, at night or after a restore: rectify verify"),
        )

"""Whether the sweeps run, and whether messages leave in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from states.errors import Message
from workflow.daemon.sweeps import periods
from workflow.doctor.findings import Finding, warning, wrong
from workflow.doctor.patient import Patient
from workflow.engine.caution import OWE
from workflow.ports import Beat

PERIODS_MISSED = 3
"""A sweep is late when so many of its periods have passed, and at least ``PATIENCE``."""

PATIENCE = timedelta(minutes=5)
WAITED = timedelta(minutes=10)
"""A message that could go and did not for so long is stuck."""

FORGOTTEN = timedelta(days=30)
"""A node silent for longer has been taken away."""


def _limits(patient: Patient) -> dict[str, timedelta]:
    assert patient.config is not None  # noqa: S101 - the list of checks sees to it
    found = periods(patient.config)
    return {
        sweep: max(PATIENCE, PERIODS_MISSED * timedelta(seconds=seconds))
        for sweep, seconds in found.items()
    }


def sweeps(patient: Patient) -> Iterator[Finding]:
    """Sweeps that no node has done in time; under a clock that is refused none can be."""
    if patient.clock_ahead is not None:
        return
    latest: dict[str, Beat] = {}
    for beat in sorted(patient.standing.beats, key=lambda beat: beat.at):
        latest[beat.sweep] = beat
    limits = _limits(patient)
    if not latest:
        yield _never()
        return
    late = [s for s, limit in limits.items() if s in latest and _is_late(patient, latest[s], limit)]
    if len(late) == len(limits):
        yield _dead(patient, max(latest.values(), key=lambda beat: beat.at))
    else:
        for sweep in late:
            yield _late(patient, latest[sweep])
    for sweep in limits.keys() - latest.keys():
        yield warning(
            Message("sweep_never", "the sweep {sweep} has never run", {"sweep": sweep}),
            Message("restart_daemon", "start the daemon anew, or run once: rectify tick"),
        )


def nodes(patient: Patient) -> Iterator[Finding]:
    """Machines that have fallen silent while others work."""
    limit = _limits(patient)[OWE]
    beats = [beat for beat in patient.standing.beats if beat.sweep == OWE]
    if patient.clock_ahead or all(_is_late(patient, beat, limit) for beat in beats):
        return
    for beat in beats:
        if limit < patient.now - beat.at < FORGOTTEN:
            facts = {"node": beat.node, "since": patient.when(beat.at)}
            yield warning(
                Message("node_silent", "nothing has run on {node} since {since}", facts),
                Message("node_silent_do", "nothing, if it was taken away: others do its work"),
            )


def pending(patient: Patient) -> Iterator[Finding]:
    """Messages that could go and do not."""
    if patient.clock_ahead is not None:
        return
    since = patient.standing.pending_since
    limit = max(WAITED, _limits(patient)[OWE])
    if since is not None and patient.now - since > limit:
        counts = patient.standing.counts
        count = sum(counts.get(status, 0) for status in ("pending", "claimed", "inflight"))
        yield wrong(
            Message(
                "pending_old",
                "messages that could go do not: {count}, the oldest since {since}",
                {"count": count, "since": patient.when(since)},
            ),
            Message(
                "pending_old_do",
                "see what else is wrong here; the log of the daemon says what delivering met",
            ),
        )


def _is_late(patient: Patient, beat: Beat, limit: timedelta) -> bool:
    return patient.now - beat.at > limit


def _never() -> Finding:
    return wrong(
        Message("never_ran", "nothing has ever looked for what is due: nobody is reminded"),
        Message("start_daemon", "start the daemon (rectify run), or let cron run rectify tick"),
    )


def _dead(patient: Patient, last: Beat) -> Finding:
    facts = {"since": patient.when(last.at), "node": last.node}
    return wrong(
        Message("daemon_dead", "nothing has looked for what is due since {since} ({node})", facts),
        Message("restart_service", "is the daemon running? (systemctl status rectify)"),
    )


def _late(patient: Patient, last: Beat) -> Finding:
    facts = {"sweep": last.sweep, "since": patient.when(last.at), "node": last.node}
    return wrong(
        Message("sweep_late", "the sweep {sweep} has not run since {since} ({node})", facts),
        Message("sweep_late_do", "the log of the daemon says what it met; else start it anew"),
    )

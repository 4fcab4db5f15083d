"""The examination: every check in its order, each for itself, the worst findings first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from states.errors import Message, RectificationError
from workflow.bootstrap import Choice
from workflow.daemon.lines import described
from workflow.doctor import (
    anchors,
    configured,
    database,
    files,
    reach,
    running,
    seals,
    sending,
    times,
)
from workflow.doctor.findings import LEVELS, Finding, wrong
from workflow.doctor.patient import Patient
from workflow.ports import Clock

Look = Callable[[Patient], Iterable[Finding]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that is looked into. With ``office`` it needs one that can be worked with."""

    name: str
    look: Look
    office: bool = False


CHECKS = (
    Check(name="configuration", look=configured.configuration),
    Check(name="database", look=database.schema),
    Check(name="office", look=database.founded),
    Check(name="structure", look=database.structure),
    Check(name="clock", look=times.clock, office=True),
    Check(name="sweeps", look=running.sweeps, office=True),
    Check(name="stop", look=sending.stopped, office=True),
    Check(name="server_clock", look=database.server_clock, office=True),
    Check(name="channels", look=configured.channels),
    Check(name="servers", look=sending.servers, office=True),
    Check(name="pending", look=running.pending, office=True),
    Check(name="put_off", look=sending.put_off, office=True),
    Check(name="failures", look=sending.failures, office=True),
    Check(name="untold", look=sending.untold, office=True),
    Check(name="held", look=sending.held, office=True),
    Check(name="alarms", look=reach.alarms, office=True),
    Check(name="seal_behind", look=seals.behind, office=True),
    Check(name="seal_key", look=seals.key, office=True),
    Check(name="recovery_key", look=seals.recovery, office=True),
    Check(name="unsealed", look=seals.waiting, office=True),
    Check(name="unlisted", look=seals.unlisted, office=True),
    Check(name="templates", look=configured.templates),
    Check(name="calendar", look=times.year, office=True),
    Check(name="calendar_name", look=configured.calendar),
    Check(name="spool", look=sending.spooled),
    Check(name="room", look=files.room),
    Check(name="password", look=configured.password_in_address),
    Check(name="database_file", look=files.database_file),
    Check(name="folders", look=files.folders),
    Check(name="configuration_file", look=configured.configuration_file),
    Check(name="addresses", look=reach.addresses, office=True),
    Check(name="nodes", look=running.nodes, office=True),
    Check(name="library", look=database.library),
    Check(name="anchors", look=anchors.anchors, office=True),
    Check(name="proof", look=times.proof, office=True),
)
"""Every check. Of findings that are equally bad those of the earlier one come first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What was found, the worst first, and the names of checks that could not be made."""

    findings: tuple[Finding, ...]
    skipped: tuple[str, ...] = ()

    def count(self, level: str) -> int:
        """Return how many findings there are of a level."""
        return sum(finding.level == level for finding in self.findings)


def examine(choice: Choice, clock: Clock) -> Examined:
    """Look into everything that can be looked into; whatever is broken is a finding, no error."""
    patient = Patient(choice, clock)
    found: list[Finding] = []
    skipped: list[str] = []
    try:
        for check in CHECKS:
            if check.office and not _has_office(patient):
                skipped.append(check.name)
            else:
                found += looked(check, patient)
    finally:
        patient.close()
    found.sort(key=lambda finding: LEVELS.index(finding.level))
    return Examined(findings=tuple(found), skipped=tuple(skipped))


def looked(check: Check, patient: Patient) -> list[Finding]:
    """Return what one check finds; that it fails is a finding too."""
    try:
        return list(check.look(patient))
    except RectificationError as error:
        return [wrong(error.message, _failed(check))]
    except Exception as error:  # the doctor must speak where everything else is broken
        facts = {"check": check.name, **described(error)}
        what = Message("check_failed", "{check} could not be looked into: {error} ({place})", facts)
        return [wrong(what, _failed(check))]


def _failed(check: Check) -> Message:
    facts = {"check": check.name}
    return Message("check_failed_do", "this was met while looking into: {check}", facts)


def _has_office(patient: Patient) -> bool:
    try:
        return patient.office is not None
    except Exception:  # said by the check of the database, or by the first that meets it
        return False

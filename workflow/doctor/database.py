"""The database: is it there, does it fit this program, can its disk and its clock be trusted?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from states.errors import Message
from workflow.doctor.configured import faults_of
from workflow.doctor.findings import Finding, note, warning, wrong
from workflow.doctor.patient import Patient
from workflow.storage.database import faulty_release
from workflow.storage.schema import SchemaState, refusal
from workflow.storage.structure import FOREIGN

CLOCKS_DIFFER = timedelta(seconds=60)
"""More than this between two clocks, and leases and waits can no longer be relied on."""

CLOCKS_DRIFT = timedelta(seconds=5)

_DO: Mapping[SchemaState, Message] = {
    SchemaState.MISSING: Message(
        "do_found", "set it up: rectify init; or name the right one with --db or $RECTIFY_DB"
    ),
    SchemaState.EMPTY: Message("do_init", "set it up: rectify init"),
    SchemaState.FOREIGN: Message("do_other", "name another database with --db or $RECTIFY_DB"),
    SchemaState.OLDER: Message("do_migrate", "stop the daemon, back up, then: rectify db migrate"),
    SchemaState.NEWER: Message("do_install", "install the version that made it, or a later one"),
}


def schema(patient: Patient) -> Iterator[Finding]:
    """A database that is not there, does not answer, or is not of this version."""
    if patient.database_fault is not None:
        for fault in faults_of(patient.database_fault):
            yield wrong(
                fault,
                Message(
                    "do_database",
                    "see that the database runs and that this account may use it",
                ),
            )
    elif patient.state is not None:
        error = refusal(patient.state, patient.shown_url)
        if error is not None:
            yield wrong(error.message, _DO[patient.state])


def structure(patient: Patient) -> Iterator[Finding]:
    """Something that acts in the database by itself, or a guard of ours that is gone."""
    if patient.app is None:
        return
    with patient.app.store.reading() as session:
        faults = session.structure_faults()
    for fault in faults:
        do = _LOOK if fault.code == FOREIGN else _PUT_BACK
        yield wrong(Message(fault.code, fault.text, fault.facts), do)


_LOOK = Message(
    "look_at_foreign",
    "find out who put it there and what it does; whoever owns the database drops it",
)
_PUT_BACK = Message(
    "put_back",
    "rectify db rebuild puts triggers, functions and indexes back; for a table that was changed "
    "restore a backup (rectify db restore)",
)


def founded(patient: Patient) -> Iterator[Finding]:
    """A database without an office."""
    if patient.app is not None and patient.office is None:
        yield wrong(
            Message("office_missing", "nothing is set up here yet"),
            Message("office_missing_do", "set it up: rectify init"),
        )


def library(patient: Patient) -> Iterator[Finding]:
    """The version of SQLite, where it has a fault that we must go around."""
    release = faulty_release()
    if patient.file is not None and release is not None:
        facts = {"version": release}
        yield note(
            Message(
                "sqlite_fault",
                "SQLite {version} can lose pages in WAL mode, so that mode is not used",
                facts,
            ),
            Message("sqlite_fault_do", "nothing; with 3.51.3 or later it would be faster"),
        )


def server_clock(patient: Patient) -> Iterator[Finding]:
    """The clock of the database server, where there is one, against the one of this machine."""
    offset = None if patient.app is None else patient.app.clock_offset
    if offset is None or abs(offset) <= CLOCKS_DRIFT:
        return
    facts = {"seconds": round(offset.total_seconds())}
    level = wrong if abs(offset) > CLOCKS_DIFFER else warning
    yield level(
        Message(
            "clocks_differ",
            "the clock of the database server is {seconds} seconds ahead of this machine's",
            facts,
        ),
        Message("set_clocks", "let both machines take their time from one source (NTP)"),
    )

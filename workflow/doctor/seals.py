"""Whether the log is sealed: by the right key, which nobody else can read, and in time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from states.errors import Message, NotFound, RectificationError
from workflow.doctor.findings import Finding, note, warning, wrong
from workflow.doctor.patient import Patient
from workflow.engine.proving_seals import listing
from workflow.proof.sealing.adopting import key_in_force
from workflow.proof.sealing.high import HighFile
from workflow.proof.sealing.standing import knows

WAITED = timedelta(hours=1)
"""An entry that waits to be sealed for longer is overdue, and for three periods of the sweep."""


def key(patient: Patient) -> Iterator[Finding]:
    """The key: adopted, the one in force, and nobody else's to read. It may lie elsewhere."""
    office, app = patient.office, patient.app
    assert office is not None  # noqa: S101 - the list of checks sees to it
    assert app is not None  # noqa: S101
    if not office.seal_key:
        yield warning(
            Message("key_unadopted", "nothing is sealed: no key was adopted yet"),
            Message("adopt_key", "a supervisor of every unit: rectify audit seal"),
        )
        return
    file = app.sealing.key_file
    if _is_anothers(file):
        return
    try:
        key_in_force(file, office, looking=True)
    except NotFound:
        return  # another machine seals; that none does is seen by what waits
    except RectificationError as error:
        facts = {"file": str(file)}
        yield wrong(
            error.message,
            Message(
                "see_to_key",
                "see to the key {file}: nothing is sealed from here with it (how-to: seal)",
                facts,
            ),
        )


def recovery(patient: Patient) -> Iterator[Finding]:
    """A recovery key: without one, a key that is lost ends the sealing of this log for ever."""
    office = patient.office
    assert office is not None  # noqa: S101 - the list of checks sees to it
    if office.seal_key and not office.recovery:
        yield note(
            Message("recovery_unadopted", "no recovery key stands by, should the key be lost"),
            Message(
                "adopt_recovery",
                "a supervisor of every unit: rectify audit key recovery, and into the safe with it",
            ),
        )


def waiting(patient: Patient) -> Iterator[Finding]:
    """Entries that nobody seals: until then whoever owns the database can still change them."""
    office, app = patient.office, patient.app
    assert office is not None  # noqa: S101 - the list of checks sees to it
    assert app is not None  # noqa: S101
    if not office.seal_key or patient.clock_ahead is not None:
        return
    with app.store.reading() as session:
        since, count = session.unsealed_since(), session.unsealed_count()
    limit = max(WAITED, 3 * timedelta(seconds=app.config.seal.every_seconds))
    if since is not None and patient.now - since > limit:
        facts = {"count": count, "since": patient.when(since)}
        file = {"file": str(app.sealing.key_file)}
        yield warning(
            Message(
                "unsealed_old",
                "entries wait to be sealed: {count}, the oldest since {since}",
                facts,
            ),
            Message(
                "unsealed_old_do",
                "rectify audit seal says why, on the machine that has the key ({file})",
                file,
            ),
        )


def unlisted(patient: Patient) -> Iterator[Finding]:
    """Entries that nobody will ever seal, because the list of what waits was edited."""
    app = patient.app
    assert app is not None  # noqa: S101 - the list of checks sees to it
    with app.store.reading() as session:
        faults = list(listing(session))
    if faults:
        places = tuple(f"{fault.source}/{fault.line}" for fault in faults)
        yield wrong(
            Message(
                "unlisted",
                "the list of what waits to be sealed was edited, and sealing passes over entries: "
                "{entries}",
                {"entries": places},
            ),
            Message("list_anew", "rectify verify, then rectify db rebuild lists them anew"),
        )


def behind(patient: Patient) -> Iterator[Finding]:
    """A database that does not know what this machine has sealed: rolled back, or another one."""
    office, app = patient.office, patient.app
    assert office is not None  # noqa: S101 - the list of checks sees to it
    assert app is not None  # noqa: S101
    high = HighFile(app.sealing.key_file)
    if _is_anothers(high.path):
        return
    signed = high.read().checkpoint
    if signed is None or str(signed.anchor) in office.lost:
        return
    with app.store.reading() as session:
        known = signed.origin == office.origin and knows(session, signed)
    if not known:
        facts = {"anchor": str(signed.anchor)}
        yield wrong(
            Message(
                "rolled_back",
                "this machine has sealed {anchor}, and the database does not know it: it was "
                "rolled back, or it is another one",
                facts,
            ),
            Message(
                "rolled_back_do",
                "look for the right database; a backup is put in its place by rectify db restore, "
                "which says so in the log",
            ),
        )


def _is_anothers(file: Path) -> bool:
    """Return whether another account of this machine seals: what it has is not ours to read."""
    return file.exists() and not os.access(file, os.R_OK)

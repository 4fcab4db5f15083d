"""Whether copies of what was sealed are kept outside, and whether their places still take them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from states.attempt import AUDITOR
from states.errors import Message
from workflow.anchoring import FOLDER, GIT, MAIL, configured, served_by
from workflow.doctor.findings import Finding, note, warning, wrong
from workflow.doctor.patient import Patient
from workflow.proof.anchors import repository
from workflow.proof.anchors.keeping import contradicted

if TYPE_CHECKING:
    from workflow.ports import Sealed

PERIODS_MISSED = 2
"""A place is behind when so many of its periods have passed."""


def anchors(patient: Patient) -> Iterator[Finding]:
    """Places that keep anchors: none, behind, not to be written to, or saying something else."""
    if patient.app is None or patient.config is None:
        return
    with patient.app.store.reading() as session:
        sealed = session.checkpoint()
    if sealed is None:
        return
    kinds = configured(patient.config)
    if not kinds:
        yield _none()
    lost = patient.office.lost if patient.office is not None else ()
    if FOLDER in kinds:
        yield from _place(patient.config.path(patient.config.anchor.folder), sealed, lost)
    if GIT in kinds:
        if not repository.is_installed():
            yield _no_git()
        yield from _place(patient.config.path(patient.config.anchor.git), sealed, lost)
    if MAIL in kinds and patient.office is not None and not patient.office.in_role(AUDITOR):
        yield _nobody()
    yield from _behind(patient, kinds)


def _place(folder: Path, sealed: Sealed, lost: tuple[str, ...]) -> Iterator[Finding]:
    """Yield what is wrong with a folder, a repository's among them."""
    facts = {"place": str(folder)}
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        yield wrong(
            Message("anchor_place_closed", "anchors cannot be put into {place}", facts),
            Message("open_anchor_place", "let the account of the daemon make files there", facts),
        )
    elif folder.is_dir() and (found := contradicted(folder, sealed.checkpoint, lost)):
        yield wrong(
            found,
            Message(
                "compare_anchors",
                "change nothing, keep a copy of the database, and see: rectify audit "
                "compare-anchors {place}",
                facts,
            ),
        )


def _behind(patient: Patient, kinds: tuple[str, ...]) -> Iterator[Finding]:
    assert patient.config is not None  # noqa: S101 - seen to above
    every = timedelta(hours=patient.config.anchor.every_hours)
    if not every or patient.clock_ahead is not None:
        return
    last = served_by(patient.standing.beats)
    for kind in kinds:
        if kind in last and patient.now - last[kind] > PERIODS_MISSED * every:
            facts = {"kind": kind, "since": patient.when(last[kind])}
            yield warning(
                Message("anchor_old", "no anchor went to anchor.{kind} since {since}", facts),
                Message("anchor_again", "see what it meets: rectify audit anchor"),
            )


def _none() -> Finding:
    return note(
        Message(
            "no_anchors",
            "the log is sealed, and the configuration keeps no copy of the seals outside",
        ),
        Message(
            "configure_anchors",
            "name a place under [anchor]; until then only the feet of mails and what people keep "
            "themselves bear witness",
        ),
    )


def _no_git() -> Finding:
    return wrong(
        Message("git_missing", "git is not installed on this machine (or not in $PATH)"),
        Message("install_git", "install git, or leave anchor.git empty"),
    )


def _nobody() -> Finding:
    return warning(
        Message("no_auditor", "nobody holds the role auditor: the note is mailed to nobody"),
        Message("grant_auditor", "rectify people grant PERSON auditor, or anchor.mail = false"),
    )

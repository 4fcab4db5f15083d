"""Files and folders: who may read them, who may change them, and whether there is room."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from states.errors import Message
from workflow.doctor.findings import Finding, warning, wrong
from workflow.doctor.patient import Patient

FULL = 100 * 1024 * 1024
"""Bytes below which writing will soon fail: a report with its evidence is about as large."""

SCARCE = 1024 * 1024 * 1024


def database_file(patient: Patient) -> Iterator[Finding]:
    """Who may write the database's file can bypass every rule; who may read it sees everything."""
    file = patient.file
    if file is None or not file.exists():
        return
    facts = {"file": str(file)}
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o007:
        yield wrong(
            Message("database_open", "{file} can be read or changed by everybody", facts),
            Message("chmod_database", "chmod 600 {file} (660 where a group works in it)", facts),
        )
    elif mode & 0o020:
        yield warning(
            Message(
                "database_shared",
                "{file} can be changed by a whole group, whose members can bypass every rule",
                facts,
            ),
            Message(
                "database_shared_do", "nothing, if that is meant; else: chmod 600 {file}", facts
            ),
        )
    folder = file.absolute().parent
    if _is_open(folder):
        yield _open_folder(folder)


def folders(patient: Patient) -> Iterator[Finding]:
    """Evidence and mails kept as files are nobody else's business."""
    for folder in _folders(patient):
        if folder.is_dir() and stat.S_IMODE(folder.stat().st_mode) & 0o007:
            facts = {"folder": str(folder)}
            yield wrong(
                Message("folder_open", "everybody can look into {folder}", facts),
                Message("close_folder", "chmod 700 {folder}", facts),
            )


def room(patient: Patient) -> Iterator[Finding]:
    """Disks that are nearly full: a command that cannot write changes nothing, but nobody acts."""
    seen: set[int] = set()
    for folder in _places(patient):
        device = folder.stat().st_dev
        if device in seen:
            continue
        seen.add(device)
        free = shutil.disk_usage(folder).free
        facts = {"folder": str(folder), "free": free // (1024 * 1024)}
        do = Message("make_room", "make room on the disk of {folder}", facts)
        if free < FULL:
            yield wrong(Message("disk_full", "{folder}: only {free} MB are free", facts), do)
        elif free < SCARCE:
            yield warning(Message("disk_scarce", "{folder}: only {free} MB are free", facts), do)


def _folders(patient: Patient) -> Iterator[Path]:
    """Yield the folders that hold what people wrote, if they are there."""
    config = patient.config
    if config is None:
        return
    yield config.path(config.evidence.folder)
    if "mail" in config.notices.channels and config.mail.transport == "spool":
        yield config.path(config.mail.spool)


def _places(patient: Patient) -> Iterator[Path]:
    files = [patient.file.absolute().parent] if patient.file is not None else []
    for folder in [*files, *_folders(patient)]:
        if folder.is_dir():
            yield folder


def _is_open(folder: Path) -> bool:
    """Return whether everybody may put files there or take them away."""
    mode = folder.stat().st_mode if folder.is_dir() else 0
    return bool(mode & stat.S_IWOTH) and not mode & stat.S_ISVTX


def _open_folder(folder: Path) -> Finding:
    facts = {"folder": str(folder)}
    return wrong(
        Message(
            "folder_writable",
            "everybody may put files into {folder}, and so take the database away",
            facts,
        ),
        Message("close_folder_writing", "chmod o-w {folder}", facts),
    )

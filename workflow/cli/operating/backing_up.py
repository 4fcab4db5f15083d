"""``db backup`` and ``db restore``: proven copies, and a restore that stands in the log."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from states.frozen import replace
from workflow.cli.confirming import confirmed, yes_option
from workflow.cli.exits import UNSOUND
from workflow.cli.language import N_, _, of_terminal, speak
from workflow.cli.naming import Names
from workflow.cli.opening import choice, opened
from workflow.cli.options import json_option
from workflow.cli.speaking import command, option
from workflow.cli.terminal.progress import Progress
from workflow.cli.terminal.screen import Ink, err, out, out_json, paragraph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workflow.backup import Backup, Lost, Restoring
    from workflow.bootstrap import App
    from workflow.config import Config
    from workflow.identity import Identity
    from workflow.ports import Clock

_NEWEST = 10  # seals that are named one by one


@command(
    "backup",
    help=N_(
        "Copy the database into a new file while it is in use, verify the copy, and name its "
        "newest seal: give that to somebody outside, and a backup that was changed later shows. "
        "From PostgreSQL too it is one SQLite file, which every command reads with --db.\n\n"
        "Evidence files are not in the database, and the key that seals belongs in a safe: copy "
        "these two as well, each to its own place."
    ),
    fields="file, sound, entries, issues, sealed, unsealed, anchor (SIZE:ROOT16), problems",
)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@json_option
def backup(file: Path, as_json: bool) -> int:
    """Copy the database into a new file, and verify the copy."""
    from workflow.backup import back_up
    from workflow.bootstrap import located

    app = opened()
    _config, url = located(choice())
    _seal_first(app)
    with Progress(N_("copying")) as tell, Progress(N_("verifying entries")) as proving:
        done = back_up(url, file, tell, proving)
    if as_json:
        out_json(_backup_json(done))
    else:
        _show(done)
    return 0 if done.verdict.sound else UNSOUND


def _seal_first(app: App) -> None:
    """Seal what waits, so that the backup's newest seal covers it, where this machine can."""
    from states.errors import RectificationError

    try:
        app.seal()
    except RectificationError as error:
        err(_("Not sealed before the copy: {reason}").format(reason=error))


def _show(done: Backup) -> None:
    verdict = done.verdict
    counted = _("entries: {entries}, issues: {issues}").format(
        entries=verdict.entries, issues=verdict.issues
    )
    if verdict.sound:
        out(Ink(_("Backed up and verified"), "green"), _(": "), str(done.path), _(", "), counted)
    else:
        found = _("problems: {count}").format(count=len(verdict.problems))
        out(Ink(_("The copy is NOT SOUND"), "red"), _(": "), str(done.path), _(", "), found)
        err(_("Next: rectify --db {file} verify").format(file=done.path))
    if done.sealed is None:
        out("    ", _("Nothing in it is sealed (rectify audit seal)."))
        return
    out("    ", _("Newest seal: {anchor}").format(anchor=done.sealed.anchor))
    if done.unsealed:
        out("    ", _("Not sealed: {count} entries").format(count=done.unsealed))


def _backup_json(done: Backup) -> dict[str, object]:
    return {
        "file": str(done.path),
        "sound": done.verdict.sound,
        "entries": done.verdict.entries,
        "issues": done.verdict.issues,
        "sealed": 0 if done.sealed is None else done.sealed.size,
        "unsealed": done.unsealed,
        "anchor": None if done.sealed is None else done.sealed.anchor,
        "problems": len(done.verdict.problems),
    }


@command(
    "restore",
    help=N_(
        "Put a backup in the place of the database. The backup is verified first and never written "
        "to; the former file is kept under another name; a PostgreSQL database must be empty. The "
        "restore is an act on record, with the reason and with the seals that the backup does not "
        "know, so that the gap shows for ever.\n\n"
        "Nothing is sent afterwards before somebody has looked (rectify outbox release): what "
        "went out after the backup was made would go out again."
    ),
)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@option("--reason", metavar="TEXT", required=True, help=N_("The reason, for the log; required."))
@yes_option
def restore(file: Path, reason: str, yes: bool) -> None:
    """Put a backup in the place of the database."""
    import os
    from zoneinfo import ZoneInfo

    from workflow.backup import restore as restored
    from workflow.bootstrap import located
    from workflow.storage.copying import named

    config, url = located(choice())
    speak(choice().language or config.office.language or of_terminal(os.environ))
    question = _("Put {file} in the place of {database}?").format(file=file, database=named(url))
    if not confirmed(question, yes):
        return
    with Progress(N_("copying")) as tell, Progress(N_("verifying entries")) as proving:
        done = restored(_restoring(file, reason, config, url), _clock(), tell, proving)
    out(Ink(_("Restored"), "green"), _(": "), _("entry {n} of the office").format(n=done.entry.n))
    if done.former is not None:
        out("    ", _("The former database is kept as {file}").format(file=done.former))
    _show_lost(done.lost, Names(zone=ZoneInfo(config.office.zone)))
    for person in done.revived:
        text = _("Erased since, and here again: {person}. Next: rectify audit redact {person}")
        out("    ", Ink(text.format(person=person), "yellow"))
    paragraph(_("Nothing is sent until somebody lets it go: rectify outbox release"), 4)
    err(_("Next: rectify verify, rectify outbox list, then rectify outbox release"))


def _show_lost(lost: Sequence[Lost], names: Names) -> None:
    """Name the seals that others may hold and that fit no more, the newest of many."""
    from states.canonical import instant

    for seal in lost[-_NEWEST:]:
        text = _("Given out, and unknown to the backup: {anchor}").format(anchor=seal.anchor)
        when = "  " + names.when(instant(seal.at)) if seal.at else ""
        out("    ", Ink(text, "yellow"), when)
    if len(lost) > _NEWEST:
        text = _("{count} more are named in that entry.")
        out("    ", text.format(count=len(lost) - _NEWEST))


def _clock() -> Clock:
    from workflow import world

    shared = click.get_current_context().find_root().ensure_object(dict)
    clock: Clock | None = shared.get("clock")
    return clock or world.now


def _restoring(file: Path, reason: str, config: Config, url: str) -> Restoring:
    from workflow.backup import Restoring
    from workflow.proof.sealing.high import HighFile

    high = HighFile(config.path(config.seal.key_file)).read().checkpoint
    return Restoring(
        backup=file,
        url=url,
        reason=reason,
        identity=_identity,
        signed=() if high is None else (str(high.anchor),),
    )


def _identity(role: str | None) -> Identity:
    from workflow import world

    chosen = choice()
    return replace(
        world.account_identity(role),
        acting_as=chosen.acting_as,
        on_behalf_of=chosen.on_behalf_of,
    )

"""``audit bundle``: everything that a stranger needs to check the log, in one file."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workflow.cli.exits import UNSOUND
from workflow.cli.language import N_, _
from workflow.cli.naming import Names
from workflow.cli.opening import opened
from workflow.cli.speaking import command, option
from workflow.cli.terminal.progress import Progress
from workflow.cli.terminal.screen import Ink, err, out, paragraph

if TYPE_CHECKING:
    from workflow.bootstrap import App
    from workflow.proof.bundle.packing import File, Packed, Wanted


@command(
    "bundle",
    help=N_(
        "Write everything that a stranger needs to check the log into one zip file: all entries, "
        "the checkpoints that sealed them, the processes, calendars and letters that they name, "
        "and a program that judges it without this one. Names and addresses stay out, and files "
        "of evidence too, unless they are asked for. The same log yields the same file, but for "
        "the time at which it was made.\n\n"
        "A log that is not what was sealed is packed as it is, for whoever must look into it; that "
        "is said, and the exit code is 6."
    ),
)
@click.argument(
    "file", metavar="OUT.zip", type=click.Path(path_type=Path, dir_okay=False, writable=True)
)
@option(
    "--evidence",
    is_flag=True,
    help=N_("With the files of evidence of the levels open and internal, too."),
)
@option(
    "--names",
    is_flag=True,
    help=N_("With the names, titles and addresses of people, and what proves them."),
)
def bundle(file: Path, evidence: bool, names: bool) -> int:
    """Write a bundle."""
    from workflow.placing import unwritable
    from workflow.proof.bundle.packing import Packer, pack

    app = opened()
    wanted = _wanted(app, evidence=evidence, names=names)
    with ExitStack() as reading, Progress(N_("packing the log")) as tell:
        session = reading.enter_context(app.store.reading())
        office, last = session.office(), session.checkpoint()
        try:
            packed = pack(Packer(session, wanted, tell, reading.close), file)
        except OSError as error:
            raise unwritable(file, error) from None
    out(str(file))
    said = _("{count} entries, of which {sealed} are sealed")
    err(said.format(count=packed.entries, sealed=packed.sealed))
    _say_files(packed)
    if last is not None:
        err(_("Anchor: {anchor}").format(anchor=last.anchor))
    if office is not None and office.keys:
        from states.signed_note import read_key

        fingerprint = read_key(office.keys[0]).fingerprint
        err(
            _("Fingerprint, to be told by another way: {fingerprint}").format(
                fingerprint=fingerprint
            )
        )
    _warn(packed, names=names)
    _say_unsound(packed, file)
    return UNSOUND if packed.problems else 0


def _say_unsound(packed: Packed, file: Path) -> None:
    """Say that what was packed is not what was sealed: its judges will find more."""
    for problem in packed.problems:
        err(Ink(str(problem.source), "red"), _(": "), Names().say(problem))
    if packed.problems:
        text = _("Packed all the same, and NOT SOUND: keep the bundle, it is evidence.")
        err(Ink(text, "red"))
        err(_("Next: rectify audit check {file}, rectify verify").format(file=file))


def _wanted(app: App, *, evidence: bool, names: bool) -> Wanted:
    from states.parts import INTERNAL, OPEN
    from workflow.evidence import KEPT
    from workflow.proof.bundle.packing import HERE, Wanted

    store = app.evidence

    def held(file: File) -> str:
        if not evidence or file.level not in (OPEN, INTERNAL):
            return store.held(file)
        found = store.checked(file)
        return HERE if found == KEPT else found

    return Wanted(
        made_at=app.clock(),
        held=held,
        path=store.path,
        names=names,
        anchors=tuple(_anchors(app)),
    )


def _anchors(app: App) -> list[tuple[str, bytes]]:
    """Return the notes that this side keeps in a folder; one that cannot be read is left out."""
    from workflow.proof.anchors.keeping import notes_of

    said = app.config.anchor.folder
    folder = app.config.path(said) if said else None
    return notes_of(folder) if folder is not None and folder.is_dir() else []


def _say_files(packed: Packed) -> None:
    if not packed.held:
        return
    from workflow.cli.issues.evidence_list import HELD_WORDS

    words = {"here": _("in the bundle")}
    counts = [
        f"{words.get(held) or _(HELD_WORDS[held])} {count}"
        for held, count in sorted(packed.held.items())
    ]
    err(_("Files of evidence: {counts}").format(counts=_(", ").join(counts)))


def _warn(packed: Packed, *, names: bool) -> None:
    if packed.missing:
        text = _("Named by entries and not on record: {names}. Judges will call it incomplete.")
        paragraph(text.format(names=", ".join(packed.missing[:5])), to_stderr=True)
    if packed.unsealed:
        text = _(
            "The last {count} entries are not sealed: nothing in this bundle could show that they "
            "were changed. Seal them first (rectify audit seal)."
        )
        paragraph(text.format(count=packed.unsealed), to_stderr=True)
    if names and packed.people:
        text = _(
            "This file holds the names and addresses of {count} people: hand it on only to those "
            "who may see them, and see that copies are erased."
        )
        paragraph(text.format(count=packed.people), to_stderr=True)

"""``audit anchor``: the latest checkpoint's note, to every place outside the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from states.errors import Conflict, NotFound
from workflow.cli.exits import UNSOUND
from workflow.cli.language import N_, _
from workflow.cli.naming import Names, names_of
from workflow.cli.opening import opened
from workflow.cli.options import json_option
from workflow.cli.speaking import command, option
from workflow.cli.terminal.screen import Ink, err, out, out_json, paragraph

if TYPE_CHECKING:
    from workflow.anchoring import Anchored
    from workflow.bootstrap import App
    from workflow.proof.anchors.keeping import Kept

_PLACES = {"folder": N_("folder"), "git": N_("git repository"), "mail": N_("mail")}
_STATUSES = {
    "written": N_("written"),
    "there": N_("there already"),
    "failed": N_("not kept"),
    "altered": N_("ALARM: something else is there"),
    "ahead": N_("ALARM: a longer log is known there"),
}


@command(
    "anchor",
    help=N_(
        "Seal what is not sealed yet and bring the note of the latest checkpoint to every place "
        "that the configuration names under [anchor]: a folder, a git repository, the mailboxes of "
        "all auditors. The note is printed: whoever keeps a copy can show later what was changed. "
        "Places that contradict it end with exit code 6."
    ),
    fields=(
        "size, root, short (SIZE:ROOT16), sealed_at, origin, note, unsealed (entries written "
        "since), places: [{place: folder, git or mail, where (of mail: how many auditors), "
        "status: written, there, failed, altered or ahead, why: {code, text} or null}]"
    ),
)
@option("--qr", "as_qr", is_flag=True, help=N_("Print the note as a QR code, too."))
@option(
    "--print",
    "paper",
    type=click.Path(dir_okay=False, allow_dash=True),
    metavar="FILE",
    help=N_("Write a page (HTML) to be printed, with the note and its QR code."),
)
@json_option
def anchor(as_qr: bool, paper: str | None, as_json: bool) -> int:
    """Bring the latest checkpoint's note to every configured place."""
    from workflow import anchoring

    app = opened()
    _seal(app)
    done = anchoring.anchor(app)
    names = names_of(app)
    with app.store.reading() as session:
        unsealed = session.unsealed_count()
    if paper is not None:
        _write(paper, done, names)
    if as_json:
        out_json(_json(done, unsealed, names))
    else:
        _show(done, unsealed, names, as_qr=as_qr)
    return 0 if done.is_well else UNSOUND


def _seal(app: App) -> None:
    """Seal first; where the key is not on this machine, what is sealed is anchored."""
    try:
        app.seal()
    except NotFound as error:
        if error.message.code != "key_missing":
            raise
        err(_("The key is not on this machine: what is sealed already is anchored."))
    except Conflict:  # somebody else seals just now: what they have sealed is anchored
        return


def _write(paper: str, done: Anchored, names: Names) -> None:
    from workflow.cli.audit.anchor_paper import page
    from workflow.cli.terminal.saving import save

    save(paper, page(done.sealed, names))
    if paper != "-":
        err(_("To be printed: {file}").format(file=paper))


def _show(done: Anchored, unsealed: int, names: Names, *, as_qr: bool) -> None:
    for line in done.sealed.note.rstrip("\n").split("\n"):
        out(line)
    if as_qr:
        from workflow.proof.qr import qr_terminal

        out("")
        for line in qr_terminal(done.sealed.note).rstrip("\n").split("\n"):
            out(line)
    err("")
    when = names.when(done.sealed.checkpoint.at)
    err(_("Anchor {anchor}, sealed {when}").format(anchor=done.sealed.anchor, when=when))
    for kept in done.kept:
        _say(kept, names)
    if not done.kept:
        text = _(
            "The configuration names no place under [anchor]: keep this note yourself, where "
            "whoever owns the database cannot change it."
        )
        paragraph(text, to_stderr=True)
    if unsealed:
        err(_("Written since and not sealed: {count}").format(count=unsealed))


def _say(kept: Kept, names: Names) -> None:
    status = _(_STATUSES[kept.status])
    colour = "green" if kept.is_well else "red"
    where = _("auditors: {count}").format(count=kept.where) if kept.kind == "mail" else kept.where
    err(f"{_(_PLACES[kept.kind])}  {where}  ", Ink(status, colour))
    if kept.why is not None:
        paragraph(names.say(kept.why), 2, to_stderr=True)


def _json(done: Anchored, unsealed: int, names: Names) -> dict[str, Any]:
    checkpoint = done.sealed.checkpoint
    return {
        "size": checkpoint.size,
        "root": checkpoint.root.hex(),
        "short": done.sealed.anchor,
        "sealed_at": checkpoint.at.isoformat(),
        "origin": checkpoint.origin,
        "note": done.sealed.note,
        "unsealed": unsealed,
        "places": [
            {
                "place": kept.kind,
                "where": kept.where,
                "status": kept.status,
                "why": kept.why and {"code": kept.why.code, "text": names.say(kept.why)},
            }
            for kept in done.kept
        ],
    }

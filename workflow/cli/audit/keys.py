"""``audit key``: the key that signs checkpoints: show it, change it, replace one that is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from workflow.cli.audit.sealing import fields, in_force, say_key
from workflow.cli.confirming import confirmed, yes_option
from workflow.cli.language import N_, _
from workflow.cli.naming import Names
from workflow.cli.opening import opened
from workflow.cli.options import as_of_option, json_option
from workflow.cli.speaking import Group, Place, command, option
from workflow.cli.terminal.screen import out, out_json, paragraph

if TYPE_CHECKING:
    from states.office import Office
    from states.signed_note import NoteKey
    from workflow.bootstrap import App

_ANCHORED = 16  # digits of a fingerprint that are enough to tell two keys apart


@command(
    "show",
    help=N_(
        "The key in force, those before it, and whether it lies on this machine. The fingerprint "
        "is public; the key itself is shown by nothing."
    ),
    fields=(
        "origin, key: {fingerprint, text, entry} or null, former: [{fingerprint, text}] (oldest "
        "first), recovery: {fingerprint, text, entry} or null, file, here (whether the file holds "
        "the key in force), fault (why not, or null)"
    ),
)
@json_option
@as_of_option
def show_key(as_json: bool) -> None:
    """Show the key in force."""
    app = opened()
    office = app.engine.office()
    fault = _fault(app)
    if as_json:
        out_json(_key_json(app, fault))
        return
    out(_("The log {origin}").format(origin=office.origin))
    if not office.seal_key:
        out(_("No key was adopted yet (rectify audit seal)."))
        return
    key = in_force(app)
    entry = _("entry {n} of the office").format(n=office.seal_key_n)
    fields(
        (_("fingerprint"), key.fingerprint),
        (_("seal key"), str(key)),
        (_("adopted"), entry),
        (_("file"), str(app.sealing.key_file)),
        *((_("former"), former.fingerprint) for former in _former(app)),
        (_("recovery"), _recovery(office)),
    )
    if fault is not None:
        paragraph(Names().say(fault), 4)


def _recovery(office: Office) -> str:
    from states.signed_note import read_key

    if not office.recovery:
        return _("none; without one a lost key ends sealing (rectify audit key recovery)")
    return read_key(office.recovery).fingerprint


def _former(app: App) -> list[NoteKey]:
    from states.signed_note import read_key

    return [read_key(key) for key in app.engine.office().former_keys]


def _fault(app: App) -> Any:
    """Return why the key in force cannot sign from here, None if it can."""
    from states.errors import RectificationError
    from workflow.proof.sealing.adopting import key_in_force

    try:
        key_in_force(app.sealing.key_file, app.engine.office(), looking=True)
    except RectificationError as error:
        return error.message
    return None


def _key_json(app: App, fault: Any) -> dict[str, Any]:
    office = app.engine.office()
    return {
        "origin": office.origin,
        "key": _key_facts(office.seal_key, office.seal_key_n),
        "recovery": _key_facts(office.recovery, office.recovery_n),
        "former": [{"fingerprint": f.fingerprint, "text": str(f)} for f in _former(app)],
        "file": str(app.sealing.key_file),
        "here": fault is None,
        "fault": fault and {"code": fault.code, "text": Names().say(fault)},
    }


def _key_facts(text: str, entry: int) -> dict[str, Any] | None:
    from states.signed_note import read_key

    if not text:
        return None
    return {"fingerprint": read_key(text).fingerprint, "text": text, "entry": entry}


@command(
    "rotate",
    help=N_(
        "Make a new key and adopt it in the place of the one in force, which signs that it "
        "follows. What waits is sealed before and after.\n\n"
        "The former key is kept beside it under another name, since a database restored from a "
        "backup would need it; --destroy deletes it.\n\n"
        "Where the key is lost, the recovery key signs in its stead: --recovery names the file "
        "into which it was written or typed; - reads it from the keyboard."
    ),
)
@option("--destroy", is_flag=True, help=N_("Delete the file of the former key."))
@option("--recovery", metavar="FILE", help=N_("The key is lost: let the recovery key sign."))
@yes_option
def rotate_key(destroy: bool, recovery: str | None, yes: bool) -> None:
    """Put a new key in the place of the one in force."""
    app = opened()
    if recovery is not None:
        if destroy:
            raise click.UsageError(_("with --recovery there is no former key to delete"))
        _recover(app, recovery, yes)
    else:
        _rotate(app, destroy=destroy, yes=yes)


def _rotate(app: App, *, destroy: bool, yes: bool) -> None:
    from workflow.proof.sealing.adopting import former_file, rotate

    before, file = _in_force_or_refuse(app), app.sealing.key_file
    text = _("Put a new key in the place of {fingerprint}…?")
    if not confirmed(text.format(fingerprint=before.fingerprint[:_ANCHORED]), yes):
        return
    app.seal()
    adopted = rotate(app.engine, file, app.identity, destroy=destroy)
    app.seal()
    say_key(adopted, file)
    if destroy:
        paragraph(_("The file of the former key was deleted; destroy its copies too."), 4)
    else:
        said = _("The former key was kept: {file}").format(file=former_file(file, before))
        paragraph(said, 4)


def _recover(app: App, source: str, yes: bool) -> None:
    from workflow.cli.audit.recovering import recovered, say_spent

    text = _("Is every copy of the key {fingerprint}… lost? A new one takes its place.")
    if not confirmed(text.format(fingerprint=in_force(app).fingerprint[:_ANCHORED]), yes):
        return
    adopted = recovered(app, source)
    app.seal()
    say_key(adopted, app.sealing.key_file)
    say_spent()


def _in_force_or_refuse(app: App) -> NoteKey:
    from workflow.proof.sealing.adopting import key_in_force

    office = app.engine.office()
    return key_in_force(app.sealing.key_file, office).named(office.origin)


key = Group(
    "key",
    help=N_("The key that signs checkpoints."),
    sections={
        N_("Commands"): {
            "show": Place(f"{__name__}:show_key", N_("Show which key is in force.")),
            "recovery": Place(
                "workflow.cli.audit.recovering:recovery_key",
                N_("Make a second key for the day when it is lost."),
            ),
            "rotate": Place(f"{__name__}:rotate_key", N_("Put a new key in its place.")),
        }
    },
)

"""``audit seal`` and ``audit key``: put the log under seals, and look after the key that signs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workflow.cli.confirming import confirmed, yes_option
from workflow.cli.exits import UNSOUND
from workflow.cli.language import N_, _
from workflow.cli.naming import Names
from workflow.cli.opening import opened
from workflow.cli.options import as_of_option, json_option
from workflow.cli.speaking import Group, Place, command, option
from workflow.cli.terminal.screen import Ink, err, out, out_json, paragraph
from workflow.cli.terminal.wording import padded, width

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from states.errors import Problem
    from states.signed_note import NoteKey
    from workflow.bootstrap import App
    from workflow.proof.sealing.adopting import Adopted
    from workflow.proof.sealing.sweep import Done

_ANCHORED = 16  # digits of a fingerprint that are enough to tell two keys apart


@command(
    "seal",
    help=N_(
        "Seal everything that was written and is sound: each entry gets its index in the log, and "
        "a signed checkpoint commits to all of them. The daemon does the same every minute.\n\n"
        "The first time a supervisor of every unit adopts the key of this machine, which is made "
        "if there is none. Entries that are not sound are never sealed and are named (exit code "
        "6), and so are those that sealing would pass over because the list of what waits was "
        "edited."
    ),
    fields=(
        "sealed (entries sealed now), size, root, anchor, suite, at, unsealed, key: {fingerprint, "
        "file, adopted, made}, unsound: [{code, stream, entry, text}]; size and what follows up to "
        "at are null where nothing is sealed"
    ),
)
@json_option
def seal(as_json: bool) -> int:
    """Seal everything that was written and is sound."""
    from workflow.engine.proving_seals import listing

    app = opened()
    adopted = None if app.engine.office().seal_key else first_key(app)
    done = _sealed(app)
    with app.store.reading() as session:
        unsealed = session.unsealed_count()
        done.problems += listing(session)
    if as_json:
        out_json(_seal_json(app, done, adopted, unsealed))
    else:
        if adopted is not None:
            say_key(adopted, app.sealing.key_file)
        _show_sealed(app, done, unsealed)
    return UNSOUND if done.problems else 0


def first_key(app: App) -> Adopted:
    """Adopt the first key, making its file if there is none. Raises ``Refused``, ``Invalid``."""
    from workflow.proof.sealing.adopting import adopt

    return adopt(app.engine, app.sealing.key_file, app.identity)


def _sealed(app: App) -> Done:
    from workflow.cli.terminal.progress import Progress

    with Progress(N_("sealing")) as tell:
        return app.seal(tell)


def say_key(adopted: Adopted, file: Path) -> None:
    """Say where a key lies that was adopted, and what becomes of its copy and its fingerprint."""
    text = N_("The key that seals the log was made: {file}")
    if not adopted.made:
        text = N_("The key that seals the log was adopted: {file}")
    out(_(text).format(file=file))
    _fields((_("fingerprint"), adopted.key.fingerprint))
    paragraph(
        _(
            "Keep a copy of the file in a safe, and nowhere else. Give the fingerprint to the "
            "auditor, on paper: by it they tell your seals from anybody's."
        ),
        4,
    )


def _show_sealed(app: App, done: Done, unsealed: int) -> None:
    names = Names(zone=app.zone)
    if done.last is None:
        out(_("Nothing is sealed."))
    else:
        last = done.last.checkpoint
        said = _("Sealed: {size} entries; new among them: {count}.")
        out(said.format(size=last.size, count=done.sealed))
        _fields(
            (_("anchor"), str(last.anchor)),
            (_("root"), last.root.hex()),
            (_("key"), _in_force(app).fingerprint),
            (_("at"), names.when(last.at)),
        )
    _show_unsound(done.problems)
    if unsealed:
        out(_("Unsealed: {count} entries.").format(count=unsealed))


def _show_unsound(problems: Sequence[Problem]) -> None:
    for problem in problems:
        place = _("{stream}, entry {n}").format(stream=problem.source, n=problem.line)
        out(Ink(place, "red"), _(": "), Names().say(problem))
    if problems:
        text = _("What is not sound is not sealed, and what follows it in its stream waits.")
        err(text, " ", _("Next: rectify verify"))


def _in_force(app: App) -> NoteKey:
    from states.signed_note import read_key

    return read_key(app.engine.office().seal_key)


def _seal_json(app: App, done: Done, adopted: Adopted | None, unsealed: int) -> dict[str, Any]:
    last = None if done.last is None else done.last.checkpoint
    return {
        "sealed": done.sealed,
        "size": last and last.size,
        "root": last and last.root.hex(),
        "anchor": last and str(last.anchor),
        "suite": last and last.suite,
        "at": last and last.at.isoformat(),
        "unsealed": unsealed,
        "key": {
            "fingerprint": _in_force(app).fingerprint,
            "file": str(app.sealing.key_file),
            "adopted": adopted is not None,
            "made": adopted is not None and adopted.made,
        },
        "unsound": [
            {"code": p.code, "stream": p.source, "entry": p.line, "text": Names().say(p)}
            for p in done.problems
        ],
    }


def _fields(*rows: tuple[str, str]) -> None:
    widest = max(width(name) for name, _value in rows) + 2
    for name, value in rows:
        out("    ", padded(name, widest), value)


# ---------------------------------------------------------------- audit key


@command(
    "show",
    help=N_(
        "The key in force, those before it, and whether it lies on this machine. The fingerprint "
        "is public; the key itself is shown by nothing."
    ),
    fields=(
        "origin, key: {fingerprint, text, entry} or null, former: [{fingerprint, text}] (oldest "
        "first), file, here (whether the file holds the key in force), fault (why not, or null)"
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
    key = _in_force(app)
    entry = _("entry {n} of the office").format(n=office.seal_key_n)
    _fields(
        (_("fingerprint"), key.fingerprint),
        (_("key"), str(key)),
        (_("adopted"), entry),
        (_("file"), str(app.sealing.key_file)),
        *((_("former"), former.fingerprint) for former in _former(app)),
    )
    if fault is not None:
        paragraph(Names().say(fault), 4)


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
    key = _in_force(app) if office.seal_key else None
    return {
        "origin": office.origin,
        "key": key
        and {"fingerprint": key.fingerprint, "text": str(key), "entry": office.seal_key_n},
        "former": [{"fingerprint": f.fingerprint, "text": str(f)} for f in _former(app)],
        "file": str(app.sealing.key_file),
        "here": fault is None,
        "fault": fault and {"code": fault.code, "text": Names().say(fault)},
    }


@command(
    "rotate",
    help=N_(
        "Make a new key and adopt it in the place of the one in force, which signs that it "
        "follows. What waits is sealed before and after.\n\n"
        "The former key is kept beside it under another name, since a database restored from a "
        "backup would need it; --destroy deletes it."
    ),
)
@option("--destroy", is_flag=True, help=N_("Delete the file of the former key."))
@yes_option
def rotate_key(destroy: bool, yes: bool) -> None:
    """Put a new key in the place of the one in force."""
    from workflow.proof.sealing.adopting import former_file, rotate

    app = opened()
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
            "rotate": Place(f"{__name__}:rotate_key", N_("Put a new key in its place.")),
        }
    },
)

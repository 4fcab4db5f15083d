"""``audit seal``: put the log under seals, by a key that is made and adopted the first time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workflow.cli.exits import UNSOUND
from workflow.cli.language import N_, _
from workflow.cli.naming import Names
from workflow.cli.opening import opened
from workflow.cli.options import json_option
from workflow.cli.speaking import command
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
    fields((_("fingerprint"), adopted.key.fingerprint))
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
        fields(
            (_("anchor of the log"), str(last.anchor)),
            (_("root"), last.root.hex()),
            (_("seal key"), in_force(app).fingerprint),
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


def in_force(app: App) -> NoteKey:
    """Return the public key in force. Raises ``ValueError`` if none was adopted."""
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
            "fingerprint": in_force(app).fingerprint,
            "file": str(app.sealing.key_file),
            "adopted": adopted is not None,
            "made": adopted is not None and adopted.made,
        },
        "unsound": [
            {"code": p.code, "stream": p.source, "entry": p.line, "text": Names().say(p)}
            for p in done.problems
        ],
    }


def fields(*rows: tuple[str, str]) -> None:
    """Print names and values below one another."""
    widest = max(width(name) for name, _value in rows) + 2
    for name, value in rows:
        out("    ", padded(name, widest), value)

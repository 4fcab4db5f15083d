"""``evidence check`` and ``evidence export``: whether every file is still the one registered."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from states.errors import Message, NotFound
from workflow.cli.exits import UNSOUND
from workflow.cli.issues.evidence_list import HELD_WORDS, held_ink, size_words
from workflow.cli.language import N_, _
from workflow.cli.opening import opened
from workflow.cli.options import as_of_option, issue_argument, json_option
from workflow.cli.speaking import command
from workflow.cli.terminal.screen import Ink, err, out, out_json

if TYPE_CHECKING:
    from workflow.bootstrap import App
    from workflow.engine.pieces import Piece

SOUND = ("kept", "apart")
STEP = 256 * 1_000_000
"""Bytes between two lines of progress."""


@command(
    "check",
    help=N_(
        "Read every file of evidence again and compare its bytes with the log, of one issue or of "
        "all: a file that is gone is missing, one that is another is changed (tampered). Files "
        "registered by their hash alone are kept elsewhere and only counted. Anything missing, "
        "changed or unreadable ends with exit code 6."
    ),
    fields=(
        "sound, counts: {kept, apart, missing, changed, unreadable}, problems: [{held, issue, "
        "entry, number, name, size, sha256}], left: [the same]; left are files still in the folder "
        "though they are to be kept elsewhere"
    ),
)
@click.argument("issue", metavar="[ISSUE]", required=False)
@as_of_option
@json_option
def check(issue: str | None, as_json: bool) -> int:
    """Read every file of evidence again."""
    app = opened()
    found = checked(app, None if issue is None else app.engine.key_of(issue))
    if as_json:
        out_json(checked_json(found))
    else:
        show_checked(app, found)
    return 0 if found.sound else UNSOUND


def checked_json(found: Checked) -> dict[str, Any]:
    """Return the outcome of a check for programs."""
    return {
        "sound": found.sound,
        "counts": {held: found.counts[held] for held in HELD_WORDS},
        "problems": [problem_json(piece, held) for piece, held in found.bad],
        "left": [problem_json(piece, "kept") for piece in found.left],
    }


@dataclass(slots=True)
class Checked:
    """How many pieces there are by what became of their files, every bad one, and what is left.

    ``left`` are files still in the folder though they are registered to be kept elsewhere.
    """

    counts: Counter[str] = field(default_factory=Counter)
    bad: list[tuple[Piece, str]] = field(default_factory=list)
    left: list[Piece] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """True if no file is missing, changed or unreadable."""
        return not self.bad


def checked(app: App, issue: str | None = None, *, tolerant: bool = False) -> Checked:
    """Read every file again, of one issue or of all, and compare it with the log.

    Raises ``Invalid`` at an entry that cannot be read, unless ``tolerant``: who verifies the log
    has named it already.
    """
    from workflow.engine.pieces import pieces
    from workflow.evidence import examined

    store, found = app.evidence, Checked()
    with app.store.reading() as session:
        known = partial(pieces, session, issue, tolerant=tolerant)
        apart = {(p.issue, p.sha256) for p in known() if p.apart}
        for piece, held in examined(store, known(), _Progress()):
            if held == "missing" and (piece.issue, piece.sha256) in apart:
                held = "apart"  # taken out of the folder after it was registered anew
            found.counts[held] += 1
            if held not in SOUND:
                found.bad.append((piece, held))
            if piece.apart and store.path(piece.sha256).exists():
                found.left.append(piece)
    return found


class _Progress:
    """Says on a terminal how much was read, now and then."""

    def __init__(self) -> None:
        self._next = STEP

    def __call__(self, done: int) -> None:
        if done >= self._next and sys.stderr.isatty():
            self._next = done + STEP
            err(_("read so far: {size}").format(size=size_words(done)))


def show_checked(app: App, found: Checked) -> None:
    """Print every bad file, then how many there are of each sort."""
    for piece, held in found.bad:
        place = _("{stream}, entry {n}").format(stream=piece.issue, n=piece.n)
        out(Ink(place, "red"), _(": "), held_ink(held), _(": "), f"#{piece.number} {piece.name}")
        out("    ", Ink(f"{size_words(piece.size)} · sha256 {piece.sha256}", "dim"))
    for piece in found.left:
        text = _("{issue} #{number} is to be kept elsewhere, and is still here: {path}")
        path = app.evidence.path(piece.sha256)
        err(text.format(issue=piece.issue, number=piece.number, path=path))
    counts = found.counts
    said = [f"{_(words)} {counts[held]}" for held, words in HELD_WORDS.items() if counts[held]]
    text = _("Pieces of evidence: {count}").format(count=counts.total())
    verdict = Ink(_("Sound"), "green") if found.sound else Ink(_("NOT SOUND"), "red")
    out(verdict, _(": "), _(", ").join([text, *said]))


def problem_json(piece: Piece, held: str) -> dict[str, Any]:
    """Return a bad file for programs."""
    return {
        "held": held,
        "issue": piece.issue,
        "entry": piece.n,
        "number": piece.number,
        "name": piece.name,
        "size": piece.size,
        "sha256": piece.sha256,
    }


@command(
    "export",
    help=N_(
        "Copy a file of evidence out of the folder under a name of your own. It is hashed while "
        "it is copied; if it is not the file that was registered, nothing is left behind."
    ),
)
@issue_argument
@click.argument("number", metavar="N", type=int)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
def export(issue: str, number: int, file: Path) -> None:
    """Copy a file out."""
    app = opened()
    key = app.engine.key_of(issue)
    piece = app.engine.view(key).issue.piece(number)
    if piece is None:
        facts = {"issue": key, "number": number}
        raise NotFound(Message("no_piece", "{issue} has no evidence {number}", facts))
    target = file / piece.name if file.is_dir() else file
    app.evidence.export(piece, target)
    out(str(target), "  ", Ink(f"{size_words(piece.size)} · sha256 {piece.sha256}", "dim"))

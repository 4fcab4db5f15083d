"""``evidence``: attach files that prove something to an issue or a part of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from states.errors import Message, NotFound, Refused, Unmet
from states.facts import LEVEL_WORDS
from states.parts import INTERNAL, LEVELS
from workflow.cli.language import N_, _
from workflow.cli.opening import opened
from workflow.cli.options import Meant, issue_argument, note_option, request_option
from workflow.cli.speaking import Group, Place, command, option
from workflow.cli.taking import event_recording, report
from workflow.cli.terminal.screen import out

if TYPE_CHECKING:
    from states.issue import Issue
    from workflow.bootstrap import App
    from workflow.engine.advancing import Receipt
    from workflow.evidence import EvidenceStore, Stored

_OF_THE_FILE = ("sha256", "size", "name")
_WORDS = {level: word for word, level in LEVEL_WORDS.items()}
LEVEL = Meant({**LEVEL_WORDS, **{level: level for level in LEVELS}})
LEVEL_NAMES = {
    "open": N_("public"),
    "internal": N_("internal"),
    "secret": N_("secret"),
    "confidential": N_("confidential"),
}


@command(
    "add",
    help=N_(
        "Attach a file that proves something. It is copied into the evidence folder and known "
        "there by its SHA-256, so that it can neither move nor change.\n\n"
        "With --apart it is read and not copied; a file that is not at hand is registered by its "
        "--sha256, --size and --name. A new version --replaces an older piece, which stays on "
        "record: it proves what that one proved.\n\n"
        "  rectify evidence add 7 minutes.pdf --measure 1 --level 内部\n"
        "  rectify evidence add 7 list.xlsx --replaces 3\n"
        "  rectify evidence add 7 case.pdf --measure 2 --level 机密 --apart"
    ),
)
@issue_argument
@click.argument("file", metavar="[FILE]", required=False, type=click.Path(path_type=Path))
@option("--measure", type=int, metavar="N", help=N_("The measure that it proves."))
@option("--duty", type=int, metavar="N", help=N_("The maintenance duty that it proves."))
@option("--look-back", type=int, metavar="N", help=N_("The look-back visit that it documents."))
@option(
    "--level",
    type=LEVEL,
    metavar="LEVEL",
    help=N_("公开, 内部 (the default), 秘密 or 机密; open, internal, secret, confidential."),
)
@option("--replaces", type=int, metavar="N", help=N_("The piece of which it is a new version."))
@option("--apart", is_flag=True, help=N_("Register it by its hash; the file is not copied."))
@option("--sha256", metavar="HASH", help=N_("The SHA-256 of a file that is not at hand."))
@option("--size", type=int, metavar="BYTES", help=N_("Its size in bytes."))
@option("--name", metavar="NAME", help=N_("Its name."))
@note_option
@request_option
def add(issue: str, file: Path | None, request_id: str | None, **said: Any) -> None:
    """Attach a file that proves something."""
    wish = _wish(file, said)
    app = opened()
    view = app.engine.view(app.engine.key_of(issue))
    event = event_recording(view, "evidence")
    receipt = _attached(app, (view.issue.key, event), wish, request_id)
    report(app, receipt)
    _show_piece(receipt.issue)


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is to be attached: a file, or what is known of one that is not at hand."""

    about: dict[str, Any]
    file: Path | None = None
    known: Stored | None = None

    def stored(self, store: EvidenceStore) -> Stored | None:
        """Take the file in, or only its hash; None where it is no longer there."""
        if self.file is None or not self.file.exists():
            return self.known
        return store.weigh(self.file) if self.about["apart"] else store.put(self.file)


def _wish(file: Path | None, said: dict[str, Any]) -> _Wish:
    """Return what was said on the command line. Fails if it says too little or too much."""
    from workflow.evidence import Stored, display_name

    by_hash = {name: said.pop(name) for name in _OF_THE_FILE}
    given = [name for name, value in by_hash.items() if value is not None]
    if file is not None and given:
        raise click.UsageError(_("--sha256, --size and --name go without FILE"))
    if file is None and len(given) < len(by_hash):
        raise click.UsageError(_("FILE is missing; without one: --sha256, --size and --name"))
    said["apart"] = said["apart"] or file is None or None
    if file is not None:
        return _Wish(said, file)
    known = Stored(
        sha256=by_hash["sha256"].lower(),
        size=by_hash["size"],
        name=display_name(by_hash["name"]),
    )
    return _Wish(said, known=known)


def _attached(app: App, target: tuple[str, str], wish: _Wish, request_id: str | None) -> Receipt:
    """Attach a file, which is copied only if that will not be refused.

    The first attempt says nothing of the file: it is refused at least for that, and if for
    nothing else the file may come.
    """
    key, event = target
    who, about = app.identity, wish.about
    try:
        done = app.engine.advance(key, event, about, by=who, request_id=request_id)
        if wish.file is None or not wish.file.exists():  # repeated long after
            return done
    except Refused as refusal:
        rest = tuple(unmet for unmet in refusal.unmet if unmet.asks not in _OF_THE_FILE)
        if rest:
            raise Refused(refusal.message, rest, refusal.allowed) from None
    _must_be_apart(app.evidence, app.engine.view(key).issue, wish)
    stored = wish.stored(app.evidence)
    if stored is None:
        facts = {"path": str(wish.file)}
        raise NotFound(Message("no_file", "there is no file {path}", facts))
    proof = {"sha256": stored.sha256, "size": stored.size, "name": stored.name}
    return app.engine.advance(key, event, {**about, **proof}, by=who, request_id=request_id)


def _must_be_apart(store: EvidenceStore, issue: Issue, wish: _Wish) -> None:
    """Refuse to keep a file of a level whose files are not kept."""
    former = issue.piece(wish.about["replaces"])
    level = wish.about["level"] or (former.level if former else INTERNAL)
    if wish.about["apart"] or store.keeps(level):
        return
    raise Refused(
        Message("level_kept_apart", "{issue}: this file is not taken in", {"issue": issue.key}),
        (
            Unmet(
                "level_not_kept",
                "files of level {level} are not kept here ([evidence] apart_from); with --apart "
                "the file stays where it is, and only its hash is registered",
                {"level": f"{_WORDS[level]} ({level})"},
            ),
        ),
    )


def _show_piece(issue: Issue) -> None:
    """Print as what the piece just attached is known."""
    if issue.evidence:
        piece = issue.evidence[-1]
        out("    ", f"#{piece.number}  {piece.name}", "  ", piece_words(issue, piece.number))


def piece_words(issue: Issue, number: int) -> str:
    """Return what a piece of evidence is: its level, which version, whether it is kept apart."""
    piece = issue.piece(number)
    if piece is None:
        return ""
    words = [_(LEVEL_NAMES[piece.level])]
    if piece.replaces is not None:
        text = _("version {version}, replaces #{former}")
        words.append(text.format(version=issue.version(number), former=piece.replaces))
    if piece.superseded_by is not None:
        words.append(_("replaced by #{number}").format(number=piece.superseded_by))
    if piece.apart:
        words.append(_("known by its hash alone"))
    return " · ".join(words)


evidence = Group(
    "evidence",
    help=N_("Files that prove something."),
    sections={
        N_("Commands"): {
            "add": Place(f"{__name__}:add", N_("Attach a file.")),
            "list": Place(
                "workflow.cli.issues.evidence_list:list_evidence", N_("What is on record.")
            ),
            "check": Place(
                "workflow.cli.issues.evidence_check:check", N_("Read every file again and compare.")
            ),
            "export": Place(
                "workflow.cli.issues.evidence_check:export", N_("Copy a file out, verified.")
            ),
        },
    },
)

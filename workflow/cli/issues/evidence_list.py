"""``evidence list``: what proves what, how guarded it is, and whether its file is still there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from workflow.cli.issues.evidence import LEVEL, LEVEL_NAMES
from workflow.cli.language import N_, _
from workflow.cli.opening import opened
from workflow.cli.options import as_of_option, json_option
from workflow.cli.speaking import command, option
from workflow.cli.terminal.screen import Ink, Part, err, out, out_json, room
from workflow.cli.terminal.tables import Column, table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from states.issue import Issue
    from states.parts import Evidence
    from workflow.bootstrap import App

HELD_WORDS = {
    "kept": N_("kept"),
    "apart": N_("kept elsewhere"),
    "missing": N_("file missing"),
    "changed": N_("tampered"),
    "unreadable": N_("cannot be read"),
}
"""What has become of a file, in words."""
_SHORT = 12


@command(
    "list",
    help=N_(
        "List the evidence of one issue or of all: what it proves, how guarded it is, which "
        "version, and whether its file is there with the size it should have. `evidence check` "
        "reads the files themselves."
    ),
    fields=(
        "a list of {issue, title, number, name, size, sha256, measure, duty, occurrence, "
        "look_back, cycle, level, apart, version, replaces, superseded_by, held}; held is kept, "
        "apart, missing or changed"
    ),
)
@click.argument("issue", metavar="[ISSUE]", required=False)
@option("--round", metavar="CODE", help=N_("Only issues of this round."))
@option("--level", type=LEVEL, metavar="LEVEL", help=N_("Only what is of this level."))
@option("--all", "everything", is_flag=True, help=N_("Superseded versions too."))
@as_of_option
@json_option
def list_evidence(
    issue: str | None, round: str | None, level: str | None, everything: bool, as_json: bool
) -> None:
    """List the evidence."""
    app = opened()
    found = [
        (one, piece)
        for one in _issues(app, issue, round)
        for piece in (one.evidence if everything or as_json else one.proofs)
        if level in (None, piece.level)
    ]
    if as_json:
        out_json(
            [
                {"issue": one.key, "title": one.title, **piece_json(app, one, piece)}
                for one, piece in found
            ]
        )
        return
    heads = [
        Column(title=_("key")),
        Column(title=_("no."), right=True),
        Column(title=_("proves"), least=6),
        Column(title=_("level")),
        Column(title=_("version"), spare=1),
        Column(title=_("size"), right=True, spare=2),
        Column(title=_("file")),
        Column(title=_("sha256"), spare=3),
        Column(title=_("name"), least=16, wrap=True),
    ]
    rows = [_row(app, one, piece) for one, piece in found]
    for parts in table(heads, rows, room()) if rows else ():
        out(*parts)
    text = _("Pieces of evidence: {count}") if rows else _("There is no evidence.")
    err(text.format(count=len(rows)))


def _issues(app: App, issue: str | None, round: str | None) -> list[Issue]:
    from workflow.cli.meaning import issues_of

    return [one for one in issues_of(app, issue) if round in (None, one.round)]


def _row(app: App, issue: Issue, piece: Evidence) -> list[Part]:
    version = issue.version(piece.number)
    old = _("replaced by #{number}").format(number=piece.superseded_by)
    return [
        issue.key,
        f"#{piece.number}",
        proves(piece),
        _(LEVEL_NAMES[piece.level]),
        old if piece.superseded_by else str(version) if version > 1 else "",
        size_words(piece.size),
        held_ink(held_in(app, issue)[piece.number]),
        piece.sha256[:_SHORT],
        piece.name,
    ]


def held_in(app: App, issue: Issue) -> dict[int, str]:
    """Return by number what has become of the files of an issue's evidence."""
    elsewhere = {piece.sha256 for piece in issue.evidence if piece.apart}
    return {piece.number: app.evidence.held(piece, elsewhere) for piece in issue.evidence}


def held_ink(held: str) -> Ink:
    """Return what has become of a file as it is shown; what is wrong in red."""
    return Ink(_(HELD_WORDS[held]), "" if held in ("kept", "apart") else "red")


def proves(piece: Evidence) -> str:
    """Return what a piece of evidence proves."""
    if piece.measure is not None:
        return _("measure {number}").format(number=piece.measure)
    if piece.duty is not None:
        text = _("duty {number}").format(number=piece.duty)
        return f"{text} ({piece.occurrence})" if piece.occurrence else text
    if piece.look_back is not None:
        return _("look-back {number}").format(number=piece.look_back)
    return _("the issue")


def size_words(size: int) -> str:
    """Return a size for people."""
    return f"{size} B" if size < 1000 else f"{size / 1000:,.1f} kB"


def piece_json(app: App, issue: Issue, piece: Evidence) -> Mapping[str, Any]:
    """Return a piece of evidence for programs."""
    from states.frozen import asdict

    version = issue.version(piece.number)
    return {**asdict(piece), "version": version, "held": held_in(app, issue)[piece.number]}

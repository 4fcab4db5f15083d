"""``evidence``: attach files that prove something to an issue or a part of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from states.errors import Refused
from workflow.cli.language import N_
from workflow.cli.opening import opened
from workflow.cli.options import issue_argument, note_option, request_option
from workflow.cli.speaking import Group, Place, command, option
from workflow.cli.taking import event_recording, report

if TYPE_CHECKING:
    from workflow.bootstrap import App
    from workflow.engine.advancing import Receipt

_OF_THE_FILE = ("sha256", "size", "name")


@command(
    "add",
    help=N_(
        "Attach a file that proves something. It is copied into the evidence folder and known "
        "there by its SHA-256, so that it can neither move nor change."
    ),
)
@issue_argument
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@option("--measure", type=int, metavar="N", help=N_("The measure that it proves."))
@option("--duty", type=int, metavar="N", help=N_("The maintenance duty that it proves."))
@option("--look-back", type=int, metavar="N", help=N_("The look-back visit that it documents."))
@note_option
@request_option
def add(issue: str, file: Path, request_id: str | None, **about: int | str | None) -> None:
    """Attach a file that proves something."""
    app = opened()
    view = app.engine.view(app.engine.key_of(issue))
    event = event_recording(view, "evidence")
    report(app, _attached(app, (view.issue.key, event), file, about, request_id))


def _attached(
    app: App,
    target: tuple[str, str],
    file: Path,
    about: dict[str, int | str | None],
    request_id: str | None,
) -> Receipt:
    """Attach a file, which is copied only if that will not be refused.

    The first attempt says nothing of the file: it is refused at least for that, and if for
    nothing else the file may come.
    """
    key, event = target
    who = app.identity
    try:
        done = app.engine.advance(key, event, about, by=who, request_id=request_id)
        if not file.exists():  # repeated long after
            return done
    except Refused as refusal:
        rest = tuple(unmet for unmet in refusal.unmet if unmet.asks not in _OF_THE_FILE)
        if rest:
            raise Refused(refusal.message, rest, refusal.allowed) from None
    stored = app.evidence.put(file)
    proof = {"sha256": stored.sha256, "size": stored.size, "name": stored.name}
    return app.engine.advance(key, event, {**about, **proof}, by=who, request_id=request_id)


evidence = Group(
    "evidence",
    help=N_("Files that prove something."),
    sections={
        N_("Commands"): {"add": Place(f"{__name__}:add", N_("Attach a file."))},
    },
)

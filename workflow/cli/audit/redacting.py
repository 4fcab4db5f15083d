"""``audit redact``: erase somebody's personal details by an act on record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from workflow.cli.confirming import confirmed, yes_option
from workflow.cli.language import N_, _
from workflow.cli.naming import names_of
from workflow.cli.opening import opened
from workflow.cli.options import dry_run_option, request_option
from workflow.cli.speaking import command, option
from workflow.cli.terminal.screen import err, out, paragraph

if TYPE_CHECKING:
    from workflow.bootstrap import App
    from workflow.engine.redacting import Traces

SHOWN = 8


@command(
    "redact",
    help=N_(
        "Erase the name, title and addresses of somebody who has left, with the salt that ties "
        "them to the log, and take them out of every message that was kept. An act on record; it "
        "cannot be undone. The log keeps its hashes and still verifies; it says `redacted`.\n\n"
        "What people wrote themselves into reasons and texts, and official letters, name people "
        "too. That is hashed or must be kept: it is listed, and stays."
    ),
)
@click.argument("person", metavar="PERSON")
@option("--reason", metavar="TEXT", required=True, help=N_("The reason, for the log; required."))
@dry_run_option
@yes_option
@request_option
def redact(person: str, reason: str, dry_run: bool, yes: bool, request_id: str | None) -> None:
    """Erase somebody's personal details."""
    app = opened()
    if person not in app.engine.people():
        _again(app, person, reason, request_id)
        return
    names = names_of(app)
    out(_("To be erased: the details of {person}.").format(person=names.full(person)))
    _show_traces(app.engine.traces(person))
    if dry_run:
        out(_("Nothing was changed."))
        return
    if not confirmed(_("Erase them for ever?"), yes):
        return
    done = app.engine.redact(person, reason, app.identity, request_id)
    from workflow.cli.records import entry_line

    out(*entry_line(done.entry, names_of(app)))
    if done.erased is not None:
        counted = _("messages without their text: {messages}; not sent any more: {withdrawn}")
        out("    ", counted.format(**_counts(done.erased.messages, done.erased.withdrawn)))
    paragraph(
        _("Backups, mail folders and log files of the daemon may still hold them: see to these."), 4
    )


def _counts(messages: int, withdrawn: int) -> dict[str, int]:
    return {"messages": messages, "withdrawn": withdrawn}


def _again(app: App, person: str, reason: str, request_id: str | None) -> None:
    """Nobody of that id has details: repeated it says so, else it is refused with the reason."""
    done = app.engine.redact(person, reason, app.identity, request_id)
    from workflow.cli.records import entry_line
    from workflow.cli.taking import say_repeated

    out(*entry_line(done.entry, names_of(app)))
    say_repeated()


def _show_traces(found: Traces) -> None:
    if found.letters:
        text = _("Letters that name them, which are kept: {letters}")
        paragraph(text.format(letters=_some(found.letters)), 4)
    if found.entries:
        text = _("Entries that name them, which nothing can change: {entries}")
        places = tuple(f"{stream}/{n}" for stream, n in found.entries)
        paragraph(text.format(entries=_some(places)), 4)
    if not found.letters and not found.entries:
        err(_("No entry and no letter names them."))


def _some(places: tuple[str, ...]) -> str:
    more = len(places) - SHOWN
    listed = ", ".join(places[:SHOWN])
    return listed if more <= 0 else _("{listed} and {more} more").format(listed=listed, more=more)

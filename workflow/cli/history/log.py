"""``log``: every entry, as it was written."""

from __future__ import annotations

import click

from states.frozen import replace
from workflow.cli.language import N_
from workflow.cli.naming import names_of
from workflow.cli.opening import opened
from workflow.cli.options import as_of_option, json_option
from workflow.cli.records import entry_json, entry_table
from workflow.cli.speaking import command
from workflow.cli.terminal.screen import out, out_json, room

OFFICE = "@office"


@command(
    "log",
    help=N_(
        "Print every entry of an issue, or of the office (@office): number, local time, who (and "
        "for whom), the event, from which state to which, and the reason."
    ),
    fields=(
        "a list of entries as they were hashed: {v, stream, n, prev, request, at (UTC), day, "
        "actor: {person, account, auth, on_behalf_of}, process, calendar, office, event, from, "
        "to, records, facts, opens, closes, hash}; those of the office have no process, calendar, "
        "from, to, records, opens, closes"
    ),
)
@click.argument("stream", metavar="ISSUE|@office")
@as_of_option
@json_option
def log(stream: str, as_json: bool) -> None:
    """Print every entry of an issue or of the office."""
    app = opened()
    key = stream if stream == OFFICE else app.engine.key_of(stream)
    entries = app.engine.log(key)
    if as_json:
        out_json([entry_json(entry) for entry in entries])
        return
    names = names_of(app)
    if key != OFFICE:
        names = replace(names, process=app.engine.view(key).process)
    for parts in entry_table(entries, names, room()):
        out(*parts)

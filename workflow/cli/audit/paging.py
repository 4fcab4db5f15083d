"""``audit page``: one file in which an auditor moves through time, and which judges itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from states.errors import Conflict, Invalid, Message, NotFound, Problem
from workflow.cli.language import N_, _, spoken
from workflow.cli.opening import choice, opened
from workflow.cli.speaking import command, option
from workflow.cli.terminal.progress import Progress
from workflow.cli.terminal.screen import err, out, paragraph

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from workflow.proof.page.extras import Extras
    from workflow.proof.page.gathering import Members

_MEGABYTE = 1_000_000


@command(
    "page",
    help=N_(
        "Write one HTML file in which an auditor drags a slider through time and watches a round "
        "move. It needs no network and no program but a browser, recomputes chain and root itself, "
        "and turns red if it was edited.\n\n"
        "It holds the whole log; with --people also names and contacts. Files of evidence are not "
        "put in."
    ),
)
@click.argument("out_file", metavar="OUT.html", type=click.Path(path_type=Path))
@option(
    "--bundle",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help=N_("From this bundle, as it is; no database is needed, and no notices are known."),
)
@option("--round", "code", metavar="CODE", help=N_("The round that is shown first."))
@option("--as-of", "moment", metavar="WHEN", help=N_("Where the slider stands at first."))
@option("--people", is_flag=True, help=N_("Put names and contacts in, too."))
def page(
    out_file: Path, bundle: Path | None, code: str | None, moment: str | None, people: bool
) -> None:
    """Write the replay page."""
    if out_file.exists():  # said again at the end, but known before all the work
        raise _taken(out_file)
    if bundle is not None:
        members, extras = _from_bundle(bundle)
    else:
        members, extras = _from_database(people=people)
    _write(out_file, members, _chosen(extras, members, code, moment))


def _taken(path: Path) -> Conflict:
    return Conflict(Message("file_exists", "there is a file {path} already", {"path": str(path)}))


def _from_bundle(path: Path) -> tuple[Members, Extras]:
    from workflow.proof.bundle.reading import BrokenBundle
    from workflow.proof.page.extras import Extras
    from workflow.proof.page.gathering import members_of_file

    _speak()
    try:
        return members_of_file(path), Extras()
    except BrokenBundle as error:
        facts = {"path": str(path), "error": str(error)}
        text = "{path} cannot be read as a bundle: {error}"
        raise Invalid(Problem("bundle_unreadable", text, facts)) from None


def _speak() -> None:
    """Speak the language asked for, without a database to ask."""
    import os

    from workflow.cli.language import of_terminal, speak

    speak(choice().language or of_terminal(os.environ))


def _from_database(*, people: bool) -> tuple[Members, Extras]:
    from workflow.proof.page.extras import Extras
    from workflow.proof.page.gathering import members_of_session
    from workflow.proof.page.telling import notices_told

    app = opened()
    with app.store.reading() as session, Progress(N_("reading the log")) as tell:
        members = members_of_session(session, app.clock(), app.evidence.held, tell, names=people)
        notices = notices_told(session, app.zone)
    return members, Extras(notices=notices, zone=app.zone.key)


def _chosen(
    extras: Extras, members: Sequence[tuple[str, bytes]], code: str | None, moment: str | None
) -> Extras:
    """Return what the page is told, with lights, round and moment."""
    from states.frozen import replace
    from workflow.proof.page.recounting import lights_over, rounds_of

    content = dict(members)
    rounds = rounds_of(content)
    if code is not None and code not in rounds:
        facts = {"code": code, "known": tuple(rounds)}
        text = "there is no round {code} in this log (there are: {known})"
        raise NotFound(Message("no_round", text, facts))
    at = "" if moment is None else _instant(moment, extras.zone)
    return replace(extras, lights=lights_over(content), round=code or "", moment=at)


def _instant(text: str, zone: str) -> str:
    from zoneinfo import ZoneInfo

    from states.canonical import stamp
    from workflow.cli.past import moment_of
    from workflow.world import now

    local: tzinfo = ZoneInfo(zone)
    return stamp(moment_of(text, now(), local))


def _write(path: Path, members: Sequence[tuple[str, bytes]], extras: Extras) -> None:
    from workflow.placing import place, unwritable
    from workflow.proof.page.builder import page_of

    html = page_of(members, extras, spoken()).encode()
    try:
        place(path, html, replace=False)
    except FileExistsError:
        raise _taken(path) from None
    except OSError as error:
        raise unwritable(path, error) from None
    entries = dict(members).get("entries.jsonl", b"").count(b"\n")
    told = _("{path}: {count} entries, {size} MB").format(
        path=path, count=entries, size=f"{len(html) / _MEGABYTE:.1f}"
    )
    out(told)
    if not any(name == "people.jsonl" for name, _content in members):
        err(_("Persons stand by their ids: names were not put in (--people)."))
    paragraph(
        _(
            "Hand it on together with a seal told by another way (rectify audit anchor): whoever "
            "changes the page can change its judge, too."
        )
    )

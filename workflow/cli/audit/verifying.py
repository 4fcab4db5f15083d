"""``verify``: that it is all true, entry by entry, and what of it is sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from states.errors import RectificationError
from states.log import UNREADABLE
from workflow.cli.exits import UNSOUND
from workflow.cli.language import N_, _
from workflow.cli.naming import Names
from workflow.cli.opening import choice, opened
from workflow.cli.options import json_option
from workflow.cli.speaking import command, option
from workflow.cli.terminal.progress import Progress
from workflow.cli.terminal.screen import Ink, err, out, out_json

if TYPE_CHECKING:
    from workflow.bootstrap import App
    from workflow.engine.proving import Verdict
    from workflow.verifying import Effort

KEY = 16
"""Digits of a fingerprint that are shown."""


@command(
    "verify",
    help=N_(
        "Prove the log entry by entry: bytes, order, chain, time; decide every entry again by the "
        "process, the calendar and the office of its moment; then compare everything computed from "
        "it, what people were told, and the seals. Ends with 6 if anything is wrong, and names the "
        "first bad entry of each stream.\n\n"
        "Large logs are read by several processes at once."
    ),
    fields=(
        "sound, entries, issues, decided (entries decided again), seals: {size (entries sealed), "
        "at, root, key (fingerprint), unsealed, since}, redacted: [{person, entry}], "
        "problems: [{code, stream, entry, text}], evidence (with --evidence, and then sound speaks "
        "of it too): [{held, issue, entry, number, name, size, sha256}]"
    ),
)
@option(
    "--quick",
    is_flag=True,
    help=N_("Do not decide entries again: bytes, order, chain, time and steps alone."),
)
@option(
    "--jobs",
    type=click.IntRange(1, 256),
    metavar="N",
    help=N_("How many processes work at once (default: one for each core)."),
)
@option(
    "--evidence",
    "files",
    is_flag=True,
    help=N_("Read every file of evidence again, too (`evidence check`)."),
)
@json_option
def verify(quick: bool, jobs: int | None, files: bool, as_json: bool) -> int:
    """Prove the log."""
    from workflow.cli.issues.evidence_check import checked, problem_json, show_checked
    from workflow.verifying import verified

    app = opened()
    effort = _effort(app, jobs, quick=quick)
    with Progress(N_("verifying entries")) as tell:
        verdict = verified(app.store, effort, tell)
    names = _names(app)
    found = checked(app, tolerant=True) if files else None
    sound = verdict.sound and (found is None or found.sound)
    if as_json:
        evidence = {"evidence": [problem_json(*one) for one in found.bad]} if found else {}
        out_json(_json(verdict, names) | evidence | {"sound": sound})
    else:
        _show(verdict, names, quick=quick)
        if found is not None:
            show_checked(app, found)
    return 0 if sound else UNSOUND


def _effort(app: App, jobs: int | None, *, quick: bool) -> Effort:
    """Return how it is proven; other processes can only open a database."""
    from workflow.bootstrap import located
    from workflow.storage import SqlStore
    from workflow.verifying import Effort, thorough

    url = located(choice())[1] if isinstance(app.store, SqlStore) else None
    return Effort(how=thorough(again=not quick), url=url, jobs=jobs or 0)


def _names(app: App) -> Names:
    """Return the words of the office; where it is damaged, none but the zone."""
    from workflow.cli.naming import names_of

    try:
        return names_of(app)
    except (RectificationError, *UNREADABLE):
        return Names(zone=app.zone)


def _json(verdict: Verdict, names: Names) -> dict[str, Any]:
    seals = verdict.seals
    return {
        "sound": verdict.sound,
        "entries": verdict.entries,
        "issues": verdict.issues,
        "decided": verdict.decided,
        "seals": {
            "size": seals.size,
            "at": seals.at and seals.at.isoformat(),
            "root": seals.root or None,
            "key": seals.key or None,
            "unsealed": seals.unsealed,
            "since": seals.since and seals.since.isoformat(),
        },
        "redacted": [{"person": person, "entry": n} for person, n in verdict.redacted],
        "problems": [
            {"code": p.code, "stream": str(p.source), "entry": p.line, "text": names.say(p)}
            for p in verdict.problems
        ],
    }


def _show(verdict: Verdict, names: Names, *, quick: bool) -> None:
    for problem in verdict.problems:
        place = str(problem.source)  # named as it lies there, and a forger may put bytes there
        if problem.line is not None:
            place = _("{stream}, entry {n}").format(stream=place, n=problem.line)
        out(Ink(place, "red"), _(": "), names.say(problem))
    text = _("entries: {entries}, issues: {issues}")
    counted = text.format(entries=verdict.entries, issues=verdict.issues)
    if verdict.sound:
        out(Ink(_("Sound"), "green"), _(": "), counted)
    else:
        found = _("problems: {count}").format(count=len(verdict.problems))
        out(Ink(_("NOT SOUND"), "red"), _(": "), found, _(", "), counted)
    _show_seals(verdict, names)
    for person, n in verdict.redacted:
        out(
            _("redacted: {person} (details erased by entry {n} of the office)").format(
                person=person, n=n
            )
        )
    older = verdict.entries - verdict.decided
    if quick:
        err(_("No entry was decided again (--quick)."))
    elif older and verdict.sound:
        text = _("Entries of former versions, which cannot be decided again: {count}")
        err(text.format(count=older))


def _show_seals(verdict: Verdict, names: Names) -> None:
    """Say up to where the log is sealed, by which key, and what waits."""
    seals = verdict.seals
    if seals.at is not None:
        text = _("sealed: {size} entries, at {at}, root {root}, by the key {key}…")
        out(
            text.format(
                size=seals.size,
                at=names.when(seals.at),
                root=seals.root,
                key=seals.key[:KEY] or "?",
            )
        )
    if seals.unsealed and seals.since is not None:
        text = _("not sealed yet: {count}, the oldest since {since}")
        out(text.format(count=seals.unsealed, since=names.when(seals.since)))

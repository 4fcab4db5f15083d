"""``log``, ``replay`` and ``verify``: what happened, how things stood, and that it is all true."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

import click

from states.errors import NotFound
from workflow.cli.exits import UNSOUND
from workflow.cli.language import N_, _
from workflow.cli.naming import Names, iso, names_of
from workflow.cli.opening import opened
from workflow.cli.options import Day, json_option
from workflow.cli.records import entry_json, entry_table
from workflow.cli.screen import Ink, Part, err, out, out_json, room
from workflow.cli.speaking import command, option
from workflow.cli.tables import Column, table

if TYPE_CHECKING:
    from workflow.bootstrap import App
    from workflow.engine.proving import Verdict
    from workflow.engine.reading import View

OFFICE = "@office"


@command(
    "log",
    help=N_(
        "Print every entry of an issue, or of the office (@office): number, local time, who (and "
        "for whom), the event, from which state to which, and the reason."
    ),
    fields=(
        "a list of entries as they were hashed: {v, stream, n, prev, request, at (UTC), day, "
        "actor: {person, account, auth, on_behalf_of}, process, calendar, event, from, to, "
        "records, facts, opens, closes, hash}; those of the office have no process, calendar, "
        "from, to, records, opens, closes"
    ),
)
@click.argument("stream", metavar="ISSUE|@office")
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


@command(
    "replay",
    help=N_(
        "Rebuild an issue from its log as of a moment (--at; default: now); without ISSUE, every "
        "issue as it stood then.\n\n"
        "A date means the end of that day at the office; an instant is written "
        "2026-03-01T09:30 (the office's time) or 2026-03-01T01:30Z."
    ),
    fields=(
        "with ISSUE, an object, else a list of: {key, at, state, cycle, n, title, unit, due, "
        "responsible: {leader, department, person}, measures, done, evidence, voided}"
    ),
)
@click.argument("issue", metavar="[ISSUE]", required=False)
@option("--at", "moment", metavar="WHEN", help=N_("A date or an instant."))
@json_option
def replay(issue: str | None, moment: str | None, as_json: bool) -> None:
    """Rebuild an issue from its log."""
    app = opened()
    at = None if moment is None else _instant(app, moment)
    if issue is None:
        views = _all_then(app, at)
    else:
        views = [app.engine.replay(app.engine.key_of(issue), at)]
    if as_json:
        found = [_replayed_json(view, at) for view in views]
        out_json(found if issue is None else found[0])
        return
    names = names_of(app)
    _headline(app, names, at)
    _show_all(views, names)


def _instant(app: App, text: str) -> datetime:
    """Return the moment meant: the end of a civil day, or an instant."""
    try:
        day = Day().convert(text, None, None)
    except click.BadParameter:
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            message = _("{text} is no date and no instant").format(text=text)
            raise click.BadParameter(message, param_hint="'--at'") from None
        return at if at.tzinfo else at.replace(tzinfo=app.zone)
    return datetime.combine(day, time.max, app.zone)


def _all_then(app: App, at: datetime | None) -> list[View]:
    from workflow.ports import Filter

    views = []
    for line in app.engine.lines(Filter(voided=True)):
        try:
            views.append(app.engine.replay(line.summary.key, at))
        except NotFound:  # it did not exist then
            continue
    return views


def _headline(app: App, names: Names, at: datetime | None) -> None:
    err(_("Rebuilt from the log, as of {at}").format(at=names.when(at or app.clock())))


def _show_all(views: list[View], names: Names) -> None:
    if not views:
        err(_("There was no issue then."))
        return
    heads = [
        Column(title=_("key")),
        Column(title=_("issue"), least=12),
        Column(title=_("state"), least=8),
        Column(title=_("due"), spare=1),
        Column(title=_("done"), spare=2),
        Column(title=_("responsible"), least=6, spare=3),
        Column(title=_("entry"), right=True, spare=4),
    ]
    for parts in table(heads, [_row(view, names) for view in views], room()):
        out(*parts)


def _row(view: View, names: Names) -> list[Part]:
    issue = view.issue
    done = sum(m.done_on is not None for m in issue.plan)
    words = replace(names, process=view.process).standing(issue)
    return [
        issue.key,
        issue.title,
        Ink(_("VOID"), "dim") if issue.voided else words,
        iso(issue.due) or "–",
        f"{done}/{len(issue.plan)}",
        names.person(issue.responsibility.person),
        str(issue.n),
    ]


def _replayed_json(view: View, at: datetime | None) -> dict[str, Any]:
    issue = view.issue
    responsible = issue.responsibility
    return {
        "key": issue.key,
        "at": at.isoformat() if at else None,
        "state": issue.state,
        "cycle": issue.cycle,
        "n": issue.n,
        "title": issue.title,
        "unit": issue.unit,
        "due": iso(issue.due),
        "responsible": {
            "leader": responsible.leader,
            "department": responsible.department,
            "person": responsible.person,
        },
        "measures": len(issue.plan),
        "done": sum(measure.done_on is not None for measure in issue.plan),
        "evidence": len(issue.evidence),
        "voided": issue.voided,
    }


@command(
    "verify",
    help=N_(
        "Prove the log entry by entry (bytes, order, chain, time, steps), then everything "
        "computed from it. Ends with 6 if anything is wrong, and names the first bad entry of "
        "each stream."
    ),
    fields="sound, entries, issues, problems: [{code, stream, entry, text}]",
)
@json_option
def verify(as_json: bool) -> int:
    """Prove the log."""
    app = opened()
    verdict = app.engine.verify()
    if as_json:
        out_json(_verdict_json(verdict))
    else:
        _show_verdict(verdict)
    return 0 if verdict.sound else UNSOUND


def _verdict_json(verdict: Verdict) -> dict[str, Any]:
    names = Names()
    return {
        "sound": verdict.sound,
        "entries": verdict.entries,
        "issues": verdict.issues,
        "problems": [
            {"code": p.code, "stream": p.source, "entry": p.line, "text": names.say(p)}
            for p in verdict.problems
        ],
    }


def _show_verdict(verdict: Verdict) -> None:
    names = Names()
    for problem in verdict.problems:
        place = problem.source
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

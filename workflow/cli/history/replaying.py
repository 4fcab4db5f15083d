"""``replay``: how things stood at a moment, or the whole way there as a story."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from states.frozen import replace
from workflow.cli.language import N_, _
from workflow.cli.naming import Names, iso, names_of
from workflow.cli.opening import opened
from workflow.cli.options import Day, json_option
from workflow.cli.speaking import command, option, remember
from workflow.cli.terminal.screen import Ink, Part, err, out, out_json, room
from workflow.cli.terminal.tables import Column, table

if TYPE_CHECKING:
    from workflow.bootstrap import App
    from workflow.engine.reading import View


@command(
    "replay",
    help=N_(
        "Rebuild an issue from its log as of a moment (--at; default: now); without ISSUE, every "
        "issue as it stood then.\n\n"
        "With --story, tell what happened until then, day by day: who did what and for whom, what "
        "became due and overdue, who was reminded and what was handed over; of several issues with "
        "each month in sum. --from begins it later.\n\n"
        "A date means the end of that day at the office; an instant is written "
        "2026-03-01T09:30 (the office's time) or 2026-03-01T01:30Z."
    ),
    fields=(
        "with ISSUE, an object, else a list of: {key, at, state, cycle, n, title, unit, due, "
        "responsible: {leader, department, person}, measures, done, evidence, voided}; with "
        "--story {from, until, issues: [{key, title, unit, state}], happenings: [{day, at, issue, "
        "what, …}], months: [{first, last, figures: as of `figures`, counts: {what: number}}]}; "
        "what is entry (n, event, from, to, by, for, auth, facts, met: [{kind, subject, due, "
        "days_late}], owed: [{kind, subject, due, role, person}]), due or overdue (kind, subject, "
        "due, role, person), reminded or told (rung, kind, subject, event, to, notices), "
        "handed_over or failed (the same, and cause)"
    ),
)
@click.argument("issue", metavar="[ISSUE]", required=False)
@option("--unit", metavar="UNIT", help=N_("Only issues of this unit (a part of its name does)."))
@option("--round", "code", metavar="CODE", help=N_("Only issues of this round."))
@option(
    *("--as-of", "--at", "as_of"),
    metavar="WHEN",
    expose_value=False,
    callback=remember,
    help=N_("A date or an instant."),
)
@option("--from", "since", type=Day(), metavar="DATE", help=N_("Begin the story on this day."))
@option("--story", "as_story", is_flag=True, help=N_("Tell what happened, day by day."))
@json_option
def replay(issue: str | None, as_story: bool, since: date | None, **how: Any) -> None:
    """Rebuild issues from their log, or tell their story."""
    app = opened()
    keys = _keys(app, issue, how["code"], how["unit"])
    if as_story or since is not None:
        from workflow.cli.history.storytelling import tell

        tell(app, keys, since, as_json=how["as_json"])
        return
    at = _past(app)
    views = [app.engine.replay(key) if at is None else app.engine.view(key) for key in keys]
    if how["as_json"]:
        found = [_replayed_json(view, at) for view in views]
        out_json(found if issue is None else found[0])
        return
    names = names_of(app)
    if at is None:
        err(_("As of {at} (rebuilt from the log)").format(at=names.when(app.clock())))
    _show_all(views, names)


def _past(app: App) -> datetime | None:
    """Return the moment as of which the application was opened, None for the present."""
    from workflow.past import PastStore

    return app.store.at.astimezone(app.zone) if isinstance(app.store, PastStore) else None


def _keys(app: App, issue: str | None, code: str | None, unit: str | None) -> list[str]:
    """Return the keys of the issues meant, voided ones too."""
    from workflow.cli.meaning import round_meant, unit_meant
    from workflow.ports import Filter

    if issue is not None:
        if code is not None or unit is not None:
            raise click.UsageError(_("ISSUE stands alone, without --unit and --round"))
        return [app.engine.key_of(issue)]
    wanted = Filter(
        round=code and round_meant(app, code),
        unit=unit and unit_meant(app, unit),
        voided=True,
    )
    return [line.summary.key for line in app.engine.lines(wanted)]


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

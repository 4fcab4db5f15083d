"""``audit diff``: what changed between two moments, and by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from states.frozen import replace
from workflow.cli.language import N_, _
from workflow.cli.naming import Names, names_of, shown
from workflow.cli.opening import choice, opened
from workflow.cli.options import json_option
from workflow.cli.records import told, who
from workflow.cli.speaking import command
from workflow.cli.terminal.layout import heading
from workflow.cli.terminal.screen import err, out, out_json, paragraph, room
from workflow.cli.terminal.tables import Column, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from states.log import Entry
    from workflow.bootstrap import App
    from workflow.engine.figures import Figures
    from workflow.past.differing import Changed, DateMoved, Difference

_ROLES = {
    "leader": N_("leader"),
    "department": N_("department"),
    "person": N_("responsible person"),
}
_COUNTS = ("issues", "completed", "basically", "open", "suspended", "overdue", "overdue_original")


@command(
    "diff",
    help=N_(
        "Say what changed between two moments, and by whom: issues that are new or moved, dates "
        "that were changed and why, who answers for what, evidence, lights; people, roles, process "
        "and calendar of the office; the figures then and now. Every entry in between counts "
        "once.\n\n"
        "A and B are dates (the end of that day at the office) or instants: `rectify audit diff "
        "2026-04-30 2026-05-31` tells of May. Today means now."
    ),
    fields=(
        "from, until, entries, issues: [{key, title, unit, new, state: {was, now}, light: {was, "
        "now}, steps: [{was, now, …}], dates: [{what, number, was, now, …}], responsible: [{role, "
        "was, now, …}], evidence: [{number, name, sha256, …}], others: [{…}]}], office: {process: "
        "{was, now}, calendar: {was, now}, acts: [{event, facts, …}]}, figures: {was, now}; … are "
        "the fields of the entry: n, at, event, by: {id, name}, for, reason; what is issue or "
        "measure; figures are those of `figures`; was is null for what did not exist"
    ),
)
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@json_option
def diff(a: str, b: str, as_json: bool) -> None:
    """Say what changed between two moments."""
    from workflow.cli.past import as_of, moment_of, said
    from workflow.past.differing import difference

    app = opened()
    now = app.clock()
    moments = moment_of(a, now, app.zone, "A"), moment_of(b, now, app.zone, "B")
    if moments[0] > moments[1]:
        text = _("{a} lies after {b}: name the earlier moment first")
        raise click.UsageError(text.format(a=a, b=b))
    then, until = (as_of(app, choice(), at) for at in moments)
    found = difference(then.engine.desk, until.engine.desk)
    names = names_of(until)
    if as_json:
        from workflow.cli.audit.differing_json import difference_json

        out_json(difference_json(found, names))
        return
    first, last = (said(at, app.zone) for at in moments)
    if found.is_empty:
        text = _("Between {first} and {last} nothing changed.")
        err(text.format(first=first, last=last))
        return
    text = _("From {first} to {last}: entries {entries}, issues concerned {issues}.")
    paragraph(text.format(first=first, last=last, entries=found.entries, issues=len(found.issues)))
    _show(until, found, names)


def _show(app: App, found: Difference, names: Names) -> None:
    from workflow.engine.desk import process_of

    with app.store.reading() as session:
        known = {
            hash: process_of(session, hash) for hash in {i.after.process for i in found.issues}
        }
    if found.issues:
        heading(_("Issues"))
    for one in found.issues:
        if one.entries:
            _show_issue(one, replace(names, process=known[one.after.process]))
    _show_aged([one for one in found.issues if not one.entries], names)
    _show_office(found, names)
    _show_figures(found)


# ---------------------------------------------------------------- issues


def _show_issue(one: Changed, names: Names) -> None:
    title = f"{one.after.key}  {one.after.title}"
    paragraph(_("{issue} (new)").format(issue=title) if one.before is None else title, 6, mark="  ")
    for step in one.steps:
        was = names.state(step.was) if step.was else "–"
        _say(f"{was} → {names.state(step.now)}", step.entry, names)
    for moved in one.dates:
        change = f"{_date_of(moved)}{_(': ')}{shown(moved.was)} → {shown(moved.now)}"
        _say(change, moved.entry, names, moved.reason)
    for other in one.reassigned:
        was, now = (
            names.person(id) if other.role != "department" else id or "–"
            for id in (other.was, other.now)
        )
        _say(f"{_(_ROLES[other.role])}{_(': ')}{was} → {now}", other.entry, names)
    for proof in one.proofs:
        text = _("evidence {numbers}").format(numbers=f"#{proof.evidence.number}")
        _say(f"{text} {proof.evidence.name}", proof.entry, names)
    for entry in one.others:
        _say("", entry, names)
    if one.light != one.light_was:
        _show_light(one, names)


def _date_of(moved: DateMoved) -> str:
    if moved.number is None:
        return _("date of the issue")
    return _("date of measure {number}").format(number=moved.number)


def _show_light(one: Changed, names: Names) -> None:
    paragraph(_turned(one, names), 6)


def _turned(one: Changed, names: Names) -> str:
    was = _light(one.light_was, names) if one.light_was else "–"
    return _("light: {was} → {now}").format(was=was, now=_light(one.light, names))


def _show_aged(issues: Sequence[Changed], names: Names) -> None:
    """Print the issues whose light has changed though nobody wrote anything."""
    from workflow.cli.history.storytelling import short

    turned: dict[str, list[str]] = {}
    for one in issues:
        turned.setdefault(_turned(one, names), []).append(one.after.key)
    for text, keys in turned.items():
        said = _("{light} (by time alone): {issues}").format(light=text, issues=short(keys))
        paragraph(said, 6, mark="  ")


def _light(light: str, names: Names) -> str:
    from workflow.cli.lamps import lamp

    return lamp(light, names).text


def _say(change: str, entry: Entry, names: Names, why: str = "") -> None:
    """Print what an entry changed, and who wrote it, when and why."""
    person = who(entry.content["actor"], names)
    text = _("{event}, {who}, {when}").format(
        event=names.event(entry.event), who=person, when=names.when(entry.at)
    )
    reason = why or str(entry.facts.get("reason") or entry.facts.get("note") or "")
    if not change:
        reason = told(entry, names, auth=False)
    parts = [part for part in (change, text, reason) if part]
    paragraph("  ".join(parts), 8, mark=" " * 6)


# ---------------------------------------------------------------- the office


def _show_office(found: Difference, names: Names) -> None:
    was, now = found.office_was, found.office
    if not found.acts:
        return
    heading(_("Office"))
    for label, before, after in (
        (_("process"), was.process, now.process),
        (_("calendar"), was.calendar, now.calendar),
    ):
        if before != after:
            out(f"  {label}{_(': ')}{before[:12] or '–'} → {after[:12]}")
    for act in found.acts:
        paragraph("  ".join(str(part).strip() for part in _act(act, names) if part), 6, mark="  ")


def _act(act: Entry, names: Names) -> list[str]:
    person, event = who(act.content["actor"], names), names.event(act.event)
    return [names.when(act.at), f"{person}{_(': ')}{event}", told(act, names, auth=False)]


# ---------------------------------------------------------------- figures


def _show_figures(found: Difference) -> None:
    heading(_("Figures"))
    heads = [
        Column(title=_("round")),
        Column(title=_("unit"), least=8),
        Column(title=_("issues"), right=True),
        Column(title=_("completed"), right=True),
        Column(title=_("basically"), right=True, spare=2),
        Column(title=_("open"), right=True),
        Column(title=_("suspended"), right=True, spare=3),
        Column(title=_("overdue"), right=True),
        Column(title=_("by original date"), right=True, spare=1),
    ]
    before = {(one.round, one.unit): one for one in found.figures_were}
    rows = [
        [one.round, one.unit, *(_pair(before.get((one.round, one.unit)), one, n) for n in _COUNTS)]
        for one in found.figures
    ]
    for parts in table(heads, rows, room(2)) if rows else ():
        out("  ", *parts)


def _pair(was: Figures | None, now: Figures, name: str) -> str:
    before, after = (getattr(was, name) if was is not None else 0), getattr(now, name)
    return str(after) if before == after else f"{before} → {after}"

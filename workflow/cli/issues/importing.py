"""``import``: read a feedback report, say what was found and what is questionable, register it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workflow.cli.language import N_, _
from workflow.cli.naming import Names, shown
from workflow.cli.opening import opened
from workflow.cli.options import dry_run_option, json_option, request_option
from workflow.cli.speaking import command, option
from workflow.cli.terminal.screen import Ink, err, out, out_json, paragraph, room
from workflow.cli.terminal.tables import Column, table
from workflow.cli.terminal.wording import padded, width

if TYPE_CHECKING:
    from workflow.engine.advancing import Registered
    from workflow.exchange import ReportDraft


@command(
    "import",
    help=N_(
        "Read a feedback report (plain text or .docx) and register its issues, all or none.\n\n"
        "Nothing is invented and nothing corrected: what contradicts itself in the report is "
        "listed as a question, with its line. The same file twice changes nothing."
    ),
    fields=(
        "source, sha256, title, unit, group, round, inspection: {from, to}, feedback, "
        "declared: {aspects, issues}, found: {aspects, issues, measures}, "
        "aspects: [{title, line}], "
        "issues: [{number, title, heading, aspect, line, claim: {text, line}, "
        "measures: [{number, text, line, label}]}], "
        "problems: [{code, line, text, …}], removed: [{line, kind, length, text}], "
        "suggestions: [{issue, line, quote, when}]; "
        "without --dry-run also registered: {round, keys, unchanged, held}"
    ),
)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@option("--round", "code", metavar="CODE", help=N_("The round's code, which begins every key."))
@dry_run_option
@json_option
@request_option
def import_report(file: Path, as_json: bool, dry_run: bool, **said: str | None) -> None:
    """Read a feedback report and register its issues."""
    from workflow.exchange import draft_json, read_report

    draft = read_report(file)
    done = None if dry_run else _registered(draft, said["code"], said["request_id"])
    if as_json:
        record = {**draft_json(draft, Names().say), "suggestions": _suggestions(draft)}
        out_json(record if done is None else {**record, "registered": _done_json(done)})
        return
    _show(draft)
    out()
    if done is None:
        out(_("Nothing was registered (--dry-run)."))
    elif done.repeated:
        text = _("This very file is already registered as round {code}; nothing was changed.")
        out(text.format(code=done.round.code))
    else:
        text = _("Registered: {first} … {last}, issues: {count}")
        keys = done.keys
        out(Ink(text.format(count=len(keys), first=keys[0], last=keys[-1]), "bold"))
        err(_("Next: rectify list, rectify assign --from FILE.csv"))
        _tell_held(done)


def _tell_held(done: Registered) -> None:
    """Say that nothing is sent of the round yet, and what is to be done."""
    if done.round.held:
        text = _(
            "Nobody is sent anything about this round before you let it go: see to it that people "
            "and dates are right, look at what waits (rectify outbox list), then: "
            "rectify outbox release {code}"
        )
        paragraph(text.format(code=done.round.code), to_stderr=True)


def _registered(draft: ReportDraft, code: str | None, request_id: str | None) -> Registered:
    from workflow.exchange.registration import registration

    app = opened()
    return app.engine.register_round(registration(draft, code), app.identity, request_id)


def _done_json(done: Registered) -> dict[str, Any]:
    return {
        "round": done.round.code,
        "keys": list(done.keys),
        "unchanged": done.repeated,
        "held": done.round.held,
    }


def _show(draft: ReportDraft) -> None:
    rows = (
        (_("Report"), draft.title or draft.source),
        (_("Unit"), draft.unit or _("not named")),
        (_("Group"), draft.group or _("not named")),
        (_("Round"), " ".join((draft.round_name, draft.kind)).strip() or _("not named")),
        (_("Inspection"), f"{shown(draft.inspection_from)} … {shown(draft.inspection_to)}"),
        (_("Feedback"), shown(draft.feedback)),
        (_("Declared"), _numbers(draft.declared.aspects, draft.declared.issues)),
        (_("Found"), _found(draft)),
    )
    indent = max(width(name) for name, _text in rows) + 2
    for name, text in rows:
        paragraph(text, indent, mark=padded(name, indent))
    _show_issues(draft)
    _show_questions(draft)
    _show_suggestions(draft)


def _suggestions(draft: ReportDraft) -> list[dict[str, Any]]:
    """Return what the report says recurs: offered as duties, never made into any."""
    from workflow.exchange.recurring import suggest

    return [
        {"issue": issue.number, "line": one.line, "quote": one.quote, "when": one.when}
        for issue in draft.issues
        for one in suggest(issue)
    ]


def _show_suggestions(draft: ReportDraft) -> None:
    found = _suggestions(draft)
    if not found:
        return
    issues = dict.fromkeys(str(one["issue"]) for one in found)
    text = _(
        "It says {count} times that something recurs (issues {issues}). Nothing was made of it: "
        "`rectify duty suggest ISSUE` offers each as a duty."
    )
    out()
    paragraph(text.format(count=len(found), issues=_(", ").join(issues)))


def _numbers(aspects: int | None, issues: int | None) -> str:
    text = _("{aspects} aspects, {issues} issues")
    return text.format(
        aspects="–" if aspects is None else aspects, issues="–" if issues is None else issues
    )


def _found(draft: ReportDraft) -> str:
    found = draft.found
    numbers = _numbers(found.aspects, found.issues)
    return _("{numbers}, {measures} measures").format(numbers=numbers, measures=found.measures)


def _show_issues(draft: ReportDraft) -> None:
    if not draft.issues:
        return
    heads = [
        Column(title=_("no."), right=True),
        Column(title=_("issue"), least=20),
        Column(title=_("measures"), right=True, spare=1),
        Column(title=_("line"), right=True, spare=2),
    ]
    rows = [
        [str(issue.number), issue.title, str(len(issue.measures)), str(issue.line)]
        for issue in draft.issues
    ]
    out()
    for parts in table(heads, rows, room()):
        out(*parts)


def _show_questions(draft: ReportDraft) -> None:
    from workflow.cli.complaining import placed

    if not draft.problems:
        return
    out()
    text = _("Questions to the report ({count}); nothing was corrected:")
    out(Ink(text.format(count=len(draft.problems)), "yellow"))
    names = Names()
    for problem in draft.problems:
        paragraph(placed(names, problem), 4, mark="• ")
    if draft.removed:
        kinds = _("Removed as noise: {count} places (--json lists them).")
        out(kinds.format(count=len(draft.removed)))

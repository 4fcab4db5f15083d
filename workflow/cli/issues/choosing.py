"""``next``: which events the acting person may take, and what exactly is missing for the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflow.cli.lamps import lamp
from workflow.cli.language import N_, _
from workflow.cli.naming import iso
from workflow.cli.offering import bullets, explained, moves_first, option_json, typed
from workflow.cli.opening import opened
from workflow.cli.options import as_of_option, issue_argument, json_option
from workflow.cli.speaking import command
from workflow.cli.terminal.screen import Ink, out, out_json, paragraph
from workflow.cli.whom import Whom, whom

if TYPE_CHECKING:
    from states.errors import Option
    from workflow.bootstrap import App
    from workflow.engine.reading import View


@command(
    "next",
    help=N_(
        "Show which events of an issue you may take and what they need; for the others, exactly "
        "what is missing. Events that move the state come first."
    ),
    fields=(
        "key, state, light, suspended, provisional, due, due_original, type, long_term, person, "
        "on_behalf_of, events: [{event, label, to, by, allowed, needs: [{code, asks, text}], "
        "blocked_by: [{code, asks, text}]}]"
    ),
)
@issue_argument
@as_of_option
@json_option
def next_events(issue: str, as_json: bool) -> None:
    """Show which events of an issue may be taken."""
    app = opened()
    view = app.engine.view(app.engine.key_of(issue))
    if not as_json:
        show_choices(app, view)
        return
    around = whom(app, view)
    actor = app.identity.actor(around.audience.office)
    options = app.engine.choices(view.issue.key, app.identity)
    out_json(
        {
            "key": view.issue.key,
            "state": view.issue.state,
            "light": view.light,
            "suspended": view.issue.suspended is not None,
            "provisional": view.issue.provisional,
            "due": iso(view.issue.due),
            "due_original": iso(view.issue.due_original),
            "type": view.issue.type,
            "long_term": view.issue.long_term,
            "person": actor.person,
            "on_behalf_of": actor.on_behalf_of,
            "events": [
                option_json(around, option) for option in moves_first(options, view.issue.state)
            ],
        }
    )


def show_choices(app: App, view: View) -> None:
    """Print the events of an issue: those that may be taken, those that lack something."""
    around, issue = whom(app, view), view.issue
    actor = app.identity.actor(around.audience.office)
    options = moves_first(app.engine.choices(issue.key, app.identity), issue.state)
    names = around.names
    light = lamp(view.light, names)
    out(Ink(issue.key, "bold"), "  ", names.state(issue.state), "  ", light)
    paragraph(issue.title)
    mine = [option for option in options if not option.blocked_by]
    others = [option for option in options if option.blocked_by]
    who = names.full(actor.principal)
    out()
    out(_("{who} may now:").format(who=who) if mine else _("{who} may do nothing.").format(who=who))
    for option in mine:
        _show(around, option)
    if others:
        out()
        out(_("Not possible for {who}:").format(who=who))
        for option in others:
            _show(around, option)


def _show(around: Whom, option: Option) -> None:
    names, state = around.names, around.audience.issue.state
    move = "" if option.to == state else f" → {names.state(option.to)}"
    out("  ", Ink(names.event_and_name(option.event), "bold"), move)
    if option.blocked_by:
        lacking = (*option.blocked_by, *explained(option))
        bullets(names, lacking, indent=6, to_stderr=False)
        return
    out("      ", Ink(typed(around, option), "dim"))
    bullets(names, explained(option), indent=8, to_stderr=False)

"""``suspend``, ``resume``, ``classify``, ``set-term``: what decides how an issue's time runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from workflow.cli.language import N_
from workflow.cli.opening import opened
from workflow.cli.options import (
    Meant,
    issue_argument,
    note_option,
    reason_option,
    request_option,
)
from workflow.cli.speaking import command, option
from workflow.cli.taking import event_recording, take, take_event

if TYPE_CHECKING:
    from states.process import Process

_TYPES = {
    "immediate": "immediate",
    "dated": "dated",
    "staged": "staged",
    "立行立改": "immediate",
    "限期整改": "dated",
    "分阶段整改": "staged",
}


@command(
    "suspend",
    help=N_(
        "Stop the clock of an issue. While it is suspended nothing is owed on it and nobody is "
        "reminded; every date moves on by the days of the pause when it is resumed."
    ),
)
@issue_argument
@reason_option
@option("--basis", metavar="TEXT", help=N_("The decision or document that allows it."))
@request_option
def suspend(issue: str, request_id: str | None, **facts: str | None) -> None:
    """Stop the clock of an issue."""
    take(issue, "suspension", facts, request_id)


@command("resume", help=N_("Let the clock of a suspended issue run again; its dates move on."))
@issue_argument
@note_option
@request_option
def resume(issue: str, note: str | None, request_id: str | None) -> None:
    """Let the clock of an issue run again."""
    take(issue, "resumption", {"note": note}, request_id)


@command(
    "classify",
    help=N_(
        "Say of which type an issue is, immediate (立行立改), dated (限期整改) or staged "
        "(分阶段整改), and whether it is also kept up for ever (长期坚持). Dates by rule may "
        "change with it."
    ),
)
@issue_argument
@option("--type", "type", type=Meant(_TYPES), metavar="TYPE", help=N_("Its type."))
@option("--long-term/--no-long-term", default=None, help=N_("Whether it is kept up for ever."))
@request_option
def classify(issue: str, request_id: str | None, **facts: str | bool | None) -> None:
    """Say of which type an issue is."""
    if facts["type"] is facts["long_term"] is None:
        raise click.UsageError(_nothing_said())
    take(issue, "classification", facts, request_id)


def _nothing_said() -> str:
    from workflow.cli.language import _

    return _("say what is to change: --type, --long-term or --no-long-term")


@command(
    "set-term",
    help=N_(
        "Give one issue another term than the rule's for one kind of work: KIND is what is owed, "
        'by its name or its label (`rectify process show`), TERM is such as "20 workdays", '
        '"3 months", "15个工作日". The reason stays on record.'
    ),
)
@issue_argument
@click.argument("kind", metavar="KIND")
@click.argument("after", metavar="TERM")
@reason_option
@request_option
def set_term(issue: str, kind: str, after: str, reason: str | None, request_id: str | None) -> None:
    """Give an issue another term."""
    app = opened()
    view = app.engine.view(app.engine.key_of(issue))
    facts = {"kind": _kind(view.process, kind), "after": after, "reason": reason}
    take_event(app, view, event_recording(view, "term"), facts, request_id)


def _kind(process: Process, text: str) -> str:
    """Return the kind of work that is meant by its name or by its label in any language."""
    kinds = [rule.kind for rule in process.obligations]
    labels = {
        process.label(language, "kind", kind): kind for language in process.labels for kind in kinds
    }
    return text if text in kinds else labels.get(text, text.replace("-", "_"))

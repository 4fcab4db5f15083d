"""Errors as people read them: what was refused or is wrong, every reason, and what is possible."""

from __future__ import annotations

from typing import TYPE_CHECKING

from states.errors import (
    Conflict,
    Denied,
    Invalid,
    NotFound,
    Problem,
    RectificationError,
    Refused,
)
from workflow.cli.language import N_, _
from workflow.cli.naming import Names, names_of
from workflow.cli.terminal.screen import Ink, err

if TYPE_CHECKING:
    from workflow.bootstrap import App

_HEADINGS: tuple[tuple[type[RectificationError], str], ...] = (
    (Denied, N_("Not permitted")),
    (NotFound, N_("Not found")),
    (Conflict, N_("Conflict")),
    (Invalid, N_("Not valid")),
)


def complain(error: RectificationError, app: App | None) -> None:
    """Print an error to standard error; ``app`` supplies names where it could be opened."""
    names = _names(app)
    if isinstance(error, Refused):
        _refusal(error, app, names)
    elif isinstance(error, Invalid) and len(error.problems) > 1:
        for problem in error.problems:
            err(placed(names, problem))
        text = _("Faults: {count}; nothing was changed.")
        err(Ink(text.format(count=len(error.problems)), "red"))
    else:
        heading = next((text for kind, text in _HEADINGS if isinstance(error, kind)), N_("Error"))
        message = error.message
        said = placed(names, message) if isinstance(message, Problem) else names.say(message)
        err(Ink(_(heading), "red"), _(": "), said)


def placed(names: Names, problem: Problem) -> str:
    """Return a problem with its place before it: file, line."""
    place = f"{problem.source}:{problem.line}" if problem.line is not None else problem.source
    sentence = names.say(problem)
    return f"{place}: {sentence}" if place else sentence


def _names(app: App | None) -> Names:
    """Return the words of the office, as far as there is one; an error must always be sayable."""
    if app is not None:
        try:
            return names_of(app)
        except Exception:  # noqa: S110 - the error to be said matters, not this one
            pass
    return Names()


def _refusal(error: Refused, app: App | None, names: Names) -> None:
    from workflow.cli.offering import bullets

    whom = None
    key = error.message.facts.get("issue")
    if app is not None and error.allowed and isinstance(key, str):
        from workflow.cli.whom import whom as people_around

        whom = people_around(app, app.engine.view(key))
        names = whom.names
    err(Ink(_("Refused"), "red"), _(": "), names.say(error.message))
    bullets(names, error.unmet, indent=4, to_stderr=True)
    if whom is not None:
        from workflow.cli.offering import show_offers

        taker = str(error.message.facts.get("person", ""))
        for giver in whom.left_by(taker):
            text = _(
                "{giver} has left, and you are the successor: you can do it once the work is "
                "handed over (rectify handover {left} {taker})"
            )
            err(Ink(text.format(giver=names.person(giver), left=giver, taker=taker), "yellow"))
        err(_("What is possible now:"))
        show_offers(error.allowed, whom)
        err(_("What is missing for each: rectify next {issue}").format(issue=key))

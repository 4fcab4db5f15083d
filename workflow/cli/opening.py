"""The application as the command line chose it, opened when a command first needs it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workflow.cli.language import _, of_terminal, speak

if TYPE_CHECKING:
    from workflow.bootstrap import App, Choice


def choice() -> Choice:
    """Return what the general options chose, wherever on the command line they stood."""
    from workflow.bootstrap import Choice

    said = click.get_current_context().find_root().ensure_object(dict)
    config = said.get("config")
    return Choice(
        db=said.get("db"),
        config=Path(config) if config else None,
        language=said.get("language"),
        acting_as=said.get("acting_as"),
        on_behalf_of=said.get("on_behalf_of"),
    )


def refuse_as_of() -> None:
    """Raise ``UsageError`` if ``--as-of`` was given where a file is asked, not the log."""
    if click.get_current_context().find_root().ensure_object(dict).get("as_of") is not None:
        raise click.UsageError(_("--as-of asks the log; of a file there is no past"))


def opened(*, create: bool = False) -> App:
    """Return the application on its database, and speak its language from now on.

    With ``--as-of`` it is the application as it was then, and its clock stands still; that is said.
    ``create``: make the database if it is not there. Raises ``Invalid``, ``NotFound``, and
    ``Denied`` if somebody is played whom one may not play.
    """
    from workflow.bootstrap import found_app, open_app

    chosen = choice()
    shared = click.get_current_context().find_root().ensure_object(dict)
    clock = shared.get("clock")
    opening = found_app if create else open_app
    app = opening(chosen, clock=clock) if clock else opening(chosen)
    shared["app"] = app  # an error that comes later is said with the names it knows
    speak(chosen.language or app.config.office.language or of_terminal(os.environ))
    if (asked := shared.get("as_of")) is not None:
        from workflow.cli.past import past_app

        app = shared["app"] = past_app(app, chosen, asked)
    if not create and (chosen.acting_as or chosen.on_behalf_of):
        app.identity.actor(app.engine.office())  # refused everywhere, even where nobody acts
    return app

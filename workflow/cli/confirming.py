"""Asking before something far-reaching is done: on a terminal by a question, elsewhere by --yes."""

from __future__ import annotations

import sys

import click

from workflow.cli.language import N_, _
from workflow.cli.speaking import option
from workflow.cli.terminal.screen import err

yes_option = option(
    "--yes", "yes", is_flag=True, help=N_("Do it without asking; needed where no terminal is.")
)

_YES = frozenset({"y", "yes", "是", "是的"})


def confirmed(question: str, yes: bool) -> bool:
    """Return whether to go on: by ``yes``, or by the answer to a question on the terminal.

    Where nobody can be asked it ends as wrong usage, after everything was shown and nothing done.
    """
    if yes:
        return True
    if not sys.stdin.isatty():
        raise click.UsageError(
            _("nothing was changed: there is no terminal to ask; repeat with --yes")
        )
    err(f"{question} [y/N]")
    if sys.stdin.readline().strip().lower() in _YES:
        return True
    err(_("Nothing was changed."))
    return False

"""Runs a command line: whatever happens ends in one exit code and, at most, one clear message."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from workflow.cli.exits import INTERRUPTED, PIPE_CLOSED, exit_code
from workflow.cli.language import _, chosen, of_terminal, speak
from workflow.cli.terminal.screen import err, prepare

if TYPE_CHECKING:
    from workflow.ports import Clock


def run(arguments: Sequence[str], *, clock: Clock | None = None) -> int:
    """Run ``rectify`` with these arguments and return its exit code.

    ``clock`` tells the time instead of the real one.
    """
    _opened()
    prepare()
    speak(chosen(arguments, os.environ) or of_terminal(os.environ))
    shared: dict[str, Any] = {} if clock is None else {"clock": clock}
    try:
        code = _invoked(list(arguments), shared)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _silence()
        return PIPE_CLOSED
    except Exception as error:
        try:
            sys.stdout.flush()
        except (OSError, ValueError):  # a full disk: whatever writes would fail of it once more
            _silence()
        return _failed(error, shared)


def _opened() -> None:
    """Open standard streams that were closed (``>&-``): a database must not get their numbers."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            handle = os.open(os.devnull, os.O_RDWR)
            if handle != number:
                os.dup2(handle, number)
                os.close(handle)
            setattr(sys, name, os.fdopen(number, "w" if number else "r", encoding="utf-8"))


def _invoked(arguments: list[str], shared: dict[str, Any]) -> int:
    from workflow.cli.program import rectify

    if "_RECTIFY_COMPLETE" in os.environ:
        rectify.main(arguments, "rectify")  # answers the shell and exits
    try:
        _readable(arguments)
        with rectify.make_context("rectify", arguments, obj=shared) as context:
            result = rectify.invoke(context)
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.Abort:
        return INTERRUPTED
    except click.UsageError as error:
        return _misused(error)


def _readable(arguments: list[str]) -> None:
    """Raise ``UsageError`` for an argument that is no text; a file may have any name."""
    for argument in arguments:
        is_text = not any("\ud800" <= char <= "\udfff" for char in argument)
        if not is_text and not os.path.exists(argument):  # noqa: PTH110 - one file less to load
            raise click.UsageError(_("this is no text: {argument}").format(argument=argument))


def _misused(error: click.UsageError) -> int:
    """Say how the command is written."""
    if error.ctx is not None:
        for line in error.ctx.get_usage().splitlines():
            err(line)
        text = _("Try '{command} {option}' for help.")
        err(text.format(command=error.ctx.command_path, option="--help"))
    err(_("Error: {message}").format(message=error.format_message()))
    return error.exit_code


def _failed(error: Exception, shared: dict[str, Any]) -> int:
    """Say an error in a line or a few, and return its code."""
    from states.errors import RectificationError
    from states.log import UNREADABLE

    if os.environ.get("RECTIFY_DEBUG"):
        import traceback

        traceback.print_exception(error)
    if isinstance(error, RectificationError):
        from workflow.cli.complaining import complain

        complain(error, shared.get("app"))
    else:
        said = str(error).strip().partition("\n")[0]
        text = _("Unexpected error: {error} (RECTIFY_DEBUG=1 shows where)")
        err(text.format(error=f"{type(error).__name__}: {said}"[:500]))
        if isinstance(error, UNREADABLE):
            err(_("If what lies in the database was damaged or changed, rectify verify names it."))
    return exit_code(error)


def _silence() -> None:
    """Give standard output a place to go, so that nothing complains when Python ends."""
    with suppress(OSError, ValueError):  # no file behind it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

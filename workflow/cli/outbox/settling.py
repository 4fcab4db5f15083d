"""``outbox retry`` and ``outbox resolve``: acts of the office about what failed or is unclear."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from notifications.notice import AMBIGUOUS, DEAD
from workflow.cli.confirming import confirmed, yes_option
from workflow.cli.language import N_, _
from workflow.cli.naming import names_of
from workflow.cli.opening import opened
from workflow.cli.options import dry_run_option, request_option
from workflow.cli.outbox.listing import Wanted, show_table, with_filters
from workflow.cli.outbox.next_step import is_too_old
from workflow.cli.outbox.words import recipient, words_of
from workflow.cli.speaking import OneOf, command, option
from workflow.cli.taking import say_repeated
from workflow.cli.terminal.screen import Ink, err, out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workflow.bootstrap import App
    from workflow.engine.failing import Decided
    from workflow.ports import Sent

_REASON = option(
    "--reason", metavar="TEXT", required=True, help=N_("The reason, for the log; required.")
)
_IDS = click.argument("ids", metavar="[ID]…", type=int, nargs=-1)


@command(
    "retry",
    help=N_(
        "Send again what failed, to the addresses that its people have now; on record, with the "
        "reason. Either by number, or with --status all that failed in this way and that nobody "
        "has taken note of: they are shown first, and the question is asked.\n\n"
        "What is ambiguous may have arrived: sent again, it says that it may be a copy."
    ),
)
@_IDS
@option(
    "--status",
    type=OneOf((DEAD, AMBIGUOUS)),
    help=N_("All that are not deliverable, or unclear; the filters narrow it."),
)
@with_filters
@_REASON
@dry_run_option
@yes_option
@request_option
def retry(
    ids: tuple[int, ...], status: str | None, reason: str, request_id: str | None, **said: Any
) -> None:
    """Send again what failed."""
    dry_run, yes = said.pop("dry_run"), said.pop("yes")
    wanted = Wanted(statuses=(status,) if status else (), **said)
    if bool(ids) == bool(status) or (ids and wanted != Wanted()):
        raise click.UsageError(_("name either messages by their numbers, or --status with filters"))
    app = opened()
    if ids and not dry_run:
        _send_again(app, ids, reason, request_id)
        return
    chosen = _named(app, ids) if ids else _failed(app, wanted)
    if not chosen:
        err(_("There is no such notice."))
        return
    show_table(chosen, words_of(app, chosen))
    if dry_run:
        out(_("To be sent again: {count}; nothing was changed.").format(count=len(chosen)))
    elif confirmed(_("Send {count} messages again?").format(count=len(chosen)), yes):
        _send_again(app, [sent.id for sent in chosen], reason, request_id)


def _send_again(app: App, ids: Sequence[int], reason: str, request_id: str | None) -> None:
    decided = app.engine.retry(ids, reason, app.identity, request_id)
    _report(app, decided)
    err(_("Next: rectify tick, or wait for rectify run"))
    if any(is_too_old(app, sent) for sent in decided.notices):
        text = _(
            "What was written on an earlier day is said anew in its person's next message of a day."
        )
        err(text)


@command(
    "resolve",
    help=N_(
        "Settle what failed or is unclear, by somebody who knows; on record, with the reason. "
        "arrived: the person has it. given-up: it is not sent any more. send-again: it is sent "
        "once more, saying that it may be a copy if it may be one. Whatever is settled is not "
        "reported to anybody any more. What is still to be sent can be settled by the first two: "
        "after a restore, what went out in the time that was lost."
    ),
)
@click.argument("ids", metavar="ID…", type=int, nargs=-1, required=True)
@option(
    "--how",
    type=OneOf(("arrived", "given-up", "send-again")),
    required=True,
    help=N_("What became of it, or shall become of it; required."),
)
@_REASON
@dry_run_option
@request_option
def resolve(
    ids: tuple[int, ...], how: str, reason: str, dry_run: bool, request_id: str | None
) -> None:
    """Settle what failed or is unclear."""
    app = opened()
    if dry_run:
        chosen = _named(app, ids)
        show_table(chosen, words_of(app, chosen))
        out(_("To be settled: {count}; nothing was changed.").format(count=len(chosen)))
        return
    decided = app.engine.resolve(ids, how.replace("-", "_"), reason, app.identity, request_id)
    _report(app, decided)


def _named(app: App, ids: Sequence[int]) -> list[Sent]:
    """Return messages by their numbers. Raises ``NotFound``."""
    return [app.engine.notice(id) for id in dict.fromkeys(ids)]


def _failed(app: App, wanted: Wanted) -> list[Sent]:
    """Return the wanted ones of the failures that nobody has taken note of."""
    unresolved = {sent.id for sent in app.engine.unresolved()}
    return [sent for sent in wanted.of(app) if sent.id in unresolved]


def _report(app: App, decided: Decided) -> None:
    """Print what was decided: its entry, and each message as it is now."""
    from workflow.cli.records import entry_line

    names = names_of(app)
    out(*entry_line(decided.entry, names))
    words = words_of(app, decided.notices)
    for sent in decided.notices:
        out(
            "    ",
            Ink(str(sent.id), "bold"),
            f"  {recipient(sent.notice, names)}",
            _(": "),
            words.outcome(sent),
        )
    if decided.repeated:
        say_repeated()

"""``outbox list``: the notices with what became of them, and whether anything keeps them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from workflow.cli.language import N_, _, spoken
from workflow.cli.opening import opened
from workflow.cli.options import Day, as_of_option, json_option
from workflow.cli.outbox.words import FIELDS, STATUSES, Words, notice_json, words_of
from workflow.cli.speaking import OneOf, command, option
from workflow.cli.terminal.screen import err, out, out_json, paragraph, room
from workflow.cli.terminal.tables import Column, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workflow.bootstrap import App
    from workflow.ports import Sent

NEWEST = 50
"""Lines of a list, unless its reader wants more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which notices a list shows; None and empty leave a field open. Days are the office's."""

    statuses: tuple[str, ...] = ()
    issue: str | None = None
    person: str | None = None
    channel: str | None = None
    since: date | None = None
    on: date | None = None

    def of(self, app: App) -> list[Sent]:
        """Return the notices that are wanted, oldest first. Raises ``NotFound`` for an issue."""
        key = None if self.issue is None else app.engine.key_of(self.issue)
        person = self._person(app)
        return [
            sent
            for sent in app.engine.notices(key)
            if (not self.statuses or sent.status in self.statuses)
            and person in (None, sent.notice.recipient)
            and self.channel in (None, sent.notice.channel)
            and self._is_then(app.engine.desk.day(sent.notice.created_at))
        ]

    def _person(self, app: App) -> str | None:
        """Return who is meant, by id or by name. Raises ``NotFound`` for somebody unknown."""
        from states.errors import Message, NotFound
        from workflow.cli.meaning import person_id

        if self.person is None:
            return None
        people = app.engine.people()
        found = person_id(people, self.person)
        if found not in people:
            facts = {"person": self.person}
            raise NotFound(
                Message("no_person", "there is no person {person} (rectify people list)", facts)
            )
        return found

    def _is_then(self, day: date) -> bool:
        return (self.on is None or day == self.on) and (self.since is None or day >= self.since)


def with_filters(function: Any) -> Any:
    """Add the options that choose notices."""
    for add_option in reversed(_FILTERS):
        function = add_option(function)
    return function


_FILTERS = (
    option("--issue", metavar="ISSUE", help=N_("Only notices about this issue.")),
    option("--person", metavar="PERSON", help=N_("Only notices for this person.")),
    option("--channel", metavar="CHANNEL", help=N_("Only notices on this channel.")),
    option("--since", type=Day(), metavar="DAY", help=N_("Only notices owed since this day.")),
    option("--on", type=Day(), metavar="DAY", help=N_("Only notices owed on this day.")),
)


@command(
    "list",
    help=N_(
        "List the notices, the newest last, with what became of them; what it comes to, and what "
        "keeps messages from being sent, is said at the end."
    ),
    fields=f"a list of {{{FIELDS}}}; without --limit all of them",
)
@option(
    "--status",
    "statuses",
    multiple=True,
    type=OneOf(STATUSES),
    help=N_("Only notices with this status (repeatable)."),
)
@with_filters
@option(
    "--limit",
    type=int,
    metavar="N",
    help=N_("Only the newest N (default: 50, with --json all; 0: all)."),
)
@as_of_option
@json_option
def list_notices(limit: int | None, as_json: bool, **said: Any) -> None:
    """List the notices."""
    app = opened()
    found = Wanted(**said).of(app)
    most = limit if limit is not None else 0 if as_json else NEWEST
    shown = found[-most:] if most > 0 else found
    words = words_of(app, shown)
    if as_json:
        out_json([notice_json(sent, words) for sent in shown])
        return
    show_table(shown, words)
    _sum_up(found, len(shown), words)
    tell_what_keeps(app)


def show_table(found: Sequence[Sent], words: Words) -> None:
    """Print notices as a table; nothing where there are none."""
    heads = [
        Column(title=_("no."), right=True),
        Column(title=_("since"), spare=2),
        Column(title=_("key")),
        Column(title=_("what"), least=8),
        Column(title=_("to"), least=6),
        Column(title=_("channel"), spare=3),
        Column(title=_("outcome"), least=10),
    ]
    for parts in table(heads, [words.row(sent) for sent in found], room()) if found else ():
        out(*parts)


def _sum_up(found: Sequence[Sent], shown: int, words: Words) -> None:
    """Say how many notices there are, by what became of them."""
    if not found:
        err(_("There is no such notice."))
        return
    counts = Counter(_sort(sent, words) for sent in found)
    text = _("{status} {count}")
    parts = [text.format(status=status, count=count) for status, count in counts.most_common()]
    err(_("Notices: {count}").format(count=len(found)), _(": "), _(", ").join(parts))
    if shown < len(found):
        err(_("Shown are the newest {count}; --limit 0 shows all.").format(count=shown))


def _sort(sent: Sent, words: Words) -> str:
    from notifications.words.catalog import status_label

    if words.is_held(sent):
        return _("held back with their round")
    return status_label(sent.status, spoken())


def tell_what_keeps(app: App) -> None:
    """Say what keeps messages from being sent: a stop, and rounds that are held."""
    from workflow.cli.operating.sweeping import held, stopped

    if (halt := app.engine.halt()) is not None:
        paragraph(stopped(halt.cause), to_stderr=True)
    for found in app.engine.held_rounds():
        paragraph(held(found), to_stderr=True)

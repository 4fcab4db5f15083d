"""``outbox list``: the notices with what became of them, and whether anything keeps them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from notifications.notice import WAITING
from workflow.cli.language import N_, _, spoken
from workflow.cli.opening import opened
from workflow.cli.options import Day, as_of_option, json_option
from workflow.cli.outbox.words import FIELDS, STATUSES, Words, notice_json, words_of
from workflow.cli.speaking import OneOf, command, option
from workflow.cli.terminal.screen import err, out, out_json, paragraph, room
from workflow.cli.terminal.tables import Column, table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workflow.bootstrap import App
    from workflow.ports import Sent
    from workflow.seeking import Seeking

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
        return app.engine.seek(self.seeking(app))

    def seeking(self, app: App, most: int = 0) -> Seeking:
        """Return what to ask for, of which only the newest ``most``. Raises ``NotFound``."""
        from workflow.seeking import Seeking

        last = self.on
        return Seeking(
            statuses=self.statuses,
            issue="" if self.issue is None else app.engine.key_of(self.issue),
            recipient=self._person(app) or "",
            channel=self.channel or "",
            since=_begin(app, max(filter(None, (self.since, self.on)), default=None)),
            before=_begin(app, None if last is None else last + timedelta(days=1)),
            most=most,
        )

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


def _begin(app: App, day: date | None) -> datetime | None:
    """Return the instant at which a day of the office begins."""
    return None if day is None else datetime.combine(day, time.min, app.zone)


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
    most = limit if limit is not None else 0 if as_json else NEWEST
    seeking = Wanted(**said).seeking(app, max(most, 0))
    shown = app.engine.seek(seeking)
    words = words_of(app, shown)
    if as_json:
        out_json([notice_json(sent, words) for sent in shown])
        return
    show_table(shown, words)
    _sum_up(app.engine.seek_count(seeking), len(shown), words)
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


def _sum_up(counted: Mapping[tuple[str, str], int], shown: int, words: Words) -> None:
    """Say how many notices there are, by what became of them."""
    if not counted:
        err(_("There is no such notice."))
        return
    counts: Counter[str] = Counter()
    for (status, issue), count in counted.items():
        counts[_sort(status, issue, words)] += count
    text = _("{status} {count}")
    parts = [text.format(status=status, count=count) for status, count in counts.most_common()]
    total = counts.total()
    err(_("Notices: {count}").format(count=total), _(": "), _(", ").join(parts))
    if shown < total:
        err(_("Shown are the newest {count}; --limit 0 shows all.").format(count=shown))


def _sort(status: str, issue: str, words: Words) -> str:
    from notifications.words.catalog import status_label

    if status == WAITING and words.office.holds(issue):
        return _("held back with their round")
    return status_label(status, spoken())


def tell_what_keeps(app: App) -> None:
    """Say what keeps messages from being sent: a stop, and rounds that are held."""
    from workflow.cli.operating.sweeping import held, stopped

    if (halt := app.engine.halt()) is not None:
        paragraph(stopped(halt.cause), to_stderr=True)
    for found in app.engine.held_rounds():
        paragraph(held(found), to_stderr=True)

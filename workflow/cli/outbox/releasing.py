"""``outbox release``: let go what is held with its round, or after a stop, having looked at it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from notifications.notice import PENDING, RETRY_WAIT, WAITING, Notice
from notifications.planning.audience import NOBODY
from workflow.cli.confirming import confirmed, yes_option
from workflow.cli.language import N_, _, spoken
from workflow.cli.meaning import person_id
from workflow.cli.naming import Names, names_of
from workflow.cli.opening import opened
from workflow.cli.operating.sweeping import opening
from workflow.cli.options import dry_run_option, request_option
from workflow.cli.outbox.next_step import is_open
from workflow.cli.speaking import command, option
from workflow.cli.taking import say_repeated
from workflow.cli.terminal.screen import Ink, Part, err, out, paragraph, room
from workflow.cli.terminal.tables import Column, table

if TYPE_CHECKING:
    from states.office import Office
    from workflow.bootstrap import App
    from workflow.engine.releasing import Released

SHOWN = 12
"""People named in the look before anything goes; the others are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is to be let go: rounds by their codes, and a stop."""

    rounds: tuple[str, ...] = ()
    stop: bool = False

    def __len__(self) -> int:
        return len(self.rounds) + self.stop


@command(
    "release",
    help=N_(
        "Let go the messages that are held back: those of a round since it was imported, and all "
        "of them after a stop because there were more than are ever sent at once.\n\n"
        "First it is shown what would go to whom; then the question is asked. With --yes it is "
        "done at once. Nothing more than one message goes to each person, in the hours of sending. "
        "Without a ROUND and without --stop it is whatever is held, if that is one thing; --all "
        "lets go everything."
    ),
)
@click.argument("rounds", metavar="[ROUND]…", nargs=-1)
@option("--stop", is_flag=True, help=N_("Let sending go on after a stop."))
@option("--all", "everything", is_flag=True, help=N_("Every round that is held, and a stop."))
@option("--person", metavar="PERSON", help=N_("Also show the whole message of this person."))
@dry_run_option
@yes_option
@request_option
def release(
    rounds: tuple[str, ...], stop: bool, everything: bool, request_id: str | None, **said: Any
) -> None:
    """Let go what is held back."""
    named = Held(rounds=rounds, stop=stop)
    if everything and named:
        raise click.UsageError(_("--all and what is named exclude each other"))
    app = opened()
    if request_id is not None and _is_done(app, request_id):
        _report(app, app.engine.release(rounds, app.identity, request_id, stop=stop))
        return
    chosen = named if named else _present(app, everything=everything)
    if not said["yes"] or said["dry_run"] or said["person"]:
        _look(app, chosen, person_id(app.engine.people(), said["person"]))
    if said["dry_run"]:
        out(_("Nothing was let go (--dry-run)."))
    elif not chosen or confirmed(_("Let them go?"), said["yes"]):
        done = app.engine.release(chosen.rounds, app.identity, request_id, stop=chosen.stop)
        _report(app, done)


def _is_done(app: App, request_id: str) -> bool:
    with app.store.reading() as session:
        return session.entry_of(request_id) is not None


def _present(app: App, *, everything: bool) -> Held:
    """Return what is held now. Raises ``UsageError`` if it is several things, and not all meant."""
    held = Held(rounds=app.engine.office().held, stop=app.engine.halt() is not None)
    if len(held) > 1 and not everything:
        ways = [*held.rounds, *(["--stop"] if held.stop else [])]
        text = _("several things are held; name them ({ways}), or say --all")
        raise click.UsageError(text.format(ways=", ".join(ways)))
    return held


def _report(app: App, released: Released) -> None:
    from workflow.cli.records import entry_line

    out(*entry_line(released.entry, names_of(app)))
    if released.repeated:
        say_repeated()
        return
    opens = None if is_open(app) else opening(app)
    if opens is None:
        err(_("They are sent by the next rectify tick, or by rectify run."))
        return
    text = _("They are sent by rectify tick, or by rectify run, from {when} on.")
    err(text.format(when=Names(zone=app.zone).when(opens)))


# ---------------------------------------------------------------- what would go


def _look(app: App, chosen: Held, reader: str | None) -> None:
    """Show what would go to whom, and how each message begins; the whole one of a ``reader``."""
    office = app.engine.office()
    going = list(_going(app, office, chosen))
    people: dict[tuple[str, str], list[Notice]] = {}
    for notice in going:
        people.setdefault((notice.recipient, notice.channel), []).append(notice)
    _count(going, people, chosen)
    if not people:
        return
    names = names_of(app)
    heads = [
        Column(title=_("to"), least=6),
        Column(title=_("channel"), spare=1),
        Column(title=_("notices"), right=True),
        Column(title=_("the message begins"), least=20),
    ]
    pen = _Pen(app)
    most = sorted(people.items(), key=lambda one: -len(one[1]))
    rows: list[list[Part]] = [
        [names.person(who), channel, str(len(notices)), pen.write(notices)[0]]
        for (who, channel), notices in most[:SHOWN]
    ]
    for parts in table(heads, rows, room()):
        out(*parts)
    if len(most) > SHOWN:
        out(_("… and {count} more").format(count=len(most) - SHOWN))
    for notices in (found for (who, _channel), found in most if who == reader):
        subject, text = pen.write(notices)
        out()
        out(Ink(subject, "bold"))
        for line in text.splitlines():
            out(line)


def _going(app: App, office: Office, chosen: Held) -> Iterator[Notice]:
    """Yield what would go: what waits of the rounds, what is ready after a stop."""
    from workflow.seeking import Seeking

    for sent in app.engine.seek(Seeking(statuses=(WAITING, PENDING, RETRY_WAIT))):
        notice = sent.notice
        code = notice.issue.rpartition("-")[0]
        waits = sent.status == WAITING and office.holds(notice.issue) and code in chosen.rounds
        ready = chosen.stop and sent.status in (PENDING, RETRY_WAIT)
        if (waits or ready) and notice.channel != NOBODY:
            yield notice


def _count(
    going: Sequence[Notice], people: dict[tuple[str, str], list[Notice]], chosen: Held
) -> None:
    from notifications.words.catalog import channel_label

    for code in chosen.rounds:
        count = sum(notice.issue.rpartition("-")[0] == code for notice in going)
        out(Ink(_("Round {code}: {count} notices wait.").format(code=code, count=count), "bold"))
    if chosen.stop:
        out(Ink(_("Sending is stopped."), "bold"))
    channels = Counter(channel for _who, channel in people)
    parts = [f"{channel_label(name, spoken())} {count}" for name, count in channels.items()]
    text = _("People to get a message: {count} ({channels})")
    if people:
        paragraph(text.format(count=len(people), channels=_(", ").join(parts)))
    else:
        paragraph(_("Nothing would go to anybody yet; what is owed later goes as usual."))


class _Pen:
    """Writes the messages in which notices would go now."""

    def __init__(self, app: App) -> None:
        from notifications.rendering.renderer import Renderer
        from workflow.channels import templates_of

        self._renderer = Renderer(templates_of(app.config))
        self._local = app.clock().astimezone(app.zone)
        self._calendar = app.engine.calendar()

    def write(self, notices: Sequence[Notice]) -> tuple[str, str]:
        """Return subject and text of one person's message; of one that is broken, why."""
        from notifications.delivery.protocol import RenderError
        from notifications.planning.digest import bundled, is_digest

        one = notices[0]
        if len(notices) > 1 or not is_digest(one.key):
            one = bundled(notices, self._local, self._local.date(), self._calendar)
        try:
            text = self._renderer.render(one.template, one.language, one.facts)
        except RenderError as error:
            return str(error), ""
        return text.subject, text.plain

"""``people show``: one person, and by which of their addresses they are reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from workflow.cli.language import N_, _, spoken
from workflow.cli.naming import Names, names_of, shown
from workflow.cli.opening import opened
from workflow.cli.options import as_of_option, json_option
from workflow.cli.people.addresses import reached_by
from workflow.cli.speaking import command
from workflow.cli.terminal.screen import Ink, Part, out, out_json
from workflow.cli.terminal.wording import padded, width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from states.office import Office, Person

_Row = tuple[str, list[Part]]


@command(
    "show",
    help=N_("Show one person: details, roles, accounts, and which addresses are used."),
    fields=(
        "id, name, title, unit, department, language, zone, addresses, reached_by, accounts, "
        "roles: [{role, unit}], left_on, successor"
    ),
)
@click.argument("person", metavar="PERSON")
@as_of_option
@json_option
def show(person: str, as_json: bool) -> None:
    """Show one person."""
    from states.errors import Message, NotFound

    app = opened()
    office, names = app.engine.office(), names_of(app)
    channels = app.config.notices.channels
    details = names.people.get(person)
    if details is None:
        facts = {"person": person}
        raise NotFound(
            Message("no_person", "there is no person {person} (rectify people list)", facts)
        )
    if as_json:
        from workflow.cli.people.people_json import person_json

        out_json(person_json(office, details, channels))
        return
    rows = [*_details(office, details, names), *_ways(details, channels)]
    indent = max(width(name) for name, _parts in rows) + 2
    for name, parts in rows:
        out(padded(name, indent), *parts)


def _details(office: Office, person: Person, names: Names) -> Iterator[_Row]:
    yield _("person"), [names.full(person.id)]
    for label, text in (
        (_("position"), person.title),
        (_("own unit"), person.unit),
        (_("own department"), person.department),
        (_("zone"), person.zone),
    ):
        if text:
            yield label, [text]
    yield _("roles"), [roles_of(office, person, names)]
    accounts = [name for name, owner in office.accounts.items() if owner == person.id]
    yield _("accounts"), [_(", ").join(accounts) or "–"]
    yield _("language"), [person.language]
    member = office.members.get(person.id)
    if member is not None and member.left_on is not None:
        yield _("left on"), [shown(member.left_on)]


def _ways(person: Person, channels: Sequence[str]) -> Iterator[_Row]:
    """Yield the addresses: the one that is used first, those that no channel uses last."""
    from notifications.words.catalog import channel_label

    used = reached_by(person, channels)
    for channel in [*used, *(c for c in person.addresses if c not in used)]:
        said: list[Part] = [person.addresses[channel]]
        if channel not in used:
            said += ["  ", Ink(_("not used: the channel is not configured"), "yellow")]
        elif channel == used[0]:
            said += ["  ", Ink(_("messages go here"), "green")]
        yield channel_label(channel, spoken()), said
    if not used:
        warning = Ink(_("nothing: no message can be sent to this person"), "yellow")
        yield _("reached by"), [warning]


def roles_of(office: Office, person: Person, names: Names) -> str:
    """Return the roles of a person in words, with the unit where it is not their own."""
    grants = [grant for grant in office.grants if grant.person == person.id]
    texts = [
        names.role(g.role) if g.unit == person.unit else f"{names.role(g.role)} ({g.unit})"
        for g in grants
    ]
    return _(", ").join(texts) or "–"

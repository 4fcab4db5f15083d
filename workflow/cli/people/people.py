"""``people``: who is who, with which addresses; the group of all commands about people."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from states.frozen import replace
from workflow.cli.language import LANGUAGES, N_, _, spoken
from workflow.cli.naming import Names, names_of, shown
from workflow.cli.opening import opened
from workflow.cli.options import as_of_option, dry_run_option, json_option, request_option
from workflow.cli.people.addresses import NO_WAY, AddressType, reached, with_addresses
from workflow.cli.people.checking import ROLE_WORDS, detail_faults, id_faults, refuse, role_faults
from workflow.cli.people.showing import roles_of
from workflow.cli.speaking import Group, OneOf, Place, command, option
from workflow.cli.taking import say_repeated
from workflow.cli.terminal.screen import Ink, Part, out, out_json, paragraph, room
from workflow.cli.terminal.tables import Column, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from states.office import Office, Person
    from workflow.bootstrap import App

_PERSON = click.argument("person", metavar="PERSON")
_DETAILS = (
    option("--name", metavar="NAME", help=N_("The name as people write it.")),
    option("--title", metavar="TITLE", help=N_("The office held.")),
    option("--unit", metavar="UNIT", help=N_("The unit belonged to.")),
    option("--department", metavar="NAME", help=N_("The department belonged to.")),
    option("--mail", metavar="ADDRESS", help=N_("The mail address.")),
    option(
        "--address",
        "addresses",
        metavar="CHANNEL=ADDRESS",
        multiple=True,
        type=AddressType(),
        help=N_(
            "An address on a channel, such as dingtalk=wang (repeatable); empty takes it away."
        ),
    ),
    option("--language", type=OneOf(LANGUAGES), help=N_("The language of reminders.")),
    option("--zone", metavar="ZONE", help=N_("The time zone, such as Asia/Urumqi.")),
)


def _with_details(function: Any) -> Any:
    for add_option in reversed(_DETAILS):
        function = add_option(function)
    return function


@command(
    "add",
    help=N_(
        "Add a person. Roles hold for the person's unit, or with --for for another one (* for "
        "every unit): responsible, leader, principal, supervisor, auditor."
    ),
)
@_PERSON
@_with_details
@option("--role", "roles", multiple=True, metavar="ROLE", help=N_("A role (repeatable)."))
@option("--for", "roles_for", metavar="UNIT", help=N_("The unit for which the roles hold."))
@request_option
def add(person: str, roles: tuple[str, ...], request_id: str | None, **said: Any) -> None:
    """Add a person."""
    from states.errors import Conflict, Message
    from states.office import Person as Details
    from workflow.engine.staffing import Enrolment

    app = opened()
    details = _changed(Details(id=person, name=person, language=spoken()), said)
    unit = said["roles_for"] or details.unit
    refuse([*id_faults(person), *detail_faults(details), *role_faults(roles, unit)])
    if person in app.engine.people() and not _known(app, request_id):
        text = N_("there is already a person {person} (rectify people edit)")
        raise Conflict(Message("person_exists", text, {"person": person}))
    enrolment = Enrolment(
        person=details,
        roles=tuple(ROLE_WORDS.get(role, role) for role in roles),
        roles_for=said["roles_for"],
    )
    _enrol(app, [enrolment], request_id)
    out(_("{name} is added.").format(name=Names(people={person: details}).full(person)))


def _known(app: App, request_id: str | None) -> bool:
    if request_id is None:
        return False
    with app.store.reading() as session:
        return session.entry_of(f"{request_id}/1") is not None


def _enrol(app: App, enrolments: list[Any], request_id: str | None) -> None:
    if enrolments and not app.engine.enrol(enrolments, app.identity, request_id):
        say_repeated()


def _changed(person: Person, said: dict[str, Any]) -> Person:
    names = ("name", "title", "unit", "department", "language", "zone")
    changes: dict[str, Any] = {name: said[name] for name in names if said[name] is not None}
    return replace(person, addresses=with_addresses(person.addresses, _entered(said)), **changes)


def _entered(said: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the addresses that were typed, by channel."""
    mail = said["mail"]
    return [*([("mail", mail)] if mail is not None else []), *said["addresses"]]


@command("edit", help=N_("Change a person's details; what is not given stays."))
@_PERSON
@_with_details
@request_option
def edit(person: str, request_id: str | None, **said: Any) -> None:
    """Change a person's details."""
    from states.errors import Message, NotFound
    from workflow.engine.staffing import Enrolment

    app = opened()
    people = app.engine.people()
    if person not in people:
        text = N_("there is no person {person} (rectify people list)")
        raise NotFound(Message("no_person", text, {"person": person}))
    details = _changed(people[person], said)
    typed = {
        said["zone"],
        *(address for _channel, address in _entered(said)),
    }  # what was entered before is not judged anew
    refuse([fault for fault in detail_faults(details) if fault[1] in typed])
    if details != people[person] or _known(app, request_id):
        _enrol(app, [Enrolment(person=details)], request_id)
    out(_("{name} is changed.").format(name=Names(people={person: details}).full(person)))


@command(
    "import",
    help=N_(
        "Add or change people from a CSV file, all or none, with the columns id, name, title, "
        "unit, department, mail, language, zone, roles, for (编号, 姓名, 职务, 单位, 部门, 邮箱, "
        "语言, 时区, 角色, 角色范围), and one for each other channel: dingtalk, wecom, feishu … "
        "(钉钉, 企业微信, 飞书 …). Several roles are separated by semicolons. The same file "
        "twice changes nothing."
    ),
)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@dry_run_option
@request_option
def import_people(file: Path, dry_run: bool, request_id: str | None) -> None:
    """Add or change people from a CSV file."""
    from workflow.cli.people.file import differences, read_people

    app = opened()
    wanted = read_people(file, spoken())
    found = differences(wanted, app.engine.people(), app.engine.office())
    if not dry_run:
        _enrol(app, found.new + found.changed, request_id)
    for one in found.new:
        out("+ ", Names(people={one.person.id: one.person}).full(one.person.id))
    for one in found.changed:
        out("~ ", Names(people={one.person.id: one.person}).full(one.person.id))
    text = _("{new} added, {changed} changed, {same} as they were.")
    if dry_run:
        text = _("{new} would be added, {changed} changed, {same} are as they were.")
    out(text.format(new=len(found.new), changed=len(found.changed), same=len(found.same)))


@command(
    "list",
    help=N_("List the people with their roles and accounts, and the delegations in force."),
    fields=(
        "people: [{id, name, title, unit, department, language, zone, addresses, reached_by, "
        "accounts, roles: [{role, unit}], left_on, successor}], delegations: [{number, principal, "
        "recorder, since, until, stands_in, ended}]"
    ),
)
@as_of_option
@json_option
def list_people(as_json: bool) -> None:
    """List the people."""
    from workflow.cli.people.people_json import people_json

    app = opened()
    office, names = app.engine.office(), names_of(app)
    if as_json:
        out_json(people_json(office, names.people, app.config.notices.channels))
        return
    heads = [
        Column(title=_("id")),
        Column(title=_("name")),
        Column(title=_("position"), least=6, spare=3),
        Column(title=_("unit"), least=8, spare=1),
        Column(title=_("roles"), least=10),
        Column(title=_("reached by"), least=10, spare=2),
        Column(title=_("zone"), spare=4),
    ]
    rows = [_row(office, p, names, app.config.notices.channels) for p in names.people.values()]
    for parts in table(heads, rows, room()):
        out(*parts)
    _show_delegations(office, names, app.clock().astimezone(app.zone).date())
    _show_leavers(office, names)


def _row(office: Office, person: Person, names: Names, channels: Sequence[str]) -> list[Part]:
    way = reached(person, channels)
    shown_way = Ink(way, "yellow") if way == NO_WAY else way
    found = [person.id, person.name, person.title, person.unit, roles_of(office, person, names)]
    return [*found, shown_way, person.zone]


def _show_leavers(office: Office, names: Names) -> None:
    for member in office.members.values():
        if member.left_on is not None:
            text = _("{person} left on {on}; successor: {successor}")
            person, successor = names.full(member.id), names.full(member.successor)
            on = shown(member.left_on)
            paragraph(text.format(person=person, on=on, successor=successor))


def _show_delegations(office: Office, names: Names, today: date) -> None:
    for delegation in office.delegations:
        if delegation.ended or (delegation.until is not None and delegation.until < today):
            continue
        text = _("Delegation {number}: {recorder} records for {principal}, until {until}")
        if delegation.stands_in:
            text = _("Substitution {number}: {recorder} for {principal}, {since} to {until}")
        said = text.format(
            number=delegation.number,
            since=shown(delegation.since),
            recorder=names.full(delegation.recorder),
            principal=names.full(delegation.principal),
            until=shown(delegation.until) if delegation.until else _("revoked"),
        )
        paragraph(said)


_GRANTING = "workflow.cli.people.granting"
_ABSENCE = "workflow.cli.people.absence"
people = Group(
    "people",
    help=N_("Who is who, who may do what for which unit, and who records for whom."),
    sections={
        N_("Commands"): {
            "add": Place(f"{__name__}:add", N_("Add a person.")),
            "edit": Place(f"{__name__}:edit", N_("Change a person's details.")),
            "list": Place(f"{__name__}:list_people", N_("List people, roles, delegations.")),
            "show": Place(
                "workflow.cli.people.showing:show", N_("Show one person with addresses.")
            ),
            "import": Place(f"{__name__}:import_people", N_("Add or change many from a CSV file.")),
            "grant": Place(f"{_GRANTING}:grant", N_("Grant a role.")),
            "revoke": Place(f"{_GRANTING}:revoke", N_("Revoke a role.")),
            "bind": Place(f"{_GRANTING}:bind", N_("Say whose an account is.")),
            "delegate": Place(f"{_GRANTING}:delegate", N_("Let somebody record for another.")),
            "end-delegation": Place(f"{_GRANTING}:end_delegation", N_("End a delegation.")),
            "substitute": Place(f"{_ABSENCE}:substitute", N_("Let somebody stand in for days.")),
            "leave": Place(f"{_ABSENCE}:leave", N_("Record that somebody has left.")),
            "rejoin": Place(f"{_ABSENCE}:rejoin", N_("Record that somebody is back.")),
            "unbind": Place(f"{_ABSENCE}:unbind", N_("Say that an account is nobody's.")),
        }
    },
)

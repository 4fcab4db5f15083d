"""Who may do what where, whose an account is, who records for whom; and ``whoami``."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from workflow.cli.language import N_, _
from workflow.cli.meaning import person_id
from workflow.cli.naming import names_of, person_json
from workflow.cli.opening import opened
from workflow.cli.options import Day, as_of_option, json_option, request_option
from workflow.cli.speaking import command, option
from workflow.cli.terminal.screen import Ink, out, out_json

_PERSONS = ("person", "principal", "recorder", "successor")
_PERSON = click.argument("person", metavar="PERSON")
_ROLE = click.argument("role", metavar="ROLE")
_UNIT = option("--unit", metavar="UNIT", help=N_("For this unit; default: the person's own."))
_EVERYWHERE = option("--everywhere", is_flag=True, help=N_("For every unit."))


def act_of_office(event: str, facts: dict[str, Any], request_id: str | None) -> None:
    """Do an act of the office and print its entry. Persons may be named by their names."""
    from workflow.cli.records import entry_line

    app = opened()
    people = app.engine.people()
    said = {name: person_id(people, v) if name in _PERSONS else v for name, v in facts.items()}
    entry = app.engine.act(event, said, app.identity, request_id)
    out(*entry_line(entry, names_of(app)))


def _granting(person: str, role: str, unit: str | None, everywhere: bool) -> dict[str, Any]:
    from workflow.cli.people.checking import ROLE_WORDS

    if unit is None and not everywhere:
        people = opened().engine.people()
        details = people.get(person_id(people, person) or person)
        unit = details.unit if details and details.unit else None
    if unit is None and not everywhere:
        raise click.UsageError(_("say for which unit: --unit UNIT, or --everywhere"))
    return {
        "person": person,
        "role": ROLE_WORDS.get(role, role),
        "unit": "*" if everywhere else unit,
    }


@command(
    "grant",
    help=N_("Grant a role: responsible, leader, principal, supervisor or auditor, for a unit."),
)
@_PERSON
@_ROLE
@_UNIT
@_EVERYWHERE
@request_option
def grant(
    person: str, role: str, unit: str | None, everywhere: bool, request_id: str | None
) -> None:
    """Grant a role."""
    act_of_office("grant_role", _granting(person, role, unit, everywhere), request_id)


@command(
    "revoke",
    help=N_(
        "Revoke a role that a person holds. What they can no longer do is listed; hand it over "
        "(rectify handover)."
    ),
)
@_PERSON
@_ROLE
@_UNIT
@_EVERYWHERE
@request_option
def revoke(
    person: str, role: str, unit: str | None, everywhere: bool, request_id: str | None
) -> None:
    """Revoke a role."""
    from workflow.cli.people.handing import warn_of_held

    act_of_office("revoke_role", _granting(person, role, unit, everywhere), request_id)
    warn_of_held(person, lacking=True)


@command(
    "bind",
    help=N_(
        "Say whose an account is. An account is os:UID (the number that `id -u` prints) or, on "
        "PostgreSQL, role:NAME. Whoever uses the account then acts as that person."
    ),
)
@_PERSON
@click.argument("account", metavar="ACCOUNT")
@request_option
def bind(person: str, account: str, request_id: str | None) -> None:
    """Say whose an account is."""
    act_of_office("bind_account", {"person": person, "account": account}, request_id)


@command(
    "delegate",
    help=N_(
        "Let RECORDER record for PRINCIPAL, who never opens a terminal. What is recorded with "
        "--on-behalf-of counts as the principal's act, and the log shows both."
    ),
)
@click.argument("principal", metavar="PRINCIPAL")
@click.argument("recorder", metavar="RECORDER")
@option("--until", type=Day(), metavar="DATE", help=N_("The last day on which it holds."))
@request_option
def delegate(principal: str, recorder: str, until: date | None, request_id: str | None) -> None:
    """Let somebody record for another."""
    act_of_office(
        "delegate", {"principal": principal, "recorder": recorder, "until": until}, request_id
    )


@command("end-delegation", help=N_("End a delegation; `people list` shows their numbers."))
@click.argument("number", metavar="N", type=int)
@request_option
def end_delegation(number: int, request_id: str | None) -> None:
    """End a delegation."""
    act_of_office("end_delegation", {"number": number}, request_id)


@command(
    "whoami",
    help=N_("Show the account that acts, the person it belongs to, and that person's roles."),
    fields=(
        "account, auth, trial, person: {id, name}, on_behalf_of: {id, name} or null, "
        "roles: [{role, unit}]"
    ),
)
@as_of_option
@json_option
def whoami(as_json: bool) -> None:
    """Show who acts."""
    app = opened()
    office, names = app.engine.office(), names_of(app)
    actor = app.identity.actor(office)
    grants = [grant for grant in office.grants if grant.person == actor.principal]
    if as_json:
        out_json(
            {
                "account": actor.account,
                "auth": actor.auth,
                "trial": office.trial,
                "person": person_json(names, actor.person),
                "on_behalf_of": person_json(names, actor.on_behalf_of),
                "roles": [{"role": grant.role, "unit": grant.unit} for grant in grants],
            }
        )
        return
    out(Ink(names.full(actor.person), "bold"), f"  {actor.account}  auth: {actor.auth}")
    if actor.on_behalf_of:
        out(_("records for {principal}").format(principal=names.full(actor.on_behalf_of)))
    for grant in grants:
        unit = _("every unit") if grant.unit == "*" else grant.unit
        out(f"  {names.role(grant.role)}{_(': ')}{unit}")
    if not grants:
        out("  ", _("no role"))

"""Who is away and who stands in, who has left or is back; and an account that is nobody's."""

from __future__ import annotations

from datetime import date

import click

from workflow.cli.language import N_
from workflow.cli.options import Day, request_option
from workflow.cli.people.granting import act_of_office
from workflow.cli.people.handing import warn_of_held
from workflow.cli.speaking import command, option

_PERSON = click.argument("person", metavar="PERSON")


@command(
    "substitute",
    help=N_(
        "Let somebody stand in for PERSON on certain days (X for Y): they are reminded in the "
        "person's place and may record for them. Afterwards everything is as before."
    ),
)
@_PERSON
@option("--by", "substitute_", metavar="PERSON", required=True, help=N_("Who stands in."))
@option("--from", "since", type=Day(), metavar="DATE", help=N_("The first day; default: today."))
@option("--until", type=Day(), metavar="DATE", required=True, help=N_("The last day."))
@request_option
def substitute(
    person: str, substitute_: str, since: date | None, until: date, request_id: str | None
) -> None:
    """Let somebody stand in for another."""
    facts = {"principal": person, "recorder": substitute_, "since": since, "until": until}
    act_of_office("substitute", facts, request_id)


@command(
    "leave",
    help=N_(
        "Record that PERSON has left: they may no longer act, and their accounts and delegations "
        "end. What they held is listed and raises an alarm until it is handed over (rectify "
        "handover); a successor is reminded of it meanwhile."
    ),
)
@_PERSON
@option("--on", type=Day(), metavar="DATE", help=N_("The day from which on; default: today."))
@option("--successor", metavar="PERSON", help=N_("Who is reminded in their place."))
@request_option
def leave(person: str, on: date | None, successor: str | None, request_id: str | None) -> None:
    """Record that somebody has left."""
    act_of_office("leave", {"person": person, "on": on, "successor": successor}, request_id)
    warn_of_held(person)


@command(
    "rejoin",
    help=N_(
        "Record that PERSON is back, or had never left: roles not handed over hold again. Accounts "
        "and delegations are given anew."
    ),
)
@_PERSON
@request_option
def rejoin(person: str, request_id: str | None) -> None:
    """Record that somebody is back."""
    act_of_office("rejoin", {"person": person}, request_id)


@command("unbind", help=N_("Say that an account is nobody's any more."))
@click.argument("account", metavar="ACCOUNT")
@request_option
def unbind(account: str, request_id: str | None) -> None:
    """Say that an account is nobody's any more."""
    act_of_office("unbind_account", {"account": account}, request_id)

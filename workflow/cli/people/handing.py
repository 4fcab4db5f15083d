"""``held`` and ``handover``: what somebody holds, and moving all of it to somebody else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from states.attempt import LEADER, RESPONSIBLE
from workflow.cli.confirming import confirmed, yes_option
from workflow.cli.language import N_, _
from workflow.cli.meaning import person_id
from workflow.cli.naming import Names, dated, days, iso, names_of, person_json, shown
from workflow.cli.opening import opened
from workflow.cli.options import (
    as_of_option,
    dry_run_option,
    json_option,
    reason_option,
    request_option,
)
from workflow.cli.speaking import command, option
from workflow.cli.taking import say_repeated
from workflow.cli.terminal.screen import Ink, Part, err, out, out_json, paragraph, room
from workflow.cli.terminal.tables import Column, table
from workflow.cli.terminal.wording import cut, width

if TYPE_CHECKING:
    from states.issue import Issue, Obligation
    from states.office import Grant, Office
    from workflow.bootstrap import App
    from workflow.engine.handing import Held, Load

_INDENT = 4
_MOST_KEYS = 10
_ROLES = {
    "leader": N_("leads"),
    "person": N_("answers"),
    "measure": N_("named for a measure"),
    "duty": N_("named for a duty"),
    "remainder": N_("named for the remainder"),
}


@command(
    "held",
    help=N_(
        "Show everything a person holds: roles, the issues they lead or answer for, what is open, "
        "what is overdue, what was promised, and when they will be reminded next."
    ),
    fields=(
        "person: {id, name}, left_on, successor: {id, name} or null, roles: [{role, unit}], "
        "issues: [{issue, title, state, suspended, roles, lacks, promised: [date], owed: [{kind, "
        "what, subject, due, provisional, days_left, next_reminder, for: {id, name} or null}]}]; "
        "roles are of leader, person, measure, duty, remainder; lacks names the roles that the "
        "issue needs and the person does not hold"
    ),
)
@click.argument("person", metavar="PERSON")
@as_of_option
@json_option
def held(person: str, as_json: bool) -> None:
    """Show what a person holds."""
    app = opened()
    names = names_of(app)
    found = app.engine.held(_id(names, person))
    if as_json:
        out_json(_json(found, app.engine.office(), names))
        return
    _show(found, app.engine.office(), names)


@command(
    "handover",
    help=N_(
        "Hand everything that FROM holds over to TO in one act: roles, issues, measures, duties, "
        "reminders. No deadline is reset. What is handed over is listed first; then you are "
        "asked."
    ),
)
@click.argument("giver", metavar="FROM")
@click.argument("taker", metavar="TO")
@reason_option
@option("--keep-roles", is_flag=True, help=N_("FROM keeps the roles as well."))
@yes_option
@dry_run_option
@request_option
def handover(giver: str, taker: str, yes: bool, dry_run: bool, **said: Any) -> None:
    """Hand everything over."""
    app = opened()
    names = names_of(app)
    giver, taker = _id(names, giver), _id(names, taker)
    repeated = _is_known(app, said["request_id"])
    if not repeated:
        _show(app.engine.held(giver), app.engine.office(), names)
    facts = {"reason": said["reason"], "keep_roles": said["keep_roles"] or None}
    if dry_run:
        if not repeated:
            app.engine.try_hand_over(giver, taker, facts, app.identity)
        err(_("Nothing was changed."))
        return
    question = _("Hand all of it over from {giver} to {taker}?")
    question = question.format(giver=names.full(giver), taker=names.full(taker))
    if not confirmed(question, yes or repeated):
        return
    done = app.engine.hand_over(giver, taker, facts, app.identity, said["request_id"])
    text = _("Issues handed over from {giver} to {taker}: {count}. No date was moved.")
    out(text.format(count=len(done.issues), giver=names.full(giver), taker=names.full(taker)))
    if done.repeated:
        say_repeated()


def _id(names: Names, person: str) -> str:
    return person_id(names.people, person) or person


def _is_known(app: App, request_id: str | None) -> bool:
    if request_id is None:
        return False
    with app.store.reading() as session:
        return session.entry_of(request_id) is not None


# ------------------------------------------------------------------------------- for people


def _show(found: Held, office: Office, names: Names) -> None:
    out(Ink(names.full(found.person), "bold"), *_gone(office, found.person, names))
    for grant in _grants(office, found.person):
        unit = _("every unit") if grant.unit == "*" else grant.unit
        out(f"  {names.role(grant.role)}{_(': ')}{unit}")
    columns = [Column(title=name, least=least) for name, least in (("what", 12), ("due", 0))]
    columns += [Column(title="left"), Column(title="next", least=8, spare=1)]
    loads = [(load, _rows(load, found, names)) for load in found.loads]
    lines = iter(
        table(columns, [r for _l, rows in loads for r in rows], room(_INDENT), headed=False)
    )
    for load, rows in loads:
        _head(load, found.person, names)
        if load.lacks and not office.has_left(found.person):
            _warn(load, names)
        for parts in (next(lines) for _row in rows):
            out(" " * _INDENT, *parts)
    _sum_up(found)


def _sum_up(found: Held) -> None:
    owed = [obligation for load in found.loads for obligation, _wake in load.owed]
    text = _("Issues: {issues}; owed: {owed}, overdue: {late}, promised: {promised}")
    err(
        text.format(
            issues=len(found.loads),
            owed=len(owed),
            late=sum(obligation.due < found.today for obligation in owed),
            promised=sum(len(load.promised) for load in found.loads),
        )
    )


def _gone(office: Office, person: str, names: Names) -> Iterable[str]:
    member = office.members.get(person)
    if member is not None and member.left_on is not None:
        yield _(" – left on {on}; successor: {successor}").format(
            on=shown(member.left_on), successor=names.full(member.successor)
        )


def _grants(office: Office, person: str) -> list[Grant]:
    return [grant for grant in office.grants if grant.person == person]


def _head(load: Load, person: str, names: Names) -> None:
    issue = load.issue
    as_what = _(", ").join(_as_what(load, person, names))
    free = room()
    title = issue.title
    if free is not None:
        title = cut(title, max(free - width(f"{issue.key}    {as_what}"), 10))
    out(Ink(issue.key, "bold"), f"  {title}  ", Ink(as_what, "dim"))


def _warn(load: Load, names: Names) -> None:
    roles = _(", ").join(names.role(role) for role in load.lacks)
    text = _("does not hold the role that this needs: {roles}").format(roles=roles)
    paragraph(text, indent=_INDENT)


def _as_what(load: Load, person: str, names: Names) -> Iterable[str]:
    """Yield as what a person holds an issue: named in it, for somebody else, or by their role."""
    yield from (_(_ROLES[role]) for role in load.roles)
    if load.issue.suspended is not None:
        yield _("suspended")
    elif not load.owed and not load.promised:
        yield names.standing(load.issue)
    if not load.roles:
        said = (_whom_for(load.issue, o, person, names) for o, _wake in load.owed)
        yield from dict.fromkeys(said)


def _whom_for(issue: Issue, obligation: Obligation, person: str, names: Names) -> str:
    named = _named(issue, obligation)
    if named is None and obligation.role in (RESPONSIBLE, LEADER):
        return _("nobody is named")
    if named is None or named == person:
        return names.role(obligation.role)
    return _("for {person}").format(person=names.person(named))


def _named(issue: Issue, obligation: Obligation) -> str | None:
    """Return whom the issue names for an obligation."""
    answering = issue.responsibility
    by_role = {RESPONSIBLE: answering.person, LEADER: answering.leader}
    return obligation.person or by_role.get(obligation.role)


def _rows(load: Load, found: Held, names: Names) -> list[list[Part]]:
    rows: list[list[Part]] = []
    for obligation, wake in load.owed:
        left = (obligation.due - found.today).days
        until = dated(obligation.due, obligation.provisional)
        reminder = _("next reminder {on}").format(on=shown(wake)) if wake else ""
        late = Ink(days(left), "red" if left < 0 else "")
        rows.append([names.owed(obligation), until, late, reminder])
    for day in load.promised:
        rows.append([_("promised"), shown(day), days((day - found.today).days), ""])
    return rows


def warn_of_held(person: str, *, lacking: bool = False) -> None:
    """Say which issues wait on a person who has left, or lacks a role that they need."""
    app = opened()
    names = names_of(app)
    id = _id(names, person)
    loads = [load for load in app.engine.held(id).loads if load.lacks or not lacking]
    if not loads:
        return
    text = _("{person} still holds {keys} (in all: {count}). Hand over: rectify handover {id} TO")
    paragraph(
        text.format(person=names.full(id), keys=_keys(loads), count=len(loads), id=id),
        to_stderr=True,
    )


def _keys(loads: Sequence[Load]) -> str:
    more = " …" if len(loads) > _MOST_KEYS else ""
    return _(", ").join(load.issue.key for load in loads[:_MOST_KEYS]) + more


# ----------------------------------------------------------------------------- for programs


def _json(found: Held, office: Office, names: Names) -> dict[str, Any]:
    member = office.members[found.person]
    return {
        "person": person_json(names, found.person),
        "left_on": iso(member.left_on),
        "successor": person_json(names, member.successor),
        "roles": [{"role": g.role, "unit": g.unit} for g in _grants(office, found.person)],
        "issues": [_load_json(load, found, names) for load in found.loads],
    }


def _load_json(load: Load, found: Held, names: Names) -> dict[str, Any]:
    return {
        "issue": load.issue.key,
        "title": load.issue.title,
        "state": load.issue.state,
        "suspended": load.issue.suspended is not None,
        "roles": list(load.roles),
        "lacks": list(load.lacks),
        "promised": [iso(day) for day in load.promised],
        "owed": [
            {
                "kind": obligation.kind,
                "what": names.kind(obligation.kind),
                "subject": obligation.subject or None,
                "due": iso(obligation.due),
                "provisional": obligation.provisional,
                "days_left": (obligation.due - found.today).days,
                "next_reminder": iso(wake),
                "for": _for_json(load.issue, obligation, found.person, names),
            }
            for obligation, wake in load.owed
        ],
    }


def _for_json(
    issue: Issue, obligation: Obligation, person: str, names: Names
) -> dict[str, str] | None:
    named = _named(issue, obligation)
    return None if named == person else person_json(names, named)

"""``assign``: name leader, department and person of one issue, or of many from a CSV file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from states.errors import Invalid, NotFound, Problem
from workflow.cli.csvfile import Cells, read_csv
from workflow.cli.language import N_, _
from workflow.cli.meaning import person_id
from workflow.cli.opening import opened
from workflow.cli.options import dry_run_option, request_option
from workflow.cli.speaking import command, option
from workflow.cli.taking import event_recording, say_repeated, take
from workflow.cli.terminal.screen import Part, out, room
from workflow.cli.terminal.tables import Column, table

if TYPE_CHECKING:
    from states.office import Person
    from workflow.bootstrap import App
    from workflow.engine.advancing import Order

HEADINGS = {
    "issue": ("issue", "key", "编号", "问题编号", "序号"),
    "leader": ("leader", "责任领导"),
    "department": ("department", "责任部门"),
    "person": ("person", "责任人员", "责任人", "整改责任人"),
}


@command(
    "assign",
    help=N_(
        "Name the responsible leader, department and person (the three clarities), each or all.\n\n"
        "With --from, many at once from a CSV file with the columns issue, leader, department, "
        "person (编号, 责任领导, 责任部门, 责任人员): all rows or none, and every faulty cell is "
        "named with its line. Persons may be given by id or by name."
    ),
)
@click.argument("issue", metavar="[ISSUE]", required=False)
@option("--leader", metavar="PERSON", help=N_("The responsible leader."))
@option("--department", metavar="NAME", help=N_("The responsible department."))
@option("--person", metavar="PERSON", help=N_("The responsible person."))
@option("--from", "file", metavar="FILE", type=click.Path(path_type=Path), help=N_("A CSV file."))
@dry_run_option
@request_option
def assign(
    issue: str | None, file: Path | None, dry_run: bool, request_id: str | None, **named: str | None
) -> None:
    """Name leader, department and person."""
    if (issue is None) == (file is None):
        raise click.UsageError(_("name one ISSUE, or a file with --from FILE"))
    if file is not None:
        if any(named.values()):
            raise click.UsageError(_("with --from, the names stand in the file"))
        _assign_all(file, dry_run, request_id)
    elif dry_run:
        raise click.UsageError(_("--dry-run belongs to --from FILE"))
    else:
        take(str(issue), "responsibility", named, request_id)


@dataclass(frozen=True, slots=True)
class _Found:
    """What a file holds: an order per sound row, and every fault."""

    orders: list[Order]
    faults: list[Problem]


def _assign_all(file: Path, dry_run: bool, request_id: str | None) -> None:
    app = opened()
    rows = read_csv(file, HEADINGS, needed="issue")
    found = _orders(app, rows, file.name)
    if request_id is None or not _known(app, request_id):
        faults = found.faults + _unmet(app, found.orders)
        if faults:
            raise Invalid(*sorted(faults, key=lambda fault: fault.line or 0))
    repeated = False
    if not dry_run:
        receipts = app.engine.advance_all(found.orders, app.identity, request_id)
        repeated = any(receipt.repeated for receipt in receipts)
    _show(found.orders, app.engine.people())
    text = _("To be assigned: {count}") if dry_run else _("Assigned: {count}")
    out(text.format(count=len(found.orders)))
    if repeated:
        say_repeated()


def _known(app: App, request_id: str) -> bool:
    with app.store.reading() as session:
        return session.entry_of(f"{request_id}/1") is not None


def _orders(app: App, rows: list[Cells], source: str) -> _Found:
    found = _Found([], [])
    people = app.engine.people()
    seen: dict[str, int] = {}
    for row in rows:
        order, faults = _order(app, people, row, source)
        found.faults.extend(faults)
        if order is None:
            continue
        if order.issue in seen:
            facts = {"issue": order.issue, "line": seen[order.issue]}
            text = N_("{issue} stands already in line {line}")
            found.faults.append(Problem("issue_twice", text, facts, source, row.line))
        seen.setdefault(order.issue, row.line)
        found.orders.append(order)
    return found


def _order(
    app: App, people: Mapping[str, Person], row: Cells, source: str
) -> tuple[Order | None, list[Problem]]:
    """Return the order of a row, or None with what is wrong with it."""
    from workflow.engine.advancing import Order

    text, faults = row.get("issue"), []
    facts: dict[str, Any] = {"department": row.get("department")}
    for name in ("leader", "person"):
        facts[name] = person_id(people, row.get(name))
        if facts[name] is not None and facts[name] not in people:
            faults.append(_no_such_person(name, facts[name], source, row.line))
    if text is None:
        faults.append(Problem("issue_missing", "no issue is named", {}, source, row.line))
        return None, faults
    try:
        view = app.engine.view(app.engine.key_of(text))
    except NotFound as error:
        said = error.message
        faults.append(Problem(said.code, said.text, said.facts, source, row.line))
        return None, faults
    if faults:
        return None, faults
    event = event_recording(view, "responsibility")
    given = {name: value for name, value in facts.items() if value is not None}
    return Order(issue=view.issue.key, event=event, facts=given, source=source, line=row.line), []


def _no_such_person(name: str, person: str, source: str, line: int) -> Problem:
    return Problem(
        "person_unknown",
        "{name}: there is no person {person} (rectify people list)",
        {"name": name, "person": person},
        source,
        line,
    )


def _unmet(app: App, orders: list[Order]) -> list[Problem]:
    """Return what the process has against the orders, each with its line."""
    faults = []
    for order in orders:
        for choice in app.engine.choices(order.issue, app.identity, order.facts):
            if choice.event == order.event:
                faults += [
                    Problem(unmet.code, unmet.text, unmet.facts, order.source, order.line)
                    for unmet in choice.unmet
                ]
    return faults


def _show(orders: list[Order], people: Mapping[str, Person]) -> None:
    heads = [
        Column(title=_("key")),
        Column(title=_("leader"), least=6),
        Column(title=_("department"), least=6),
        Column(title=_("responsible"), least=6),
    ]
    rows: list[list[Part]] = [
        [
            order.issue,
            _name(people, order.facts.get("leader")),
            order.facts.get("department") or "–",
            _name(people, order.facts.get("person")),
        ]
        for order in orders
    ]
    for parts in table(heads, rows, room()):
        out(*parts)


def _name(people: Mapping[str, Person], id: str | None) -> str:
    return "–" if id is None else people[id].name if id in people else id

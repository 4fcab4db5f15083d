"""``look-back`` and ``decline-reopening``: whether what was struck off holds, and what follows."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from workflow.cli.language import N_, _
from workflow.cli.naming import dated, iso, left, shown
from workflow.cli.opening import opened
from workflow.cli.options import (
    Meant,
    as_of_option,
    issue_argument,
    json_option,
    note_option,
    reason_option,
    request_option,
)
from workflow.cli.speaking import Group, Place, command, option
from workflow.cli.taking import take
from workflow.cli.terminal.screen import Ink, Part, err, out, out_json, room
from workflow.cli.terminal.tables import Column, table

if TYPE_CHECKING:
    from states.issue import Issue
    from states.parts import LookBack

_VERDICTS = {
    "holds": "holds",
    "slipping": "slipping",
    "rebound": "rebound",
    "巩固": "holds",
    "松动": "slipping",
    "反弹": "rebound",
}
_WORDS = {"holds": N_("holds"), "slipping": N_("slipping"), "rebound": N_("rebound")}
_COLOURS = {"holds": "green", "slipping": "yellow", "rebound": "red"}


def verdict(look_back: LookBack) -> Part:
    """Return people's word for what a look-back found."""
    found = look_back.verdict
    return "–" if found is None else Ink(_(_WORDS.get(found, found)), _COLOURS.get(found, ""))


class _Visits(Group):
    """A group whose first word may also be an issue: what is then meant is ``record``."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command meant."""
        named = args[0] in self.places or args[0].startswith("-")
        return super().resolve_command(ctx, args if named else ["record", *args])


@command(
    "record",
    help=N_(
        "Record what a look-back visit found: holds (巩固), slipping (松动) or rebound (反弹); the "
        "latter two with a reason. `record` need not be written:\n\n"
        '  rectify look-back 7 1 --verdict slipping --reason "two trips without an order"'
    ),
)
@issue_argument
@click.argument("visit", metavar="N", type=int)
@option("--verdict", type=Meant(_VERDICTS), metavar="VERDICT", help=N_("What was found."))
@reason_option
@note_option
@request_option
def record(issue: str, request_id: str | None, **facts: str | int | None) -> None:
    """Record what a look-back visit found."""
    take(issue, "look_back", facts, request_id)


@command(
    "list",
    help=N_("List the look-back visits after acceptance, of one issue or of all: due and made."),
    fields=(
        "a list of {issue, title, unit, number, due, provisional, days_left, verdict, done_on, "
        "cycle}; days_left is null once the visit is made"
    ),
)
@click.argument("issue", metavar="[ISSUE]", required=False)
@as_of_option
@json_option
def list_look_backs(issue: str | None, as_json: bool) -> None:
    """List the look-back visits."""
    from workflow.cli.meaning import issues_of

    app = opened()
    today = app.engine.desk.day(app.clock())
    found = [(one, visit) for one in issues_of(app, issue) for visit in one.look_backs]
    found.sort(key=lambda pair: (pair[1].done_on is not None, pair[1].due, pair[0].key))
    if as_json:
        out_json([_json(one, visit, _left(visit, today)) for one, visit in found])
        return
    heads = [
        Column(title=_("due")),
        Column(title=_("left"), spare=1),
        Column(title=_("key")),
        Column(title=_("visit"), right=True),
        Column(title=_("verdict")),
        Column(title=_("made on"), spare=2),
        Column(title=_("issue"), least=12),
    ]
    rows = [_row(one, visit, _left(visit, today)) for one, visit in found]
    for parts in table(heads, rows, room()) if rows else ():
        out(*parts)
    waiting = sum(visit.done_on is None for _one, visit in found)
    text = _("Look-backs: {count}, still to be made: {waiting}")
    err(text.format(count=len(rows), waiting=waiting) if rows else _("There is no look-back."))


def _left(visit: LookBack, today: date) -> int | None:
    return None if visit.done_on is not None else (visit.due - today).days


def _row(issue: Issue, visit: LookBack, days_left: int | None) -> list[Part]:
    return [
        dated(visit.due, visit.provisional),
        left(days_left),
        issue.key,
        str(visit.number),
        verdict(visit),
        shown(visit.done_on) if visit.done_on else "",
        issue.title,
    ]


def _json(issue: Issue, visit: LookBack, days_left: int | None) -> dict[str, Any]:
    return {
        "issue": issue.key,
        "title": issue.title,
        "unit": issue.unit,
        **look_back_json(visit),
        "days_left": days_left,
    }


def look_back_json(visit: LookBack) -> dict[str, Any]:
    """Return a look-back visit for programs."""
    return {
        "number": visit.number,
        "due": iso(visit.due),
        "provisional": visit.provisional,
        "verdict": visit.verdict,
        "done_on": iso(visit.done_on),
        "cycle": visit.cycle,
    }


@command(
    "decline-reopening",
    help=N_(
        "Answer the question whether to reopen an issue, which missed duties or a look-back have "
        "raised, with no; the reason stays on record. Yes is `rectify advance ISSUE reopen`."
    ),
)
@issue_argument
@reason_option
@request_option
def decline_reopening(issue: str, reason: str | None, request_id: str | None) -> None:
    """Decline to reopen an issue."""
    take(issue, "proposal_declined", {"reason": reason}, request_id)


look_back = _Visits(
    "look-back",
    help=N_(
        "Look-back visits (回头看) to issues that were struck off: rectify look-back ISSUE N "
        "--verdict VERDICT records one, rectify look-back list lists them."
    ),
    sections={
        N_("Commands"): {
            "record": Place(f"{__name__}:record", N_("What a visit found (may be left out).")),
            "list": Place(f"{__name__}:list_look_backs", N_("The visits, due and made.")),
        }
    },
)

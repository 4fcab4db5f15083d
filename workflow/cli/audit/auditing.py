"""``audit``: who should have been told on a day, by the log alone, and what became of it."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from workflow.cli.exits import UNSOUND
from workflow.cli.language import N_, _, spoken
from workflow.cli.naming import Names, iso, names_of, person_json
from workflow.cli.opening import opened
from workflow.cli.options import Day, as_of_option, json_option
from workflow.cli.speaking import Group, OneOf, Place, command, option
from workflow.cli.terminal.screen import Ink, Part, err, out, out_json, room
from workflow.cli.terminal.tables import Column, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workflow.bootstrap import App
    from workflow.engine.accounting import Due

NOBODY = "-"
ONE_DAY = timedelta(days=1)
_WORDS = {
    "missing": N_("missing"),
    "failed": N_("failed"),
    "unclear": N_("unclear"),
    "open": N_("on its way"),
    "suppressed": N_("not sent"),
    "settled": N_("settled by hand"),
    "closed": N_("done before"),
    "accepted": N_("handed over"),
}
"""The outcomes, the worst first."""
_ATTENTION = {"missing": "red", "failed": "red", "unclear": "yellow", "accepted": "green"}


@command(
    "reconcile",
    help=N_(
        "Work out from the log alone, by the rules, the calendar and the people of that day, who "
        "should have been told of what, and say what became of each: handed over, failed, not "
        "sent (and why), settled by hand, on its way, or missing. Something missing ends with exit "
        "code 6."
    ),
    fields=(
        "day, counts: {missing, failed, unclear, open, suppressed, settled, closed, accepted}, "
        "dues: [{issue, title, rung: {obligation, kind, subject, due, name, nth} or null, "
        "step: {n, event} or null, person: {id, name}, outcome, status, cause, owed_at, "
        "settled_at, notice, message}]; notice and message are the numbers of `outbox show`, "
        "person is null where nobody could be told"
    ),
)
@option(
    "--on",
    "day",
    type=Day(),
    metavar="DATE",
    help=N_("The day in question; default: the last working day before today."),
)
@option(
    "--outcome",
    "outcomes",
    type=OneOf(tuple(_WORDS)),
    multiple=True,
    help=N_("Only what came out like this; may be repeated."),
)
@as_of_option
@json_option
def reconcile(day: date | None, outcomes: tuple[str, ...], as_json: bool) -> int:
    """Compare what should have been told on a day with what was."""
    app = opened()
    day = day or _last_workday(app)
    dues = app.engine.account(day)
    counts = Counter(due.outcome for due in dues)
    shown = [due for due in dues if not outcomes or due.outcome in outcomes]
    names = names_of(app)
    if as_json:
        out_json(
            {
                "day": day.isoformat(),
                "counts": {outcome: counts[outcome] for outcome in _WORDS},
                "dues": [_json(due, names) for due in shown],
            }
        )
    else:
        _show(shown, names)
        _sum_up(day, counts)
    return UNSOUND if counts["missing"] else 0


def _last_workday(app: App) -> date:
    """Return the last working day that has passed: what was owed on it is settled by now."""
    calendar, day = app.engine.calendar(), app.engine.desk.day(app.clock()) - ONE_DAY
    while not calendar.is_working(day):
        day -= ONE_DAY
    return day


def _show(dues: Sequence[Due], names: Names) -> None:
    heads = [
        Column(title=_("key")),
        Column(title=_("what"), least=18),
        Column(title=_("to"), least=6),
        Column(title=_("outcome"), least=10),
        Column(title=_("when"), least=10),
        Column(title=_("why"), least=12, spare=1),
        Column(title=_("no."), right=True, spare=2),
    ]
    rows = [_row(due, names) for due in dues]
    for parts in table(heads, rows, room()) if rows else ():
        out(*parts)


def _row(due: Due, names: Names) -> list[Part]:
    sent = due.sent
    told = due.message or sent
    settled = told.settled_at if told else None
    cause = told.cause if told else None
    return [
        due.subject.issue.key,
        _what(due, names),
        _("nobody") if due.person == NOBODY else names.person(due.person),
        Ink(_(_WORDS[due.outcome]), _ATTENTION.get(due.outcome, "")),
        names.when(settled) if settled else "–",
        _cause(cause) if cause else "",
        str(told.id) if told else "–",
    ]


def _what(due: Due, names: Names) -> str:
    subject = due.subject
    if subject.obligation is None or subject.occurrence is None:
        return names.event(subject.event or "")
    name, nth = subject.occurrence.rung.name, subject.occurrence.nth
    label = names.process.label(spoken(), "rung", name) if names.process else name
    rung = _("{rung} {nth}").format(rung=label, nth=nth) if nth > 1 else label
    return f"{names.owed(subject.obligation)} ({rung})"


def _cause(cause: str) -> str:
    from notifications.words.catalog import cause_text

    return cause_text(cause, spoken())


def _sum_up(day: date, counts: Counter[str]) -> None:
    if not counts:
        err(_("On {day} nobody had to be told anything.").format(day=day))
        return
    parts = []
    for outcome, words in _WORDS.items():
        if counts[outcome]:
            parts.append(f"{_(words)} {counts[outcome]}")
    text = _("{day}: {count} should have been told: {outcomes}")
    err(text.format(day=day, count=counts.total(), outcomes=_(", ").join(parts)))


def _json(due: Due, names: Names) -> dict[str, Any]:
    sent, subject = due.sent, due.subject
    told = due.message or sent
    return {
        "issue": subject.issue.key,
        "title": subject.issue.title,
        "rung": _rung_json(due),
        "step": None if subject.n is None else {"n": subject.n, "event": subject.event},
        "person": None if due.person == NOBODY else person_json(names, due.person),
        "outcome": due.outcome,
        "status": told.status if told else None,
        "cause": told.cause if told else None,
        "owed_at": sent.notice.created_at.isoformat() if sent else None,
        "settled_at": told.settled_at.isoformat() if told and told.settled_at else None,
        "notice": sent.id if sent else None,
        "message": due.message.id if due.message else None,
    }


def _rung_json(due: Due) -> dict[str, Any] | None:
    obligation, occurrence = due.subject.obligation, due.subject.occurrence
    if obligation is None or occurrence is None:
        return None
    return {
        "obligation": obligation.id,
        "kind": obligation.kind,
        "subject": obligation.subject or None,
        "due": iso(obligation.due),
        "name": occurrence.rung.name,
        "nth": occurrence.nth,
    }


audit = Group(
    "audit",
    help=N_("What an auditor asks."),
    sections={
        N_("Commands"): {
            "seal": Place("workflow.cli.audit.sealing:seal", N_("Seal what was written.")),
            "key": Place("workflow.cli.audit.keys:key", N_("The key that signs checkpoints.")),
            "anchor": Place(
                "workflow.cli.audit.anchoring:anchor", N_("Give copies of a seal to those outside.")
            ),
            "compare-anchors": Place(
                "workflow.cli.audit.comparing:compare_anchors",
                N_("Compare such copies with the log."),
            ),
            "prove": Place("workflow.cli.audit.receipting:prove", N_("A receipt of one entry.")),
            "redact": Place(
                "workflow.cli.audit.redacting:redact", N_("Erase the details of somebody who left.")
            ),
            "bundle": Place(
                "workflow.cli.audit.packing:bundle",
                N_("All that a stranger needs to check the log."),
            ),
            "check": Place("workflow.cli.audit.judging:check", N_("Judge such a file.")),
            "reconcile": Place(
                f"{__name__}:reconcile", N_("Who should have been told, and what became of it.")
            ),
            "page": Place(
                "workflow.cli.audit.paging:page",
                N_("One file in which an auditor moves through time."),
            ),
            "diff": Place(
                "workflow.cli.audit.differing:diff", N_("What changed between two moments.")
            ),
            "duties": Place(
                "workflow.cli.audit.separation:duties", N_("That nobody judged their own work.")
            ),
            "signs": Place(
                "workflow.cli.audit.signs:signs", N_("Signs of paper rectification, asked.")
            ),
        }
    },
)

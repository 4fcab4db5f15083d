"""``audit signs``: what looks like paper rectification (纸面整改), as questions with evidence."""

from __future__ import annotations

from dataclasses import asdict
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import click

from states.frozen import replace
from workflow.cli.audit.separation import scope
from workflow.cli.language import N_, _
from workflow.cli.naming import Names, names_of
from workflow.cli.opening import opened
from workflow.cli.options import as_of_option, json_option
from workflow.cli.speaking import OneOf, command, option
from workflow.cli.terminal.screen import Ink, err, out, out_json, paragraph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workflow.engine.signs.sign import Limits, Place, Sign

RULES = {
    "same_file": N_("one file proves several issues, or several parts of one"),
    "older_file": N_("a file was on record before the issue or its cycle began"),
    "before_plan": N_("a measure was proven before its plan was approved"),
    "replaced_late": N_("evidence was replaced after the acceptance"),
    "one_account": N_(
        "{account_pieces} or more pieces of a unit came by one account, though "
        "{account_persons} or more people answer"
    ),
    "soon_after_plan": N_(
        "a measure was reported done within {minutes_after_plan} minutes of the plan's approval"
    ),
    "finished_together": N_(
        "{measures_together} or more measures were reported done, never more than "
        "{seconds_together} seconds apart"
    ),
    "accepted_at_once": N_(
        "a completion was accepted within {minutes_to_accept} minutes of its submission"
    ),
    "last_day": N_(
        "{last_day_percent} % or more of a unit's completions (of {last_day_least} at least) came "
        "in the last {last_days} days before the due date or on it"
    ),
    "asked_late": N_(
        "a unit asked {late_requests} times or more for a later date in the last {last_days} days "
        "before the old one"
    ),
    "returned_often": N_("the same thing was returned {returns} times or more in one cycle"),
    "copied_text": N_(
        "a text of {alike_letters} characters or more stands in several issues, "
        "{alike_percent} % alike or more"
    ),
    "contradicted": N_("what was submitted as completed is denied by its own words"),
    "no_look_back": N_(
        "nobody looked back when it was due, or within {look_back_days} days of the acceptance"
    ),
    "same_unit": N_("whoever accepted belongs to the unit whose work it was"),
}
"""When each check asks."""
_MANY = 6


@command(
    "signs",
    help=N_(
        "Ask about signs of paper rectification (纸面整改): the same file under several issues, "
        "evidence older than the issue, measures done minutes after the plan, texts copied "
        "between issues, everything closed on the last day, “completed” denied by its own "
        "words, and others. Each is a question with the entries that it rests on, never a "
        "verdict: most have a good answer. Always ends with exit code 0.\n\n"
        "  rectify audit signs --round R2025 --only copied_text --limit alike_percent=70"
    ),
    fields=(
        "today, limits: {name: number}, signs: [{code, question, facts, issues, entries: [{issue, "
        "n}]}]"
    ),
)
@option("--round", metavar="CODE", help=N_("Only issues of this round."))
@option("--unit", metavar="UNIT", help=N_("Only issues of this unit."))
@option(
    "--only",
    type=OneOf(tuple(RULES)),
    multiple=True,
    metavar="CODE",
    help=N_("Only what this check asks, by its code; may be repeated."),
)
@option(
    "--limit",
    "said",
    multiple=True,
    metavar="NAME=NUMBER",
    help=N_("From where on it is asked; the names stand behind the result. May be repeated."),
)
@as_of_option
@json_option
def signs(
    round: str | None, unit: str | None, only: Sequence[str], said: Sequence[str], as_json: bool
) -> None:
    """Ask about signs of paper rectification."""
    from workflow.engine.signs import Limits
    from workflow.engine.signs.gathering import Scope

    limits = _limited(Limits(), said)
    app = opened()
    today = app.engine.desk.day(app.engine.desk.clock())
    wanted = Scope(
        today=today,
        wanted=scope(round, unit),
        limits=limits,
        contradictions=_contradictions,
    )
    found = app.engine.signs(wanted, only)
    names = names_of(app)
    if as_json:
        out_json(
            {
                "today": today.isoformat(),
                "limits": asdict(limits),
                "signs": [_json(sign, names) for sign in found],
            }
        )
        return
    _show(found, names, limits)
    _sum_up(found, only, limits)


def _limited(limits: Limits, said: Sequence[str]) -> Limits:
    """Return the limits with those that were said. Fails for one that there is not."""
    known = asdict(limits)
    for text in said:
        name, _equals, number = text.partition("=")
        if name.strip() not in known or not number.strip().isdecimal():
            message = _("{text} is not NAME=NUMBER with one of: {names}")
            raise click.BadParameter(
                message.format(text=text, names=", ".join(known)), param_hint="'--limit'"
            )
        limits = replace(limits, **{name.strip(): int(number)})
    return limits


def _contradictions(text: str) -> list[str]:
    from workflow.exchange.contradictions import find_contradictions
    from workflow.exchange.lines import fold

    lines = [line for line in text.splitlines() if line.strip()]
    return [hit.quote for line in lines for hit in find_contradictions(line, fold(line))]


def _show(found: Sequence[Sign], names: Names, limits: Limits) -> None:
    for code, group in groupby(found, key=attrgetter("code")):
        out(Ink(code, "bold"), _(": "), _rule(code, limits))
        for sign in group:
            paragraph(names.say(sign.question), 6, mark="?  ")
            out("      ", Ink(_places(sign.entries), "dim"))
        out()


def _rule(code: str, limits: Limits) -> str:
    return _(RULES[code]).format(**asdict(limits))


def _places(entries: Sequence[Place]) -> str:
    """Return the entries a question rests on, the first few by name."""
    said = [f"{place.issue}/{place.n}" for place in entries[:_MANY]]
    more = len(entries) - len(said)
    return ", ".join([*said, *([_("and {count} more").format(count=more)] if more else [])])


def _sum_up(found: Sequence[Sign], only: Sequence[str], limits: Limits) -> None:
    raised = {sign.code for sign in found}
    quiet = [code for code in RULES if code not in raised and (not only or code in only)]
    if quiet:
        err(_("Nothing to ask by:"))
        for code in quiet:
            paragraph(f"{code}{_(': ')}{_rule(code, limits)}", 4, mark="  ", to_stderr=True)
    if found:
        text = _("Questions: {count}. A sign is a question to be asked, not a verdict.")
        err(text.format(count=len(found)))
    set_by = ", ".join(f"{name}={number}" for name, number in asdict(limits).items())
    paragraph(_("Limits (--limit): {limits}").format(limits=set_by), to_stderr=True)


def _json(sign: Sign, names: Names) -> dict[str, Any]:
    facts = {k: list(v) if isinstance(v, tuple) else v for k, v in sign.question.facts.items()}
    return {
        "code": sign.code,
        "question": names.say(sign.question),
        "facts": facts,
        "issues": list(sign.issues),
        "entries": [{"issue": place.issue, "n": place.n} for place in sign.entries],
    }

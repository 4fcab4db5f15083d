"""``audit duties``: who did the work and who judged it, and that these were never the same."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from workflow.cli.exits import UNSOUND
from workflow.cli.language import N_, _
from workflow.cli.naming import Names, names_of, person_json
from workflow.cli.opening import opened
from workflow.cli.options import as_of_option, json_option
from workflow.cli.speaking import command, option
from workflow.cli.terminal.screen import Ink, Part, out, out_json, paragraph, room
from workflow.cli.terminal.tables import Column, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from workflow.engine.judging import Judgement

_FINDINGS = {
    "own": N_("own work"),
    "same_account": N_("through the same account"),
    "substitute": N_("through a substitute"),
    "successor": N_("took it over"),
    "answers": N_("answers for it"),
    "clock": N_("the clock"),
    "against_own": N_("against their own"),
    "no_work": N_("no work on record"),
    "other_hands": N_("other hands"),
}
_RED = ("own", "same_account", "substitute", "successor", "answers")
_WEAK = ("os-claimed", "trial")


@command(
    "duties",
    help=N_(
        "Show that nobody accepted, approved or granted their own work: not by their own hand, "
        "not through an account that was theirs, not through a substitute, not by having taken "
        "over what is judged. Every judgement of the log is listed with who did the work and who "
        "judged it; each that was not by other hands says what in the log let it happen. Such a "
        "judgement in its own favour ends with exit code 6."
    ),
    fields=(
        "sound, trial, counts: {finding: count}, auth: {auth: count}, judgements: [{issue, title, "
        "n, at, event, records, by: [{id, name}], account, auth, work: [{n, event, by: [{id, "
        "name}], account}], finding, violates, of: {id, name} or null, because: {code, text} or "
        "null}]; finding is own, same_account, substitute, successor, answers (these violate), "
        "clock, against_own, no_work or other_hands"
    ),
)
@option("--round", metavar="CODE", help=N_("Only issues of this round."))
@option("--unit", metavar="UNIT", help=N_("Only issues of this unit."))
@option("--exceptions", is_flag=True, help=N_("List only what was not by other hands."))
@as_of_option
@json_option
def duties(round: str | None, unit: str | None, exceptions: bool, as_json: bool) -> int:
    """Show that nobody judged their own work."""
    app = opened()
    found, trial = app.engine.separation(scope(round, unit))
    listed = [one for one in found if not (exceptions and one.finding == "other_hands")]
    names = names_of(app)
    if as_json:
        out_json(
            {
                "sound": not any(one.violates for one in found),
                "trial": trial,
                "counts": dict(Counter(one.finding for one in found)),
                "auth": dict(Counter(one.auth for one in found)),
                "judgements": [_json(one, names) for one in listed],
            }
        )
    else:
        _show(listed, names)
        _sum_up(found, names, trial=trial)
    return UNSOUND if any(one.violates for one in found) else 0


def scope(round: str | None, unit: str | None) -> Callable[[Mapping[str, str]], bool]:
    """Return whether an issue is meant, by the facts of its registration."""
    return lambda facts: round in (None, facts["round"]) and unit in (None, facts["unit"])


def _show(found: Sequence[Judgement], names: Names) -> None:
    heads = [
        Column(title=_("key")),
        Column(title=_("entry"), right=True),
        Column(title=_("when"), least=10, spare=1),
        Column(title=_("judgement"), least=8),
        Column(title=_("work of"), least=8),
        Column(title=_("judged by"), least=8),
        Column(title=_("finding"), least=10, wrap=True),
    ]
    rows = [_row(one, names) for one in found]
    for parts in table(heads, rows, room()) if rows else ():
        out(*parts)
    for one in found:
        if one.because is not None:
            place = _("{stream}, entry {n}").format(stream=one.issue, n=one.n)
            paragraph(f"{place}{_(': ')}{names.say(one.because)}", 4, mark="• ")


def _row(one: Judgement, names: Names) -> list[Part]:
    workers = dict.fromkeys(hand for work in one.works for hand in work.hands)
    colour = "red" if one.finding in _RED else ""
    return [
        one.issue,
        str(one.n),
        names.when(one.at),
        names.event(one.event),
        _(", ").join(map(names.person, workers)) or "–",
        _(", ").join(map(names.person, one.hands)),
        Ink(_(_FINDINGS[one.finding]), colour),
    ]


def _sum_up(found: Iterable[Judgement], names: Names, *, trial: bool) -> None:
    counts = Counter(one.finding for one in found)
    events: dict[str, Counter[str]] = {}
    for one in found:
        events.setdefault(one.event, Counter())[one.finding] += 1
    for event, of in events.items():
        said = [f"{_(words)} {of[name]}" for name, words in _FINDINGS.items() if of[name]]
        out("  ", names.event(event), f" {of.total()}", _(": "), _(", ").join(said))
    violated = sum(counts[name] for name in _RED)
    if violated:
        text = _("{count} of {all} judgements were not kept apart from the work")
        out(Ink(text.format(count=violated, all=counts.total()), "red"))
    elif counts:
        text = _("{count} judgements, none by whose work it was")
        out(Ink(text.format(count=counts.total()), "green"))
    else:
        out(_("Nothing was judged yet."))
    weak = Counter(one.auth for one in found if one.auth in _WEAK)
    if trial:
        paragraph(_("A trial database: one account plays everybody, so this proves nobody."))
    elif weak:
        text = _(
            "In {count} of them only the operating system of one machine says who acted "
            "(os-claimed)."
        )
        paragraph(text.format(count=weak.total()))


def _json(one: Judgement, names: Names) -> dict[str, Any]:
    because = one.because
    return {
        "issue": one.issue,
        "title": one.title,
        "n": one.n,
        "at": one.at.isoformat(),
        "event": one.event,
        "records": one.records,
        "by": [person_json(names, hand) for hand in one.hands],
        "account": one.account,
        "auth": one.auth,
        "work": [
            {
                "n": work.n,
                "event": work.event,
                "by": [person_json(names, hand) for hand in work.hands],
                "account": work.account,
            }
            for work in one.works
        ],
        "finding": one.finding,
        "violates": one.violates,
        "of": person_json(names, one.tied),
        "because": {"code": because.code, "text": names.say(because)} if because else None,
    }

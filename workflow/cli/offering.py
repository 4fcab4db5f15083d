"""What may be done with an issue: events with what they need, conditions with what meets them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from workflow.cli.language import _
from workflow.cli.naming import Names
from workflow.cli.terminal.screen import err, paragraph, room
from workflow.cli.terminal.tables import Column, table
from workflow.cli.whom import Whom

if TYPE_CHECKING:
    from states.errors import Option, Unmet

# By which option of `rectify advance` a fact is said; others by --fact NAME=VALUE.
SAID_BY = {
    "reason": "--reason",
    "basis": "--basis",
    "note": "--note",
    "verdict": "--verdict",
    "remains": "--remains",
    "by": "--by",
    "until": "--until",
    "due": "--due",
    "on": "--on",
    "duties": "--duty … --when …, --no-duties",
    "no_duties": "--no-duties",
    "leader": "--leader",
    "department": "--department",
    "person": "--person",
    "measure": "--measure N",
    "duty": "--duty N",
    "text": "--text",
    "when": "--when",
    "progress": "--progress",
    "type": "--type, --long-term",
}

# The commands that are shorter than `rectify advance ISSUE EVENT`, by what an event records.
SHORTER = {
    "responsibility": "rectify assign {issue} --leader … --department … --person …",
    "measure_added": "rectify measure add {issue} TEXT --due DATE",
    "measure_edited": "rectify measure edit {issue} N --due DATE --text TEXT",
    "measure_done": "rectify measure done {issue} N",
    "measure_dropped": "rectify measure drop {issue} N --reason TEXT",
    "evidence": "rectify evidence add {issue} FILE --measure N",
    "note": "rectify note {issue} TEXT",
    "due_date": "rectify change-due {issue} DATE --reason TEXT",
    "void": "rectify void {issue} --reason TEXT",
    "classification": "rectify classify {issue} --type TYPE --long-term",
    "term": 'rectify set-term {issue} KIND "20 workdays" --reason TEXT',
    "extension_request": "rectify extend request {issue} DATE --reason TEXT --progress TEXT",
    "extension_grant": "rectify extend approve {issue}",
    "extension_refusal": "rectify extend refuse {issue} --reason TEXT",
    "suspension": "rectify suspend {issue} --reason TEXT",
    "resumption": "rectify resume {issue}",
    "acknowledgement": "rectify ack {issue}-LN",
    "duty_done": "rectify duty done {issue} N",
    "duty_added": "rectify duty add {issue} TEXT --when TEXT",
    "duty_ended": "rectify duty end {issue} N --reason TEXT",
    "look_back": "rectify look-back {issue} N --verdict VERDICT",
    "handover": "rectify handover FROM TO",
    "proposal_declined": "rectify decline-reopening {issue} --reason TEXT",
}
LONG = "rectify advance {issue} {event}"


def condition(names: Names, unmet: Unmet) -> str:
    """Return an unmet condition as a sentence, with the option that would meet it."""
    text = names.say(unmet)
    said_by = SAID_BY.get(unmet.asks)
    return (
        text
        if said_by is None or "rectify" in text
        else _("{text} ({option})").format(text=text, option=said_by)
    )


def bullets(names: Names, unmet: Iterable[Unmet], *, indent: int, to_stderr: bool) -> None:
    """Print conditions, one each below the other."""
    for one in unmet:
        paragraph(condition(names, one), indent, mark="• ", to_stderr=to_stderr)


def moves_first(options: Sequence[Option], state: str) -> list[Option]:
    """Return options with those that move the state before those that do not."""
    return sorted(options, key=lambda option: option.to == state)


def show_offers(options: Sequence[Option], whom: Whom) -> None:
    """Print to standard error which events may be taken and by whom: moves first, then changes."""
    names, state = whom.names, whom.audience.issue.state
    columns = [
        Column(title=_("event")),
        Column(title=_("type")),
        Column(title=_("leads to"), least=4),
        Column(title=_("who may"), least=16, wrap=True),
    ]
    rows = [
        [names.event(o.event), o.event, f"→ {names.state(o.to)}", whom.may(o.by)]
        for o in options
        if o.to != state
    ]
    for line in table(columns, rows, room(indent=2), headed=False) if rows else ():
        err("  ", *line)
    for by, events in _changes(options, state).items():
        said = _(", ").join(names.event_and_name(event) for event in events)
        paragraph(said + _(": ") + whom.may(by), 4, mark="  ", to_stderr=True)


def _changes(options: Sequence[Option], state: str) -> dict[tuple[str, ...], list[str]]:
    """Return the events that move no state, gathered by the roles that may take them."""
    found: dict[tuple[str, ...], list[str]] = {}
    for option in options:
        if option.to == state:
            found.setdefault(option.by, []).append(option.event)
    return found


def typed(whom: Whom, option: Option) -> str:
    """Return the command that takes an option, with the options that it needs."""
    issue = whom.audience.issue
    step = whom.audience.process.step(issue.state, option.event)
    short = SHORTER.get(step.records) if step else None
    flags = "" if short else "".join(f" {_flag(unmet.asks)}" for unmet in option.needs)
    return (short or LONG).format(issue=issue.key, event=option.event) + flags


def _flag(fact: str) -> str:
    said_by = SAID_BY.get(fact)
    if said_by is None:
        return f"--fact {fact}=…"
    return said_by if " " in said_by else f"{said_by} …"


def explained(option: Option) -> list[Unmet]:
    """Return what an option needs beyond what the form of its command says already."""
    return [unmet for unmet in option.needs if unmet.code not in _PLAIN]


_PLAIN = ("fact_missing", "no_reason", "nobody_named", "nothing_classified")


def option_json(whom: Whom, option: Option) -> dict[str, Any]:
    """Return an option for programs."""
    return {
        "event": option.event,
        "label": whom.names.event(option.event),
        "to": option.to,
        "by": list(option.by),
        "allowed": not option.blocked_by,
        "needs": [_unmet_json(whom.names, unmet) for unmet in option.needs],
        "blocked_by": [_unmet_json(whom.names, unmet) for unmet in option.blocked_by],
    }


def _unmet_json(names: Names, unmet: Unmet) -> dict[str, Any]:
    return {"code": unmet.code, "asks": unmet.asks or None, "text": names.say(unmet)}

"""``advance``: take any event of an issue; and the short forms note, change-due, void."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from workflow.cli.language import N_, _
from workflow.cli.opening import opened
from workflow.cli.options import (
    Day,
    Period,
    issue_argument,
    note_option,
    reason_option,
    request_option,
)
from workflow.cli.speaking import command, option
from workflow.cli.taking import take, take_event, takes

if TYPE_CHECKING:
    from states.process import Process

_VERDICTS = {"已完成": "completed", "基本完成": "basically_completed"}


@command(
    "advance",
    help=N_(
        "Take an event of an issue; without EVENT, show which ones there are.\n\n"
        "What an event needs is said by options; `rectify next ISSUE` names them. A refusal "
        "(exit code 3) lists everything that is missing, and changes nothing.\n\n"
        "  rectify advance 13 submit_completion --verdict basically_completed \\\n"
        '      --remains "second phase" --by wang --until 2026-12-31\n'
        '  rectify advance 13 accept --duty "check the cards" --when "每月5日"\n'
        '  rectify advance 13 accept --no-duties "a single case"'
    ),
)
@issue_argument
@click.argument("event", metavar="[EVENT]", required=False)
@reason_option
@option("--basis", metavar="TEXT", help=N_("The document, visit or complaint that shows it."))
@note_option
@option("--verdict", metavar="VERDICT", help=N_("completed or basically_completed."))
@option("--remains", metavar="TEXT", help=N_("What remains (basically completed)."))
@option("--by", metavar="PERSON", help=N_("Who finishes what remains."))
@option("--until", type=Day(), metavar="DATE", help=N_("Until when it is finished."))
@option("--due", type=Day(), metavar="DATE", help=N_("The new date."))
@option("--measure", type=int, metavar="N", help=N_("The number of the measure."))
@option(
    "--duty",
    multiple=True,
    metavar="TEXT|N",
    help=N_("A maintenance duty to declare (repeatable), or the number of the one performed."),
)
@option(
    "--when",
    multiple=True,
    metavar="TEXT",
    help=N_(
        'When it recurs: "每季度或法定节假日前夕"; `rectify duty dates` shows what that means.'
    ),
)
@option(
    "--every", type=Period(), multiple=True, metavar="90d", help=N_("Or its interval: 90d, 2w.")
)
@option("--from", "begins", type=Day(), multiple=True, metavar="DATE", help=N_("Its first date."))
@option("--duty-person", multiple=True, metavar="PERSON", help=N_("Who performs it."))
@option("--no-duties", metavar="REASON", help=N_("Why no maintenance duty is needed."))
@option("--fact", multiple=True, metavar="NAME=VALUE", help=N_("Any other fact (repeatable)."))
@request_option
def advance(issue: str, event: str | None, request_id: str | None, **said: Any) -> None:
    """Take an event of an issue."""
    app = opened()
    view = app.engine.view(app.engine.key_of(issue))
    if event is None:
        from workflow.cli.issues.choosing import show_choices

        show_choices(app, view)
        return
    event = _meant(view.process, event)
    take_event(app, view, event, _facts(view.process, event, said), request_id)


def _meant(process: Process, text: str) -> str:
    """Return the event that is meant by its name or by its label in any language."""
    labels = {
        process.label(language, "event", event): event
        for language in process.labels
        for event in process.events
    }
    return text if text in process.events else labels.get(text, text.replace("-", "_"))


_PLAIN = ("reason", "basis", "note", "remains", "by", "until", "due", "measure", "no_duties")


def _facts(process: Process, event: str, said: Mapping[str, Any]) -> dict[str, Any]:
    facts = {name: said[name] for name in _PLAIN}
    if said["verdict"] is not None:
        facts["verdict"] = _VERDICTS.get(said["verdict"], said["verdict"])
    kinds = {fact.name: fact.kind for fact in takes(process, event)}
    if said["duty"] and kinds.get("duty") == "positive":
        facts["duty"] = _number(said["duty"])
    elif any(said[name] for name in ("duty", "when", "every", "begins", "duty_person")):
        facts["duties"] = _duties(said)
    for text in said["fact"]:
        name, value = _fact(text)
        facts[name] = _typed(kinds.get(name, "text"), value)
    return facts


def _number(texts: Sequence[str]) -> int:
    if len(texts) == 1 and texts[0].isdecimal():
        return int(texts[0])
    raise click.UsageError(_("--duty names one duty here, by its number"))


def _duties(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the duties declared; each has its own recurrence, or all share one."""
    texts: Sequence[str] = said["duty"]
    if said["when"] and (said["every"] or said["begins"]):
        raise click.UsageError(_("--when says it all; --every and --from go without it"))
    if said["every"] or said["begins"]:
        every = _for_each(texts, said["every"], "--every")
        begins = _for_each(texts, said["begins"], "--from")
        when: Sequence[Any] = list(map(_interval, every, begins))
    else:
        when = _for_each(texts, said["when"], "--when")
    persons = _for_each(texts, said["duty_person"] or (None,), "--duty-person")
    return [
        {"text": text, "when": recurs, "person": person}
        for text, recurs, person in zip(texts, when, persons, strict=True)
    ]


def _interval(days: int, begins: date) -> list[dict[str, Any]]:
    """Return the recurrence of every so many days from a first date."""
    return [{"every": "interval", "nth": days, "since": begins}]


def _for_each(texts: Sequence[str], values: Sequence[Any], name: str) -> Sequence[Any]:
    if texts and len(values) == 1:
        return list(values) * len(texts)
    if texts and len(values) == len(texts):
        return values
    raise click.UsageError(
        _("every --duty needs its {option} (or one {option} for all of them)").format(option=name)
    )


def _fact(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise click.UsageError(_("--fact is written NAME=VALUE, not {text}").format(text=text))
    return name.strip(), value


def _typed(kind: str, value: str) -> Any:
    """Return a value as its kind has it; what does not fit stays text and is refused with it."""
    if kind in ("positive", "whole") and value.isdecimal():
        return int(value)
    return {"true": True, "false": False}.get(value, value) if kind == "flag" else value


@command("note", help=N_("Write a note into the log of an issue."))
@issue_argument
@click.argument("text", metavar="TEXT")
@request_option
def note(issue: str, text: str, request_id: str | None) -> None:
    """Write a note into the log of an issue."""
    take(issue, "note", {"note": text}, request_id)


@command(
    "change-due",
    help=N_("Give an issue another date. The original one stays on record, as does the reason."),
)
@issue_argument
@click.argument("due", metavar="DATE", type=Day())
@reason_option
@request_option
def change_due(issue: str, due: date, reason: str | None, request_id: str | None) -> None:
    """Give an issue another date."""
    take(issue, "due_date", {"due": due, "reason": reason}, request_id)


@command(
    "void",
    help=N_(
        "Void a mistaken registration. The issue stays in the log, but nothing is owed on it "
        "any more."
    ),
)
@issue_argument
@reason_option
@request_option
def void(issue: str, reason: str | None, request_id: str | None) -> None:
    """Void a mistaken registration."""
    take(issue, "void", {"reason": reason}, request_id)

"""``letter`` and ``ack``: the letters that were issued, their text, and who signed for them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from states.errors import Message, NotFound
from workflow.cli.language import N_, _
from workflow.cli.naming import Names, iso, names_of, person_json, shown
from workflow.cli.opening import opened
from workflow.cli.options import as_of_option, json_option, request_option
from workflow.cli.speaking import Group, Place, command
from workflow.cli.terminal.screen import Ink, Part, err, out, out_json, room
from workflow.cli.terminal.tables import Column, table

if TYPE_CHECKING:
    from states.parts import Letter
    from workflow.bootstrap import App

_letter_argument = click.argument("letter", metavar="LETTER")
_issue_or_none = click.argument("issue", metavar="[ISSUE]", required=False)
_WRITTEN = re.compile(r"(?P<issue>.+?)-[Ll](?P<number>[0-9]{1,5})")


def letter_id(issue: str, letter: Letter) -> str:
    """Return the name by which commands know a letter: the issue's key and its number."""
    return f"{issue}-L{letter.number}"


@command(
    "list",
    help=N_(
        "List the letters that reminders issued, of one issue or of all: to whom, and who has "
        "signed for them (rectify ack LETTER)."
    ),
    fields=(
        "a list of {letter, reference, issue, title, number, kind, label, on, to: [{id, name}], "
        "received: [{person: {id, name}, on}], obligation, sha256}"
    ),
)
@_issue_or_none
@as_of_option
@json_option
def list_letters(issue: str | None, as_json: bool) -> None:
    """List the letters."""
    app = opened()
    sent = app.engine.letters(None if issue is None else app.engine.key_of(issue))
    names = names_of(app)
    if as_json:
        out_json([letter_json(one.issue, one.letter, names) | {"title": one.title} for one in sent])
        return
    heads = [
        Column(title=_("letter")),
        Column(title=_("kind"), least=10),
        Column(title=_("on"), spare=1),
        Column(title=_("to"), least=8),
        Column(title=_("received"), least=8, wrap=True),
    ]
    rows = [_row(one.issue, one.letter, names) for one in sent]
    for parts in table(heads, rows, room()) if rows else ():
        out(*parts)
    waiting = sum(not one.letter.received for one in sent)
    text = _("Letters: {count}, not yet received: {waiting}") if rows else _("There is no letter.")
    err(text.format(count=len(rows), waiting=waiting))


def _row(issue: str, letter: Letter, names: Names) -> list[Part]:
    received = [f"{names.person(person)} {shown(on)}" for person, on in letter.received]
    return [
        letter_id(issue, letter),
        names.letter(letter.kind),
        shown(letter.on),
        _(", ").join(map(names.person, letter.to)),
        _(", ").join(received) if received else Ink(_("not yet"), "yellow"),
    ]


def letter_json(issue: str, letter: Letter, names: Names) -> dict[str, Any]:
    """Return a letter for programs."""
    return {
        "letter": letter_id(issue, letter),
        "reference": _reference(issue, letter),
        "issue": issue,
        "number": letter.number,
        "kind": letter.kind,
        "label": names.letter(letter.kind),
        "on": iso(letter.on),
        "to": [person_json(names, person) for person in letter.to],
        "received": [
            {"person": person_json(names, person), "on": iso(on)} for person, on in letter.received
        ],
        "obligation": letter.obligation,
        "sha256": letter.sha256,
    }


def _reference(issue: str, letter: Letter) -> str:
    from notifications.planning.saying import letter_reference

    return letter_reference(letter.kind, letter.on.year, issue, letter.number)


@command("show", help=N_("Print the text of a letter as it was issued."))
@_letter_argument
@as_of_option
def show_letter(letter: str) -> None:
    """Print the text of a letter."""
    app = opened()
    issue, number = _meant(app, letter)
    found = app.engine.view(issue).issue.letter(number)
    text = app.engine.letter_text(found.sha256) if found else None
    if found is None or text is None:
        raise _no_letter(letter)
    for line in text.splitlines():
        out(line)


@command(
    "ack",
    help=N_(
        "Sign for a letter (签收): the log keeps who received it and when. LETTER is written as "
        "`rectify letter list` shows it, such as R2026-13-L2, or by its reference (文号)."
    ),
)
@_letter_argument
@request_option
def ack(letter: str, request_id: str | None) -> None:
    """Sign for a letter."""
    from workflow.cli.taking import event_recording, take_event

    app = opened()
    issue, number = _meant(app, letter)
    view = app.engine.view(issue)
    event = event_recording(view, "acknowledgement")
    take_event(app, view, event, {"letter": number}, request_id)


def _meant(app: App, text: str) -> tuple[str, int]:
    """Return the issue and the number of the letter that a text names. Raises ``NotFound``."""
    if written := _WRITTEN.fullmatch(text.strip()):
        return app.engine.key_of(written["issue"]), int(written["number"])
    for one in app.engine.letters():
        if _reference(one.issue, one.letter) == text.strip():
            return one.issue, one.letter.number
    raise _no_letter(text)


def _no_letter(text: str) -> NotFound:
    return NotFound(
        Message("no_letter", "there is no letter {letter} (rectify letter list)", {"letter": text})
    )


letter = Group(
    "letter",
    help=N_("The letters that reminders issued: each numbered, dated and kept as it was sent."),
    sections={
        N_("Commands"): {
            "list": Place(f"{__name__}:list_letters", N_("The letters, and who received them.")),
            "show": Place(f"{__name__}:show_letter", N_("The text of one.")),
        }
    },
)

"""Taking an event of an issue: from what was typed to facts, and from the receipt to a report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from states.effects import EFFECTS
from states.evolution import opened as obligation_opened
from workflow.cli.language import _
from workflow.cli.meaning import person_id
from workflow.cli.naming import dated
from workflow.cli.opening import opened
from workflow.cli.terminal.screen import Ink, err, out, paragraph
from workflow.cli.whom import whom

if TYPE_CHECKING:
    from states.facts import Fact
    from states.process import Process
    from workflow.bootstrap import App
    from workflow.engine.advancing import Receipt
    from workflow.engine.reading import View

Facts = Mapping[str, Any]


def take(issue: str, records: str, facts: Facts, request_id: str | None) -> None:
    """Take the event that records this kind of change, and report it."""
    app = opened()
    view = app.engine.view(app.engine.key_of(issue))
    take_event(app, view, event_recording(view, records), facts, request_id)


def take_event(app: App, view: View, event: str, facts: Facts, request_id: str | None) -> Receipt:
    """Take an event of an issue and report it. Persons may be named by their names."""
    said = with_ids(view, event, facts)
    receipt = app.engine.advance(
        view.issue.key, event, said, by=app.identity, request_id=request_id
    )
    report(app, receipt)
    return receipt


def event_recording(view: View, records: str) -> str:
    """Return the event by which the issue's process records a kind of change.

    Processes may rename their events; where the issue's state knows none, an event of another
    state is returned, so that its refusal says so.
    """
    process, state = view.process, view.issue.state
    here = [step.event for step in process.steps_from(state) if step.records == records]
    anywhere = [step.event for step in process.steps if step.records == records]
    return next(iter([*here, *anywhere]), records)


def takes(process: Process, event: str) -> tuple[Fact, ...]:
    """Return the facts that an event takes; none if the process does not know it."""
    step = next((step for step in process.steps if step.event == event), None)
    return EFFECTS[step.records].takes if step else ()


def with_ids(view: View, event: str, facts: Facts) -> dict[str, Any]:
    """Return facts with ids where persons were named by their names."""
    persons = {fact.name for fact in takes(view.process, event) if fact.kind == "person"}
    said: dict[str, Any] = {
        name: person_id(view.people, value) if name in persons else value
        for name, value in facts.items()
        if value is not None
    }
    if isinstance(said.get("duties"), list):
        said["duties"] = [
            {**duty, "person": person_id(view.people, duty["person"])} for duty in said["duties"]
        ]
    return said


def report(app: App, receipt: Receipt) -> None:
    """Print what an accepted event did, and what is owed by it from now on."""
    around = whom(app, app.engine.view(receipt.issue.key))
    names, content = around.names, receipt.entry.content
    move = ""
    if content["from"] != content["to"]:
        move = f"{_(': ')}{names.state(content['from'])} → {names.state(content['to'])}"
    entry = _(" (entry {n})").format(n=receipt.entry.n)
    out(Ink(content["stream"], "bold"), "  ", names.event(content["event"]), move, entry)
    for record in content["opens"]:
        obligation = obligation_opened(content, record)
        text = _("owed now: {what}, by {who}, until {due}").format(
            who=around.owes(obligation),
            what=names.owed(obligation),
            due=dated(obligation.due, obligation.provisional),
        )
        paragraph(text, indent=4)
    if receipt.repeated:
        say_repeated()


def say_repeated() -> None:
    """Say that a request had been done before."""
    err(_("This request was already done before; nothing was changed."))

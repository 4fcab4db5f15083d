"""What is meant by a text on the command line: which round, unit, state, person or issues."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from states.errors import Message, NotFound
from workflow.cli.naming import names_of

if TYPE_CHECKING:
    from states.issue import Issue
    from states.office import Person
    from workflow.bootstrap import App

_UNKNOWN: Mapping[str, Message] = {
    "round": Message("no_round", "there is no round {name}; there are: {known}"),
    "unit": Message("no_unit", "there is no single unit {name}; there are: {known}"),
    "state": Message("no_state", "there is no state {name}; there are: {known}"),
    "person": Message("no_person", "there is no person {name}; there are: {known}"),
}


def round_meant(app: App, text: str) -> str:
    """Return the code of the round meant. Raises ``NotFound`` with those there are."""
    return _one_of(app.engine.office().rounds, text, "round")


def unit_meant(app: App, text: str) -> str:
    """Return the unit meant by its name or a part of it. Raises ``NotFound``."""
    units = {known.unit for known in app.engine.office().rounds.values()}
    if text in units:
        return text
    alike = sorted(unit for unit in units if text in unit)
    return alike[0] if len(alike) == 1 else _one_of(alike or sorted(units), text, "unit")


def state_meant(app: App, text: str) -> str:
    """Return the state meant, by its name or its label in any language. Raises ``NotFound``."""
    process = names_of(app, ()).process
    states = process.states if process else ()
    labels = {
        process.label(language, "state", state): state
        for language in (process.labels if process else ())
        for state in states
        if process
    }
    return labels.get(text) or _one_of(states, text, "state")


def person_meant(app: App, text: str) -> str:
    """Return the id of the person meant. Raises ``NotFound`` with those there are."""
    people = app.engine.people()
    return _one_of(people, person_id(people, text) or text, "person")


def person_id(people: Mapping[str, Person], text: str | None) -> str | None:
    """Return the id of the person meant: an id, or a name that only one person bears.

    Any other text is returned as it is: whoever is given it knows what to say of it.
    """
    if text is None or text in people:
        return text
    bearers = [person.id for person in people.values() if person.name == text]
    return bearers[0] if len(bearers) == 1 else text


def issues_of(app: App, text: str | None) -> list[Issue]:
    """Return the issue that is named, or every one that is not voided, in the list's order."""
    if text is not None:
        return [app.engine.view(app.engine.key_of(text)).issue]
    return app.engine.issues()


def _one_of(known: Iterable[str], text: str, sort: str) -> str:
    """Return the text if it is known. Raises ``NotFound`` with what is known."""
    names = tuple(known)
    if text in names:
        return text
    unknown = _UNKNOWN[sort]
    raise NotFound(
        Message(unknown.code, unknown.text, {"name": text, "known": names[:20] or ("–",)})
    )

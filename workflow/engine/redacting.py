"""Erasing somebody's personal details by a recorded act, and saying what cannot be erased.

The log holds commitments to names and addresses; without the details and their salt nobody can
undo them. What people wrote into reasons, texts and letters is hashed or official, and stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from states.administration import administer
from states.log import Entry
from states.office import Person
from workflow.engine.desk import Desk, office_of
from workflow.engine.handing import no_person
from workflow.engine.repeating import same_command
from workflow.erasures import Erased, Erasure
from workflow.identity import Identity
from workflow.ports import OfficeChange, Session

SHORTEST = 2
"""A word of one character stands everywhere; it is looked for nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """Where somebody is named outside their details: entries (stream, number) and letters.

    ``letters`` are named by issue and number, as in ``rectify letter show``.
    """

    person: str
    entries: tuple[tuple[str, int], ...]
    letters: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Redacted:
    """What was erased, by which entry; ``repeated``: it had been done before."""

    entry: Entry
    erased: Erased | None
    repeated: bool = False


def traces(desk: Desk, person: str) -> Traces:
    """Return where somebody is named that nothing can be taken out of. Raises ``NotFound``."""
    with desk.store.reading() as session:
        details = _details(session, person)
        words = words_of(details)
        named = tuple(_entries(session, words))
        letters = tuple(_letters(session, words))
    return Traces(person=person, entries=named, letters=letters)


def redact(
    desk: Desk, person: str, reason: str, by: Identity, request_id: str | None = None
) -> Redacted:
    """Erase a person's details with their salt, and their words in messages.

    Raises ``Refused`` unless they have left; ``NotFound``, ``Denied``, ``Conflict``.
    """
    request = request_id or desk.fresh()
    facts = {"person": person, "reason": reason}
    with desk.store.writing() as session:
        office = office_of(session)
        actor = by.actor(office)
        if (done := session.entry_of(request)) is not None:
            entry = same_command(done, "@office", "redact", facts, actor)
            return Redacted(entry=entry, erased=None, repeated=True)
        entry, after = administer(office, desk.attempt("redact", actor, facts, request))
        details = _details(session, person)
        session.administer(OfficeChange(entry=entry, office=after))
        erased = session.erase(Erasure(person, words_of(details), details.title), desk.clock())
        return Redacted(entry=entry, erased=erased)


def words_of(details: Person) -> tuple[str, ...]:
    """Return the words by which somebody is known, the longest first."""
    words = {details.name, *details.addresses.values()} - {details.id}
    return tuple(sorted((w for w in words if len(w) >= SHORTEST), key=lambda w: (-len(w), w)))


def _details(session: Session, person: str) -> Person:
    details = session.people([person]).get(person)
    if details is None:
        raise no_person(person)
    return details


def _entries(session: Session, words: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    wanted = [word.encode() for word in words]
    for row in session.rows():
        if any(word in row.body for word in wanted):
            yield row.stream, row.n


def _letters(session: Session, words: tuple[str, ...]) -> Iterator[str]:
    wanted = [word.encode() for word in words]
    for projected in session.projected():
        for letter in projected.issue.letters:
            text = session.letter(letter.sha256) or b""
            if any(word in text for word in wanted):
                yield f"{projected.issue.key}-L{letter.number}"

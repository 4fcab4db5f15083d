"""Anchoring: the latest checkpoint's note goes to every configured place outside the database.

The log is sealed by one machine; anchored it can be by any. What was anchored already is left as it
is, so that any number of nodes may do it at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from states.errors import Message, NotFound
from workflow.proof.anchors.keeping import (
    AHEAD,
    FAILED,
    THERE,
    WRITTEN,
    Kept,
    keep_in_folder,
    keep_in_git,
)

if TYPE_CHECKING:
    from workflow.bootstrap import App
    from workflow.config import Config
    from workflow.ports import Beat, Sealed

FOLDER, GIT, MAIL = "folder", "git", "mail"
PLACES = (FOLDER, GIT, MAIL)

SLACK = timedelta(minutes=30)
"""A place is served so much early, so that a daily anchor does not move on by an hour a day."""

_DONE = (WRITTEN, THERE, AHEAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchored:
    """A checkpoint and what became of its note at each place."""

    sealed: Sealed
    kept: tuple[Kept, ...]

    @property
    def is_well(self) -> bool:
        """Whether the note is at every place, and nothing there contradicts it."""
        return all(kept.is_well for kept in self.kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class SweptAnchors:
    """What a sweep did: places that have the note now, and places that refused or contradict it."""

    anchored: int = 0
    contradicted: int = 0


def configured(config: Config) -> tuple[str, ...]:
    """Return the kinds of places that the configuration names."""
    wanted = config.anchor
    named = {FOLDER: bool(wanted.folder), GIT: bool(wanted.git), MAIL: wanted.mail}
    return tuple(kind for kind in PLACES if named[kind])


def anchor(app: App, kinds: Collection[str] | None = None) -> Anchored:
    """Bring the note of the latest checkpoint to the configured places, or to those of ``kinds``.

    Raises ``NotFound`` if nothing is sealed, ``ValueError`` if the note in the database is none.
    """
    with app.store.reading() as session:
        sealed = session.checkpoint()
    if sealed is None:
        text = "nothing is sealed yet (rectify audit seal)"
        raise NotFound(Message("nothing_sealed", text))
    wanted = configured(app.config) if kinds is None else kinds
    return Anchored(
        sealed=sealed, kept=tuple(_KEEPING[kind](app, sealed) for kind in PLACES if kind in wanted)
    )


def sweep(app: App, node: str) -> SweptAnchors:
    """Anchor where it is due, and record that it was done."""
    due = due_places(app)
    with app.store.reading() as session:
        is_sealed = session.checkpoint() is not None
    kept = anchor(app, due).kept if due and is_sealed else ()
    done = [one for one in kept if one.status in _DONE]
    if done:
        with app.store.writing() as session:
            for one in done:
                session.beat(node, beat_of(one.kind), app.clock())
    return SweptAnchors(
        anchored=sum(one.is_well for one in kept),
        contradicted=sum(not one.is_well for one in kept),
    )


def due_places(app: App) -> tuple[str, ...]:
    """Return the kinds of places that were not served for as long as is configured."""
    every = timedelta(hours=app.config.anchor.every_hours)
    if not every:
        return ()
    last = last_served(app)
    now = app.clock()
    return tuple(
        kind
        for kind in configured(app.config)
        if kind not in last or now - last[kind] >= every - min(SLACK, every / 2) or now < last[kind]
    )


def last_served(app: App) -> Mapping[str, datetime]:
    """Return when a sweep of any node last served each kind of place."""
    with app.store.reading() as session:
        return served_by(session.beats())


def served_by(beats: Collection[Beat]) -> Mapping[str, datetime]:
    """Return when each kind of place was last served, of those that ever were."""
    found: dict[str, datetime] = {}
    for beat in beats:
        for kind in PLACES:
            if beat.sweep == beat_of(kind):
                found[kind] = max(beat.at, found.get(kind, beat.at))
    return found


def beat_of(kind: str) -> str:
    """Return the name under which it is recorded that a kind of place was served."""
    return f"anchor.{kind}"


# ---------------------------------------------------------------- the places


def _folder(app: App, sealed: Sealed) -> Kept:
    place = app.config.path(app.config.anchor.folder)
    return keep_in_folder(place, sealed.checkpoint, sealed.note, app.engine.office().lost)


def _git(app: App, sealed: Sealed) -> Kept:
    place = app.config.path(app.config.anchor.git)
    return keep_in_git(place, sealed.checkpoint, sealed.note, app.engine.office().lost)


def _mail(app: App, sealed: Sealed) -> Kept:
    from workflow.engine.anchoring import tell_auditors

    auditors, new = tell_auditors(app.engine.desk, sealed)
    if auditors:
        return Kept(kind=MAIL, where=str(auditors), status=WRITTEN if new else THERE)
    text = "nobody holds the role auditor: the note is mailed to nobody"
    return Kept(kind=MAIL, where="0", status=FAILED, why=Message("no_auditor", text))


_KEEPING: Mapping[str, Callable[[App, Sealed], Kept]] = {FOLDER: _folder, GIT: _git, MAIL: _mail}

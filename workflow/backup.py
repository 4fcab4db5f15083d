"""Backups that are proven when they are made, and restores that stand in the log.

A backup is always one SQLite file, whatever the office runs on. A restored database is older than
what people were told and than what was sealed: the log says so, and nothing is sent before somebody
has looked.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from notifications.notice import RESTORED
from states.checkpoint import read_anchor
from states.errors import Conflict, Invalid, Message, Problem, RectificationError
from workflow.named_file import check_regular
from workflow.opening import open_engine
from workflow.placing import give_name, sync, unwritable
from workflow.storage import open_store
from workflow.storage.copying import Tell, copy, in_the_way, structure_refused
from workflow.storage.files import check_folder, put_in_place
from workflow.storage.structure import DATABASE

if TYPE_CHECKING:
    from states.log import Entry
    from workflow.engine.proving import Verdict
    from workflow.identity import Identity
    from workflow.ports import Clock, Sealed, Session
    from workflow.storage import SqlStore

_ALIVE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A copy, what verification found in it, and its newest checkpoint if it was ever sealed."""

    path: Path
    verdict: Verdict
    sealed: Sealed | None
    unsealed: int


def back_up(url: str, target: Path, tell: Tell) -> Backup:
    """Copy a database into a new file and verify the copy; it gets its name when it is whole.

    Raises ``Conflict`` if the file is there already, ``NotFound``, ``Invalid``.
    """
    if os.path.lexists(target):  # said again at the end, but known before all the work
        raise in_the_way(str(target))
    check_folder(target.parent)
    try:
        with TemporaryDirectory(dir=target.parent, prefix=f".{target.name[:40]}.") as folder:
            part = Path(folder) / "part"
            copy(url, str(part), tell, called=str(target))
            done = examined(part)
            give_name(part, target)
        sync(target.parent)
    except FileExistsError:
        raise in_the_way(str(target)) from None
    except OSError as error:
        raise unwritable(target, OSError(error.errno, error.strerror)) from None
    return replace(done, path=target)


def examined(path: Path) -> Backup:
    """Return what a backup holds, verified whole."""
    with closing(open_store(str(path))) as store:
        verdict = open_engine(store).verify()
        with store.reading() as session:
            return Backup(
                path=path,
                verdict=verdict,
                sealed=session.checkpoint(),
                unsealed=session.unsealed_count(),
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Restoring:
    """What is restored to where: a backup, the database's address, and the reason for the log.

    ``identity`` says who acts, given the restored store; ``signed`` are the anchors of seals that
    this machine knows to have been given out.
    """

    backup: Path
    url: str
    reason: str
    identity: Callable[[SqlStore], Identity]
    signed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """A restore: its entry, and where the former database was kept (None: there was none)."""

    entry: Entry
    lost: tuple[str, ...]
    former: Path | None


def restore(what: Restoring, clock: Clock, tell: Tell) -> Restored:
    """Put a backup in the place of the database, with an act that says so.

    The backup itself is never written to. Raises ``Invalid`` if it does not verify; ``Conflict``
    if the present database is still in use, or is a server's and not empty; ``Refused``, ``Denied``
    if whoever acts may not.
    """
    check_regular(what.backup)
    place = _file_of(what.url)
    signed = what.signed + _present(what.url, clock())
    part = (place or what.backup).with_name(f"{(place or what.backup).name}.restoring")
    part.unlink(missing_ok=True)
    try:
        copy(str(what.backup), str(part), tell)
        backup = examined(part)
        if not backup.verdict.sound:
            raise _unsound(what.backup, backup.verdict)
        entry, lost = _recorded(what, part, backup, signed, clock)
        former = None
        if place is None:
            copy(str(part), what.url, tell)
        else:
            former = _former(place, clock()) if place.exists() else None
            put_in_place(part, place, former or part)
    finally:
        part.unlink(missing_ok=True)
    return Restored(entry=entry, lost=lost, former=former)


def _file_of(url: str) -> Path | None:
    """Return the file that an address names, None for that of a server."""
    scheme, separator, rest = url.partition("://")
    if separator and not scheme.startswith("sqlite"):
        return None
    # Of a link the file it leads to is replaced, not the link.
    return Path(rest.removeprefix("/") if separator else url).resolve()


def _present(url: str, now: datetime) -> tuple[str, ...]:
    """Return the newest anchor of the present database, if it can still be read.

    Raises ``Conflict`` while somebody works with it.
    """
    try:
        with closing(open_store(url)) as store, store.reading() as session:
            beats, sealed = session.beats(), session.checkpoint()
    except RectificationError:  # not there, damaged, of another version: that is why one restores
        return ()
    alive = [beat for beat in beats if now - beat.at < _ALIVE]
    if alive:
        facts = {"node": alive[0].node, "at": alive[0].at}
        raise Conflict(
            Message(
                "database_in_use",
                "the node {node} worked with this database at {at}; stop it first",
                facts,
            )
        )
    return () if sealed is None else (sealed.anchor,)


def _unsound(path: Path, verdict: Verdict) -> Invalid:
    found = verdict.problems[0]
    if all(problem.source == DATABASE for problem in verdict.problems):
        names = tuple(str(problem.facts["name"]) for problem in verdict.problems)
        return structure_refused(str(path), names)
    facts = {"count": len(verdict.problems), "stream": found.source or "-"}
    return Invalid(
        Problem(
            "backup_unsound",
            "does not verify: {count} problems, the first in {stream} (rectify --db FILE verify)",
            facts,
            source=str(path),
        )
    )


def _former(place: Path, now: datetime) -> Path:
    return place.with_name(f"{place.name}.replaced-{now:%Y%m%dT%H%M%S}")


def _recorded(
    what: Restoring, part: Path, backup: Backup, signed: tuple[str, ...], clock: Clock
) -> tuple[Entry, tuple[str, ...]]:
    """Write the act into the copy, and stop sending; return its entry and what seals are lost."""
    with closing(open_store(str(part))) as store:
        engine = open_engine(store, clock=clock)
        with store.reading() as session:
            lost = tuple(a for a in dict.fromkeys(signed) if not _knows(session, a))
        facts = {
            "backup": "" if backup.sealed is None else backup.sealed.anchor,
            "entries": backup.verdict.entries,
            "lost": [{"anchor": anchor} for anchor in lost],
            "reason": what.reason,
        }
        facts = {name: value for name, value in facts.items() if value not in ("", [])}
        entry = engine.act("restore", facts, what.identity(store))
        store.outbox.stop(RESTORED, clock())
    return entry, lost


def _knows(session: Session, anchor: str) -> bool:
    """Return whether a seal that was given out is one of this database's own."""
    known = read_anchor(anchor)
    found = session.checkpoint(known.size)
    return found is not None and found.root.startswith(known.root)

"""Backups that are proven when they are made, and restores that stand in the log.

A backup is always one SQLite file, whatever the office runs on. A restored database is older than
what people were told and than what was sealed: the log says so, and nothing is sent before somebody
has looked.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import chain, count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from notifications.notice import RESTORED
from states.checkpoint import Anchor, read_anchor
from states.errors import Conflict, Invalid, Message, Problem, RectificationError
from states.frozen import replace
from workflow.named_file import check_regular
from workflow.opening import open_engine
from workflow.placing import give_name, sync, unwritable
from workflow.seals import dated
from workflow.storage import open_store
from workflow.storage.copying import Tell, at_rest, copy, in_the_way, login_of, structure_refused
from workflow.storage.files import check_folder, put_in_place, undisturbed
from workflow.storage.structure import DATABASE
from workflow.verifying import Effort, thorough, verified

if TYPE_CHECKING:
    from states.log import Entry
    from workflow.engine.proving import Verdict
    from workflow.identity import Identity
    from workflow.ports import Clock, Sealed, Session

_ALIVE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A copy, what verification found in it, and its newest checkpoint if it was ever sealed."""

    path: Path
    verdict: Verdict
    sealed: Sealed | None
    unsealed: int


def back_up(url: str, target: Path, tell: Tell, proving: Tell | None = None) -> Backup:
    """Copy a database into a new file and verify the copy; it gets its name when it is whole.

    ``tell`` hears how far copying has come, ``proving`` how far verification has. Raises
    ``Conflict`` if the file is there already, ``NotFound``, ``Invalid``.
    """
    if os.path.lexists(target):  # said again at the end, but known before all the work
        raise in_the_way(str(target))
    check_folder(target.parent)
    try:
        with TemporaryDirectory(dir=target.parent, prefix=f".{target.name[:40]}.") as folder:
            part = Path(folder) / "part"
            copy(url, str(part), tell, called=str(target))
            done = examined(part, proving)
            at_rest(part)
            give_name(part, target)
        sync(target.parent)
    except FileExistsError:
        raise in_the_way(str(target)) from None
    except OSError as error:
        raise unwritable(target, OSError(error.errno, error.strerror)) from None
    return replace(done, path=target)


def examined(path: Path, tell: Tell | None = None) -> Backup:
    """Return what a backup holds, verified whole; ``tell`` hears how far it has come."""
    with closing(open_store(str(path))) as store:
        verdict = verified(store, Effort(how=thorough(), url=str(path)), tell)
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

    ``identity`` says who acts, given the role by which the database's server knows us (None: it is
    a file); ``signed`` are the anchors of seals that this machine knows to have been given out.
    """

    backup: Path
    url: str
    reason: str
    identity: Callable[[str | None], Identity]
    signed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lost:
    """A seal that a restored backup does not know; ``at`` is when it was made, "" if unknown."""

    anchor: str
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """A restore: its entry, the seals that are lost by it, the smallest first, and where the
    former database was kept (None: there was none). The details of whoever is ``revived`` were
    erased since the backup was made, and stand in it."""

    entry: Entry
    lost: tuple[Lost, ...]
    former: Path | None
    revived: tuple[str, ...] = ()


def restore(what: Restoring, clock: Clock, tell: Tell, proving: Tell | None = None) -> Restored:
    """Put a backup in the place of the database, with an act that says so.

    The backup itself is never written to. Raises ``Invalid`` if it does not verify; ``Conflict``
    if the present database is still in use, or is a server's and not empty; ``Refused``, ``Denied``
    if whoever acts may not.
    """
    check_regular(what.backup)
    place = _file_of(what.url)
    _not_in_use(what.url, clock())
    try:
        with TemporaryDirectory(dir=_beside(place or what.backup), prefix=".restoring.") as folder:
            part = Path(folder) / "part"
            source = undisturbed(what.backup, Path(folder) / "source")
            called = str(place or what.backup)
            copy(str(source), str(part), tell, called=called, untouched=source == what.backup)
            backup = examined(part, proving)
            if not backup.verdict.sound:
                raise _unsound(what.backup, backup.verdict)
            revived = _revived(what.url, part)
            entry, lost = _recorded(what, part, backup, clock)
            former = None
            if place is None:
                copy(str(part), what.url, tell)
            else:
                former = _former(place, clock()) if place.exists() else None
                put_in_place(part, place, former or part)
    except OSError as error:
        where = place or what.backup
        raise unwritable(where, OSError(error.errno, error.strerror)) from None
    return Restored(entry=entry, lost=lost, former=former, revived=revived)


def _revived(url: str, part: Path) -> tuple[str, ...]:
    with closing(open_store(str(part))) as store, store.reading() as session:
        known = session.people()
    try:
        with closing(open_store(url)) as store, store.reading() as session:
            office = session.office()
    except RectificationError:  # damaged: who was erased in it is not known
        return ()
    members = office.members.values() if office else ()
    return tuple(sorted(m.id for m in members if m.redacted_by is not None and m.id in known))


def _beside(file: Path) -> Path | None:
    """Return the folder of a file if one can write there, None for the system's own."""
    check_folder(file.parent)
    return file.parent if os.access(file.parent, os.W_OK) else None


def _file_of(url: str) -> Path | None:
    """Return the file that an address names, None for that of a server."""
    scheme, separator, rest = url.partition("://")
    if separator and not scheme.startswith("sqlite"):
        return None
    # Of a link the file it leads to is replaced, not the link.
    return Path(rest.removeprefix("/") if separator else url).resolve()


def _not_in_use(url: str, now: datetime) -> None:
    """Raise ``Conflict`` while somebody works with the present database."""
    try:
        with closing(open_store(url)) as store, store.reading() as session:
            beats = session.beats()
    except Conflict:  # somebody writes there right now
        raise
    except RectificationError:  # not there, damaged, of another version: that is why one restores
        return
    # A clock that was put back leaves beats of a time to come: nobody works there then.
    alive = [beat for beat in beats if abs(now - beat.at) < _ALIVE]
    if alive:
        facts = {"node": alive[0].node, "at": alive[0].at}
        raise Conflict(
            Message(
                "database_in_use",
                "the node {node} worked with this database at {at}; stop it first",
                facts,
            )
        )


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
    """Return a name that nothing has: a clock that was put back says the same time twice."""
    name = f"{place.name}.replaced-{now:%Y%m%dT%H%M%S}"
    more = chain([""], (f"-{number}" for number in count(2)))
    return next(free for end in more if not os.path.lexists(free := place.with_name(name + end)))


def _recorded(
    what: Restoring, part: Path, backup: Backup, clock: Clock
) -> tuple[Entry, tuple[Lost, ...]]:
    """Write the act into the copy, and stop sending; return its entry and what seals are lost."""
    with closing(open_store(str(part))) as store:
        engine = open_engine(store, clock=clock)
        with store.reading() as session:
            lost = _lost(what, session)
        facts = {
            "backup": "" if backup.sealed is None else backup.sealed.anchor,
            "entries": backup.verdict.entries,
            "lost": [{k: v for k, v in asdict(seal).items() if v} for seal in lost],
            "reason": what.reason,
        }
        facts = {name: value for name, value in facts.items() if value not in ("", [])}
        entry = engine.act("restore", facts, what.identity(login_of(what.url)))
        store.outbox.stop(RESTORED, clock())
    return entry, lost


def _lost(what: Restoring, kept: Session) -> tuple[Lost, ...]:
    """Return the seals that were given out and that a backup does not know.

    They are those of the present database, as far as it can be read, and what this machine has
    signed beside it.
    """
    found = {seal.anchor: seal for seal in _unknown(what.url, kept)}
    for anchor in what.signed:
        if not _knows(kept, read_anchor(anchor)):
            found.setdefault(anchor, Lost(anchor))
    return tuple(sorted(found.values(), key=lambda seal: read_anchor(seal.anchor).size))


def _unknown(url: str, kept: Session) -> list[Lost]:
    found = []
    newest = kept.checkpoint()
    try:
        with closing(open_store(url)) as store, store.reading() as present:
            shared = newest is not None and _knows(present, read_anchor(newest.anchor))
            for sealed in present.checkpoints():
                if shared and newest is not None and sealed.size <= newest.size:
                    continue  # every seal commits to all before it
                if (anchor := _readable(sealed)) is not None and not _knows(kept, anchor):
                    found.append(Lost(str(anchor), sealed.at if dated(sealed.at) else ""))
    except RectificationError:  # damaged: what could be read of it is known
        pass
    return found


def _readable(sealed: Sealed) -> Anchor | None:
    """Return the anchor of a seal, None where somebody wrote something else into its row."""
    try:
        return read_anchor(sealed.anchor)
    except ValueError:
        return None


def _knows(session: Session, anchor: Anchor) -> bool:
    """Return whether a seal that was given out is one of this database's own."""
    found = session.checkpoint(anchor.size)
    return found is not None and found.root.startswith(anchor.root)

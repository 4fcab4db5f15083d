"""What goes into a page: the members of a bundle, from a zip file or straight from a session."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from workflow.proof.bundle.packing import Packer, Wanted
from workflow.proof.bundle.reading import EVIDENCE, Archive

if TYPE_CHECKING:
    from workflow.ports import Session
    from workflow.proof.bundle.packing import Held
    from workflow.proof.bundle.reading import Tell

Members = list[tuple[str, bytes]]


def members_of_file(path: Path) -> Members:
    """Return the members of a bundle as they are; files of evidence by their names alone.

    A name that stands twice stands twice here. Raises ``BrokenBundle``, ``OSError``.
    """
    with Archive(path) as archive:
        archive.check()
        names = archive.names("")
        members = [
            (name, b"" if name.startswith(EVIDENCE) else b"".join(archive.pieces(name)))
            for name in names
        ]
        return members + ([(archive.repeated, b"")] if archive.repeated else [])


def members_of_session(
    session: Session, made_at: datetime, held: Held, tell: Tell, *, names: bool
) -> Members:
    """Return the members of the bundle that a session would be packed into, without files.

    ``held`` says of each file what has become of it; ``names`` adds personal details. Raises
    ``NotFound`` if there is no office yet.
    """
    wanted = Wanted(made_at=made_at, held=held, path=Path, names=names)
    packer = Packer(session, wanted, tell)
    return [(name, b"".join(pieces)) for name, pieces in packer.members()]

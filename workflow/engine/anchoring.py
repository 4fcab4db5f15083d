"""Bringing a checkpoint's note to those who audit: through the outbox, once for each checkpoint."""

from __future__ import annotations

from notifications.planning.warning import anchored
from workflow.engine.desk import Desk, office_of
from workflow.engine.telling import staff_of
from workflow.ports import Sealed


def tell_auditors(desk: Desk, sealed: Sealed) -> tuple[int, int]:
    """Owe the note of a checkpoint to everybody who holds the role auditor.

    Returns how many there are, and how many were owed it only now. Raises ``NotFound`` before the
    office is founded, ``ValueError`` if the note is none.
    """
    with desk.store.reading() as session:
        staff = staff_of(desk, session, office_of(session))
    notices = anchored(staff, sealed.checkpoint, sealed.note)
    with desk.store.writing() as session:
        return len(notices), session.owe(notices) if notices else 0

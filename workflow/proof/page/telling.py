"""The notices that the page tells of: what was owed to whom, and what became of it."""

from __future__ import annotations

from datetime import tzinfo
from typing import TYPE_CHECKING

from notifications.notice import DIGEST, WAITING
from states.canonical import stamp
from workflow.proof.page.extras import Told

if TYPE_CHECKING:
    from notifications.notice import Notice
    from workflow.ports import Sent, Session


def notices_told(session: Session, zone: tzinfo) -> list[Told]:
    """Return every notice with its outcome, in the order in which they were owed.

    Messages of a day are left out: what they brought is told, each item with its own outcome.
    """
    found = [sent for sent in session.notices() if sent.notice.template != DIGEST]
    found.sort(key=lambda sent: (sent.notice.created_at, sent.id))
    return [_told(sent, zone) for sent in found]


def _told(sent: Sent, zone: tzinfo) -> Told:
    notice = sent.notice
    event = str(notice.facts.get("event", ""))
    return Told(
        issue=notice.issue,
        recipient=notice.recipient,
        channel=notice.channel,
        template=notice.template,
        at=stamp(notice.created_at),
        day=notice.created_at.astimezone(zone).date().isoformat(),
        status=sent.status,
        ended=stamp(sent.settled_at) if sent.settled_at else None,
        cause=sent.cause if sent.status != WAITING else None,
        kind="" if event else str(notice.facts.get("kind") or _kind(notice)),
        event=event,
    )


def _kind(notice: Notice) -> str:
    """Return the kind of what a notice is about, which stands in the obligation's id."""
    parts = (notice.obligation or "").removeprefix(f"{notice.issue}/").split("/")
    return parts[1] if len(parts) > 1 else ""

"""What failed: sent again, or settled by somebody who knows better, on record with the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from notifications.notice import (
    ACCEPTED,
    AMBIGUOUS,
    DEAD,
    PENDING,
    RETRY_WAIT,
    SUPERSEDED,
    SUPPRESSED,
)
from notifications.planning.audience import NOBODY
from states.errors import Conflict, Message, NotFound, Unmet
from states.facts import SETTLEMENTS
from states.log import OFFICE, Entry
from states.office import Office
from workflow.engine.acting import acted
from workflow.engine.desk import Desk, office_of
from workflow.engine.repeating import same_command
from workflow.engine.telling import staff_of
from workflow.identity import Identity
from workflow.ports import OfficeChange, Sent, Session

ARRIVED, GIVEN_UP, SEND_AGAIN = HOWS = SETTLEMENTS
_STATUSES = {ARRIVED: ACCEPTED, GIVEN_UP: DEAD, SEND_AGAIN: PENDING}
NOT_SENT = (PENDING, RETRY_WAIT)
"""What is still to be sent may be settled too: the person has heard of it otherwise, or has it from
before a restore."""

BY_HAND = "by_hand"
"""How it was decided what became of a message: by a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What was decided about messages: its entry, and the messages as they are after it.

    ``repeated``: it had been decided before.
    """

    entry: Entry
    notices: tuple[Sent, ...]
    repeated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants to become of messages (by number), and why: ``how`` is of ``HOWS``."""

    ids: tuple[int, ...]
    how: str
    reason: str
    event: str = "resolve_notices"

    @property
    def said(self) -> dict[str, object]:
        """What the act says beside the messages."""
        decision = {"decision": self.how} if self.event == "resolve_notices" else {}
        return {**decision, "reason": self.reason}


def decide(desk: Desk, wish: Wish, by: Identity, request_id: str | None = None) -> Decided:
    """Decide about messages that failed, or of which nobody knows; all or none.

    Of what is still to be sent it may be decided that it need not be.
    What is sent again goes to the address that its person has now. Raises ``Refused`` with
    everything unmet; ``Denied``, ``Conflict``.
    """
    request = request_id or desk.fresh()
    with desk.store.writing() as session:
        office = office_of(session)
        actor = by.actor(office)
        found = {sent.id: sent for sent in session.sent(wish.ids)}
        facts = {"notices": _named(session, list(found.values())), **wish.said}
        if (done := session.entry_of(request)) is not None:
            entry = same_command(done, OFFICE, wish.event, facts, actor)
            return Decided(entry=entry, notices=tuple(found.values()), repeated=True)
        attempt = desk.attempt(wish.event, actor, facts, request)
        again = _again(desk, session, office, found) if wish.how == SEND_AGAIN else {}
        unmet = [u for id in wish.ids for u in _unmet(id, found.get(id), wish.how, again)]
        entry, after = acted(office, attempt, unmet)
        session.administer(OfficeChange(entry=entry, office=after))
        _settle(desk, session, wish, again)
        return Decided(entry=entry, notices=tuple(session.sent(wish.ids)))


def _settle(desk: Desk, session: Session, wish: Wish, again: Mapping[int, tuple[str, str]]) -> None:
    for id, (channel, address) in again.items():
        session.readdress(id, channel, address)
    ids = list(dict.fromkeys(wish.ids))
    if session.decide(ids, _STATUSES[wish.how], BY_HAND, desk.clock()) != len(ids):
        raise Conflict(Message("notices_moved", "a message has changed meanwhile; look again"))


def _named(session: Session, found: Sequence[Sent]) -> list[dict[str, Any]]:
    """Return messages by their keys, each with the unit whose supervisors may decide about it.

    A message of the day that speaks of several units is any supervisor's affair.
    """
    about = {sent.id: _issues(session, sent) for sent in found}
    issues = session.issues(sorted({key for keys in about.values() for key in keys}))
    named: list[dict[str, Any]] = []
    for sent in found:
        units = {issues[key].unit for key in about[sent.id] if key in issues}
        unit = {"unit": units.pop()} if len(units) == 1 else {}
        named.append({"key": sent.notice.key, **unit})
    return named


def _issues(session: Session, sent: Sent) -> set[str]:
    issues = {item.notice.issue for item in session.items(sent.notice.key)} or {sent.notice.issue}
    return issues - {""}


def _again(
    desk: Desk, session: Session, office: Office, found: Mapping[int, Sent]
) -> dict[int, tuple[str, str]]:
    """Return the channel and the address by which each message is to go now, where there is one."""
    staff = staff_of(desk, session, office)
    again: dict[int, tuple[str, str]] = {}
    for id, sent in found.items():
        notice = sent.notice
        details = staff.people.get(notice.recipient)
        address = details.addresses.get(notice.channel) if details else None
        way = (notice.channel, address) if address else staff.address(notice.recipient)
        if way[0] != NOBODY:
            again[id] = way
    return again


def _unmet(
    id: int, sent: Sent | None, how: str, again: Mapping[int, tuple[str, str]]
) -> list[Unmet]:
    """Return why nothing can be decided about a message."""
    facts: dict[str, object] = {"id": id}
    if sent is None:
        return [Unmet("notice_unknown", "there is no message {id} (rectify outbox list)", facts)]
    if sent.notice.bundle is not None and sent.status not in (SUPERSEDED, SUPPRESSED):
        return [Unmet("notice_bundled", "{id} went in a message of the day: name that one", facts)]
    if sent.status in (SUPERSEDED, SUPPRESSED):
        return [Unmet("notice_replaced", "{id} was never to be sent by itself", facts)]
    if sent.status == ACCEPTED:
        return [Unmet("notice_delivered", "{id} was delivered already", facts)]
    if sent.status not in (DEAD, AMBIGUOUS, *(() if how == SEND_AGAIN else NOT_SENT)):
        facts["status"] = sent.status
        return [Unmet("notice_under_way", "{id} is still on its way ({status})", facts)]
    if how == GIVEN_UP and sent.resolved_at is not None:
        return [Unmet("notice_settled", "{id} was given up already", facts)]
    if how == SEND_AGAIN and id not in again:
        return [_nowhere(id, sent)]
    return []


def _nowhere(id: int, sent: Sent) -> Unmet:
    person = sent.notice.recipient
    if person == NOBODY:
        return Unmet("notice_to_nobody", "{id} is for nobody: name who is responsible", {"id": id})
    facts = {"id": id, "person": person}
    return Unmet(
        "no_way", "{person} has no address to which {id} could go (rectify people edit)", facts
    )


def sent_of(session: Session, id: int) -> Sent:
    """Return a message by its number. Raises ``NotFound``."""
    found = session.sent([id])
    if not found:
        raise NotFound(
            Message("no_notice", "there is no message {id} (rectify outbox list)", {"id": id})
        )
    return found[0]

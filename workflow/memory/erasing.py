"""Erasing somebody's personal details from the memory store."""

from __future__ import annotations

import json
from datetime import datetime

from notifications.notice import CLAIMED, INFLIGHT, SUPPRESSED
from states.errors import Conflict, Message
from states.frozen import replace
from workflow.erasures import REDACTED, Erased, Erasure
from workflow.memory.kept import Kept
from workflow.memory.tables import Tables


class MemoryErases:
    """The part of a memory session that erases."""

    tables: Tables

    def salts(self) -> dict[str, bytes]:
        """Return the salts of the commitments."""
        return {i: salt for i, (_, salt) in self.tables.people.items()}

    def erase(self, erasure: Erasure, now: datetime) -> Erased:
        """Delete a person's details, and their words in messages. Raises ``Conflict``."""
        speaking = [k for k in self.tables.notices.values() if _speaks(k, erasure)]
        if any(kept.status in (CLAIMED, INFLIGHT) for kept in speaking):
            facts = {"person": erasure.person}
            raise Conflict(
                Message(
                    "message_under_way",
                    "a message that names {person} is being sent just now; try again in a minute",
                    facts,
                )
            )
        withdrawn = 0
        for kept in speaking:
            if kept.notice.recipient == erasure.person and kept.settled_at is None:
                withdrawn += 1
                kept = _withdrawn(kept, now)
            self.tables.notices[kept.notice.key] = _silent(kept, erasure)
        self.tables.people.pop(erasure.person, None)
        return Erased(messages=len(speaking), withdrawn=withdrawn)


def _speaks(kept: Kept, erasure: Erasure) -> bool:
    said = json.dumps(kept.notice.facts, ensure_ascii=False, default=str)
    theirs = kept.notice.recipient == erasure.person
    return theirs or any(word in said for word in erasure.words)


def _withdrawn(kept: Kept, now: datetime) -> Kept:
    return replace(
        kept,
        status=SUPPRESSED,
        cause=REDACTED,
        settled_at=now,
        resolved_at=now,
        retry_at=None,
        lease_until=None,
    )


def _silent(kept: Kept, erasure: Erasure) -> Kept:
    said = json.dumps(kept.notice.facts, ensure_ascii=False)
    for word in erasure.words:
        said = said.replace(json.dumps(word, ensure_ascii=False)[1:-1], erasure.person)
    theirs = kept.notice.recipient == erasure.person
    if theirs and erasure.title:
        title = json.dumps(erasure.title, ensure_ascii=False)
        said = said.replace(f'"recipient_title": {title}', '"recipient_title": ""')
    notice = replace(
        kept.notice,
        facts=json.loads(said),
        address="" if theirs else kept.notice.address,
    )
    return replace(kept, notice=notice, message=None)

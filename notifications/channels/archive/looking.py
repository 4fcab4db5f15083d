"""Decides about a mail in doubt by its copy in the archive.

A copy that is there proves that the server took the mail, for both are one transaction. One that
is not there proves the contrary only if the copy had been granted, which is kept with the notice
before the final dot, and if it had the time to arrive.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from notifications.channels.archive.mailbox import Mailbox, MailboxTrouble
from notifications.channels.server import ImapServer
from notifications.cleaning import one_line
from notifications.delivery.protocol import AddressError, Job, Outcome
from notifications.delivery.reconciling import ABSENT, FOUND
from notifications.mail.mailboxes import mailbox
from notifications.notice import ACCEPTED, AMBIGUOUS, PENDING
from states.errors import Invalid, Problem

UNARCHIVED = "unarchived"
"""What is kept of a mail that went without a copy: of that the archive can say nothing."""

ENOUGH = timedelta(minutes=30)
"""A copy that is not there so long after the mail will not come: filters and queues take minutes,
and a mail that the archive's server put off was sent without a copy."""

AGAIN = timedelta(minutes=15)
"""Until an archive that could not be asked is asked again."""

PATIENCE = timedelta(days=1)
"""How long an archive that cannot be asked is waited for; then the policy decides."""

_ARCHIVED = "archived "


class Archive:
    """The archive: ``address`` gets a copy of every mail, in the mailbox that ``server`` keeps.

    Raises ``Invalid`` for an address that is none, and where certificates cannot be read.
    """

    def __init__(self, address: str, server: ImapServer) -> None:
        try:
            self.address = mailbox(address)
        except AddressError as error:
            facts = {"address": one_line(address, 80)}
            raise Invalid(
                Problem("archive_address", "archive: {address} is not an e-mail address", facts)
            ) from error
        self._mailbox = Mailbox(server)
        self._down: tuple[datetime, MailboxTrouble] | None = None

    def close(self) -> None:
        """End the connection, if there is one; looking again opens it anew."""
        self._down = None
        self._mailbox.close()

    def ref(self, now: datetime) -> str:
        """Return what is kept of a mail of which a copy was granted: that, and since when."""
        return _ARCHIVED + now.astimezone(UTC).isoformat(timespec="seconds")

    def look_up(self, job: Job, message_id: str, now: datetime) -> Outcome | None:
        """Return what the archive knows of a mail; None where it cannot decide."""
        since = _since(job)
        try:
            is_there = self._asked(message_id, now)
        except MailboxTrouble as trouble:
            if now - (since or job.first_at or job.created_at) > PATIENCE:
                return None
            return Outcome(status=AMBIGUOUS, cause=str(trouble), retry_at=now + AGAIN, ref=job.ref)
        if is_there:
            return Outcome(status=ACCEPTED, decision=FOUND, ref=job.ref)
        if since is None or since > now:
            return None  # no copy was granted, or the clock has stepped back since
        if now - since < ENOUGH:
            cause = "not_in_archive: its copy may still come"
            return Outcome(status=AMBIGUOUS, cause=cause, retry_at=since + ENOUGH, ref=job.ref)
        return Outcome(status=PENDING, cause="not_in_archive", decision=ABSENT)

    def _asked(self, message_id: str, now: datetime) -> bool:
        """Ask the mailbox; one that did not answer is not waited for by every mail in turn."""
        if self._down is not None and self._down[0] <= now < self._down[0] + AGAIN:
            raise self._down[1]
        try:
            return self._mailbox.holds(message_id)
        except MailboxTrouble as trouble:
            self._down = (now, trouble)
            raise


def _since(job: Job) -> datetime | None:
    """Return when a mail of which the archive was granted a copy was handed over."""
    if job.ref is None or not job.ref.startswith(_ARCHIVED):
        return None
    try:
        at = datetime.fromisoformat(job.ref.removeprefix(_ARCHIVED))
    except ValueError:
        return None
    return at if at.tzinfo is not None else None

"""The part of a session that deals with notices: what it runs is imported when it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from notifications.notice import Notice
    from workflow.storage.driver import Driver
    from workflow.values import Addressee, Circuit, Delivery, Halt, Sent, Tally, Waiting


class SqlNotices:
    """What each call promises is said in ``workflow.ports``."""

    _driver: Driver

    # ---------------------------------------------------------------- owing and bundling

    def owe(self, owed: Sequence[Notice]) -> int:
        """Write the notices whose key is not there yet; return how many were new."""
        from workflow.storage import notices

        return notices.owe(self._driver, owed)

    def notices(self, issue: str | None = None) -> list[Sent]:
        """Return notices with their outcome, oldest first; of one issue or of all."""
        from workflow.storage import notices

        return notices.listed(self._driver, issue)

    def addressees(self) -> list[Addressee]:
        """Return for whom notices wait, by person and channel."""
        from workflow.storage import notices

        return notices.addressees(self._driver)

    def waiting(self, recipient: str, channel: str) -> list[Waiting]:
        """Return the notices that wait for a person on a channel, oldest first."""
        from workflow.storage import notices

        return notices.waiting(self._driver, recipient, channel)

    def bundle(self, digest: Notice, items: Sequence[int]) -> bool:
        """Write a digest and make waiting notices its items; False if it is there already."""
        from workflow.storage import notices

        return notices.bundle(self._driver, digest, items)

    def withdraw(self, items: Sequence[int], cause: str, now: datetime) -> None:
        """Settle waiting notices as superseded: what they say is no longer so."""
        from workflow.storage import notices

        notices.withdraw(self._driver, items, cause, now)

    def reopen(self, digests_before: datetime, singles_before: datetime, now: datetime) -> int:
        """Let what was not sent in its time wait again, to be said as of today."""
        from notifications.delivery.protocol import Stale
        from workflow.storage import resolving

        stale = Stale(digests_before=digests_before, singles_before=singles_before)
        return resolving.reopen(self._driver, stale, now)

    def take_back(self, id: int, token: str, now: datetime) -> bool:
        """Let a claimed notice wait again; False if the claim was lost."""
        from workflow.storage import resolving

        return resolving.take_back(self._driver, id, token, now)

    # ---------------------------------------------------------------- what became of notices

    def sent(self, ids: Sequence[int]) -> list[Sent]:
        """Return the notices of these ids that exist, ordered by id."""
        from workflow.storage import notices

        return notices.some(self._driver, ids)

    def items(self, key: str) -> list[Sent]:
        """Return the items of the message of that key, oldest first."""
        from workflow.storage import notices

        return notices.items(self._driver, key)

    def unresolved(self) -> list[Sent]:
        """Return the failures nobody has taken note of, oldest first."""
        from workflow.storage import resolving

        return resolving.unresolved(self._driver)

    def decide(self, ids: Sequence[int], status: str, decision: str, now: datetime) -> int:
        """Decide by hand about notices that are dead or ambiguous; return how many were."""
        from workflow.storage import resolving

        return resolving.decide(self._driver, ids, (status, decision), now)

    def readdress(self, id: int, channel: str, address: str) -> None:
        """Send a notice elsewhere from now on."""
        from workflow.storage import resolving

        resolving.readdress(self._driver, id, channel, address)

    def sent_since(self, recipient: str, channel: str, since: datetime) -> int:
        """Return how many messages to a person were owed on a channel since."""
        from workflow.storage import resolving

        return resolving.sent_since(self._driver, recipient, channel, since)

    def message(self, id: int) -> bytes | None:
        """Return the bytes that were rendered for a notice, None as long as there are none."""
        from workflow.storage import resolving

        return resolving.message(self._driver, id)

    def deliveries(self, id: int) -> list[Delivery]:
        """Return the trail of a notice, oldest first."""
        from workflow.storage import trail

        return trail.trail(self._driver, id)

    def tally(self) -> list[Tally]:
        """Return how many notices have each status, ordered by status."""
        from workflow.storage import resolving

        return resolving.tally(self._driver)

    def last_entry_at(self) -> datetime | None:
        """Return the latest instant at which an entry of the log was written."""
        from workflow.storage import resolving

        return resolving.last_entry_at(self._driver)

    # ---------------------------------------------------------------- nodes and limits

    def halt(self) -> Halt | None:
        """Return since when and why nothing is sent, None if sending goes on."""
        from workflow.storage import limits

        return limits.halt(self._driver)

    def release(self, now: datetime) -> None:
        """Let sending go on; what is ready by now is never counted as a storm again."""
        from workflow.storage import limits

        limits.release(self._driver, now)

    def circuits(self) -> list[Circuit]:
        """Return the servers that failed last time, ordered by name."""
        from workflow.storage import limits

        return limits.all_circuits(self._driver)

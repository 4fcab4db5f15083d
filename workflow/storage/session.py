"""One transaction as the engine sees it: the ``Session`` of ``workflow.ports`` on a database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflow.storage import chasing, ledger, letters, log, notices, staff
from workflow.storage.session_erasures import SqlErases
from workflow.storage.session_seals import SqlSeals
from workflow.storage.session_seeking import SqlSeeks
from workflow.storage.session_shares import SqlShares

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date, datetime

    from notifications.notice import Notice
    from states.issue import Issue
    from states.log import Entry, Row
    from states.office import Office, Person
    from workflow.ports import (
        Addressee,
        Awaited,
        Beat,
        Change,
        Circuit,
        Closed,
        Delivery,
        Filter,
        Halt,
        OfficeChange,
        Projected,
        Rearmed,
        Relit,
        Sent,
        Summary,
        Tally,
        Waiting,
    )
    from workflow.storage.driver import Driver

    Reading = Callable[[Driver, str], bytes | None]
    Known = dict[tuple[Reading, str], bytes]


class SqlSession(SqlSeals, SqlShares, SqlErases, SqlSeeks):
    """A ``Session``. What each call promises is said there.

    ``known`` holds the processes and calendars that the store has read, by what reads them and
    their hash: what a hash names never changes. What sending needs alone is imported when it is
    asked for: a list does not wait for it.
    """

    def __init__(self, driver: Driver, known: Known) -> None:
        self._driver = driver
        self._known = known

    # ---------------------------------------------------------------- the log

    def entry_of(self, request_id: str) -> Entry | None:
        """Return the entry that a request has already written, or None."""
        return log.entry_of(self._driver, request_id)

    def rows(self, stream: str | None = None) -> Iterator[Row]:
        """Yield the log's lines ordered by stream and number, of one stream or of all."""
        return log.rows(self._driver, stream)

    # ---------------------------------------------------------------- the office

    def office(self) -> Office | None:
        """Return the office, or None before it is founded."""
        return staff.the_office(self._driver)

    def people(self, ids: Sequence[str] | None = None) -> dict[str, Person]:
        """Return the details of persons by id; of all if no ids are given."""
        return staff.some_people(self._driver, ids)

    def commitments(self) -> dict[str, str]:
        """Return, by person id, the commitment computed anew."""
        return staff.commitments(self._driver)

    def salts(self) -> dict[str, bytes]:
        """Return the salts of the commitments."""
        return staff.salts(self._driver)

    def process(self, hash: str) -> bytes | None:
        """Return the body of a process by its hash, or None."""
        return self._recalled(hash, staff.process)

    def processes(self) -> dict[str, bytes]:
        """Return every process body by the hash it is stored under."""
        return staff.all_processes(self._driver)

    def calendar(self, hash: str) -> bytes | None:
        """Return the body of a calendar by its hash, or None."""
        return self._recalled(hash, staff.calendar)

    def calendars(self) -> dict[str, bytes]:
        """Return every calendar body by the hash it is stored under."""
        return staff.all_calendars(self._driver)

    def _recalled(self, hash: str, read: Reading) -> bytes | None:
        if (known := self._known.get((read, hash))) is not None:
            return known
        body = read(self._driver, hash)
        if body is not None:
            self._known[read, hash] = body
        return body

    def administer(self, change: OfficeChange) -> None:
        """Write an accepted act of the office. Raises ``Conflict``."""
        staff.write(self._driver, change)
        log.write(self._driver, [change.entry])

    # ---------------------------------------------------------------- issues

    def issue(self, key: str) -> Issue | None:
        """Return an issue, or None."""
        return ledger.issue(self._driver, key)

    def issues(self, keys: Sequence[str]) -> dict[str, Issue]:
        """Return the issues of these keys that exist."""
        return ledger.several(self._driver, keys)

    def letter(self, sha256: str) -> bytes | None:
        """Return the text of a letter by its SHA-256, or None."""
        return letters.letter(self._driver, sha256)

    def summaries(self, wanted: Filter) -> list[Summary]:
        """Return the lines of a list, ordered by round and number."""
        return ledger.lines(self._driver, wanted)

    def projected(self) -> Iterator[Projected]:
        """Yield every projection as stored, ordered by key; its obligations ordered by id."""
        owed = chasing.open_by_issue(self._driver)
        return ledger.projected(self._driver.stream(ledger.ALL, {}), owed)

    def closed(self) -> Iterator[Closed]:
        """Yield every obligation that was closed, as stored."""
        return chasing.closed(self._driver)

    def append(self, changes: Sequence[Change]) -> None:
        """Write accepted commands: entries, projections, obligations, letters, notices.

        Raises ``Conflict``. Issues come first: a stale one shows there, before anything is lost.
        """
        ledger.write(self._driver, changes)
        log.write(self._driver, [change.entry for change in changes])
        chasing.write(self._driver, changes)
        letters.write(self._driver, changes)
        notices.owe(self._driver, [notice for change in changes for notice in change.owed])

    # ---------------------------------------------------------------- chasing

    def awaited(self, today: date, limit: int) -> list[Awaited]:
        """Return open obligations to be looked at today or earlier, earliest first."""
        return chasing.awaited(self._driver, today, limit)

    def rearm(self, moves: Sequence[Rearmed]) -> None:
        """Move days of waking on, each only if it still is what it was."""
        chasing.rearm(self._driver, moves)

    def relight(self, lights: Sequence[Relit]) -> None:
        """Write anew from which day issues have which light."""
        ledger.relight(self._driver, lights)

    def owe(self, owed: Sequence[Notice]) -> int:
        """Write the notices whose key is not there yet; return how many were new."""
        return notices.owe(self._driver, owed)

    def notices(self, issue: str | None = None) -> list[Sent]:
        """Return notices with their outcome, oldest first; of one issue or of all."""
        return notices.listed(self._driver, issue)

    def addressees(self) -> list[Addressee]:
        """Return for whom notices wait, by person and channel."""
        return notices.addressees(self._driver)

    def waiting(self, recipient: str, channel: str) -> list[Waiting]:
        """Return the notices that wait for a person on a channel, oldest first."""
        return notices.waiting(self._driver, recipient, channel)

    def bundle(self, digest: Notice, items: Sequence[int]) -> bool:
        """Write a digest and make waiting notices its items; False if it is there already."""
        return notices.bundle(self._driver, digest, items)

    def withdraw(self, items: Sequence[int], cause: str, now: datetime) -> None:
        """Settle waiting notices as superseded: what they say is no longer so."""
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
        return notices.some(self._driver, ids)

    def items(self, key: str) -> list[Sent]:
        """Return the items of the message of that key, oldest first."""
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

    def beat(self, node: str, sweep: str, at: datetime) -> None:
        """Record that a sweep of a node has run."""
        staff.beat(self._driver, node, sweep, at)

    def beats(self) -> list[Beat]:
        """Return when each sweep of each node has last run, ordered by node and sweep."""
        return staff.beats(self._driver)

    def last_beat(self) -> datetime | None:
        """Return when any node's sweep has last run."""
        return staff.last_beat(self._driver)

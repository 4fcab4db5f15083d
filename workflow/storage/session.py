"""One transaction as the engine sees it: the ``Session`` of ``workflow.ports`` on a database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflow.storage import ledger, staff
from workflow.storage.session_erasures import SqlErases
from workflow.storage.session_notices import SqlNotices
from workflow.storage.session_seals import SqlSeals
from workflow.storage.session_seeking import SqlSeeks
from workflow.storage.session_shares import SqlShares

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date, datetime

    from states.issue import Issue
    from states.log import Entry, Row
    from states.office import Office, Person
    from workflow.ports import (
        Awaited,
        Beat,
        Change,
        Closed,
        Filter,
        OfficeChange,
        Projected,
        Rearmed,
        Relit,
        Summary,
    )
    from workflow.storage.driver import Driver

    Reading = Callable[[Driver, str], bytes | None]
    Known = dict[tuple[Reading, str], bytes]


class SqlSession(SqlNotices, SqlSeals, SqlShares, SqlErases, SqlSeeks):
    """A ``Session``. What each call promises is said there.

    ``known`` holds the processes and calendars that the store has read, by what reads them and
    their hash: what a hash names never changes. What a list does not need is imported when it is
    asked for.
    """

    def __init__(self, driver: Driver, known: Known) -> None:
        self._driver = driver
        self._known = known

    # ---------------------------------------------------------------- the log

    def entry_of(self, request_id: str) -> Entry | None:
        """Return the entry that a request has already written, or None."""
        from workflow.storage import log

        return log.entry_of(self._driver, request_id)

    def rows(self, stream: str | None = None) -> Iterator[Row]:
        """Yield the log's lines ordered by stream and number, of one stream or of all."""
        from workflow.storage import log

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
        from workflow.storage import log

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
        from workflow.storage import letters

        return letters.letter(self._driver, sha256)

    def summaries(self, wanted: Filter) -> list[Summary]:
        """Return the lines of a list, ordered by round and number."""
        return ledger.lines(self._driver, wanted)

    def projected(self) -> Iterator[Projected]:
        """Yield every projection as stored, ordered by key; its obligations ordered by id."""
        from workflow.storage import chasing

        owed = chasing.open_by_issue(self._driver)
        return ledger.projected(self._driver.stream(ledger.ALL, {}), owed)

    def closed(self) -> Iterator[Closed]:
        """Yield every obligation that was closed, as stored."""
        from workflow.storage import chasing

        return chasing.closed(self._driver)

    def append(self, changes: Sequence[Change]) -> None:
        """Write accepted commands: entries, projections, obligations, letters, notices.

        Raises ``Conflict``. Issues come first: a stale one shows there, before anything is lost.
        """
        from workflow.storage import chasing, letters, log, notices

        ledger.write(self._driver, changes)
        log.write(self._driver, [change.entry for change in changes])
        chasing.write(self._driver, changes)
        letters.write(self._driver, changes)
        notices.owe(self._driver, [notice for change in changes for notice in change.owed])

    # ---------------------------------------------------------------- chasing

    def awaited(self, today: date, limit: int) -> list[Awaited]:
        """Return open obligations to be looked at today or earlier, earliest first."""
        from workflow.storage import chasing

        return chasing.awaited(self._driver, today, limit)

    def rearm(self, moves: Sequence[Rearmed]) -> None:
        """Move days of waking on, each only if it still is what it was."""
        from workflow.storage import chasing

        chasing.rearm(self._driver, moves)

    def relight(self, lights: Sequence[Relit]) -> None:
        """Write anew from which day issues have which light."""
        ledger.relight(self._driver, lights)

    # ---------------------------------------------------------------- nodes

    def beat(self, node: str, sweep: str, at: datetime) -> None:
        """Record that a sweep of a node has run."""
        staff.beat(self._driver, node, sweep, at)

    def beats(self) -> list[Beat]:
        """Return when each sweep of each node has last run, ordered by node and sweep."""
        return staff.beats(self._driver)

    def last_beat(self) -> datetime | None:
        """Return when any node's sweep has last run."""
        return staff.last_beat(self._driver)

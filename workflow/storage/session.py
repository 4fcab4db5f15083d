"""One transaction as the engine sees it: the ``Session`` of ``workflow.ports`` on a database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflow.ports import Projected
from workflow.storage import chasing, ledger, log, notices, staff

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from notifications.notice import Notice
    from states.issue import Issue, Obligation
    from states.log import Entry, Row
    from states.office import Office, Person
    from workflow.ports import Awaited, Change, Filter, OfficeChange, Rearmed, Sent, Summary
    from workflow.storage.driver import Driver


class SqlSession:
    """A ``Session``. What each call promises is said there.

    ``known_processes`` holds those that the store has read: what a hash names never changes.
    """

    def __init__(self, driver: Driver, known_processes: dict[str, bytes]) -> None:
        self._driver = driver
        self._known_processes = known_processes

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

    def process(self, hash: str) -> bytes | None:
        """Return the body of a process by its hash, or None."""
        if (known := self._known_processes.get(hash)) is not None:
            return known
        body = staff.process(self._driver, hash)
        if body is not None:
            self._known_processes[hash] = body
        return body

    def processes(self) -> dict[str, bytes]:
        """Return every process body by the hash it is stored under."""
        return staff.all_processes(self._driver)

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

    def summaries(self, wanted: Filter) -> list[Summary]:
        """Return the lines of a list, ordered by round and number."""
        return ledger.lines(self._driver, wanted)

    def projected(self) -> Iterator[Projected]:
        """Yield every projection as stored, ordered by key; its obligations ordered by id."""
        owed = chasing.open_by_issue(self._driver)
        nothing: tuple[str, tuple[Obligation, ...]] = ("", ())
        key, obligations = next(owed, nothing)
        for issue, columns in ledger.all_of_them(self._driver):
            while key and key < columns.key:  # owed on an issue that is not there
                key, obligations = next(owed, nothing)
            mine = obligations if key == columns.key else ()
            yield Projected(issue=issue, columns=columns, obligations=mine)

    def append(self, changes: Sequence[Change]) -> None:
        """Write accepted commands: entries, projections, obligations, notices.

        Raises ``Conflict``. Issues come first: a stale one shows there, before anything is lost.
        """
        ledger.write(self._driver, changes)
        log.write(self._driver, [change.entry for change in changes])
        chasing.write(self._driver, changes)
        notices.owe(self._driver, [notice for change in changes for notice in change.owed])

    # ---------------------------------------------------------------- chasing

    def awaited(self, today: date, limit: int) -> list[Awaited]:
        """Return open obligations whose day of reminding has come, earliest first."""
        return chasing.awaited(self._driver, today, limit)

    def rearm(self, moves: Sequence[Rearmed]) -> None:
        """Move days of reminding on, each only if it still is what it was."""
        chasing.rearm(self._driver, moves)

    def owe(self, owed: Sequence[Notice]) -> int:
        """Write the notices whose key is not there yet; return how many were new."""
        return notices.owe(self._driver, owed)

    def notices(self, issue: str | None = None) -> list[Sent]:
        """Return notices with their outcome, oldest first; of one issue or of all."""
        return notices.listed(self._driver, issue)

    def beat(self, node: str, at: datetime) -> None:
        """Record that a node's tick has run."""
        staff.beat(self._driver, node, at)

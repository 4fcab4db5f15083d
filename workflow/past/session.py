"""A transaction on a past moment: every question has its answer, and nothing can be written."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, NoReturn

from states.canonical import instant
from states.errors import Message, NotFound, Refused
from states.frozen import replace
from states.log import Entry, Row
from workflow.memory import MemorySession, Tables
from workflow.memory.kept import Sending
from workflow.past.moment import Moment
from workflow.past.prefix import worded
from workflow.ports import (
    Awaited,
    Beat,
    Circuit,
    Closed,
    Delivery,
    Filter,
    Halt,
    Projected,
    Sealed,
    Summary,
    Unsealed,
)
from workflow.summary import lights_of, passes, summarise

if TYPE_CHECKING:
    from states.issue import Issue
    from states.office import Office, Person


def only_looked_at(at: datetime) -> Refused:
    """Return the error for whoever wants to do something in the past."""
    message = Message(
        "past_is_past",
        "as of {at} nothing can be done: what was can only be looked at",
        {"at": worded(at)},
    )
    return Refused(message, ())


class PastSession(MemorySession):
    """A ``Session`` on a past moment. Notices alone stand in tables, as the memory store's do."""

    def __init__(self, moment: Moment) -> None:
        self._moment = moment

    @property
    def tables(self) -> Tables:  # type: ignore[override]  # made when notices are asked for
        """The notices, in the tables of the memory store."""
        return Tables(sending=Sending(notices=self._moment.notices))

    # ---------------------------------------------------------------- the log

    def entry_of(self, request_id: str) -> Entry | None:
        """Return the entry that a request had written by then, or None."""
        with self._moment.origin.reading() as session:
            entry = session.entry_of(request_id)
        return entry if entry is not None and entry.at <= self._moment.at else None

    def rows(self, stream: str | None = None) -> Iterator[Row]:
        """Yield the log's lines of then. Raises ``Invalid`` if one is not dated."""
        return self._moment.prefix.rows(stream)

    def last_entry_at(self) -> datetime | None:
        """Return the latest instant at which an entry had been written."""
        return max((instant(row.at) for row in self.rows()), default=None)

    # ---------------------------------------------------------------- the office

    def office(self) -> Office | None:
        """Return the office as it was."""
        return self._moment.office.office

    def people(self, ids: Sequence[str] | None = None) -> dict[str, Person]:
        """Return people of then by id; their names and addresses are today's."""
        known = self._moment.people
        wanted = known if ids is None else [id for id in dict.fromkeys(ids) if id in known]
        return {id: known[id] for id in wanted}

    def commitments(self) -> dict[str, str]:
        """Return the commitments of people of then, computed from today's details."""
        with self._moment.origin.reading() as session:
            found = session.commitments()
        return {id: found[id] for id in found if id in self._moment.people}

    def salts(self) -> dict[str, bytes]:
        """Return the salts of people of then who have not been erased since."""
        with self._moment.origin.reading() as session:
            found = session.salts()
        return {id: found[id] for id in found if id in self._moment.people}

    def process(self, hash: str) -> bytes | None:
        """Return the body of a process by its hash, or None."""
        with self._moment.origin.reading() as session:
            return session.process(hash)

    def processes(self) -> dict[str, bytes]:
        """Return the bodies of the processes in force by then."""
        return self._moment.processes()

    def calendar(self, hash: str) -> bytes | None:
        """Return the body of a calendar by its hash, or None."""
        with self._moment.origin.reading() as session:
            return session.calendar(hash)

    def calendars(self) -> dict[str, bytes]:
        """Return the bodies of the calendars in force by then."""
        return self._moment.calendars()

    def letter(self, sha256: str) -> bytes | None:
        """Return the text of a letter by its SHA-256, or None."""
        with self._moment.origin.reading() as session:
            return session.letter(sha256)

    # ---------------------------------------------------------------- issues

    def issue(self, key: str) -> Issue | None:
        """Return an issue as it was, None if there is none. Raises ``NotFound`` before it."""
        issue = self._moment.issue(key)
        if issue is None and key in self._moment.prefix.later:
            facts = {"key": key, "at": worded(self._moment.at)}
            raise NotFound(Message("not_yet", "{key} did not exist at {at}", facts))
        return issue

    def issues(self, keys: Sequence[str]) -> dict[str, Issue]:
        """Return the issues of these keys that existed."""
        known = self._moment.ledger.issues
        return {key: known[key] for key in keys if key in known}

    def summaries(self, wanted: Filter) -> list[Summary]:
        """Return the lines of a list, ordered by round and number."""
        found = [
            replace(line, lights=self._lights(issue))
            for issue in self._moment.ledger.issues.values()
            if passes(line := summarise(issue, ()), wanted)
        ]
        return sorted(found, key=lambda line: (line.round, line.number))

    def _lights(self, issue: Issue) -> tuple[tuple[date, str], ...]:
        return lights_of(self._moment.rules_of(issue), issue) if issue.obligations else ()

    def projected(self) -> Iterator[Projected]:
        """Yield every issue with its columns, what is owed on it, and when that is looked at."""
        for _, issue in sorted(self._moment.ledger.issues.items()):
            yield Projected(
                issue=issue,
                columns=summarise(issue, self._lights(issue)),
                obligations=tuple(sorted(issue.obligations, key=lambda o: o.id)),
                wakes={o.id: self._moment.wake_on(issue, o) for o in issue.obligations},
            )

    def closed(self) -> Iterator[Closed]:
        """Yield every obligation that had been closed."""
        yield from self._moment.ledger.closed

    def awaited(self, today: date, limit: int) -> list[Awaited]:
        """Return open obligations to be looked at on a day or earlier, earliest first."""
        due = [
            Awaited(obligation=o, issue=issue, wake_on=wake_on)
            for issue in self._moment.ledger.issues.values()
            for o in issue.obligations
            if (wake_on := self._moment.wake_on(issue, o)) and wake_on <= today
        ]
        return sorted(due, key=lambda a: (a.wake_on, a.obligation.id))[:limit]

    # ---------------------------------------------------------------- sending

    def message(self, id: int) -> bytes | None:
        """Return the bytes that had been rendered for a notice, or None."""
        return self._moment.message(id)

    def deliveries(self, id: int) -> list[Delivery]:
        """Return the trail of a notice up to then, oldest first."""
        return self._moment.trail(id)

    def halt(self) -> Halt | None:
        """Return the stop of sending that had begun by then and lasts to this day."""
        return self._moment.halt()

    def circuits(self) -> list[Circuit]:
        """Return nothing: which servers failed then is not kept."""
        return []

    def beats(self) -> list[Beat]:
        """Return the sweeps that have not run since."""
        return self._moment.beats()

    def last_beat(self) -> datetime | None:
        """Return when any of these sweeps ran last."""
        return max((beat.at for beat in self.beats()), default=None)

    # ---------------------------------------------------------------- seals

    def checkpoint(self, size: int | None = None) -> Sealed | None:
        """Return the checkpoint of that size, else the latest of then."""
        known = self._moment.checkpoints
        if size is None:
            return known[-1] if known else None
        return next((one for one in known if one.size == size), None)

    def checkpoints(self) -> Iterator[Sealed]:
        """Yield the checkpoints of then, smallest first."""
        yield from self._moment.checkpoints

    def indexed_rows(self, since: int = 0) -> Iterator[tuple[int, Row]]:
        """Yield the lines of then with the index that they have today."""
        with self._moment.origin.reading() as session:
            for index, row in session.indexed_rows(since):
                if instant(row.at) <= self._moment.at:
                    yield index, row

    def index_of(self, stream: str, n: int) -> int | None:
        """Return the index of an entry, None unless it was sealed by then."""
        with self._moment.origin.reading() as session:
            index = session.index_of(stream, n)
        return index if index is not None and index < self._sealed() else None

    def office_place(self) -> tuple[int, str] | None:
        """Return at which entry the office stood: it has no row of then."""
        office = self.office()
        return None if office is None else (office.n, office.hash)

    def sealed_count(self) -> int:
        """Return how many entries a checkpoint of then covers."""
        return self._sealed()

    def _sealed(self) -> int:
        last = self.checkpoint()
        return last.size if last is not None else 0

    def unsealed(self, limit: int, without: Collection[str] = ()) -> list[Unsealed]:
        """Return entries that no checkpoint of then covers, none of these streams."""
        tail = (Unsealed(index, row) for index, row in self.indexed_rows(self._sealed()))
        return list(islice((one for one in tail if one.row.stream not in without), limit))

    def unsealed_of(self, ids: Collection[int]) -> list[Unsealed]:
        """Return those of these ids that no checkpoint of then covers."""
        tail = self.indexed_rows(self._sealed())
        return [Unsealed(index, row) for index, row in tail if index in ids]

    def unsealed_count(self) -> int:
        """Return how many entries no checkpoint of then covers."""
        return sum(1 for _ in self.indexed_rows(self._sealed()))

    def unsealed_since(self) -> datetime | None:
        """Return when the oldest of these was written."""
        return next((instant(row.at) for _, row in self.indexed_rows(self._sealed())), None)

    def heads(self, streams: Collection[str]) -> dict[str, Row]:
        """Return the last entry of each of these streams that a checkpoint of then covers."""
        sealed = self._sealed()
        found: dict[str, Row] = {}
        for index, row in self.indexed_rows():
            if index < sealed and row.stream in streams:
                found[row.stream] = row
        return found

    # ---------------------------------------------------------------- what cannot be done

    def _refused(self, *_arguments: Any, **_named: Any) -> NoReturn:
        raise only_looked_at(self._moment.at)

    # Each is refused whatever it is given.
    append = administer = owe = rearm = relight = withdraw = _refused
    bundle = reopen = decide = readdress = release = beat = seal = erase = _refused

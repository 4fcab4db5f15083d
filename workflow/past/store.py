"""The store of a past moment: an engine with its clock set to it answers as it would have then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from typing import NoReturn

from workflow.past.moment import Moment
from workflow.past.prefix import Prefix, Watch, unwatched
from workflow.past.session import PastSession, only_looked_at
from workflow.ports import Store


class PastStore:
    """A ``Store`` as it was at an instant; it can only be read."""

    def __init__(self, moment: Moment) -> None:
        self._moment = moment

    @property
    def at(self) -> datetime:
        """The instant."""
        return self._moment.at

    @contextmanager
    def reading(self) -> Iterator[PastSession]:
        """Open a transaction that only reads."""
        yield PastSession(self._moment)

    def writing(self) -> NoReturn:
        """Raise ``Refused``: in the past nothing can be done."""
        raise only_looked_at(self._moment.at)

    @property
    def outbox(self) -> NoReturn:
        """Raise ``Refused``: from the past nothing is sent."""
        raise only_looked_at(self._moment.at)

    def login(self) -> str | None:
        """Return the role by which the database knows us today."""
        return self._moment.origin.login()

    def time(self) -> datetime | None:
        """Return None: the clock of the past stands still."""
        return None

    def close(self) -> None:
        """Close the store whose past this is."""
        getattr(self._moment.origin, "close", lambda: None)()


def store_as_of(store: Store, at: datetime, zone: tzinfo, watch: Watch = unwatched) -> PastStore:
    """Return a store as it was at an instant: nothing written later is in it.

    ``zone`` is the office's, by which its civil days are counted; ``watch`` watches readings of
    the whole log.
    Raises ``NotFound`` if the office was not founded yet, ``Invalid`` if its log cannot be read;
    what else of the log cannot be read is said (``Invalid``) when it is asked for.
    """
    return PastStore(Moment(Prefix(store, at.astimezone(zone), watch), zone))

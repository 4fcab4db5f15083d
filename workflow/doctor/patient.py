"""What the doctor looks at, as far as it can be opened: configuration, database, office."""

from __future__ import annotations

import os
from datetime import datetime, tzinfo
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from states.errors import Invalid, Message, Problem, RectificationError
from states.frozen import replace
from workflow.bootstrap import App, Choice, located, open_app
from workflow.daemon.lines import place
from workflow.engine.trusting import trust_the_clock
from workflow.standing import Standing, standing
from workflow.storage import schema_state
from workflow.storage.database import Database
from workflow.storage.schema import SchemaState

if TYPE_CHECKING:
    from states.office import Office
    from workflow.config import Config
    from workflow.ports import Clock


class Patient:
    """An installation, whole or broken; nothing here raises for what is broken.

    ``config`` is None if it cannot be read, ``url`` if nobody knows where the database is,
    ``state`` if the database cannot be asked, ``app`` if it cannot be worked with. The reasons
    stand in ``config_fault`` and ``database_fault``. ``file`` is the database's, None on a server;
    ``shown_url`` its address without a password.
    """

    def __init__(self, choice: Choice, clock: Clock) -> None:
        self.clock = clock
        self.now: datetime = clock()
        self.config: Config | None = None
        self.url: str | None = choice.db or os.environ.get("RECTIFY_DB") or None
        self.config_fault: RectificationError | None = None
        self.database_fault: RectificationError | None = None
        self.state: SchemaState | None = None
        self.app: App | None = None
        self.file: Path | None = None
        self.shown_url = ""
        self.config_path = _config_path(choice)
        self._read(choice)
        self._ask()
        self._open(choice)

    def _fault(self, error: Exception) -> RectificationError:
        """Return an error as one that can be said; of an unforeseen one its kind alone."""
        if isinstance(error, RectificationError):
            return error
        facts = {"error": type(error).__name__, "place": place(error)}
        return Invalid(Problem("unforeseen", "unexpected error: {error} ({place})", facts))

    def _read(self, choice: Choice) -> None:
        try:
            self.config, self.url = located(choice)
        except Exception as error:  # whatever it is, it is to be said
            self.config_fault = self._fault(error)

    def _ask(self) -> None:
        if self.url is None:
            return
        try:
            database = Database(self.url)
            self.file, self.shown_url = database.path, database.name
            database.close()
            self.state = schema_state(self.url)
        except Exception as error:  # whatever it is, it is to be said
            self.database_fault = self._fault(error)

    def _open(self, choice: Choice) -> None:
        if self.config is None or self.state is not SchemaState.CURRENT:
            return
        try:
            self.app = open_app(replace(choice, acting_as=None), clock=self.clock)
        except Exception as error:  # whatever it is, it is to be said
            self.database_fault = self._fault(error)

    def close(self) -> None:
        """Close the database."""
        if self.app is not None:
            self.app.close()

    @property
    def zone(self) -> tzinfo:
        """The zone of the office, as far as it is known."""
        return ZoneInfo(self.config.office.zone) if self.config is not None else ZoneInfo("UTC")

    def when(self, at: datetime) -> str:
        """Return an instant as the office's clock shows it, to the minute."""
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M}"

    @cached_property
    def office(self) -> Office | None:
        """The office; None before it is founded."""
        if self.app is None:
            return None
        with self.app.store.reading() as session:
            return session.office()

    @cached_property
    def clock_ahead(self) -> Message | None:
        """Why the sweeps refuse the clock, None if they believe it."""
        assert self.app is not None  # noqa: S101 - the list of checks sees to it
        try:
            trust_the_clock(self.app.engine.desk)
        except Invalid as error:
            return error.message
        return None

    @cached_property
    def standing(self) -> Standing:
        """How delivery stands; asked only of an office that is founded."""
        assert self.app is not None  # noqa: S101 - the list of checks sees to it
        return standing(self.app)


def _config_path(choice: Choice) -> Path:
    """Return the configuration's file, whether it is there or not."""
    named = choice.config or os.environ.get("RECTIFY_CONFIG")
    return Path(named) if named else Path("config.toml")

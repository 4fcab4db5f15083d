"""The composition root: choices and configuration become an engine with everything it needs.

Whatever is heavy is imported where it is first needed: a list must not pay for mail or templates.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from states.frozen import Struct, replace
from workflow import world
from workflow.config import Config, load_config
from workflow.engine.caution import Caution
from workflow.engine.facade import Engine
from workflow.identity import Identity
from workflow.opening import open_engine

if TYPE_CHECKING:
    from notifications.delivery.protocol import Channel, Delivered, Watch
    from notifications.delivery.reconciling import Reconciled
    from notifications.delivery.window import Window
    from notifications.planning.lettering import Lettering
    from states.calendar import Calendar
    from workflow.evidence import EvidenceStore
    from workflow.ports import Clock, LetterWriter, Store
    from workflow.proof.sealing.sweep import Done, Sealing, Swept, Tell


Ending = Callable[[], bool]
"""Tells that the program is to stop: what was begun is finished, nothing new is begun."""


class Choice(Struct, frozen=True, kw_only=True):
    """What was chosen on the command line, or by a caller; None leaves it to the configuration."""

    db: str | None = None
    config: Path | None = None
    language: str | None = None
    acting_as: str | None = None
    on_behalf_of: str | None = None


class App:
    """An engine on the configured store, with channels, evidence and the acting account."""

    def __init__(self, choice: Choice, config: Config, store: Store, clock: Clock) -> None:
        self.config = config
        self.store = store
        self.clock = clock
        self.zone = ZoneInfo(config.office.zone)
        self.language = choice.language or config.office.language or "zh"
        self._choice = choice

    @cached_property
    def engine(self) -> Engine:
        """The engine on the store."""
        return open_engine(
            self.store,
            clock=self.clock,
            zone=self.zone,
            channels=self.config.notices.channels,
            window=window_of(self.config),
            letters=_Letters(self.config),
            lettering=lettering_of(self.config),
            caution=caution_of(self.config),
        )

    def calendar(self) -> Calendar:
        """Return the calendar that the configuration names. Raises ``Invalid`` if there is none."""
        from workflow.calendars import named_calendar

        return named_calendar(self.config.calendar.name, self.config.base)

    @cached_property
    def identity(self) -> Identity:
        """Who acts: the account, never a flag, except in a trial database."""
        return replace(
            world.account_identity(self.store.login()),
            acting_as=self._choice.acting_as,
            on_behalf_of=self._choice.on_behalf_of,
        )

    @cached_property
    def evidence(self) -> EvidenceStore:
        """The folder of evidence files."""
        from workflow.evidence import EvidenceStore

        wanted = self.config.evidence
        folder, limit = self.config.path(wanted.folder), wanted.limit_mb * 1_000_000
        return EvidenceStore(folder, limit, wanted.apart_from)

    def channels(self) -> dict[str, Channel]:
        """Return the configured channels by name. Raises ``Invalid`` with every fault."""
        from workflow.channels import made_channels

        return made_channels(self.config)

    def channel(self, name: str) -> Channel:
        """Return one of the channels that there are. Raises ``Invalid`` with every fault."""
        from workflow.channels import made_channel

        return made_channel(self.config, name)

    def deliver(self, ending: Ending = lambda: False) -> Delivered:
        """Hand over what is to be sent now; ``ending`` is asked between two messages."""
        from notifications.delivery.protocol import Stale
        from notifications.delivery.sending import Bounds, deliver_due

        digests, singles = self.engine.stale()
        stale = Stale(digests_before=digests, singles_before=singles)
        bounds = Bounds(
            storm=self.config.notices.storm,
            ending=ending,
            stale=stale,
            patience=self._patience,
            taken_back=self.engine.take_back,
        )
        with self._channels() as channels:
            return deliver_due(self.store.outbox, channels, self._watch(), bounds)

    def reconcile(self, ending: Ending = lambda: False) -> Reconciled:
        """Look into what is unclear; ``ending`` is asked between two messages."""
        from notifications.delivery.reconciling import reconcile_due

        with self._channels() as channels:
            return reconcile_due(self.store.outbox, channels, self._watch(), ending)

    @property
    def sealing(self) -> Sealing:
        """How the log is sealed from this machine."""
        from workflow.proof.sealing.sweep import Sealing

        said = self.config.seal
        return Sealing(
            key_file=self.config.path(said.key_file).absolute(), suite=said.suite, batch=said.batch
        )

    def seal(self, tell: Tell | None = None) -> Done:
        """Seal everything that was written and is sound. Raises what ``proof.sealing.seal`` does.

        ``tell`` hears how many entries were sealed so far.
        """
        from workflow.proof.sealing.adopting import PATIENCE
        from workflow.proof.sealing.sweep import seal

        how = replace(self.sealing, patience=PATIENCE)
        return seal(self.store, self.clock, how, tell)

    def sweep_seal(self) -> Swept:
        """Seal what waits, if the key is here and was adopted; else it is not our turn."""
        from workflow.proof.sealing.sweep import sweep

        return sweep(self.store, self.clock, self.sealing)

    @contextmanager
    def _channels(self) -> Iterator[dict[str, Channel]]:
        """Give the channels, and end afterwards what they have opened."""
        channels = self.channels()
        with ExitStack() as open_ones:
            for channel in channels.values():
                open_ones.callback(channel.close)
            yield channels

    def _patience(self, first: datetime) -> datetime:
        """Return the end of three working days after an instant, by the office's calendar."""
        from notifications.delivery.retrying import DAYS

        local = first.astimezone(self.zone)
        day = self.engine.calendar().add_workdays(local.date(), DAYS)
        return datetime.combine(day, local.time(), self.zone)

    def _watch(self) -> Watch:
        from notifications.delivery.protocol import Watch

        return Watch(now=self.clock, elapsed=world.elapsed)

    @property
    def clock_offset(self) -> timedelta | None:
        """How far the clock of a database server is ahead of ours; None where there is none."""
        theirs = self.store.time()
        return None if theirs is None else theirs - world.now()

    def close(self) -> None:
        """Close the database."""
        getattr(self.store, "close", lambda: None)()


class _Letters:
    """A ``LetterWriter`` that loads the templates when the first letter is written."""

    def __init__(self, config: Config) -> None:
        self._config = config

    @cached_property
    def _writer(self) -> LetterWriter:
        from notifications.rendering.letters import Letters
        from workflow.channels import templates_of

        return Letters(templates_of(self._config))

    def write(self, kind: str, facts: Mapping[str, Any], language: str) -> str:
        """Return the text of a letter of a kind."""
        return self._writer.write(kind, facts, language)


def window_of(config: Config) -> Window:
    """Return the hours in which messages are sent."""
    from notifications.delivery.window import Window

    return Window.parse(config.notices.hours, workdays_only=config.notices.workdays_only)


def lettering_of(config: Config) -> Lettering:
    """Return what letters state beside the facts."""
    from notifications.planning.lettering import Lettering
    from states.term import parse_term

    said = config.letters
    return Lettering(answer=parse_term(said.answer), time=said.hour, signature=said.signature)


def caution_of(config: Config) -> Caution:
    """Return how people are kept from being flooded."""
    said = config.notices
    return Caution(hold_imports=said.hold_imports, per_person=said.per_person, storm=said.storm)


def open_app(choice: Choice, *, clock: Clock | None = None) -> App:
    """Return the application on an existing database. Raises ``Invalid``, ``NotFound``.

    ``clock`` tells the time; without it the database server does, or else this machine.
    """
    return _app(choice, clock, create=False)


def found_app(choice: Choice, *, clock: Clock | None = None) -> App:
    """Return the application on a database that is made if it is not there."""
    return _app(choice, clock, create=True)


def _app(choice: Choice, clock: Clock | None, *, create: bool) -> App:
    from workflow.storage import open_store

    config, url = located(choice)
    store = open_store(url, create=create)
    return App(choice, config, store, clock or world.clock_of(store))


def located(choice: Choice) -> tuple[Config, str]:
    """Return the configuration and the database's address.

    Without a configuration file everything lies beside the database file.
    """
    config = load_config(choice.config)
    url = choice.db or os.environ.get("RECTIFY_DB") or None
    if url is None:
        return config, _absolute(config.database.url, config.base)
    if config == Config() and "://" not in url:
        config = replace(config, base=Path(url).parent)
    return config, url


def _absolute(url: str, base: Path) -> str:
    return url if "://" in url else str(base / url)

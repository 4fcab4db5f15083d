"""The composition root: choices and configuration become an engine with everything it needs.

Whatever is heavy is imported where it is first needed: a list must not pay for mail or templates.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from states.errors import Invalid, Problem
from workflow import world
from workflow.config import Config, load_config
from workflow.engine.facade import Engine
from workflow.identity import Identity
from workflow.opening import open_engine
from workflow.ports import Clock, LetterWriter, Store

if TYPE_CHECKING:
    from notifications.channels.server import Secret
    from notifications.delivery import Channel, Delivered
    from notifications.mime import Composer
    from notifications.window import Window
    from states.calendar import Calendar
    from workflow.evidence import EvidenceStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
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
        self.zone = ZoneInfo(config.zone)
        self.language = choice.language or config.language or "zh"
        self._choice = choice

    @cached_property
    def engine(self) -> Engine:
        """The engine on the store."""
        return open_engine(
            self.store,
            clock=self.clock,
            zone=self.zone,
            channels=self.config.channels,
            window=window_of(self.config),
            letters=_Letters(self.config),
        )

    def calendar(self) -> Calendar:
        """Return the calendar that the configuration names. Raises ``Invalid`` if there is none."""
        from workflow.calendars import named_calendar

        return named_calendar(self.config.calendar, self.config.base)

    @cached_property
    def identity(self) -> Identity:
        """Who acts: the account, never a flag, except in a trial database."""
        return replace(
            world.account_identity(self.store),
            acting_as=self._choice.acting_as,
            on_behalf_of=self._choice.on_behalf_of,
        )

    @cached_property
    def evidence(self) -> EvidenceStore:
        """The folder of evidence files."""
        from workflow.evidence import EvidenceStore

        limit = self.config.evidence_limit_mb * 1_000_000
        return EvidenceStore(self.config.path(self.config.evidence_folder), limit)

    def channels(self) -> dict[str, Channel]:
        """Return the configured channels by name. Raises ``Invalid`` for one that is unknown."""
        makers: dict[str, Callable[[Config], Channel]] = {"mail": _mail}
        unknown = [name for name in self.config.channels if name not in makers]
        if unknown:
            facts = {"names": tuple(unknown), "known": tuple(makers)}
            problem = Problem(
                "channel_unknown", "there is no channel {names} (known: {known})", facts
            )
            raise Invalid(problem)
        return {name: makers[name](self.config) for name in self.config.channels}

    def deliver(self) -> Delivered:
        """Hand over what is pending in the outbox."""
        from notifications.delivery import deliver_due

        channels = self.channels()
        with ExitStack() as open_ones:
            for channel in channels.values():
                open_ones.callback(channel.close)
            return deliver_due(self.store.outbox, channels, self.clock)


class _Letters:
    """A ``LetterWriter`` that loads the templates when the first letter is written."""

    def __init__(self, config: Config) -> None:
        self._config = config

    @cached_property
    def _writer(self) -> LetterWriter:
        from notifications.letters import Letters

        return Letters(_templates(self._config))

    def write(self, kind: str, facts: Mapping[str, Any], language: str) -> str:
        """Return the text of a letter of a kind."""
        return self._writer.write(kind, facts, language)


def window_of(config: Config) -> Window:
    """Return the hours in which messages are sent."""
    from notifications.window import Window

    return Window.parse(config.hours, workdays_only=config.workdays_only)


def _templates(config: Config) -> Path | None:
    return config.path(config.templates) if config.templates else None


def _mail(config: Config) -> Channel:
    from notifications.mime import Composer, Sender
    from notifications.rendering import Renderer

    composer = Composer(Renderer(_templates(config)), Sender(address=config.mail_from))
    if config.mail_transport == "spool":
        from notifications.channels.spool import Spool

        return Spool(config.path(config.mail_spool), composer)
    return _smtp(config, composer)


def _smtp(config: Config, composer: Composer) -> Channel:
    from notifications.channels.server import SmtpServer
    from notifications.channels.smtp import Smtp

    server = SmtpServer(
        host=config.smtp_host,
        port=config.smtp_port,
        security=config.smtp_security,
        user=config.smtp_user,
        password=_password(config),
    )
    return Smtp(server, composer)


def _password(config: Config) -> Secret | None:
    """Return the password: of the file named, else of the variable; None where nobody logs in."""
    from notifications.channels.server import secret_from_environment, secret_from_file

    if config.smtp_password_file:
        return secret_from_file(config.path(config.smtp_password_file))
    if config.smtp_user:
        return secret_from_environment(config.smtp_password_env, os.environ)
    return None


def open_app(choice: Choice, *, clock: Clock = world.now) -> App:
    """Return the application on an existing database. Raises ``Invalid``, ``NotFound``."""
    return _app(choice, clock, create=False)


def found_app(choice: Choice, *, clock: Clock = world.now) -> App:
    """Return the application on a database that is made if it is not there."""
    return _app(choice, clock, create=True)


def _app(choice: Choice, clock: Clock, *, create: bool) -> App:
    from workflow.storage import open_store

    config, url = located(choice)
    return App(choice, config, open_store(url, create=create), clock)


def located(choice: Choice) -> tuple[Config, str]:
    """Return the configuration and the database's address.

    Without a configuration file everything lies beside the database file.
    """
    config = load_config(choice.config)
    url = choice.db or os.environ.get("RECTIFY_DB") or None
    if url is None:
        return config, _absolute(config.database, config.base)
    if config == Config() and "://" not in url:
        config = replace(config, base=Path(url).parent)
    return config, url


def _absolute(url: str, base: Path) -> str:
    return url if "://" in url else str(base / url)

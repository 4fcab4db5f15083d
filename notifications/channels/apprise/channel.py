"""Hands messages to apprise, for services that have no channel of their own here.

Best effort: apprise looks at little more than the HTTP status, and several services refuse with
HTTP 200. So a message that it calls sent is accepted with the cause ``best_effort``, never as
certainly as by the other channels. People's addresses are the names of addresses that are
configured; those themselves hold passwords and are shown nowhere.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from notifications.channels.chatting import AccountError, packed
from notifications.channels.secrets import Secret, masked
from notifications.channels.server import untimely
from notifications.channels.site import LONGEST_TIMEOUT, TIMEOUT
from notifications.cleaning import one_line
from notifications.delivery.protocol import LOST, Begin, Job, Outcome, Traits
from notifications.delivery.retrying import try_again
from notifications.notice import ACCEPTED
from notifications.rendering.renderer import Renderer
from states.errors import Invalid, Problem

_LOGGERS = ("apprise", "urllib3.connectionpool", "requests")
"""What they write down holds addresses, with the passwords in them."""


class Apprise:
    """Hands messages to apprise; ``urls`` are its addresses, by the names that people have.

    Raises ``Invalid`` where the package is not installed, or does not know an address.
    """

    def __init__(
        self, urls: Mapping[str, Secret], timeout: float = TIMEOUT, overrides: Path | None = None
    ) -> None:
        self.name = "apprise"
        self.traits = Traits()
        for name in _LOGGERS:
            logging.getLogger(name).disabled = True
        self._urls = dict(urls)
        self._services = _services(self._urls, timeout)
        self._renderer = Renderer(overrides)

    def compose(self, job: Job) -> bytes:
        """Return title and text, as plain text. Raises ``RenderError`` and ``AddressError``."""
        if job.address not in self._services:
            raise AccountError(job.address, self.name)
        text = self._renderer.render(job.template, job.language, job.said(slim=job.slim))
        return packed({"title": text.subject, "body": text.plain})

    def send(self, job: Job, message: bytes, begin: Begin, now: datetime) -> Outcome:
        """Hand the message over and return what apprise made of it."""
        service = self._services.get(job.address)
        if service is None:
            return try_again(job, now, "sender_refused: no such address is configured")
        text = json.loads(message)
        if not begin():
            return LOST
        try:
            sent = service.notify(title=text["title"], body=text["body"], body_format="text")
        except Exception as error:  # a plugin of apprise may raise anything
            said = masked(one_line(f"{type(error).__name__}: {error}"), self._urls.values())
            return try_again(job, now, f"apprise_failed: {said}", blame="server")
        if not sent:
            return try_again(job, now, "apprise_failed", blame="server")
        return Outcome(status=ACCEPTED, cause="best_effort")

    def look_up(self, job: Job, now: datetime) -> Outcome | None:
        """Say that nobody can say."""
        return None

    def close(self) -> None:
        """Do nothing: no connection outlives its message."""


def _services(urls: Mapping[str, Secret], timeout: float) -> dict[str, Any]:
    """Return what apprise speaks to at each address. Raises ``Invalid`` with every fault."""
    try:
        import apprise  # half a second, and an extra that most offices do without
    except ImportError:
        raise Invalid(
            Problem(
                "apprise_missing",
                'apprise: the package is not installed (pip install "rectification[apprise]")',
            )
        ) from None
    services = {
        name: apprise.Apprise.instantiate(url.reveal(), suppress_exceptions=True)
        for name, url in urls.items()
    }
    if problems := tuple(_faults(services, timeout)):
        raise Invalid(*problems)
    known = {name: service for name, service in services.items() if service is not None}
    for service in known.values():
        service.socket_connect_timeout = service.socket_read_timeout = timeout
    return known


def _faults(services: Mapping[str, Any], timeout: float) -> Iterator[Problem]:
    for name, service in services.items():
        if service is None:
            facts = {"name": name}
            yield Problem("apprise_url", "apprise: {name} is no address of apprise", facts)
    yield from untimely("apprise", timeout, LONGEST_TIMEOUT)

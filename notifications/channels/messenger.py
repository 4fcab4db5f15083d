"""Speaking to a messenger: one question, one verdict; the access token that apps need."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from notifications.channels.http import Door, NotSent, Request, Unanswered
from notifications.channels.judging import (
    EXPIRED,
    LOST_ANSWER,
    NO_WAY,
    OURS,
    Dialect,
    Meaning,
    Verdict,
    judged,
    text_of,
    unclear,
    whole,
)
from notifications.channels.secrets import Secret, masked
from notifications.channels.site import Site
from notifications.delivery.protocol import Rate, Traits
from states.frozen import replace

EARLY = timedelta(minutes=5)
"""An access token is renewed so long before it ends."""


def traits(name: str, site: Site, credential: Secret, rate: Rate | None = None) -> Traits:
    """Return what delivery must know of a messenger.

    The circuit is that of one channel: a robot whose signature is wrong does not keep the messages
    of an app waiting. Of the credential only a short digest is known outside.
    """
    digest = hashlib.sha256(credential.reveal().encode()).hexdigest()[:12]
    return Traits(server=f"{name}@{site.host}", credential=f"{name}:{digest}", rate=rate)


class Messenger:
    """A vendor's service. Raises ``Invalid`` where the certificates to trust cannot be read."""

    def __init__(self, site: Site, dialect: Dialect, secrets: Iterable[Secret]) -> None:
        self._door = Door(site)
        self._dialect = dialect
        self._secrets = list(secrets)

    def ask(
        self, request: Request, now: datetime, begin: Callable[[], bool] = lambda: True
    ) -> Verdict | None:
        """Return what the answer means; None, with nothing sent, if ``begin`` says no.

        What the other side says may quote what was asked, but never shows a secret.
        """
        try:
            answer = self._door.exchange(request, begin)
        except NotSent as error:
            return self._without(NO_WAY, str(error))
        except Unanswered as error:
            return self._without(LOST_ANSWER, str(error))
        if answer is None:
            return None
        verdict = judged(answer, self._dialect, now)
        hidden = [*self._secrets, *(Secret(value) for value in request.query.values())]
        return replace(verdict, said=masked(verdict.said, hidden))

    def _without(self, meaning: Meaning, cause: str) -> Verdict:
        code, _, said = cause.partition(": ")
        return Verdict(meaning=replace(meaning, cause=code), said=said)


class Pass:
    """An access token: fetched when it is needed, kept until it ends or is refused.

    ``names`` are those of the fields with the token and the seconds for which it is valid.
    """

    def __init__(self, messenger: Messenger, request: Request, names: tuple[str, str]) -> None:
        self._messenger = messenger
        self._request = request
        self._names = names
        self._token: Secret | None = None
        self._until: datetime | None = None

    def token(self, now: datetime) -> Secret | Verdict:
        """Return the token; a verdict where there is none, and then nothing was sent."""
        if self._token is not None and self._until is not None and now < self._until:
            return self._token
        verdict = self._messenger.ask(self._request, now)
        if verdict is None or verdict.meaning is not None:
            return _refused(verdict or Verdict(meaning=NO_WAY))
        token, seconds = (
            text_of(verdict.fields, self._names[0]),
            whole(verdict.fields, self._names[1]),
        )
        if token is None or seconds is None:
            return _refused(unclear(verdict.fields, "no access token"))
        lasts = max(timedelta(seconds=min(seconds, 86_400)) - EARLY, timedelta(0))
        self._token, self._until = Secret(token), now + lasts
        return self._token

    def forget(self) -> None:
        """Fetch another one next time."""
        self._token = self._until = None


class AppMessenger:
    """A vendor's service for apps: every question shows the access token."""

    def __init__(self, messenger: Messenger, access: Pass) -> None:
        self._messenger = messenger
        self._access = access

    def ask(
        self,
        request: Callable[[str], Request],
        now: datetime,
        begin: Callable[[], bool] = lambda: True,
    ) -> Verdict | None:
        """Return what the answer means; None, with nothing sent, if ``begin`` says no.

        Where the token is not valid any more, nothing was taken, and it is asked once more with a
        new one; one that is refused as well is our own fault.
        """
        verdict = self._asked(request, now, begin)
        if verdict is None or verdict.meaning is None or verdict.meaning.action != "renew":
            return verdict
        self._access.forget()
        again = self._asked(request, now, lambda: True)
        if again is not None and again.meaning is EXPIRED:
            self._access.forget()
            return replace(again, meaning=OURS)
        return again

    def _asked(
        self, request: Callable[[str], Request], now: datetime, begin: Callable[[], bool]
    ) -> Verdict | None:
        token = self._access.token(now)
        if isinstance(token, Verdict):
            return token
        verdict = self._messenger.ask(request(token.reveal()), now, begin)
        return verdict and replace(verdict, said=masked(verdict.said, [token]))


def _refused(verdict: Verdict) -> Verdict:
    """Return why there is no access token: later, or because of what we say of ourselves."""
    meaning = verdict.meaning or OURS
    if meaning.blame == "server":
        return replace(verdict, meaning=replace(meaning, action="again"))
    return replace(verdict, meaning=OURS)

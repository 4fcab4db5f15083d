"""Messages of a Feishu app.

Sources, on 飞书开放平台: 《发送消息》, 《自建应用获取 tenant_access_token》. Requests with the
same ``uuid`` leave one message within an hour: as long as that, one whose answer was lost can be
sent again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from notifications.channels.chatting import Scribe, account, packed
from notifications.channels.feishu.card import TEMPLATES, card
from notifications.channels.feishu.codes import APP_DIALECT, HOST
from notifications.channels.http import Request
from notifications.channels.judging import Fields, text_of, unclear
from notifications.channels.keyed import Key, mark, soon, within
from notifications.channels.messenger import AppMessenger, Messenger, Pass, traits
from notifications.channels.secrets import Secret
from notifications.channels.site import Site
from notifications.delivery.protocol import LOST, Begin, Job, Outcome, Rate
from notifications.notice import ACCEPTED

RATE = Rate(burst=20, per=timedelta(seconds=2))
"""Well below 50 in a second and 1000 in a minute."""

REMEMBERED = timedelta(hours=1)
"""How long Feishu knows a ``uuid``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppKeys:
    """``app`` and ``secret`` of the app (App ID, App Secret)."""

    app: str
    secret: Secret


class Feishu:
    """Sends an app's messages. Raises ``Invalid`` where the certificates cannot be read."""

    def __init__(
        self, keys: AppKeys, site: Site | None = None, overrides: Path | None = None
    ) -> None:
        site = site or Site(section="feishu", base=HOST)
        self.name = "feishu"
        self.traits = traits(self.name, site, keys.secret, RATE)
        messenger = Messenger(site, APP_DIALECT, [keys.secret])
        body = packed({"app_id": keys.app, "app_secret": keys.secret.reveal()})
        path = "/open-apis/auth/v3/tenant_access_token/internal"
        access = Pass(messenger, Request(path=path, body=body), ("tenant_access_token", "expire"))
        self._app = AppMessenger(messenger, access)
        self._scribe = Scribe(TEMPLATES, overrides)
        self._key = Key(within(REMEMBERED))

    def compose(self, job: Job) -> bytes:
        """Return the message. Raises ``RenderError`` and ``AddressError``."""
        address = account(job, self.name)
        return packed(
            {
                "receive_id": address,
                "msg_type": "interactive",
                "content": packed(card(self._scribe, job)).decode(),
                "uuid": f"{job.message_id[:32]}{mark(job)[10:]}",
            }
        )

    def send(self, job: Job, message: bytes, begin: Begin, now: datetime) -> Outcome:
        """Hand the message over and return what Feishu said of it."""
        if (instead := self._key.expired(job, message, now)) is not None:
            return instead
        ref = self._key.ref(job, message, now)
        verdict = self._app.ask(_request(job.address, message), now, lambda: begin(ref))
        if verdict is None:
            return LOST
        name = _name(verdict.fields)
        if verdict.meaning is None and name is None:
            verdict = unclear(verdict.fields, "no message_id")
        if verdict.meaning is None:
            return Outcome(status=ACCEPTED, ref=name)
        return soon(verdict.outcome(job, now), now)

    def look_up(self, job: Job, now: datetime) -> Outcome | None:
        """Say that it may be sent again, as long as Feishu knows its ``uuid``."""
        return self._key.look_up(job, now)

    def close(self) -> None:
        """Do nothing: no connection outlives its message."""


def _request(address: str, body: bytes) -> Callable[[str], Request]:
    return lambda token: Request(
        path="/open-apis/im/v1/messages",
        query={"receive_id_type": _kind(address)},
        headers={"Authorization": f"Bearer {token}"},
        body=body,
    )


def _kind(address: str) -> str:
    """Return what sort of name an address is, by its form."""
    if "@" in address:
        return "email"
    return {"ou_": "open_id", "on_": "union_id"}.get(address[:3], "user_id")


def _name(fields: Fields) -> str | None:
    """Return Feishu's name for the message, which every message that was sent has."""
    data = fields.get("data")
    name = text_of(data, "message_id") if isinstance(data, dict) else None
    return None if name is None else name[:200]

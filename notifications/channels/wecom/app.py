"""Messages of a WeCom app (企业微信开发者中心《发送应用消息》, 《获取access_token》).

WeCom is told to drop a request that it has had within four hours: as long as that, one whose answer
was lost can be sent again, byte for byte.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from notifications.channels.chatting import Scribe, account, fitted, in_bytes, packed
from notifications.channels.http import Request
from notifications.channels.judging import NOBODY, Fields, Verdict, unclear
from notifications.channels.keyed import Key, soon, within
from notifications.channels.messenger import AppMessenger, Messenger, Pass, traits
from notifications.channels.secrets import Secret
from notifications.channels.site import Site
from notifications.channels.wecom.codes import DIALECT, HOST
from notifications.delivery.protocol import LOST, Begin, Job, Outcome, Rate
from notifications.notice import ACCEPTED

TEMPLATES = Path(__file__).parent / "templates"

RATE = Rate(burst=300, per=timedelta(minutes=1))
"""Calm; what WeCom limits is a day's messages of an app, and 30 a minute to one person."""

LONGEST_TEXT = 2048
"""Bytes of a text in Markdown."""

REMEMBERED = timedelta(hours=4)
"""How long WeCom is to know a request again: the most that it grants."""

_UNREACHED = ("invaliduser", "unlicenseduser")


@dataclass(frozen=True, slots=True, kw_only=True)
class AppKeys:
    """``corp`` is the corporation's id, ``secret`` and ``agent`` (AgentId) are the app's."""

    corp: str
    secret: Secret
    agent: int


class WeCom:
    """Sends an app's messages. Raises ``Invalid`` where the certificates cannot be read."""

    def __init__(
        self, keys: AppKeys, site: Site | None = None, overrides: Path | None = None
    ) -> None:
        site = site or Site(section="wecom", base=HOST)
        self.name = "wecom"
        self.traits = traits(self.name, site, keys.secret, RATE)
        self._keys = keys
        messenger = Messenger(site, DIALECT, [keys.secret])
        query = {"corpid": keys.corp, "corpsecret": keys.secret.reveal()}
        access = Pass(
            messenger,
            Request(path="/cgi-bin/gettoken", query=query),
            ("access_token", "expires_in"),
        )
        self._app = AppMessenger(messenger, access)
        self._scribe = Scribe(TEMPLATES, overrides)
        self._key = Key(within(REMEMBERED))

    def compose(self, job: Job) -> bytes:
        """Return the message. Raises ``RenderError`` and ``AddressError``."""
        address = account(job, self.name)
        text = fitted(self._scribe.write(job).text, job, in_bytes, LONGEST_TEXT)
        return packed(
            {
                "touser": address,
                "msgtype": "markdown",
                "agentid": self._keys.agent,
                "markdown": {"content": text},
                "enable_duplicate_check": 1,
                "duplicate_check_interval": int(REMEMBERED.total_seconds()),
            }
        )

    def send(self, job: Job, message: bytes, begin: Begin, now: datetime) -> Outcome:
        """Hand the message over and return what WeCom said of it."""
        if (instead := self._key.expired(job, message, now)) is not None:
            return instead
        ref = self._key.ref(job, message, now)
        verdict = self._app.ask(_request(message), now, lambda: begin(ref))
        if verdict is None:
            return LOST
        if verdict.meaning is None:
            verdict = _reached(verdict.fields, job.address)
        if verdict.meaning is None:
            return Outcome(status=ACCEPTED, ref=_name(verdict.fields))
        return soon(verdict.outcome(job, now), now)

    def look_up(self, job: Job, now: datetime) -> Outcome | None:
        """Say that it may be sent again, as long as WeCom knows it again."""
        return self._key.look_up(job, now)

    def close(self) -> None:
        """Do nothing: no connection outlives its message."""


def _request(body: bytes) -> Callable[[str], Request]:
    return lambda token: Request(
        path="/cgi-bin/message/send", query={"access_token": token}, body=body
    )


def _reached(fields: Fields, address: str) -> Verdict:
    """Return whether a message that was taken reaches its person.

    WeCom names those it does not reach, in small letters, with ``|`` between them.
    """
    for name in _UNREACHED:
        named = fields.get(name, "")
        if not isinstance(named, str):
            return unclear(fields, name)
        if address.lower() in (person.strip().lower() for person in named.split("|")):
            return Verdict(fields=fields, meaning=NOBODY, said=name)
    if not isinstance(fields.get("msgid", ""), str):
        return unclear(fields, "msgid")
    return Verdict(fields=fields)


def _name(fields: Fields) -> str | None:
    """Return WeCom's name for the message; a request that it knows again need have none."""
    return str(fields.get("msgid") or "")[:200] or None

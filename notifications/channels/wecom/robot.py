"""A robot in a WeCom group (企业微信开发者中心《消息推送配置说明》, once 《群机器人配置说明》)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from notifications.channels.chatting import Scribe, account, fitted, in_bytes, packed
from notifications.channels.http import Request
from notifications.channels.messenger import Messenger, traits
from notifications.channels.robot import Robot
from notifications.channels.secrets import Secret
from notifications.channels.site import Site
from notifications.channels.wecom.codes import DIALECT, HOST
from notifications.delivery.protocol import Begin, Job, Outcome, Rate

TEMPLATES = Path(__file__).parent / "templates"

RATE = Rate(burst=10, per=timedelta(minutes=1))
"""At most 20 in any minute: ten at once, and ten that come anew meanwhile."""

LONGEST_TEXT = 4096
"""Bytes of a text in Markdown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotKeys:
    """``key`` stands in the robot's address."""

    key: Secret


class WeComRobot(Robot):
    """Writes into one group. Raises ``Invalid`` where the certificates cannot be read."""

    def __init__(
        self, keys: RobotKeys, site: Site | None = None, overrides: Path | None = None
    ) -> None:
        site = site or Site(section="wecom_robot", base=HOST)
        self.name = "wecom_robot"
        self.traits = traits(self.name, site, keys.key, RATE)
        self._keys = keys
        super().__init__(Messenger(site, DIALECT, [keys.key]))
        self._scribe = Scribe(TEMPLATES, overrides)

    def compose(self, job: Job) -> bytes:
        """Return the message. Raises ``RenderError`` and ``AddressError``."""
        mention = f"<@{account(job, self.name)}>\n"
        room = LONGEST_TEXT - in_bytes(mention)
        text = mention + fitted(self._scribe.write(job).text, job, in_bytes, room)
        return packed({"msgtype": "markdown", "markdown": {"content": text}})

    def send(self, job: Job, message: bytes, begin: Begin, now: datetime) -> Outcome:
        """Post the message and return what WeCom said of it."""
        query = {"key": self._keys.key.reveal()}
        request = Request(path="/cgi-bin/webhook/send", query=query, body=message)
        return self._post(request, job, begin, now)

"""A robot in a Feishu group (飞书开放平台《自定义机器人使用指南》)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from notifications.channels.chatting import Scribe, account, packed
from notifications.channels.feishu.card import TEMPLATES, card
from notifications.channels.feishu.codes import HOST, ROBOT_DIALECT
from notifications.channels.http import Request
from notifications.channels.messenger import Messenger, traits
from notifications.channels.robot import Robot
from notifications.channels.secrets import Secret
from notifications.channels.site import Site
from notifications.delivery.protocol import Begin, Job, Outcome, Rate

RATE = Rate(burst=2, per=timedelta(seconds=2))
"""At most 5 in any second and 100 in any minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotKeys:
    """``token`` ends the robot's address; ``secret`` signs, where it is to sign (签名校验)."""

    token: Secret
    secret: Secret | None = None


class FeishuRobot(Robot):
    """Writes into one group. Raises ``Invalid`` where the certificates cannot be read."""

    def __init__(
        self, keys: RobotKeys, site: Site | None = None, overrides: Path | None = None
    ) -> None:
        site = site or Site(section="feishu_robot", base=HOST)
        self.name = "feishu_robot"
        self.traits = traits(self.name, site, keys.token, RATE)
        self._keys = keys
        hidden = [keys.token, *([keys.secret] if keys.secret else [])]
        super().__init__(Messenger(site, ROBOT_DIALECT, hidden))
        self._scribe = Scribe(TEMPLATES, overrides)

    def compose(self, job: Job) -> bytes:
        """Return the message. Raises ``RenderError`` and ``AddressError``."""
        mention = f"\n<at id={account(job, self.name)}></at>"
        return packed({"msg_type": "interactive", "card": card(self._scribe, job, mention)})

    def send(self, job: Job, message: bytes, begin: Begin, now: datetime) -> Outcome:
        """Post the message and return what Feishu said of it."""
        path = f"/open-apis/bot/v2/hook/{quote(self._keys.token.reveal(), safe='')}"
        request = Request(path=path, body=self._signed(message, now))
        return self._post(request, job, begin, now)

    def _signed(self, message: bytes, now: datetime) -> bytes:
        """Return the message with the time and a signature, if it is to have one."""
        if self._keys.secret is None:
            return message
        stamp = str(int(now.timestamp()))
        key = f"{stamp}\n{self._keys.secret.reveal()}".encode()
        sign = base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()
        return packed({"timestamp": stamp, "sign": sign, **json.loads(message)})

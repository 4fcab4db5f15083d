"""A robot in a DingTalk group (钉钉开放平台《自定义机器人接入》): it mentions whom it is about."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from notifications.channels.addressing import MOBILE
from notifications.channels.chatting import Scribe, account, escape, fitted, packed
from notifications.channels.dingtalk.codes import HOST, ROBOT_DIALECT
from notifications.channels.http import Request
from notifications.channels.messenger import Messenger, traits
from notifications.channels.robot import Robot
from notifications.channels.secrets import Secret
from notifications.channels.site import Site
from notifications.delivery.protocol import Begin, Job, Outcome, Rate

TEMPLATES = Path(__file__).parent / "templates"

RATE = Rate(burst=10, per=timedelta(minutes=1))
"""At most 20 in any minute: ten at once, and ten that come anew meanwhile."""

LONGEST_TEXT = 5000
"""Characters of a text in Markdown (《全局错误码》34016)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotKeys:
    """``token`` stands in the robot's address; ``secret`` signs, where it is to sign (加签)."""

    token: Secret
    secret: Secret | None = None


class DingTalkRobot(Robot):
    """Writes into one group. Raises ``Invalid`` where the certificates cannot be read."""

    def __init__(
        self, keys: RobotKeys, site: Site | None = None, overrides: Path | None = None
    ) -> None:
        site = site or Site(section="dingtalk_robot", base=HOST)
        self.name = "dingtalk_robot"
        self.traits = traits(self.name, site, keys.token, RATE)
        self._keys = keys
        hidden = [keys.token, *([keys.secret] if keys.secret else [])]
        super().__init__(Messenger(site, ROBOT_DIALECT, hidden))
        self._scribe = Scribe(TEMPLATES, overrides)

    def compose(self, job: Job) -> bytes:
        """Return the message. Raises ``RenderError`` and ``AddressError``."""
        address = account(job, self.name)
        chat = self._scribe.write(job)
        text = fitted(f"{chat.text}\n\n@{address}", job, len, LONGEST_TEXT)
        return packed(
            {
                "msgtype": "markdown",
                "markdown": {"title": escape(chat.title), "text": text},
                "at": _mentioned(address),
            }
        )

    def send(self, job: Job, message: bytes, begin: Begin, now: datetime) -> Outcome:
        """Post the message and return what DingTalk said of it."""
        query = {"access_token": self._keys.token.reveal()}
        if self._keys.secret is not None:
            query |= signature(self._keys.secret, now)
        request = Request(path="/robot/send", query=query, body=message)
        return self._post(request, job, begin, now)


def signature(secret: Secret, now: datetime) -> dict[str, str]:
    """Return time stamp and signature (钉钉开放平台《自定义机器人安全设置》)."""
    stamp = str(int(now.timestamp() * 1000))
    key = secret.reveal().encode()
    digest = hmac.new(key, stamp.encode() + b"\n" + key, hashlib.sha256).digest()
    return {"timestamp": stamp, "sign": base64.b64encode(digest).decode()}


def _mentioned(address: str) -> dict[str, Any]:
    """Return who is mentioned: this one alone, never everybody."""
    is_mobile = MOBILE.fullmatch(address) is not None
    return {
        "atMobiles": [address] if is_mobile else [],
        "atUserIds": [] if is_mobile else [address],
        "isAtAll": False,
    }

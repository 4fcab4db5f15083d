"""Work notifications of a DingTalk app.

Sources, on 钉钉开放平台: 《发送工作通知》 and 《获取工作通知消息的发送结果》.

DingTalk takes a notification at once and passes it on later, so its result is asked for. A second
text like the first, to one person on one day, is dropped although the answer is that it was taken:
no two texts of ours are alike, and a copy in doubt can be sent again on the same day.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from notifications.channels.chatting import Scribe, account, escape, fitted, in_bytes, packed
from notifications.channels.dingtalk.codes import APP_DIALECT, HOST
from notifications.channels.dingtalk.results import result
from notifications.channels.http import Request
from notifications.channels.judging import Verdict, unclear, whole
from notifications.channels.keyed import SOON, Key, soon, that_day
from notifications.channels.messenger import AppMessenger, Messenger, Pass, traits
from notifications.channels.secrets import Secret
from notifications.channels.site import Site
from notifications.delivery.protocol import LOST, Begin, Job, Outcome, Rate
from notifications.notice import AMBIGUOUS
from states.frozen import replace

TEMPLATES = Path(__file__).parent / "templates"

RATE = Rate(burst=300, per=timedelta(minutes=1))
"""Well below what one app may send in a minute (《全局错误码》90006: 1500 calls), each with its
results asked for."""

LARGEST_MESSAGE = 2048
"""Bytes of ``msg`` (《发送工作通知》)."""

PAUSES = (0.3, 1.0)
"""Seconds before the result is asked for; one that is not known then is asked for later."""

ENOUGH = 20.0
"""Seconds after which a message is not asked about any more for now: the claim must hold."""

AGAIN = timedelta(minutes=5)
"""Until a result that is not known yet is asked for again."""

KNOWN = timedelta(hours=24)
"""How long DingTalk knows a result (《获取工作通知消息的发送结果》)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppKeys:
    """``key`` and ``secret`` of the app (AppKey, AppSecret), ``agent`` its AgentId."""

    key: str
    secret: Secret
    agent: int


class DingTalk:
    """Sends work notifications. Raises ``Invalid`` where the certificates cannot be read."""

    def __init__(
        self,
        keys: AppKeys,
        site: Site | None = None,
        overrides: Path | None = None,
        *,
        pauses: tuple[float, ...] = PAUSES,
    ) -> None:
        site = site or Site(section="dingtalk", base=HOST)
        self.name = "dingtalk"
        self.traits = traits(self.name, site, keys.secret, RATE)
        self._keys = keys
        messenger = Messenger(site, APP_DIALECT, [keys.secret])
        query = {"appkey": keys.key, "appsecret": keys.secret.reveal()}
        access = Pass(
            messenger, Request(path="/gettoken", query=query), ("access_token", "expires_in")
        )
        self._app = AppMessenger(messenger, access)
        self._scribe = Scribe(TEMPLATES, overrides)
        self._key = Key(that_day)
        self._pauses = pauses

    def compose(self, job: Job) -> bytes:
        """Return the message. Raises ``RenderError`` and ``AddressError``."""
        address = account(job, self.name)
        chat = self._scribe.write(job)
        title = escape(chat.title)
        text = fitted(chat.text, job, lambda text: in_bytes(_packed(title, text)), LARGEST_MESSAGE)
        body = {"agent_id": self._keys.agent, "userid_list": address, "msg": _message(title, text)}
        return packed(body)

    def send(self, job: Job, message: bytes, begin: Begin, now: datetime) -> Outcome:
        """Hand the notification over and return what became of it."""
        if (instead := self._key.expired(job, message, now)) is not None:
            return instead
        ref = self._key.ref(job, message, now)
        path = "/topapi/message/corpconversation/asyncsend_v2"
        begun = time.monotonic()
        verdict = self._app.ask(_request(path, message), now, lambda: begin(ref))
        if verdict is None:
            return LOST
        task = None if verdict.meaning is not None else whole(verdict.fields, "task_id")
        if task is None or task <= 0:
            return self._untold(verdict, job, now)
        for pause in self._pauses:
            if time.monotonic() - begun > ENOUGH:
                break
            time.sleep(pause)
            if (found := self._result(task, job, now)) is not None:
                return replace(found, ref=str(task))
        return self._later(task, now, SOON)

    def look_up(self, job: Job, now: datetime) -> Outcome | None:
        """Return the result of the notification, if DingTalk gave its number; else its key."""
        task = int(job.ref) if job.ref is not None and job.ref.isdecimal() else None
        if task is None:
            return self._key.look_up(job, now)
        if (found := self._result(task, job, now)) is not None:
            return found
        if now - (job.first_at or job.created_at) > KNOWN:
            return None
        return self._later(task, now, AGAIN)

    def close(self) -> None:
        """Do nothing: no connection outlives its message."""

    def _result(self, task: int, job: Job, now: datetime) -> Outcome | None:
        """Return what became of a notification, None as long as that is not known."""
        body = packed({"agent_id": self._keys.agent, "task_id": task})
        path = "/topapi/message/corpconversation/getsendresult"
        verdict = self._app.ask(_request(path, body), now)
        return None if verdict is None or verdict.meaning else result(verdict.fields, job, now)

    def _untold(self, verdict: Verdict, job: Job, now: datetime) -> Outcome:
        """Return what became of a notification that has no number."""
        if verdict.meaning is None:
            verdict = unclear(verdict.fields, "no task_id")
        return soon(verdict.outcome(job, now), now)

    def _later(self, task: int, now: datetime, wait: timedelta) -> Outcome:
        return Outcome(status=AMBIGUOUS, cause="result_unknown", retry_at=now + wait, ref=str(task))


def _request(path: str, body: bytes) -> Callable[[str], Request]:
    return lambda token: Request(path=path, query={"access_token": token}, body=body)


def _message(title: str, text: str) -> dict[str, Any]:
    return {"msgtype": "markdown", "markdown": {"title": title, "text": text}}


def _packed(title: str, text: str) -> str:
    return packed(_message(title, text)).decode()

"""The six messengers of our own against a stand-in: how each is made, asked, and says yes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from notifications.channels import dingtalk, feishu, wecom
from notifications.channels.secrets import Secret
from notifications.channels.site import Site
from notifications.delivery.protocol import Begin, Channel, Job, Outcome
from notifications.samples.trying import sample_facts
from tests.handing import always
from tests.letters import a_job
from tests.servers.messengers import MessengerServer, says

NOW = datetime(2026, 11, 30, 1, 5, tzinfo=UTC)
CANARY = Secret("canary/7f3b+9c2d=token")
SIGN = Secret("SECcanary-of-the-signature")
FACTS = sample_facts("reminder")


@dataclass(frozen=True, eq=False)
class Vendor:
    """A messenger: its channel, the path that takes messages, and an answer that says yes."""

    name: str
    make: Callable[[Site], Channel]
    path: str
    yes: Any
    code: str
    address: str = "wang"
    keyed: bool = False

    def site(self, server: MessengerServer, **changes: Any) -> Site:
        return Site(**{"section": self.name, "base": server.base, "timeout": 5.0, **changes})

    def channel(self, server: MessengerServer, **changes: Any) -> Channel:
        """Return the channel, to a server that gives out access tokens and says yes."""
        for path, answer in TOKENS.items():
            server.on(path, says(answer))
        server.on(RESULT, says(passed_on("wang")))
        server.on(self.path, says(self.yes))
        return self.make(self.site(server, **changes))

    def job(self, **changes: Any) -> Job:
        """Return a claimed reminder whose message is written already."""
        return self.unwritten(**{"message": _written(self), **changes})

    def unwritten(self, **changes: Any) -> Job:
        """Return a claimed reminder."""
        made = {"channel": self.name, "address": self.address, "facts": FACTS, "first_at": NOW}
        return a_job(**{**made, "created_at": NOW, **changes})


@cache
def _written(vendor: Vendor) -> bytes:
    """Return the message of that job: to write one takes longer than to send it."""
    return vendor.make(Site(section=vendor.name, base="http://localhost")).compose(
        vendor.unwritten()
    )


def passed_on(*people: str) -> dict[str, Any]:
    """Return DingTalk's answer that these people have the notification."""
    return {"errcode": 0, "send_result": {"unread_user_id_list": list(people)}}


def token(text: str = "canary-access") -> dict[str, Any]:
    """Return an answer that gives out an access token."""
    return {"errcode": 0, "errmsg": "ok", "access_token": text, "expires_in": 7200}


RESULT = "/topapi/message/corpconversation/getsendresult"
TOKENS: dict[str, Any] = {
    "/gettoken": token(),
    "/cgi-bin/gettoken": token(),
    "/open-apis/auth/v3/tenant_access_token/internal": {
        "code": 0,
        "msg": "ok",
        "tenant_access_token": "canary-access",
        "expire": 7200,
    },
}
DINGTALK_ROBOT = Vendor(
    name="dingtalk_robot",
    make=lambda site: dingtalk.DingTalkRobot(dingtalk.RobotKeys(token=CANARY, secret=SIGN), site),
    path="/robot/send",
    yes={"errcode": 0, "errmsg": "ok"},
    code="errcode",
)
DINGTALK = Vendor(
    name="dingtalk",
    make=lambda site: dingtalk.DingTalk(
        dingtalk.AppKeys(key="dingkey", secret=CANARY, agent=7), site, pauses=(0.0,)
    ),
    path="/topapi/message/corpconversation/asyncsend_v2",
    yes={"errcode": 0, "errmsg": "ok", "task_id": 256271667526, "request_id": "4jzllmte0wau"},
    code="errcode",
    keyed=True,
)
WECOM_ROBOT = Vendor(
    name="wecom_robot",
    make=lambda site: wecom.WeComRobot(wecom.RobotKeys(key=CANARY), site),
    path="/cgi-bin/webhook/send",
    yes={"errcode": 0, "errmsg": "ok"},
    code="errcode",
)
WECOM = Vendor(
    name="wecom",
    make=lambda site: wecom.WeCom(wecom.AppKeys(corp="ww1", secret=CANARY, agent=1000002), site),
    path="/cgi-bin/message/send",
    yes={"errcode": 0, "errmsg": "ok", "invaliduser": "", "msgid": "m1"},
    code="errcode",
    keyed=True,
)
FEISHU_ROBOT = Vendor(
    name="feishu_robot",
    make=lambda site: feishu.FeishuRobot(feishu.RobotKeys(token=CANARY, secret=SIGN), site),
    path="/open-apis/bot/v2/hook/canary%2F7f3b%2B9c2d%3Dtoken",
    yes={"code": 0, "msg": "success", "data": {}},
    code="code",
)
FEISHU = Vendor(
    name="feishu",
    make=lambda site: feishu.Feishu(feishu.AppKeys(app="cli_1", secret=CANARY), site),
    path="/open-apis/im/v1/messages",
    yes={"code": 0, "msg": "success", "data": {"message_id": "om_1"}},
    code="code",
    address="ou_7d8a6e6d",
    keyed=True,
)
VENDORS = (DINGTALK_ROBOT, DINGTALK, WECOM_ROBOT, WECOM, FEISHU_ROBOT, FEISHU)


def handed(channel: Channel, job: Job, begin: Begin = always, now: datetime = NOW) -> Outcome:
    """Compose a message, unless there is one, and hand it over."""
    message = channel.compose(job) if job.message is None else job.message
    return channel.send(job, message, begin, now)

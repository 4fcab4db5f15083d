"""What DingTalk's numbers mean.

Sources, on 钉钉开放平台: 《全局错误码》 for all, 《自定义机器人接入》 for robots, and
《获取工作通知消息的发送结果》 for work notifications. A number that stands in none of them, or
whose meaning is not said there, is left out: it is a refusal of the message.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from notifications.channels.judging import (
    BUSY,
    EXPIRED,
    FAST,
    NOBODY,
    OURS,
    UNWANTED,
    Dialect,
    Fields,
    Meaning,
    too_fast,
    whole,
)

HOST = "https://oapi.dingtalk.com"

BANNED = too_fast(timedelta(minutes=10))
"""More than 20 messages a minute: the robot is blocked for ten (《自定义机器人接入》)."""

QUOTA = too_fast(timedelta(hours=6))
"""The most that one person may get from one app on a day: later, and often enough tomorrow."""


def _each(codes: Iterable[int], meaning: Meaning) -> dict[int, Meaning]:
    return dict.fromkeys(codes, meaning)


GLOBAL: dict[int, Meaning] = {
    -1: BUSY,
    # The token is wrong or over; 40001 also for a wrong secret, which a new token then shows.
    **_each((40001, 40014, 42001), EXPIRED),
    # Corporation, key, secret, agent, rights, network, what an administrator has switched off.
    **_each((404, 33001, 40013, 40056, 40089, 41001, 41002, 41004, 41011, 41030, 43007), OURS),
    **_each((48002, 48004, 50003, 50005, 52010, 52019, 60011, 60020, 70001, 70003, 70004), OURS),
    **_each((33012, 40003, 40031, 46004, 50002, 60111, 60120, 60121, 81002), NOBODY),
    **_each((34014, 34016, 40008, 40033, 40035, 40038, 41015, 44002, 44004, 45002), UNWANTED),
    **_each((45009, *range(90001, 90015), 90018), FAST),
}
"""《全局错误码》"""

ROBOT = {
    **GLOBAL,
    130101: BANNED,
    410100: BANNED,
    # Keyword, signature, time stamp or network do not fit the robot's security settings.
    310000: OURS,
    # Group dissolved, token unknown, robot stopped, robot not in the group.
    **_each((400013, 400101, 400102, 400106), OURS),
    # Kind of message, unsafe link, unfit text, picture or content.
    **_each((400105, 430101, 430102, 430103, 430104), UNWANTED),
}
"""《自定义机器人接入》"""

FORBIDDEN = {
    **_each((143103, 143104), FAST),
    143105: QUOTA,
    1430002: UNWANTED,
    1430003: BUSY,
    1430004: NOBODY,
}
"""Why a work notification was not passed on (《获取工作通知消息的发送结果》)."""

DUPLICATE = 143106
"""The same text went to the same person on the same day already, so it was dropped."""

APP = {**GLOBAL, **FORBIDDEN, 1430000: NOBODY, DUPLICATE: UNWANTED}


def _code(fields: Fields) -> int | None:
    """Return ``errcode``; for 88, that the caller is not let in, the number that says why.

    《全局错误码》: then ``sub_code`` is to be read.
    """
    code = whole(fields, "errcode")
    reason: Any = fields.get("sub_code")
    if code == 88 and isinstance(reason, str) and reason.isascii() and reason.isdigit():
        return int(reason[:9]) if int(reason[:9]) in APP else code
    return code


ROBOT_DIALECT = Dialect(code=_code, text="errmsg", meanings={88: OURS, **ROBOT})
APP_DIALECT = Dialect(code=_code, text="errmsg", meanings={88: OURS, **APP})

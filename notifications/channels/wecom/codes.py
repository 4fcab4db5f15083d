"""What WeCom's numbers mean (企业微信开发者中心《全局错误码》).

A number that does not stand there, or whose meaning is not said there, is left out: it is a
refusal of the message.
"""

from __future__ import annotations

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
    whole,
)

HOST = "https://qyapi.weixin.qq.com"

MEANINGS: dict[int, Meaning] = {
    **dict.fromkeys((-1, 6000, 45035), BUSY),
    **dict.fromkeys((40014, 42001), EXPIRED),
    # A limit by the minute ends after a minute.
    **dict.fromkeys((45009, 45033, 45036), FAST),
    # Secret, corporation, agent, token, rights, network, what an administrator has switched off.
    **dict.fromkeys((40001, 40013, 40056, 40091, 41001, 41002, 41004, 41011, 45031), OURS),
    **dict.fromkeys((48001, 48002, 48004, 48005, 48006, 48010, 50003, 50006, 60020, 60031), OURS),
    301002: OURS,
    # The robot's address is wrong, it was taken out of the group or stopped.
    **dict.fromkeys((93000, 93001, 93004, 93006, 93008), OURS),
    **dict.fromkeys((40003, 40031, 46004, 50002, 60011, 60021, 60111, 81013, 92000), NOBODY),
    **dict.fromkeys((40008, 40033, 40035, 40039, 40058, 40063, 44004, 45002, 93017), UNWANTED),
}


def _code(fields: Fields) -> int | None:
    return whole(fields, "errcode")


DIALECT = Dialect(code=_code, text="errmsg", meanings=MEANINGS)

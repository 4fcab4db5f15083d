"""What Feishu's numbers mean.

Sources, on 飞书开放平台: 《通用错误码》, 《发送消息》 for apps, 《自定义机器人使用指南》 for
robots. A number that stands in none of them, or whose meaning is not said there, is left out: it is
a refusal of the message.
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

HOST = "https://open.feishu.cn"

GLOBAL: dict[int, Meaning] = {
    **dict.fromkeys((1500, 2200, 10101), BUSY),
    **dict.fromkeys((99991661, 99991663, 99991664, 99991665, 99991668, 99991671), EXPIRED),
    **dict.fromkeys((20005, 20013, 99991677), EXPIRED),
    **dict.fromkeys((11232, 11233, 11247, 99991400), FAST),
    # App, secret, rights, network, the month's calls, what an administrator has switched off.
    **dict.fromkeys((10002, 10003, 10005, 10012, 10013, 10014, 20002, 20009), OURS),
    **dict.fromkeys((11205, 11207, 11209, 11210, 11223, 11240, 11242, 11249), OURS),
    **dict.fromkeys((99991201, 99991301, 99991401, 99991403, 99991543, 99991662), OURS),
    **dict.fromkeys((99991672, 99991673, 99991676, 99991679, 99991681, 99991692), OURS),
    **dict.fromkeys((11101, 11102, 11105, 11106, 11225, 11236), NOBODY),
    **dict.fromkeys((20008, 20010, 20021, 20022, 20023, 99991674, 99991675), NOBODY),
    **dict.fromkeys((9499, 10001, 11246, 11248, 11312, 19002, 19036, 20001), UNWANTED),
}
"""《通用错误码》"""

ROBOT = {
    **GLOBAL,
    # Signature or time stamp, network, keyword do not fit the robot's security settings.
    **dict.fromkeys((19021, 19022, 19024), OURS),
}
"""《自定义机器人使用指南》"""

APP = {
    **GLOBAL,
    **dict.fromkeys((230006, 230027, 230036), OURS),
    **dict.fromkeys((230013, 230029, 230034, 230035, 230038, 230053, 230075), NOBODY),
    **dict.fromkeys((230001, 230022, 230025, 230028, 230054, 230099), UNWANTED),
    230020: FAST,
    # The message is being sent: it has been had before, and whether it will be is not known.
    230049: Meaning("result_unknown", "server", "unclear"),
}
"""《发送消息》"""


def _code(fields: Fields) -> int | None:
    return whole(fields, "code")


def _code_of_robot(fields: Fields) -> int | None:
    """Return ``code``, or what it was called before; where both stand, the one that refuses."""
    found = {name: whole(fields, name) for name in ("code", "StatusCode") if name in fields}
    codes = list(found.values())
    if not codes or None in codes:
        return None
    return next((code for code in codes if code), 0)


APP_DIALECT = Dialect(code=_code, text="msg", meanings=APP)
ROBOT_DIALECT = Dialect(code=_code_of_robot, text="msg", meanings=ROBOT)

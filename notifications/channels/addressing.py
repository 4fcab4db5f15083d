"""What an address must look like on each channel: the rule for whoever enters it and who sends."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from notifications.mail.mailboxes import is_mailbox

USER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}")
"""The name of a user in DingTalk, WeCom (企业微信《全局错误码》40003) and Feishu."""

MOBILE = re.compile(r"\+?[0-9][0-9-]{5,18}")
"""A mobile number, which DingTalk's robots mention people by."""

_LONGEST_NAME = 80


def fits(channel: str, address: str) -> bool:
    """Return whether a message can be sent to an address on a channel; no channel: never."""
    rule = RULES.get(channel)
    return rule is not None and rule(address)


def _is_user(address: str) -> bool:
    """Tell a user from anything else; "all" is none: to a messenger it is everybody."""
    return USER.fullmatch(address) is not None and address.lower() != "all"


def _is_user_or_mobile(address: str) -> bool:
    return MOBILE.fullmatch(address) is not None or _is_user(address)


def _is_no_group(address: str) -> bool:
    """Tell a user of Feishu; ``oc_`` begins the name of a whole group."""
    return _is_user(address) and not address.startswith("oc_")


def _is_name(address: str) -> bool:
    """Tell a name without spaces, and without anything that a terminal obeys."""
    return 0 < len(address) <= _LONGEST_NAME and address.isprintable() and " " not in address


RULES: Mapping[str, Callable[[str], bool]] = {
    "mail": is_mailbox,
    "console": _is_name,
    "dingtalk": _is_user,
    "dingtalk_robot": _is_user_or_mobile,
    "wecom": _is_user,
    "wecom_robot": _is_user,
    "feishu": _is_no_group,
    "feishu_robot": _is_no_group,
    "apprise": _is_name,
}
"""Whether an address can be one, by the name of the channel; all channels that there are."""

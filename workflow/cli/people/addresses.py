"""People's addresses: how each channel is named by those who type, and by whom people are reached.

The names are those of ``notifications.channels``; a file of people may call them in Chinese.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from workflow.cli.language import _

if TYPE_CHECKING:
    from states.office import Person

CHANNEL_HEADINGS: Mapping[str, Sequence[str]] = {
    "mail": ("mail", "email", "邮箱", "电子邮箱"),
    "dingtalk": ("dingtalk", "钉钉"),
    "dingtalk_robot": ("dingtalk_robot", "钉钉群", "钉钉机器人"),
    "wecom": ("wecom", "企业微信", "企微"),
    "wecom_robot": ("wecom_robot", "企业微信群", "企业微信机器人"),
    "feishu": ("feishu", "飞书"),
    "feishu_robot": ("feishu_robot", "飞书群", "飞书机器人"),
    "apprise": ("apprise", "其他渠道"),
    "console": ("console", "屏幕"),
}
"""What each channel is called, on the command line and at the head of a column."""

NO_WAY = "–"

_CHANNELS = {word: channel for channel, words in CHANNEL_HEADINGS.items() for word in words}


class AddressType(click.ParamType[tuple[str, str]]):
    """A channel and an address on it: ``dingtalk=wang``, ``钉钉=wang``; empty takes it away."""

    name = "address"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """Return channel and address. Fails for a channel that there is not."""
        if isinstance(value, tuple):
            return value
        word, sign, address = str(value).partition("=")
        channel = _CHANNELS.get(word.strip().lower())
        if not sign or channel is None:
            text = _("{value}: write CHANNEL=ADDRESS, where CHANNEL is one of: {channels}")
            self.fail(text.format(value=value, channels=", ".join(CHANNEL_HEADINGS)))
        return channel, address.strip()


def with_addresses(addresses: Mapping[str, str], said: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return addresses after what was said of them: an empty one is taken away."""
    return {c: a for c, a in {**addresses, **dict(said)}.items() if a}


def reached_by(person: Person, channels: Sequence[str]) -> list[str]:
    """Return the configured channels that reach a person, the one that is used first."""
    return [channel for channel in channels if person.addresses.get(channel)]


def reached(person: Person, channels: Sequence[str]) -> str:
    """Return by which addresses a person is reached, in words; – for nobody who can be."""
    ways = (
        person.addresses[c] if c == "mail" else f"{c}={person.addresses[c]}"
        for c in reached_by(person, channels)
    )
    return _(", ").join(ways) or NO_WAY

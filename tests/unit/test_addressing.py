"""An address is judged by one rule, by whoever enters it and by the channel that sends to it."""

from __future__ import annotations

import pytest

from notifications.channels.addressing import RULES, fits
from notifications.words.outcomes import CHANNELS
from workflow.cli.people.addresses import CHANNEL_HEADINGS
from workflow.settings import CHANNELS as CONFIGURED

MESSENGERS = [name for name in RULES if name not in ("mail", "console", "apprise")]


def test_every_channel_has_a_rule_a_heading_a_label_and_can_be_configured() -> None:
    assert set(RULES) == set(CHANNEL_HEADINGS) == set(CONFIGURED) == set(CHANNELS) - {"-"}


def test_no_heading_means_two_channels() -> None:
    words = [word for words in CHANNEL_HEADINGS.values() for word in words]
    assert len(words) == len(set(words))


@pytest.mark.parametrize("channel", MESSENGERS)
def test_nobody_is_everybody(channel: str) -> None:
    for address in ("all", "ALL", "@all", "*", "a,b", "a|b", "a b", "", "a\n", "<at>", "\u202ea"):
        assert not fits(channel, address), address
    assert fits(channel, "wang_2")


@pytest.mark.parametrize("channel", RULES)
def test_no_address_is_empty_has_a_space_or_moves_a_cursor(channel: str) -> None:
    for address in ("", " ", "a b", "a\x1b[2J", "a\u200bb", "x" * 300):
        assert not fits(channel, address), address


def test_each_channel_takes_what_its_service_calls_people_by() -> None:
    assert fits("mail", "wang@县.example")
    assert not fits("mail", "wang")
    assert fits("dingtalk_robot", "+86-13800000000")
    assert not fits("dingtalk", "+86-13800000000")
    assert fits("feishu", "ou_7d8a6e6df7621556ce0d21922b676706ccs")
    assert not fits("feishu", "oc_5ad11d72b830411d72b836c20")
    assert not fits("pigeon", "wang")

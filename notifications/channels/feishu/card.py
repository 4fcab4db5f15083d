"""The card that a message is in Feishu (飞书开放平台《卡片 JSON 2.0 结构》)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from notifications.channels.chatting import Scribe, fitted, in_bytes
from notifications.delivery.protocol import Job

TEMPLATES = Path(__file__).parent / "templates"

LONGEST_TEXT = 12_000
"""Bytes of the text: the whole request may have 20 KB (《自定义机器人使用指南》), in which a
sign is up to twice as long."""

_HEADS = frozenset({"red", "orange", "yellow", "blue", "green"})


def card(scribe: Scribe, job: Job, mention: str = "") -> Mapping[str, Any]:
    """Return a card. Raises ``RenderError``.

    The title is plain text there, and needs no escape.
    """
    chat = scribe.write(job)
    colour = job.facts.get("colour")
    text = fitted(chat.text, job, in_bytes, LONGEST_TEXT) + mention
    return {
        "schema": "2.0",
        "header": {
            "title": {"tag": "plain_text", "content": chat.title},
            "template": colour if colour in _HEADS else "blue",
        },
        "body": {"elements": [{"tag": "markdown", "content": text}]},
    }

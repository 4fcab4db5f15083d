"""The text of a message in a messenger: harmless, short enough, and unlike every other one.

The three vendors know different parts of Markdown, and none documents an escape for all of it.
Whatever could begin a mark in any of them is therefore written with its full-width twin, which
readers of Chinese see every day and no messenger takes for a mark.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from notifications.channels.addressing import fits
from notifications.channels.keyed import mark
from notifications.cleaning import clean, one_line
from notifications.delivery.protocol import AddressError, Job
from notifications.rendering.renderer import Chat, Renderer
from notifications.rendering.witnessing import sealed_briefly
from notifications.words.catalog import translate
from notifications.words.labels import N_
from states.errors import Message, RectificationError

CUT = N_("… (cut short; all of it is in the system)")

_WIDE = str.maketrans({sign: chr(ord(sign) + 0xFEE0) for sign in "*_`~#<>[]|\\$"})
_PICTOGRAM = re.compile(r":(?=[A-Za-z0-9_+-]+:)")
_ENTITY = re.compile(r"&(?=[#A-Za-z])")
_MENTION = re.compile(r"(?<![A-Za-z0-9._+-])@|@(?![A-Za-z0-9-]+\.[A-Za-z0-9])")
_LINK = re.compile(r"(?<=[A-Za-z0-9]):(?=//)")
_MARK_OF_LINE = re.compile(r"^(\s*)([-+=])", re.MULTILINE)
_GAP = re.compile(r"\n{3,}")
_OPEN_TAG = re.compile(r"<[^<>\n]*\Z")


class AccountError(AddressError):
    """A message cannot be written: the address is no account that the messenger can have."""

    def __init__(self, address: str, channel: str) -> None:
        facts = {"address": one_line(address, 80), "channel": channel}
        RectificationError.__init__(
            self, Message("account_wrong", "{address} is no account of {channel}", facts)
        )


def escape(text: str) -> str:
    """Return a text that is shown as it is by each of the messengers, and mentions nobody."""
    text = _ENTITY.sub("＆", clean(text).translate(_WIDE))
    text = _LINK.sub("：", _PICTOGRAM.sub("：", _MENTION.sub("＠", text)))
    return _MARK_OF_LINE.sub(lambda found: found[1] + chr(ord(found[2]) + 0xFEE0), text)


class Scribe:
    """Writes the texts of one channel; ``folder`` holds its templates."""

    def __init__(self, folder: Path, overrides: Path | None = None) -> None:
        self._renderer = _renderer(folder, overrides)

    def write(self, job: Job) -> Chat:
        """Return title and text; the text ends in what no other message has.

        Raises ``RenderError``.
        """
        facts = job.said(slim=job.slim)
        facts.setdefault("at", job.created_at.strftime("%Y-%m-%dT%H:%M"))
        chat = self._renderer.chat(job.template, job.language, facts)
        return Chat(title=chat.title, text=_GAP.sub("\n\n", chat.text.strip()))


@cache
def _renderer(folder: Path, overrides: Path | None) -> Renderer:
    """Return one renderer for the robot and the app of a vendor: each compiles what it renders."""
    return Renderer(overrides, folder=folder, escape=escape)


def fitted(text: str, job: Job, measure: Callable[[str], int], limit: int) -> str:
    """Return a text with its mark and the log's anchor, of at most ``limit`` by ``measure``.

    What does not fit is cut off, at the end of a line if that leaves most of it, never within a
    tag, and the text says so.
    """
    anchor = sealed_briefly(job.anchor, job.language)
    tail = f"\n\n№ {mark(job)}" + (f" · {anchor}" if anchor else "")
    if measure(text + tail) <= limit:
        return text + tail
    tail = f"\n\n{translate(CUT, job.language)}{tail}"
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        fits = measure(_closed(text[:middle]) + tail) <= limit
        low, high = (middle, high) if fits else (low, middle - 1)
    line = text.rfind("\n", 0, low)
    return _closed(text[: line if line > low // 2 else low]) + tail


def _closed(text: str) -> str:
    """Return the beginning of a text without half a tag, its colours closed."""
    whole = _OPEN_TAG.sub("", text).rstrip()
    return whole + "</font>" * (whole.count("<font") - whole.count("</font"))


def in_bytes(text: str) -> int:
    """Return the length of a text in UTF-8."""
    return len(text.encode("utf-8", errors="replace"))


def account(job: Job, channel: str) -> str:
    """Return the account that a message is for. Raises ``AccountError``."""
    if not fits(channel, job.address):
        raise AccountError(job.address, channel)
    return job.address


def packed(body: Mapping[str, Any]) -> bytes:
    """Return JSON as it is sent, the same for the same content.

    Characters stay as they are: WeCom refuses ``\\uXXXX`` (企业微信《全局错误码》40033).
    """
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", errors="replace")

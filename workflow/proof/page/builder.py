"""Builds the page: a bundle's members as they are, unjudged, inside the program that judges them.

What is put in is data in blocks that no program runs; style and program are let in by their hashes
alone, and nothing is fetched (Content-Security-Policy).
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from notifications.notice import STATUSES
from notifications.words.catalog import (
    cause_text,
    channel_label,
    role_label,
    status_label,
    translate,
)
from notifications.words.labels import ACTS, ROLES
from states.process import LANGUAGES
from workflow.proof.page.extras import Extras
from workflow.proof.page.recounting import plain

_JUDGE = ("bytes", "hashes", "canonical", "notes", "ed25519", "entries", "sealed", "judge")
_SHOWN = (
    "replay",
    "history",
    "words",
    "moment",
    "verdict",
    "board",
    "chart",
    "story",
    "view",
    "hands",
)
_KEPT = ("manifest.json", "entries.jsonl", "checkpoints.jsonl", "keys.txt", "people.jsonl")
_FOLDERS = ("processes/", "calendars/", "letters/")
_PACKED = "evidence.jsonl"
_FILES = "evidence/"
_UNSAFE = re.compile("[<>&\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def page_of(
    members: Mapping[str, bytes] | Iterable[tuple[str, bytes]],
    extras: Extras,
    language: str = "zh",
) -> str:
    """Return the page of a bundle, given by its members; a name may come twice.

    Evidence files are not put in; the page says so.
    """
    pairs = list(members.items() if isinstance(members, Mapping) else members)
    kept = [(name, content) for name, content in pairs if _is_kept(name)]
    left_out = sorted({name for name, _ in pairs if name.startswith(_FILES)})
    blocks = [
        _block("told", [json.dumps(_told(extras, language, left_out), ensure_ascii=False)]),
        _block("words", [json.dumps(_words(), ensure_ascii=False)]),
        *(_member(name, content) for name, content in kept),
    ]
    style, script = _read("page.css"), _script()
    return _filled(
        _read("page.html"),
        {
            "language": {"zh": "zh-CN"}.get(language, language),
            "style-hash": _hashed(style),
            "script-hash": _hashed(script),
            "style": style,
            "script": script,
            "data": "\n".join(blocks),
        },
    )


def judge_script() -> str:
    """Return the program that judges, without a page: for whoever drives it from outside."""
    return "\n".join(_read(f"{name}.js") for name in (*_JUDGE, "running"))


@cache
def _script() -> str:
    parts = (*_JUDGE, "running", *_SHOWN)
    inside = "\n".join(_read(f"{name}.js") for name in parts)
    return f'(() => {{\n"use strict";\n{inside}\n}})();\n'


def _is_kept(name: str) -> bool:
    return name in (*_KEPT, _PACKED) or name.startswith(_FOLDERS)


def _filled(template: str, values: Mapping[str, str]) -> str:
    """Put values in the marked places, all at once: what is put in is not looked at again."""
    return re.sub(r"\{\{([a-z-]+)\}\}", lambda found: values[found[1]], template)


def _hashed(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


@cache
def _read(name: str) -> str:
    return files("workflow.proof.page").joinpath(name).read_text(encoding="utf-8")


# ---------------------------------------------------------------- data


def _member(name: str, content: bytes) -> str:
    """Return the block of a member: pieces of it, one a line, each as JSON."""
    try:
        pieces = [json.dumps(piece, ensure_ascii=False) for piece in _pieces(content.decode())]
    except UnicodeDecodeError:
        pieces = [json.dumps({"base64": base64.b64encode(content).decode()})]
    return _block("member", pieces, name)


def _pieces(text: str) -> Iterator[str]:
    """Yield a text line by line, each with its end; nothing but 0A ends a line."""
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end


def _block(sort: str, lines: Iterable[str], name: str = "") -> str:
    escaped = (_escaped(line) for line in lines)
    named = f' data-name="{_attribute(name)}"' if name else ""
    body = "\n".join(escaped)
    return f'<script type="application/json" data-sort="{sort}"{named}>\n{body}\n</script>'


def _escaped(written: str) -> str:
    """Return JSON in which nothing can end its block, break its line or hide its order."""
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


def _attribute(text: str) -> str:
    return "".join(
        c if c.isascii() and (c.isalnum() or c in "./_-") else f"&#{ord(c)};" for c in text
    )


def _told(extras: Extras, language: str, left_out: list[str]) -> dict[str, Any]:
    return {
        "language": language,
        "zone": extras.zone,
        "round": extras.round,
        "moment": extras.moment,
        "left_out": left_out,
        "lights": {key: list(plain(relights)) for key, relights in extras.lights.items()},
        "notices": [
            {name: getattr(told, name) for name in type(told).__slots__} for told in extras.notices
        ],
        "causes": {
            cause: {language: cause_text(cause, language) for language in LANGUAGES}
            for cause in sorted({told.cause for told in extras.notices if told.cause})
        },
    }


@cache
def _words() -> dict[str, dict[str, str]]:
    """Return the page's own words and those of the catalog, by language."""
    own: dict[str, dict[str, str]] = json.loads(_read("texts.json"))
    return {
        language: {
            **{f"act.{name}": translate(text, language) for name, text in ACTS.items()},
            **{f"role.{name}": role_label(name, language) for name in ROLES},
            **{f"status.{name}": status_label(name, language) for name in STATUSES},
            **{f"channel.{name}": channel_label(name, language) for name in _CHANNELS},
            **own[language],
        }
        for language in LANGUAGES
    }


_CHANNELS = ("smtp", "spool", "console", "wecom", "dingtalk", "feishu")

"""The settings of the configuration file and the states of a notice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import babel.messages.catalog
from babel.messages.pofile import read_po

from notifications.delivery import protocol, retrying, sending
from notifications.words.outcomes import CAUSES, STATUSES
from tools.markdown import code, fenced, table
from workflow.config import every_setting

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "config.toml"
CHINESE = ROOT / "notifications" / "locale" / "zh" / "LC_MESSAGES" / "rectify.po"

_SETTING = re.compile(r"(\w+)\s*=\s*.*?(?:\s#\s*(.*))?$")


def settings() -> str:
    """Every setting with its default and the remark that stands beside it in the sample."""
    remarks = dict(_remarks(SAMPLE.read_text(encoding="utf-8")))
    rows = (
        (code(f"{section}.{key}"), code(_written(setting.default)), remarks[section, key])
        for (section, key), setting in every_setting().items()
    )
    return table(("setting", "default", "meaning"), rows)


def _remarks(sample: str) -> Iterator[tuple[tuple[str, str], str]]:
    section = ""
    for line in sample.splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif found := _SETTING.match(line):
            yield (section, found[1]), found[2] or ""


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_written, value)) + "]"
    return str(value)


def sample() -> str:
    """The sample configuration as it is."""
    return fenced(SAMPLE.read_text(encoding="utf-8"), "toml")


def statuses() -> str:
    """Every status of a notice in both languages."""
    chinese = _chinese()
    rows = ((code(name), _said(chinese, text), text) for name, text in STATUSES.items())
    return table(("status", "zh", "en"), rows)


def causes() -> str:
    """Every cause beside a status, in both languages."""
    chinese = _chinese()
    rows = ((code(name), _said(chinese, text), text) for name, text in CAUSES.items())
    return table(("cause", "zh", "en"), rows)


def _chinese() -> babel.messages.catalog.Catalog:
    with CHINESE.open("rb") as stream:
        return read_po(stream, locale="zh")


def _said(catalog: babel.messages.catalog.Catalog, text: str) -> str:
    entry = catalog.get(text)
    return str(entry.string) if entry is not None else ""


def delivery_figures() -> str:
    """The waiting times and limits of delivery."""
    rows = (
        ("a claim holds for", f"{protocol.LEASE.seconds // 60} minutes"),
        ("notices claimed at once", str(sending.BATCH)),
        ("after a refusal for now, at least", f"{retrying.GREYLIST.seconds // 60} minutes"),
        ("the bound of the wait doubles up to", f"{retrying.LONGEST_WAIT.seconds // 3600} hours"),
        (
            "a message is given up",
            f"{retrying.DAYS} working days after its first attempt, and "
            f"{retrying.FEWEST_ATTEMPTS} attempts at least",
        ),
        ("a doubt is looked into", f"{protocol.SETTLING.seconds // 60} minutes after the claim"),
    )
    return table(("what", "how much"), rows)


REGIONS: Mapping[str, Callable[[], str]] = {
    "settings": settings,
    "sample-configuration": sample,
    "notice-statuses": statuses,
    "notice-causes": causes,
    "delivery-figures": delivery_figures,
}

"""The configuration file: every fault is reported with its line; what is absent has a default.

The dataclass defaults are the truth; ``config.toml`` at the top of the project shows them all.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from notifications.window import Window
from states.errors import Invalid, Problem

SIZE_LIMIT = 1_000_000
"""Bytes: a configuration is a page, not a database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All settings. Paths are relative to ``base``, the folder of the configuration file."""

    base: Path = Path()
    database: str = "rectify.db"
    zone: str = "Asia/Shanghai"
    language: str = ""
    calendar: str = "china"
    channels: tuple[str, ...] = ("mail",)
    templates: str = ""
    hours: str = "08:30-17:30"
    workdays_only: bool = True
    mail_transport: str = "spool"
    mail_spool: str = "mail"
    mail_from: str = "rectify@localhost"
    smtp_host: str = "localhost"
    smtp_port: int = 587
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password_env: str = "RECTIFY_SMTP_PASSWORD"  # noqa: S105 - a variable's name, no secret
    smtp_password_file: str = ""
    evidence_folder: str = "evidence"
    evidence_limit_mb: int = 200
    tick_seconds: int = 60

    def path(self, name: str) -> Path:
        """Return a configured path, relative ones taken from the configuration's folder."""
        return self.base / Path(name).expanduser()


SETTINGS: Mapping[tuple[str, str], str] = {
    ("database", "url"): "database",
    ("office", "zone"): "zone",
    ("office", "language"): "language",
    ("calendar", "name"): "calendar",
    ("notices", "channels"): "channels",
    ("notices", "templates"): "templates",
    ("notices", "hours"): "hours",
    ("notices", "workdays_only"): "workdays_only",
    ("mail", "transport"): "mail_transport",
    ("mail", "spool"): "mail_spool",
    ("mail", "from"): "mail_from",
    ("smtp", "host"): "smtp_host",
    ("smtp", "port"): "smtp_port",
    ("smtp", "security"): "smtp_security",
    ("smtp", "user"): "smtp_user",
    ("smtp", "password_env"): "smtp_password_env",
    ("smtp", "password_file"): "smtp_password_file",
    ("evidence", "folder"): "evidence_folder",
    ("evidence", "limit_mb"): "evidence_limit_mb",
    ("run", "tick_seconds"): "tick_seconds",
}
"""Where each field of ``Config`` stands in the file: section and key."""

_CHOICES = {
    "language": ("", "zh", "en"),
    "mail_transport": ("spool", "smtp"),
    "smtp_security": ("starttls", "tls", "none"),
}
_RANGES = {
    "smtp_port": (1, 65535),
    "evidence_limit_mb": (1, 100_000),
    "tick_seconds": (1, 86_400),
}


def load_config(path: Path | None) -> Config:
    """Return the configuration of a file, or the defaults if there is no file to read.

    Without ``path``: ``$RECTIFY_CONFIG``, else ``config.toml`` in the present folder if there is
    one. Raises ``Invalid`` with every fault and its line; also if a file named does not exist.
    """
    named = path or (Path(env) if (env := os.environ.get("RECTIFY_CONFIG")) else None)
    found = named or Path("config.toml")
    if named is None and not found.is_file():
        return Config()
    return parse_config(_text(found), str(found), found.parent)


def _text(path: Path) -> str:
    source = str(path)
    try:
        if path.stat().st_size > SIZE_LIMIT:
            raise Invalid(Problem("config_large", "the file is too large", source=source))
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Invalid(Problem("config_encoding", "not UTF-8 text", source=source)) from None
    except OSError as error:
        facts = {"error": error.strerror or str(error)}
        problem = Problem("config_unreadable", "cannot be read: {error}", facts, source=source)
        raise Invalid(problem) from None


def parse_config(text: str, source: str, base: Path) -> Config:
    """Return the configuration that a TOML text holds. Raises ``Invalid`` with every fault."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        facts = {"error": str(error)}
        raise Invalid(
            Problem(
                "toml_broken",
                "not valid TOML: {error}",
                facts,
                source=source,
                line=int(line.group(1)) if line else None,
            )
        ) from None
    settings: dict[str, Any] = {}
    problems = []
    for place, value in _settings(table):
        name = SETTINGS.get(place)
        fault = _fault(name, place, value)
        if fault is None and name is not None:
            settings[name] = tuple(value) if isinstance(value, list) else value
        elif fault is not None:
            problems.append(_placed(fault, source, _line(text, place)))
    if problems:
        raise Invalid(*problems)
    return Config(base=base, **settings)


def _settings(table: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], Any]]:
    for section, rows in table.items():
        if not isinstance(rows, dict):
            yield (section, ""), rows
            continue
        for key, value in rows.items():
            yield (section, key), value


def _fault(name: str | None, place: tuple[str, str], value: Any) -> Problem | None:
    """Return what is wrong with a setting, or None."""
    key = ".".join(part for part in place if part)
    if name is None:
        return Problem("config_key", "there is no setting {key}", {"key": key})
    wanted = _wanted(name, value)
    if wanted is None:
        return None
    facts = {"key": key, "wanted": wanted, "value": repr(value)[:60]}
    return Problem("config_value", "{key} must be {wanted}, not {value}", facts)


def _wanted(name: str, value: Any) -> str | None:
    """Return what a setting must be, in words, if the value is not that."""
    if name == "channels":
        good = isinstance(value, list) and value and all(isinstance(v, str) for v in value)
        return None if good else "a list of channel names"
    if name in _RANGES:
        low, high = _RANGES[name]
        good = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
        return None if good else f"a whole number from {low} to {high}"
    if name in _CHOICES:
        return None if value in _CHOICES[name] else " / ".join(c or '""' for c in _CHOICES[name])
    if name in _FORMS:
        holds, form = _FORMS[name]
        return None if holds(value) else form
    return None if isinstance(value, str) else "text"


def _is_zone(value: Any) -> bool:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        return False
    return True


def _is_hours(value: Any) -> bool:
    try:
        Window.parse(value)
    except (ValueError, TypeError, AttributeError):
        return False
    return True


_FORMS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "zone": (_is_zone, "a time zone such as Asia/Shanghai"),
    "hours": (_is_hours, 'hours of a day such as "08:30-17:30"'),
    "workdays_only": (lambda value: isinstance(value, bool), "true or false"),
}


def _placed(fault: Problem, source: str, line: int | None) -> Problem:
    return Problem(fault.code, fault.text, fault.facts, source=source, line=line)


def _line(text: str, place: tuple[str, str]) -> int | None:
    section, key = place
    present = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[\s*([\w-]+)\s*\]", line):
            present = header.group(1)
            if present == section and not key:
                return number
        elif (found := re.match(r"\s*([\w-]+)\s*=", line)) and (
            (present, found.group(1)) in ((section, key), ("", section))
        ):
            return number
    return None

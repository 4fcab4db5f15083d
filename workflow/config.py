"""The configuration file: every fault is reported with its line; what is absent has a default."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any

from states.errors import Invalid, Problem
from states.toml_text import read_toml
from workflow import settings
from workflow.config_faults import faults
from workflow.setting_kinds import VARIABLE, Kind
from workflow.settings import SECTIONS

SIZE_LIMIT = 1_000_000
"""Bytes: a configuration is a page, not a database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All settings, by section. Paths are relative to ``base``, the folder of the file."""

    base: Path = Path()
    database: settings.DatabaseSettings = field(default_factory=settings.DatabaseSettings)
    office: settings.OfficeSettings = field(default_factory=settings.OfficeSettings)
    calendar: settings.CalendarSettings = field(default_factory=settings.CalendarSettings)
    notices: settings.NoticeSettings = field(default_factory=settings.NoticeSettings)
    letters: settings.LetterSettings = field(default_factory=settings.LetterSettings)
    mail: settings.MailSettings = field(default_factory=settings.MailSettings)
    smtp: settings.SmtpSettings = field(default_factory=settings.SmtpSettings)
    archive: settings.ArchiveSettings = field(default_factory=settings.ArchiveSettings)
    dingtalk: settings.DingTalkSettings = field(default_factory=settings.DingTalkSettings)
    dingtalk_robot: settings.DingTalkRobotSettings = field(
        default_factory=settings.DingTalkRobotSettings
    )
    wecom: settings.WeComSettings = field(default_factory=settings.WeComSettings)
    wecom_robot: settings.WeComRobotSettings = field(default_factory=settings.WeComRobotSettings)
    feishu: settings.FeishuSettings = field(default_factory=settings.FeishuSettings)
    feishu_robot: settings.FeishuRobotSettings = field(default_factory=settings.FeishuRobotSettings)
    apprise: settings.AppriseSettings = field(default_factory=settings.AppriseSettings)
    evidence: settings.EvidenceSettings = field(default_factory=settings.EvidenceSettings)
    seal: settings.SealSettings = field(default_factory=settings.SealSettings)
    anchor: settings.AnchorSettings = field(default_factory=settings.AnchorSettings)
    run: settings.RunSettings = field(default_factory=settings.RunSettings)

    def path(self, name: str) -> Path:
        """Return a configured path, relative ones taken from the configuration's folder."""
        return self.base / Path(name).expanduser()


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A setting: the ``name`` of its field in its section, its default, what it must be."""

    name: str
    default: Any
    kind: Kind


def _settings_of(section: type[Any]) -> Iterator[tuple[str, Setting]]:
    for found in fields(section):
        assert found.default is not MISSING  # noqa: S101 - every setting has one
        key = found.metadata["key"] or found.name
        yield key, Setting(name=found.name, default=found.default, kind=found.metadata["kind"])


SETTINGS: Mapping[tuple[str, str], Setting] = {
    (section, key): setting
    for section, kind in SECTIONS.items()
    for key, setting in _settings_of(kind)
}
"""Every setting by where it stands in the file: section and key."""


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
    table = read_toml(text, source)
    found: dict[str, dict[str, Any]] = {section: {} for section in SECTIONS}
    problems = []
    for place, value in _settings(table):
        fault = _fault(place, value)
        if fault is not None:
            problems.append(_placed(fault, source, _line(text, place)))
        elif place in SETTINGS:
            kept = tuple(value) if isinstance(value, list) else value
            found[place[0]][SETTINGS[place].name] = kept
    sections = {name: SECTIONS[name](**said) for name, said in found.items()}
    problems += [
        _placed(fault, source, _first_line(text, (place, (place[0], ""), ("notices", "channels"))))
        for place, fault in faults(sections)
    ]
    if problems:
        raise Invalid(*sorted(problems, key=lambda problem: problem.line or 0))
    return Config(base=base, **sections)


def _settings(table: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], Any]]:
    for section, rows in table.items():
        if not isinstance(rows, dict) or section not in SECTIONS:
            yield (section, ""), rows
            continue
        for key, value in rows.items():
            yield (section, key), value


def _fault(place: tuple[str, str], value: Any) -> Problem | None:
    """Return what is wrong with a setting, or None."""
    key = ".".join(part for part in place if part)
    if place not in SETTINGS:
        return Problem("config_key", "there is no setting {key}", {"key": key})
    kind = SETTINGS[place].kind
    if kind.holds(value):
        return None
    shown = "…" if kind is VARIABLE else repr(value)[:60]
    fault = kind.fault
    return Problem(fault.code, fault.text, {**fault.facts, "key": key, "value": shown})


def _placed(fault: Problem, source: str, line: int | None) -> Problem:
    return Problem(fault.code, fault.text, fault.facts, source=source, line=line)


def _first_line(text: str, places: Iterable[tuple[str, str]]) -> int | None:
    """Return the line of the first of these settings that stands in the file."""
    lines = (_line(text, place) for place in places)
    return next((line for line in lines if line is not None), None)


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

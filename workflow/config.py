"""The configuration file: every fault is reported with its line; what is absent has a default."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from states.errors import Invalid, Problem
from states.frozen import Struct
from states.toml_text import read_toml
from workflow import settings
from workflow.config_faults import faults
from workflow.settings import SECTIONS

if TYPE_CHECKING:
    from workflow.setting_kinds import Setting

SIZE_LIMIT = 1_000_000
"""Bytes: a configuration is a page, not a database."""


class Config(Struct, frozen=True, kw_only=True):
    """All settings, by section. Paths are relative to ``base``, the folder of the file."""

    base: Path = Path()
    database: settings.DatabaseSettings = settings.DatabaseSettings()
    office: settings.OfficeSettings = settings.OfficeSettings()
    calendar: settings.CalendarSettings = settings.CalendarSettings()
    notices: settings.NoticeSettings = settings.NoticeSettings()
    letters: settings.LetterSettings = settings.LetterSettings()
    mail: settings.MailSettings = settings.MailSettings()
    smtp: settings.SmtpSettings = settings.SmtpSettings()
    archive: settings.ArchiveSettings = settings.ArchiveSettings()
    dingtalk: settings.DingTalkSettings = settings.DingTalkSettings()
    dingtalk_robot: settings.DingTalkRobotSettings = settings.DingTalkRobotSettings()
    wecom: settings.WeComSettings = settings.WeComSettings()
    wecom_robot: settings.WeComRobotSettings = settings.WeComRobotSettings()
    feishu: settings.FeishuSettings = settings.FeishuSettings()
    feishu_robot: settings.FeishuRobotSettings = settings.FeishuRobotSettings()
    apprise: settings.AppriseSettings = settings.AppriseSettings()
    evidence: settings.EvidenceSettings = settings.EvidenceSettings()
    seal: settings.SealSettings = settings.SealSettings()
    anchor: settings.AnchorSettings = settings.AnchorSettings()
    run: settings.RunSettings = settings.RunSettings()

    def path(self, name: str) -> Path:
        """Return a configured path, relative ones taken from the configuration's folder."""
        return self.base / Path(name).expanduser()


@cache
def every_setting() -> Mapping[tuple[str, str], Setting]:
    """Return every setting by where it stands in the file: section and key."""
    from workflow.setting_kinds import settings_of  # where there is no file nobody needs them

    return {
        (section, key): setting
        for section, kind in SECTIONS.items()
        for key, setting in settings_of(kind)
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
    table, known = read_toml(text, source), every_setting()
    found: dict[str, dict[str, Any]] = {section: {} for section in SECTIONS}
    problems = []
    for place, value in _settings(table):
        fault = _fault(place, value)
        if fault is not None:
            problems.append(_placed(fault, source, _line(text, place)))
        elif place in known:
            kept = tuple(value) if isinstance(value, list) else value
            found[place[0]][known[place].name] = kept
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
    if place not in every_setting():
        return Problem("config_key", "there is no setting {key}", {"key": key})
    kind = every_setting()[place].kind
    if kind.holds(value):
        return None
    shown = "…" if kind.hides else repr(value)[:60]
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

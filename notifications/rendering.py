"""Renders a notice: a whole template per language, the user's own before ours.

Templates are the administrator's files and still run in a sandbox; what they may say is the facts
of the notice alone, cleaned; ``notice`` is all of them together, for macros that take a notice.
This is the only module of the package that knows Jinja2.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from notifications.cleaning import cleaned, one_line
from notifications.delivery import RenderError
from notifications.former import completed

TEMPLATES = Path(__file__).parent / "templates"
FALLBACK = "en"
LONGEST_SUBJECT = 120
_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_TERMS_ZH = {"workday": "个工作日", "day": "日", "month": "个月"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A rendered notice: a subject of one line, and the same said plainly and in HTML."""

    subject: str
    plain: str
    html: str


class Renderer:
    """Renders notices; ``overrides`` is a folder of own templates, laid out like ours.

    A template is looked for in ``overrides/LANGUAGE``, ``overrides``, then in ours. Each is
    compiled once.
    """

    def __init__(self, overrides: Path | None = None) -> None:
        self._folders = [folder for folder in (overrides, TEMPLATES) if folder is not None]
        self._environments: dict[str, ImmutableSandboxedEnvironment] = {}

    def render(self, template: str, language: str, facts: Mapping[str, Any]) -> Text:
        """Return the notice's text in a language, in English where we do not speak it.

        Raises ``RenderError`` with the template and the line at fault.
        """
        known = cleaned(completed(template, facts))
        return Text(
            subject=one_line(self._part(template, "subject", language, known), LONGEST_SUBJECT),
            plain=self._part(template, "txt", language, known).strip() + "\n",
            html=self._part(template, "html", language, known).strip() + "\n",
        )

    def part(self, template: str, part: str, language: str, facts: Mapping[str, Any]) -> str:
        """Return one part of a template, such as the ``body`` of a letter, ending in a line feed.

        Raises ``RenderError``.
        """
        return self._part(template, part, language, cleaned(dict(facts))).strip() + "\n"

    def _part(self, template: str, part: str, language: str, facts: dict[str, Any]) -> str:
        name = f"{template}.{part}.j2"
        shown = f"{language}/{name}"
        if not _NAME.fullmatch(template) or not _NAME.fullmatch(language):
            raise RenderError(one_line(shown, 80), None, "no such template")
        try:
            rendered: str = (
                self._environment(language).get_template(name).render(facts, notice=facts)
            )
        except TemplateSyntaxError as error:
            place = f"{language}/{error.name or name}"
            raise RenderError(place, error.lineno, str(error.message)) from error
        except Exception as error:  # a template may raise anything that Python can
            detail = one_line(f"{type(error).__name__}: {error}")
            raise RenderError(shown, _line(error), detail) from error
        return rendered

    def _environment(self, language: str) -> ImmutableSandboxedEnvironment:
        if language not in self._environments:
            self._environments[language] = _environment(self._folders, language)
        return self._environments[language]


def _environment(folders: list[Path], language: str) -> ImmutableSandboxedEnvironment:
    own = [place for folder in folders for place in (folder / language, folder)]
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader([*own, *(folder / FALLBACK for folder in folders)]),
        undefined=StrictUndefined,
        autoescape=_is_html,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["civil"] = civil_zh if language == "zh" else civil_en
    environment.filters["days"] = days_zh if language == "zh" else days_en
    environment.filters["term"] = term_zh if language == "zh" else term_en
    environment.filters["short"] = one_line
    return environment


def _is_html(name: str | None) -> bool:
    return name is not None and name.endswith(".html.j2")


def _line(error: Exception) -> int | None:
    """Return the line of the template in which an error arose, if it arose in one."""
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if ".j2" in f.filename]
    return lines[-1] if lines else None


def civil_zh(day: str) -> str:
    """Return an ISO date as official documents write it: no leading zeros (GB/T 9704-2012)."""
    on = date.fromisoformat(day)
    return f"{on.year}年{on.month}月{on.day}日"


def civil_en(day: str) -> str:
    """Return an ISO date with the month in words, which no reader takes for another one."""
    on = date.fromisoformat(day)
    return f"{on.day} {_MONTHS[on.month - 1]} {on.year}"


def days_zh(count: int) -> str:
    """Return a number of days without its sign."""
    return f"{abs(count)} 天"


def days_en(count: int) -> str:
    """Return a number of days without its sign."""
    return f"{abs(count)} day" if abs(count) == 1 else f"{abs(count)} days"


def term_zh(term: str) -> str:
    """Return a term such as ``10 workdays`` as official documents write it."""
    amount, unit = term.split()
    return f"{amount}{_TERMS_ZH[unit.removesuffix('s')]}"


def term_en(term: str) -> str:
    """Return a term such as ``10 workdays`` in plain words."""
    return term.replace("workday", "working day")

"""Renders a notice: a whole template per language, the user's own before ours.

Templates are the administrator's files and still run in a sandbox; what they may say is the facts
of the notice alone, cleaned; ``notice`` is all of them together, for macros that take a notice.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, Template, TemplateSyntaxError

from notifications.cleaning import cleaned, one_line
from notifications.delivery.protocol import RenderError
from notifications.rendering.former import completed
from notifications.rendering.sandbox import Sandbox
from notifications.rendering.spelling import filters_of
from notifications.rendering.witnessing import anchored, sealed
from notifications.words.catalog import cause_text, translate
from notifications.words.outcomes import REPEATED, REPEATED_MARK, SLIM

TEMPLATES = Path(__file__).parents[1] / "templates"
FALLBACK = "en"
LONGEST_SUBJECT = 120
_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")
_PROGRAMS = re.compile(r"[a-z][a-z0-9_]*|\d{4}-\d\d-\d\d(?:T\d\d:\d\d)?")
"""Words and dates that programs write; templates compare them, so they are never escaped."""


_LISTS = ("notes", "rows", "points", "closing")
_NO_TEXTS: dict[str, Any] = {
    **dict.fromkeys(
        ("language", "greeting", "tone", "bar", "subject", "preheader", "mark", "opening"), ""
    ),
    **dict.fromkeys(("asked", "points_head", "commands_head", "commands"), ""),
    **dict.fromkeys(("paper", "rule", "footer", "stamp", "brief"), ""),
    **{name: [] for name in _LISTS},
}
"""What ``texts`` holds where a template says nothing of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A rendered notice: a subject of one line, and the same said plainly and in HTML."""

    subject: str
    plain: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A notice for a messenger: a title of one line, not escaped, and a text in its Markdown."""

    title: str
    text: str


class Renderer:
    """Renders notices; ``overrides`` is a folder of own templates, laid out like ours.

    A template is looked for in ``overrides/LANGUAGE``, ``overrides``, then likewise in ``folder``,
    a channel's own, then in ours. Each is compiled once. ``escape`` makes a text harmless in the
    Markdown of a messenger.
    """

    def __init__(
        self,
        overrides: Path | None = None,
        *,
        folder: Path | None = None,
        escape: Callable[[str], str] | None = None,
    ) -> None:
        self._folders = [place for place in (overrides, folder, TEMPLATES) if place is not None]
        self._escape = escape
        self._environments: dict[str, Sandbox] = {}
        self._templates: dict[tuple[str, str], Template | None] = {}

    def render(self, template: str, language: str, facts: Mapping[str, Any]) -> Text:
        """Return the notice's text in a language, in English where we do not speak it.

        Raises ``RenderError`` with the template and the line at fault.
        """
        known = self._known(template, language, facts)
        repeated = f"{known['repeated']}\n\n" if known["repeated"] else ""
        slim = f"{known['slim']}\n" if known["slim"] else ""
        plain = self._part(template, "txt", language, known).strip()
        foot = f"{known['sealed']}\n" if known["anchor"] not in plain else ""
        return Text(
            subject=self._subject(template, language, known),
            plain=f"{repeated}{plain}\n{slim}{foot}",
            html=self._part(template, "html", language, known).strip() + "\n",
        )

    def chat(self, template: str, language: str, facts: Mapping[str, Any]) -> Chat:
        """Return the notice for a messenger, every fact escaped. Raises ``RenderError``."""
        plain = self._known(template, language, facts)
        known = self._known(template, language, facts, self._escape or str)
        text = self._part(template, "chat", language, known).strip()
        repeated = f"{known['repeated']}\n\n" if known["repeated"] else ""
        return Chat(title=self._subject(template, language, plain), text=repeated + text)

    def part(self, template: str, part: str, language: str, facts: Mapping[str, Any]) -> str:
        """Return one part of a template, such as the ``body`` of a letter, ending in a line feed.

        Raises ``RenderError``.
        """
        self._begin(language)
        known = cleaned(dict(facts))
        known |= _witnessed(facts, language)
        known["notice"] = dict(known)
        return self._part(template, part, language, known).strip() + "\n"

    def _subject(self, template: str, language: str, known: dict[str, Any]) -> str:
        mark = translate(REPEATED_MARK, language) if known["repeated"] else ""
        return one_line(mark + self._part(template, "subject", language, known), LONGEST_SUBJECT)

    def _known(
        self,
        template: str,
        language: str,
        facts: Mapping[str, Any],
        escape: Callable[[str], str] | None = None,
    ) -> dict[str, Any]:
        """Return the facts as templates get them: cleaned, whole, and what codes mean in words.

        ``why`` is what a cause means; ``repeated`` and ``slim`` are what is said of a copy and of a
        mail without its attachment, "" if it is neither; ``texts`` is what ``TEMPLATE.texts.j2``
        says, for every part to put where it belongs. ``anchor`` is the short form of the log's
        latest checkpoint and ``sealed`` the line that says so, "" where nothing is sealed.
        """
        self._begin(language)
        known: dict[str, Any] = cleaned(completed(template, facts))
        _explain(known, language)
        if escape is not None:
            known = _escaped(known, escape)
        known["repeated"] = translate(REPEATED, language) if facts.get("repeated") else ""
        known["slim"] = translate(SLIM, language) if facts.get("slim") else ""
        known |= _witnessed(facts, language)
        known["notice"] = dict(known)
        known["texts"] = self._told(template, language, known)
        return known

    def _told(self, template: str, language: str, known: dict[str, Any]) -> dict[str, Any]:
        name = f"{template}.texts.j2"
        try:
            found = self._found(language, (name,))
            return (
                _NO_TEXTS
                if found is None
                else _NO_TEXTS | self._environment(language).run(found, known)
            )
        except Exception as error:  # a template may raise anything that Python can
            raise _blamed(error, language, name) from error

    def _part(self, template: str, part: str, language: str, facts: dict[str, Any]) -> str:
        name = f"{template}.{part}.j2"
        try:
            found = self._found(language, (name, f"notice.{part}.j2"))
            if found is not None:
                rendered: str = found.render(facts)
                return rendered
        except Exception as error:  # a template may raise anything that Python can
            raise _blamed(error, language, name) from error
        raise RenderError(one_line(f"{language}/{name}", 80), None, "no such template")

    def _found(self, language: str, names: tuple[str, ...]) -> Template | None:
        """Return the first of these templates that there is."""
        key = (language, names[0])
        if key not in self._templates:
            self._templates[key] = self._sought(language, names)
        return self._templates[key]

    def _sought(self, language: str, names: tuple[str, ...]) -> Template | None:
        if not _NAME.fullmatch(language) or not _NAME.fullmatch(names[0].partition(".")[0]):
            return None
        return self._environment(language).first_of(names)

    def _begin(self, language: str) -> None:
        if _NAME.fullmatch(language):
            self._environment(language).begin()

    def _environment(self, language: str) -> Sandbox:
        if language not in self._environments:
            own = [place for folder in self._folders for place in (folder / language, folder)]
            fallback = [folder / FALLBACK for folder in self._folders]
            loader = FileSystemLoader([*own, *fallback])
            filters = filters_of(language, self._escape)
            self._environments[language] = Sandbox(loader, filters)
        return self._environments[language]


def _witnessed(facts: Mapping[str, Any], language: str) -> dict[str, str]:
    anchor = anchored(str(facts.get("anchor") or ""))
    return {"anchor": anchor, "sealed": sealed(anchor, language)}


def _explain(said: dict[str, Any], language: str) -> None:
    if "cause" in said:
        said["why"] = cause_text(str(said["cause"] or ""), language)
    for item in said.get("items", ()):
        _explain(item, language)


def _escaped(value: Any, escape: Callable[[str], str]) -> Any:
    match value:
        case str():
            return value if not value or _PROGRAMS.fullmatch(value) else escape(value)
        case dict():
            return {key: _escaped(item, escape) for key, item in value.items()}
        case list():
            return [_escaped(item, escape) for item in value]
    return value


def _blamed(error: Exception, language: str, name: str) -> RenderError:
    """Return what a template raised, with its name and the line at fault."""
    if isinstance(error, TemplateSyntaxError):
        return RenderError(f"{language}/{error.name or name}", error.lineno, str(error.message))
    file, line = _place(error)
    return RenderError(
        f"{language}/{file or name}", line, one_line(f"{type(error).__name__}: {error}")
    )


def _place(error: Exception) -> tuple[str, int | None]:
    """Return the template in which an error arose, and the line, if it arose in one."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename.endswith(".j2"):
            return Path(frame.filename).name, frame.lineno
    return "", None

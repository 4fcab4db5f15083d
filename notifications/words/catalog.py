"""Texts for people: a sentence or a label in the language of whoever reads it.

The English sentence is the key. What has no translation is shown in English, and a broken catalog
never hides an error: a message can always be said.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from notifications.words.labels import ACTS, FACTS, KINDS, LETTERS, ROLES, SORTS
from notifications.words.outcomes import CAUSES, CHANNELS, DECISIONS, STATUSES, SWEEPS
from states.errors import Message

LOCALE = Path(__file__).parents[1] / "locale"
DOMAIN = "rectify"
_COMMA = {"zh": "、"}
_COLON = {"zh": "："}

Words = Callable[[str, str], str | None]
"""Gives people's word for the value of a fact, by the fact's name; None where it has none."""

# In which facts of a message a program's name stands for which a word exists. ``name`` is that of
# a fact in the messages listed, and somebody's own word in all others.
_LABELS: Mapping[str, Mapping[str, str]] = {
    "role": ROLES,
    "roles": ROLES,
    "held": ROLES,
    "event": ACTS,
    "channel": CHANNELS,
    "how": DECISIONS,
    "sort": SORTS,
    "kind": KINDS,
    "expected": KINDS,
}
_NAMING_A_FACT = frozenset(
    {"fact_unknown", "fact_missing", "fact_wrong", "remainder_unnamed", "person_unknown"}
)


def translate(text: str, language: str) -> str:
    """Return an English text in a language; the text itself where there is no translation."""
    return _catalog(language)(text) if text else ""


def sentence(message: Message, language: str, words: Words | None = None) -> str:
    """Return what a message says, in a language, without its place.

    ``words`` may name what only its caller knows, such as persons, events and states. The facts
    are put in as they are: braces in them mean nothing.
    """
    saying = _Saying(message, language, words)
    return _Forgiving().vformat(translate(message.text, language), (), saying)


def role_label(name: str, language: str) -> str:
    """Return people's word for a role."""
    return translate(ROLES.get(name, name), language)


def letter_label(kind: str, language: str) -> str:
    """Return people's word for a kind of letter."""
    return translate(LETTERS[kind], language) if kind in LETTERS and language != "zh" else kind


def status_label(name: str, language: str) -> str:
    """Return people's word for the status of a notice."""
    return translate(STATUSES.get(name, name), language)


def channel_label(name: str, language: str) -> str:
    """Return people's word for a channel."""
    return translate(CHANNELS.get(name, name), language)


def decision_label(name: str, language: str) -> str:
    """Return people's word for how it was decided what became of a message."""
    return translate(DECISIONS.get(name, name), language)


def sweep_label(name: str, language: str) -> str:
    """Return people's word for what the daemon does at intervals."""
    return translate(SWEEPS.get(name, name), language)


def fact_label(name: str, language: str) -> str:
    """Return people's word for the name of a fact, such as ``duties[1].first_due``."""
    parts = []
    for part in name.split("."):
        word, bracket, position = part.partition("[")
        parts.append(translate(FACTS.get(word, word), language) + bracket + position)
    return ".".join(parts)


def cause_text(cause: str, language: str) -> str:
    """Return why a notice is not delivered: codes with a colon after each, then details.

    Details are what a server or the system said, and stay as they are.
    """
    code, colon, rest = cause.partition(": ")
    if code not in CAUSES:
        return cause
    said = translate(CAUSES[code], language)
    return said + _COLON.get(language, ": ") + cause_text(rest, language) if colon else said


@cache
def _catalog(language: str) -> Callable[[str], str]:
    import gettext  # when first needed: the library alone never translates

    path = LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.mo"
    if not language.isalpha():
        return str
    try:
        with path.open("rb") as stream:
            return gettext.GNUTranslations(stream).gettext
    except Exception:  # absent or damaged: an error must be sayable all the same
        return str


class _Saying(Mapping[str, object]):
    """The facts of a message as they are said in a language; one that is not there stays open."""

    def __init__(self, message: Message, language: str, words: Words | None) -> None:
        self._message = message
        self._language = language
        self._words = words

    def __getitem__(self, name: str) -> object:
        value = self._message.facts.get(name, f"{{{name}}}")
        if isinstance(value, list | tuple):
            comma = _COMMA.get(self._language, ", ")
            return comma.join(self._each(name, item) for item in value)
        if value is None:
            return "–"
        return value if isinstance(value, int) else self._said(name, str(value))

    def __iter__(self) -> Any:
        return iter(self._message.facts)

    def __len__(self) -> int:
        return len(self._message.facts)

    def _each(self, name: str, item: object) -> str:
        if isinstance(item, Message):  # a message may give others as its reasons
            return sentence(item, self._language, self._words)
        return self._said(name, str(item))

    def _said(self, name: str, value: str) -> str:
        if self._words is not None and (word := self._words(name, value)) is not None:
            return word
        if name == "name" and self._message.code in _NAMING_A_FACT:
            return fact_label(value, self._language)
        label = _LABELS.get(name, {}).get(value)
        return value if label is None else translate(label, self._language)


class _Forgiving(string.Formatter):
    """Fills in names alone: no attributes, no items; a format that does not fit is left out."""

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> tuple[object, str]:
        return self.get_value(field_name, args, kwargs), field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        try:
            return format(value, format_spec)
        except (ValueError, TypeError):
            return str(value)

"""The packaged library of terms that rules and offices have stated: data with their sources.

No term is universal, so none is built in: a process names the ones it follows.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from states.term import Term, parse_term


@dataclass(frozen=True, slots=True, kw_only=True)
class TermRule:
    """A term from somewhere: from which ``anchor``, how long, for what, as who states it.

    ``term`` is None where the figure could not be read: it is never guessed. ``applies`` names
    what it was stated for, ``notes`` say it by language. ``confirmed`` is True where the source,
    or a copy of its text, was read; False for excerpts, for single cases and for our own choice.
    """

    name: str
    anchor: str
    term: Term | None
    applies: tuple[str, ...]
    notes: Mapping[str, str]
    source: str
    confirmed: bool


@cache
def term_rules() -> Mapping[str, TermRule]:
    """Return every packaged rule by its name, in the order of the library."""
    text = files("states").joinpath("term_rules.toml").read_text(encoding="utf-8")
    rules = (
        TermRule(
            name=row["name"],
            anchor=row["anchor"],
            term=parse_term(row["term"]) if "term" in row else None,
            applies=tuple(row["applies"]),
            notes={language: row[language] for language in ("zh", "en")},
            source=row["source"],
            confirmed=row["confirmed"],
        )
        for row in tomllib.loads(text)["rule"]
    )
    return {rule.name: rule for rule in rules}

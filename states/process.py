"""The process: the whole table of steps as data, with what is owed in each state and when.

A process is known by the hash of its canonical form, which every entry names: the rules in force
can be looked up for any entry, however old.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from states.canonical import canonical, digest, normalised
from states.ladder import Ladder, Rung

SAME = "="
LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One row of the process.

    ``sources`` are the states it leaves (empty: it creates the issue), ``target`` the state it
    reaches (``=``: it moves no state), ``by`` the roles that may, ``requires`` names of guards,
    ``records`` the effect on the issue, ``notify`` the roles told of it.
    """

    event: str
    sources: tuple[str, ...]
    target: str
    by: tuple[str, ...]
    records: str
    requires: tuple[str, ...] = ()
    notify: tuple[str, ...] = ()

    def reaches(self, source: str) -> str:
        """Return the state in which the step ends when taken from ``source``."""
        return source if self.target == SAME else self.target


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A due rule: ``days`` calendar days from an anchor.

    Anchors: ``cycle`` (feedback, or the day of reopening), ``entered`` (the day of the entry that
    opens the obligation), ``due`` (the issue's own date), ``own`` (the date that the plan states).
    ``at_least`` days are given in any case, counted from the day the obligation is opened: a plan
    returned on the last day, or a report registered late, does not begin overdue.
    """

    anchor: str
    days: int = 0
    at_least: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationRule:
    """While an issue is in one of ``states``, ``role`` owes this for ``each`` of its parts.

    ``source`` says where the term comes from; ``confirmed`` whether that source was read itself.
    """

    kind: str
    states: tuple[str, ...]
    each: str
    role: str
    due: Due
    ladder: str
    source: str = ""
    confirmed: bool = False


@dataclass(frozen=True)
class Process:
    """States, steps, obligations, ladders and labels. ``labels``: language -> sort.name -> text."""

    name: str
    initial: str
    states: tuple[str, ...]
    final: tuple[str, ...]
    deadline: Due
    deadline_source: str
    steps: tuple[Step, ...]
    obligations: tuple[ObligationRule, ...]
    ladders: tuple[Ladder, ...]
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @cached_property
    def body(self) -> bytes:
        """The canonical bytes, which are stored and hashed."""
        # Pairs, because names may be Chinese and keys of the log may not.
        labels = {language: sorted(texts.items()) for language, texts in self.labels.items()}
        return canonical(normalised(asdict(self) | {"labels": labels}))

    @cached_property
    def hash(self) -> str:
        """The name of this very table: SHA-256 of ``body`` in hex."""
        return digest(self.body)

    def __hash__(self) -> int:
        return hash(self.hash)

    @cached_property
    def _index(self) -> dict[tuple[str, str], Step]:
        return {(source, s.event): s for s in self.steps for source in s.sources or ("",)}

    @cached_property
    def _ladder_index(self) -> dict[str, Ladder]:
        return {ladder.name: ladder for ladder in self.ladders}

    @cached_property
    def events(self) -> tuple[str, ...]:
        """Every event, in the order of the table."""
        return tuple(dict.fromkeys(s.event for s in self.steps))

    def step(self, state: str, event: str) -> Step | None:
        """Return the step that the event takes from a state, or None."""
        return self._index.get((state, event))

    def steps_from(self, state: str) -> tuple[Step, ...]:
        """Return the steps that leave a state or stay in it, in the order of the table."""
        return tuple(s for s in self.steps if state in s.sources)

    @cached_property
    def _obligation_index(self) -> dict[str, ObligationRule]:
        return {rule.kind: rule for rule in self.obligations}

    def obligation(self, kind: str) -> ObligationRule | None:
        """Return the rule of that kind of obligation, or None."""
        return self._obligation_index.get(kind)

    def ladder(self, name: str) -> Ladder:
        """Return the ladder of that name. Raises ``KeyError``."""
        return self._ladder_index[name]

    def label(self, language: str, sort: str, name: str) -> str:
        """Return people's word for a name of a sort (state, event, kind); else the name itself."""
        return self.labels.get(language, {}).get(f"{sort}.{name}", name)


@lru_cache(maxsize=64)
def read_process(body: bytes) -> Process:
    """Return the process that canonical bytes hold; the inverse of ``Process.body``."""
    record = json.loads(body)
    return Process(
        name=record["name"],
        initial=record["initial"],
        states=tuple(record["states"]),
        final=tuple(record["final"]),
        deadline_source=record["deadline_source"],
        deadline=Due(**record["deadline"]),
        steps=tuple(Step(**_tupled(step)) for step in record["steps"]),
        obligations=tuple(
            ObligationRule(**_tupled(rule) | {"due": Due(**rule["due"])})
            for rule in record["obligations"]
        ),
        ladders=tuple(
            Ladder(ladder["name"], tuple(Rung(**_tupled(rung)) for rung in ladder["rungs"]))
            for ladder in record["ladders"]
        ),
        labels={language: dict(pairs) for language, pairs in record["labels"].items()},
    )


def _tupled(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record with its lists as the tuples that frozen values hold."""
    return {key: tuple(v) if isinstance(v, list) else v for key, v in record.items()}

"""The process: the whole table of steps as data, with what is owed in each state and when.

A process is known by the hash of its canonical form, which every entry names: the rules in force
can be looked up for any entry, however old.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property, lru_cache
from typing import Any

from states.canonical import canonical, digest, normalised
from states.former_process import is_former, translated
from states.frozen import Struct, asdict
from states.ladder import Ladder, Rung
from states.term import AT_ONCE, MONTHS, Term

SAME = "="
LANGUAGES = ("zh", "en")


class Step(Struct, frozen=True, kw_only=True):
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


class Due(Struct, frozen=True, kw_only=True):
    """A due rule: a term counted from an anchor.

    Anchors: ``cycle`` (feedback, or the day of reopening), ``entered`` (the day of the entry that
    opens the obligation), ``due`` (the issue's own date), ``own`` (the date that the plan states).
    ``at_least`` is given in any case, counted from the day the obligation is opened: a plan
    returned on the last day, or a report registered late, does not begin overdue. ``rule`` names
    the packaged rule that the term was taken from.
    """

    anchor: str
    term: Term = AT_ONCE
    at_least: Term = AT_ONCE
    rule: str = ""


class Deadline(Struct, frozen=True, kw_only=True):
    """How long an issue has where nobody sets a date; ``applies`` names types (empty: all).

    ``source`` says where the term comes from; ``confirmed`` whether that source was read itself.
    """

    due: Due
    applies: tuple[str, ...] = ()
    source: str = ""
    confirmed: bool = False


class ObligationRule(Struct, frozen=True, kw_only=True):
    """While an issue is in one of ``states``, ``role`` owes this for ``each`` of its parts.

    ``applies`` names the types of issue it holds for (empty: all). ``source`` says where the term
    comes from; ``confirmed`` whether that source was read itself.
    """

    kind: str
    states: tuple[str, ...]
    each: str
    role: str
    due: Due
    ladder: str
    applies: tuple[str, ...] = ()
    source: str = ""
    confirmed: bool = False


THREE_MONTHS = Term(3, MONTHS)


class Policy(Struct, frozen=True, kw_only=True):
    """What a process allows and asks for beside its steps.

    At most ``extensions`` granted ones a cycle, none longer than ``longest_extension`` counted
    from the date that stood; look-backs at these terms after acceptance; reopening is proposed
    after ``missed_duties`` occurrences missed in a row (0: never).
    """

    extensions: int = 2
    longest_extension: Term = THREE_MONTHS
    look_backs: tuple[Term, ...] = ()
    missed_duties: int = 0


USUAL = Policy()
"""What a process allows that says nothing of it."""


@dataclass(frozen=True)
class Process:
    """States, steps, obligations, ladders and labels. ``labels``: language -> sort.name -> text.

    ``former`` holds the bytes that it was read from where these are of a former form: they, not
    today's way of writing it down, are what its hash names.
    """

    name: str
    initial: str
    states: tuple[str, ...]
    final: tuple[str, ...]
    deadlines: tuple[Deadline, ...]
    steps: tuple[Step, ...]
    obligations: tuple[ObligationRule, ...]
    ladders: tuple[Ladder, ...]
    policy: Policy = USUAL
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    former: bytes = field(default=b"", repr=False)

    @cached_property
    def body(self) -> bytes:
        """The canonical bytes, which are stored and hashed."""
        if self.former:
            return self.former
        # Pairs, because names may be Chinese and keys of the log may not.
        labels = {language: sorted(texts.items()) for language, texts in self.labels.items()}
        table = (f.name for f in fields(self) if f.name not in ("labels", "former"))
        record = {name: _plain(getattr(self, name)) for name in table} | {"labels": labels}
        for rung in (rung for ladder in record["ladders"] for rung in ladder["rungs"]):
            if not rung["if_unknown"]:
                del rung["if_unknown"]  # what states none is written as before there was one
        return canonical(normalised(record))

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

    def deadline(self, type: str) -> Deadline:
        """Return the rule of the issue's own date for a type of issue: the first that applies."""
        return next(d for d in self.deadlines if not d.applies or type in d.applies)

    def ladder(self, name: str) -> Ladder:
        """Return the ladder of that name. Raises ``KeyError``."""
        return self._ladder_index[name]

    def label(self, language: str, sort: str, name: str) -> str:
        """Return people's word for a name of a sort (state, event, kind); else the name itself."""
        return self.labels.get(language, {}).get(f"{sort}.{name}", name)


def _plain(value: Any) -> Any:
    """Return a value of the table in mappings and tuples of texts and numbers."""
    if isinstance(value, Struct):
        return {name: _plain(part) for name, part in asdict(value).items()}
    return tuple(map(_plain, value)) if isinstance(value, tuple) else value


@lru_cache(maxsize=64)
def read_process(body: bytes) -> Process:
    """Return the process that canonical bytes hold; the inverse of ``Process.body``.

    Bytes of a former form are read too: the process works, and keeps their hash.
    """
    written = json.loads(body)
    former = is_former(written)
    record = translated(written) if former else written
    return Process(
        name=record["name"],
        initial=record["initial"],
        states=tuple(record["states"]),
        final=tuple(record["final"]),
        deadlines=tuple(
            Deadline(**_tupled(row) | {"due": _due(row["due"])}) for row in record["deadlines"]
        ),
        steps=tuple(Step(**_tupled(step)) for step in record["steps"]),
        obligations=tuple(
            ObligationRule(**_tupled(rule) | {"due": _due(rule["due"])})
            for rule in record["obligations"]
        ),
        ladders=tuple(
            Ladder(ladder["name"], tuple(_rung(rung) for rung in ladder["rungs"]))
            for ladder in record["ladders"]
        ),
        policy=_policy(record["policy"]),
        labels={language: dict(pairs) for language, pairs in record["labels"].items()},
        former=body if former else b"",
    )


def _tupled(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record with its lists as the tuples that frozen values hold."""
    return {key: tuple(v) if isinstance(v, list) else v for key, v in record.items()}


def _due(record: Mapping[str, Any]) -> Due:
    terms = {key: Term(**record[key]) for key in ("term", "at_least")}
    return Due(anchor=record["anchor"], rule=record["rule"], **terms)


def _rung(record: Mapping[str, Any]) -> Rung:
    terms = {
        "at": Term(**record["at"]),
        "repeat": tuple(Term(**term) for term in record["repeat"]),
    }
    return Rung(**_tupled(record) | terms)


def _policy(record: Mapping[str, Any]) -> Policy:
    terms = {
        "longest_extension": Term(**record["longest_extension"]),
        "look_backs": tuple(Term(**term) for term in record["look_backs"]),
    }
    return Policy(**dict(record) | terms)

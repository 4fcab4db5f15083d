"""From the rows of a process table to the values they mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from states.issue import TYPES
from states.ladder import Ladder, Rung
from states.lights import COLOURS
from states.process import (
    LANGUAGES,
    Deadline,
    Due,
    ObligationRule,
    Policy,
    Process,
    Step,
)
from states.process_check.names import unknown
from states.process_shape import Fault
from states.term import AT_ONCE, Term, parse_term
from states.term_rules import TermRule, term_rules

Row = Mapping[str, Any]


def process_of(table: Row) -> Process:
    """Return the process of a table whose shape is right; what it lacks at the top stays empty."""
    return Process(
        name=table.get("name", ""),
        initial=table.get("initial", ""),
        states=tuple(s["name"] for s in table["state"]),
        final=tuple(table.get("final", ())),
        deadlines=tuple(Deadline(due=_due(row), **_stated(row, row)) for row in table["deadline"]),
        steps=tuple(_step(s) for s in table["step"]),
        obligations=tuple(_obligation(o) for o in table["obligation"]),
        ladders=tuple(_ladder(x) for x in table["ladder"]),
        policy=_policy(table.get("policy", {})),
        labels={language: _labels(table, language) for language in LANGUAGES},
    )


def _term(row: Row, key: str) -> Term:
    return parse_term(row[key]) if key in row else AT_ONCE


def _rule(row: Row) -> TermRule | None:
    return term_rules().get(row.get("rule", ""))


def _due(row: Row) -> Due:
    rule = _rule(row)
    return Due(
        anchor=row["anchor"],
        term=rule.term if rule is not None and rule.term is not None else _term(row, "after"),
        at_least=_term(row, "at_least"),
        rule=row.get("rule", ""),
    )


def _stated(row: Row, due: Row) -> dict[str, Any]:
    """Return what a row says of its term; where it follows a rule, the rule's word by default."""
    rule = _rule(due)
    return {
        "applies": tuple(row.get("applies", ())),
        "source": row.get("source", rule.source if rule else ""),
        "confirmed": row.get("confirmed", rule.confirmed if rule else False),
    }


def _step(row: Row) -> Step:
    return Step(
        event=row["event"],
        sources=tuple(row["from"]),
        target=row["to"],
        by=tuple(row["by"]),
        records=row["records"],
        requires=tuple(row.get("requires", ())),
        notify=tuple(row.get("notify", ())),
    )


def _obligation(row: Row) -> ObligationRule:
    return ObligationRule(
        kind=row["kind"],
        states=tuple(row["while"]),
        each=row["each"],
        role=row["who"],
        due=_due(row["due"]),
        ladder=row["ladder"],
        **_stated(row, row["due"]),
    )


def _ladder(row: Row) -> Ladder:
    rungs = tuple(
        Rung(
            name=r["name"],
            at=parse_term(r["at"]),
            repeat=tuple(map(parse_term, r.get("repeat", ()))),
            to=tuple(r.get("to", ("holder",))),
            colour=r.get("colour", ""),
            letter=r.get("letter", ""),
            urgent=r.get("urgent", False),
            if_unknown=r.get("if_unknown", ""),
        )
        for r in row["rung"]
    )
    return Ladder(row["name"], rungs)


def _policy(row: Row) -> Policy:
    usual = Policy()
    return Policy(
        extensions=row.get("extensions", usual.extensions),
        longest_extension=(
            parse_term(row["longest_extension"])
            if "longest_extension" in row
            else usual.longest_extension
        ),
        look_backs=tuple(map(parse_term, row.get("look_backs", ()))),
        missed_duties=row.get("missed_duties", usual.missed_duties),
    )


_SORTS = (("state", "state", "name"), ("step", "event", "event"), ("obligation", "kind", "kind"))


def _labels(table: Row, language: str) -> dict[str, str]:
    words = {
        f"{sort}.{row[name]}": row[language]
        for rows, sort, name in _SORTS
        for row in table[rows]
        if language in row
    }
    return words | {
        f"{row['sort']}.{row['name']}": row[language] for row in table["word"] if language in row
    }


def check_words(table: Row) -> Iterator[Fault]:
    """Yield every word that is given for something the process does not have."""
    rungs = [rung for ladder in table["ladder"] for rung in ladder["rung"]]
    named = {
        "rung": {rung["name"] for rung in rungs},
        "letter": {rung["letter"] for rung in rungs if "letter" in rung},
        "colour": set(COLOURS),
        "type": set(TYPES),
    }
    for i, row in enumerate(table["word"]):
        if row["sort"] not in named:
            yield from unknown("sort", (row["sort"],), named, ("word", i, "sort"))
        else:
            yield from unknown(row["sort"], (row["name"],), named[row["sort"]], ("word", i, "name"))


def check_terms(table: Row) -> Iterator[Fault]:
    """Yield what is wrong with how the rows state their terms: a term, or a rule that has one."""
    for i, row in enumerate(table["deadline"]):
        yield from _check_due(row, "deadline", i, "rule")
    for i, row in enumerate(table["obligation"]):
        yield from _check_due(row["due"], "obligation", i, "due")


def _check_due(row: Row, table: str, position: int, key: str) -> Iterator[Fault]:
    place = (table, position, key if key in row or key == "due" else "anchor")
    name, rule = row.get("rule"), _rule(row)
    if name is not None and rule is None:
        facts: dict[str, object] = {"rule": name, "known": tuple(term_rules())}
        yield Fault("rule_unknown", "there is no rule {rule} (known: {known})", facts, *place)
    elif rule is not None and rule.term is None:
        facts = {"rule": rule.name}
        yield Fault(
            "rule_unread",
            "the figure of the rule {rule} could not be read: state a term with after",
            facts,
            *place,
        )
    elif rule is not None and rule.anchor != row["anchor"]:
        facts = {"rule": rule.name, "anchor": rule.anchor}
        yield Fault("rule_anchor", "the rule {rule} counts from: {anchor}", facts, *place)
    if name is not None and "after" in row:
        yield Fault("term_twice", "a term is stated by after or by rule, not by both", {}, *place)
    if name is None and "after" not in row and row["anchor"] in ("cycle", "entered"):
        facts = {"anchor": row["anchor"]}
        yield Fault(
            "term_missing", "how long from {anchor}? it needs after, or rule", facts, *place
        )

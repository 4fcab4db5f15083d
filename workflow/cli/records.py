"""An entry of the log on a line: number, when, who for whom, what, from where to where, why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from states.acts.sealing import ON_SEALS
from states.log import OFFICE
from workflow.cli.language import _, spoken
from workflow.cli.naming import Names
from workflow.cli.terminal.screen import Ink, Part
from workflow.cli.terminal.tables import Column, table
from workflow.engine.reading import legible

if TYPE_CHECKING:
    from states.log import Entry

# Facts worth a place on the line, the first found; the office's acts say whom they are about.
_TELLING = ("reason", "note", "remains", "no_duties", "text", "name")
_ABOUT = (
    *("person", "leader", "department", "role", "unit", "principal", "recorder", "code"),
    *("from_person", "to_person", "due", "type", "after", "verdict"),
)
# What an act of the office says besides: whose account, on which days, who takes over.
_OF_OFFICE = ("account", "since", "until", "on", "successor")
_PERSONS = (
    *("person", "leader", "principal", "recorder", "successor"),
    *("from_person", "to_person"),
)
_NUMBERS = ("measure", "duty", "visit", "letter", "number")


# Of what kind it is, where that tells: which letter was issued, which work has a term of its own.
_KINDS = {"letter": Names.letter, "term": Names.kind}


def entry_table(entries: Sequence[Entry], names: Names, room: int | None) -> list[list[Part]]:
    """Return entries as the lines of a table without headings."""
    columns = [
        Column(title="n", right=True),
        Column(title="at"),
        Column(title="who", least=8),
        Column(title="event"),
        Column(title="told", least=8, wrap=True),
    ]
    rows = [_row(entry, names) for entry in entries]
    if room is not None:  # where lines wrap, these words stay together
        rows = [[*row, str(last).replace("auth: ", "auth:\u00a0")] for *row, last in rows]
    return table(columns, rows, room, headed=False)


def entry_line(entry: Entry, names: Names) -> list[Part]:
    """Return one entry as the parts of a line."""
    return entry_table([entry], names, None)[0]


def _row(entry: Entry, names: Names) -> list[Part]:
    content = entry.content
    return [
        str(entry.n),
        names.when(entry.at),
        who(content["actor"], names),
        Ink(names.event(entry.event), "bold"),
        "  ".join(text for text in (_move(content, names), told(entry, names)) if text),
    ]


def move(entry: Entry, names: Names) -> str:
    """Return from which state to which an entry led; "" if it led to none."""
    return _move(entry.content, names)


def _move(content: Mapping[str, Any], names: Names) -> str:
    before, after = content.get("from", ""), content.get("to", "")
    if before == after:
        return ""
    return f"{names.state(before) if before else ''} → {names.state(after)}".strip()


def who(actor: dict[str, Any], names: Names) -> str:
    """Return who acted, and for whom."""
    person = names.person(actor["person"])
    if "on_behalf_of" not in actor:
        return person
    return _("{person} for {principal}").format(
        person=person, principal=names.person(actor["on_behalf_of"])
    )


def told(entry: Entry, names: Names, *, auth: bool = True) -> str:
    """Return what an entry says: whom or what it is about, and the reason.

    ``auth`` adds that nobody's account was proven, where the database is for trials. Raises
    ``Invalid`` where its facts are none of its event.
    """
    with legible(entry.stream, entry.n):
        return "  ".join(_told(entry, names, auth=auth))


def _told(entry: Entry, names: Names, *, auth: bool) -> list[str]:
    facts: Mapping[str, Any] = entry.facts
    if entry.content.get("records") == "registration":
        facts = {}
    if entry.event in ON_SEALS:  # the note that hands it on is for programs
        facts = {"text": _key(facts)}
    number = next((facts[name] for name in _NUMBERS if facts.get(name)), None)
    parts = [f"#{number}"] if number else []
    if said := _KINDS.get(entry.content.get("records", "")):
        parts.append(said(names, facts["kind"]))
    about = (*_ABOUT, *_OF_OFFICE) if entry.stream == OFFICE else _ABOUT
    parts += [_fact(names, name, facts[name]) for name in about if facts.get(name)]
    parts += _of_sending(facts) if entry.stream == OFFICE else []
    parts += [str(facts[name]) for name in _TELLING if facts.get(name)][:1]
    if auth and entry.content["actor"]["auth"] == TRIAL:
        parts.append("auth: trial")
    return parts


TRIAL = "trial"
_NAMED = 2  # messages that a line names; the log itself names all


def _of_sending(facts: Mapping[str, Any]) -> list[str]:
    """Return what an act about messages says: which rounds, how many messages, what of them."""
    from notifications.words.catalog import decision_label

    said = [str(named["code"]) for named in facts.get("rounds", ())]
    if facts.get("stop"):
        said.append(_("sending goes on"))
    if notices := facts.get("notices", ()):
        keys = [str(named["key"]) for named in notices]
        said.append(_("messages: {count}").format(count=len(keys)))
        said += [*keys[:_NAMED], *["…"] * (len(keys) > _NAMED)]
    if decision := facts.get("decision"):
        said.append(decision_label(str(decision), spoken()))
    return said


def _key(facts: Mapping[str, Any]) -> str:
    said = _fingerprint(str(facts["key"]))
    if "recovery" not in facts:
        return said
    return _("{key} by the recovery key {recovery}").format(
        key=said, recovery=_fingerprint(str(facts["recovery"]))
    )


def _fingerprint(key: str) -> str:
    from states.signed_note import read_key

    try:
        return f"{read_key(key).fingerprint[:16]}…"
    except ValueError:
        return "?"


def _fact(names: Names, name: str, value: Any) -> str:
    if name in _PERSONS:
        return names.person(str(value))
    return names.role(str(value)) if name == "role" else str(value)


def entry_json(entry: Entry) -> dict[str, Any]:
    """Return an entry for programs: its content as hashed, and its hash."""
    return {**entry.content, "hash": entry.hash}

"""``preview``: who will be told what, on which day and why, before anything acts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any

from states.frozen import replace
from workflow.cli.lamps import lamp
from workflow.cli.language import N_, _
from workflow.cli.naming import Names, dated, iso, names_of, weekday
from workflow.cli.opening import opened
from workflow.cli.options import Period, as_of_option, json_option
from workflow.cli.speaking import command, option
from workflow.cli.terminal.screen import Ink, Part, err, out, out_json, room
from workflow.cli.terminal.tables import Column, table

if TYPE_CHECKING:
    from workflow.engine.previewing import Planned, PlannedItem, Preview

DEFAULT_DAYS = 30
NOBODY = "-"


@command(
    "preview",
    help=N_(
        "Show which reminders will go to whom, day by day, if nothing is done until then: what it "
        "is about, by which rung of the ladder, with which letter. Everything for one person on "
        "one day is one message. Nothing is sent, nothing is written."
    ),
    fields=(
        "from, until, messages: [{on, person: {id, name}, reaches, items: [{issue, kind, what, "
        "subject, due, provisional, rung, nth, colour, letter, urgent, stands_for: {id, name}}]}], "
        "persons: [{person: {id, name}, messages, items, most_on_a_day}]; person is null where "
        "nobody could be told, reaches false where a person has no address: that counts as no "
        "message"
    ),
)
@option("--days", type=Period(), metavar="90d", help=N_("How far to look ahead; default: 30d."))
@option("--person", metavar="PERSON", help=N_("Only what this person will receive."))
@as_of_option
@json_option
def preview(days: int | None, person: str | None, as_json: bool) -> None:
    """Show who will be told what, and when."""
    app = opened()
    names = names_of(app)
    planned = _together(app.engine.preview(DEFAULT_DAYS if days is None else days))
    if person is not None:
        planned = _of(planned, _person(names, person))
    if as_json:
        out_json(_json(planned, names))
        return
    for on, messages in groupby(planned.messages, key=lambda message: message.on):
        out(Ink(f"{on}  {weekday(on)}", "bold"))
        _show_day(list(messages), names)
    if not planned.messages:
        err(_("Until {day} nobody will be told anything.").format(day=planned.last))
        return
    _show_sums(planned.messages, names)
    err(_("Until {day}, if nothing is done; nothing was sent.").format(day=planned.last))


def _person(names: Names, text: str) -> str:
    """Return the id of the person meant. Raises ``NotFound``."""
    from states.errors import Message, NotFound
    from workflow.cli.meaning import person_id

    id = person_id(names.people, text)
    if id is None or id not in names.people:
        unknown = Message(
            "no_person",
            "there is no person {name}; there are: {known}",
            {"name": text, "known": tuple(names.people)[:20] or ("–",)},
        )
        raise NotFound(unknown)
    return id


def _together(planned: Preview) -> Preview:
    """Return a preview in which what reaches nobody stands together, by person and day."""
    found: dict[tuple[date, str, int], Planned] = {}
    for number, message in enumerate(planned.messages):
        key = (message.on, message.person, number if message.reaches else -1)
        before = found.get(key)
        items = (*before.items, *message.items) if before else message.items
        found[key] = replace(message, items=items)
    return replace(planned, messages=tuple(found.values()))


def _of(planned: Preview, person: str) -> Preview:
    return replace(planned, messages=tuple(m for m in planned.messages if m.person == person))


def _show_day(messages: Sequence[Planned], names: Names) -> None:
    columns = [Column(title=""), Column(title="", least=20, wrap=True)]
    for message in messages:
        out("  ", _addressee(names, message))
        for parts in table(columns, _rows(message, names), room(4), headed=False):
            out("    ", *parts)


def _rows(message: Planned, names: Names) -> list[list[Part]]:
    """Return the lines of a message; what is the same of several issues is said once."""
    alike: dict[PlannedItem, list[PlannedItem]] = {}
    for item in sorted(message.items, key=_by_number):
        alike.setdefault(replace(item, issue="", subject=""), []).append(item)
    return [[_light(one, names), _told(one, items, names)] for one, items in alike.items()]


def _by_number(item: PlannedItem) -> tuple[str, int, str]:
    code, _dash, number = item.issue.rpartition("-")
    return code, int(number) if number.isdecimal() else 0, item.subject


def _light(item: PlannedItem, names: Names) -> Part:
    return lamp(item.colour, names, room=room()) if item.colour else ""


def _told(item: PlannedItem, items: Sequence[PlannedItem], names: Names) -> str:
    """Return what a message says of the issues: the work, its date, the letter, the issues."""
    said = names.kind(item.kind) if item.due else names.event(item.kind)
    if item.stands_for:
        said = _("{what} (for {person})").format(what=said, person=names.person(item.stands_for))
    if item.due:
        said = _("{what}, until {day}").format(what=said, day=dated(item.due, item.provisional))
    if item.letter:
        said = _("{letter}: {what}").format(letter=names.letter(item.letter), what=said)
    return said + _(": ") + _(", ").join(map(_where, items))


def _where(item: PlannedItem) -> str:
    number = item.subject.partition(".")[0]
    return f"{item.issue} ({number})" if number else item.issue


def _name(names: Names, person: str) -> Part:
    return Ink(_("nobody"), "red") if person == NOBODY else names.person(person)


def _addressee(names: Names, message: Planned) -> Part:
    if message.reaches or message.person == NOBODY:
        return _name(names, message.person)
    return Ink(_("{person} (no address)").format(person=names.person(message.person)), "red")


def _show_sums(messages: Iterable[Planned], names: Names) -> None:
    heads = [
        Column(title=_("person"), least=8),
        Column(title=_("messages"), right=True),
        Column(title=_("reminders"), right=True),
        Column(title=_("most on a day"), right=True, spare=1),
    ]
    rows: list[list[Part]] = [
        [_name(names, person), str(count), str(items), str(most)]
        for person, count, items, most in _sums(messages)
    ]
    out()
    for parts in table(heads, rows, room()):
        out(*parts)


def _sums(messages: Iterable[Planned]) -> list[tuple[str, int, int, int]]:
    """Return per person: messages that reach them, reminders, and most messages on one day."""
    counted, items, most = Counter[str](), Counter[str](), Counter[str]()
    daily = Counter[tuple[str, date]]()
    for message in messages:
        person = message.person
        items[person] += len(message.items)
        counted[person] += message.reaches
        daily[person, message.on] += message.reaches
        most[person] = max(most[person], daily[person, message.on])
    order = sorted(items, key=lambda person: (-counted[person], person))
    return [(person, counted[person], items[person], most[person]) for person in order]


def _person_json(names: Names, person: str | None) -> dict[str, str] | None:
    known = person not in (None, "", NOBODY)
    return {"id": str(person), "name": names.person(person)} if known else None


def _json(planned: Preview, names: Names) -> dict[str, Any]:
    return {
        "from": iso(planned.first),
        "until": iso(planned.last),
        "messages": [
            {
                "on": iso(message.on),
                "person": _person_json(names, message.person),
                "reaches": message.reaches,
                "items": [_item_json(item, names) for item in message.items],
            }
            for message in planned.messages
        ],
        "persons": [
            {
                "person": _person_json(names, person),
                "messages": count,
                "items": items,
                "most_on_a_day": most,
            }
            for person, count, items, most in _sums(planned.messages)
        ],
    }


def _item_json(item: PlannedItem, names: Names) -> dict[str, Any]:
    return {
        "issue": item.issue,
        "kind": item.kind,
        "what": names.kind(item.kind) if item.due else names.event(item.kind),
        "subject": item.subject or None,
        "due": iso(item.due),
        "provisional": item.provisional,
        "rung": item.rung,
        "nth": item.nth,
        "colour": item.colour or None,
        "letter": item.letter or None,
        "urgent": item.urgent,
        "stands_for": _person_json(names, item.stands_for),
    }

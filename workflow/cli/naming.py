"""People's words for what programs call by a name: persons, states, events, roles, moments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, tzinfo
from typing import TYPE_CHECKING, Protocol

from states.attempt import CLOCK_PERSON
from states.frozen import Struct
from workflow.cli.language import N_, _, spoken

if TYPE_CHECKING:
    from states.errors import Message
    from states.issue import Obligation
    from states.office import Person
    from states.process import Process
    from workflow.bootstrap import App
    from workflow.engine.reading import View


class Typed(Protocol):
    """An issue, or a line of a list, as far as its type is spoken of."""

    @property
    def type(self) -> str:
        """The type's name."""

    @property
    def long_term(self) -> bool:
        """True if it is to be kept up for ever."""


# Where the process has no words of its own for them.
_TYPES = {
    "immediate": N_("at once"),
    "dated": N_("by a date"),
    "staged": N_("in stages"),
}


class Standing(Protocol):
    """An issue, or a line of a list, as far as its state is spoken of."""

    @property
    def state(self) -> str:
        """The state's name."""

    @property
    def remains(self) -> bool:
        """True while something is left of a basic completion."""


_PERSONS = frozenset({"person", "principal", "recorder", "leader"})


class Names(Struct, frozen=True, kw_only=True):
    """The words for the names of one office, in the language spoken."""

    zone: tzinfo = UTC
    process: Process | None = None
    people: Mapping[str, Person] = {}

    def person(self, id: str | None) -> str:
        """Return a person's name, or the id where there is none; – for nobody."""
        if id == CLOCK_PERSON:
            return _("the clock")
        details = self.people.get(id or "")
        return details.name if details else id or "–"

    def full(self, id: str | None) -> str:
        """Return a person's name with the id by which commands know them."""
        name = self.person(id)
        return name if name == (id or "–") else f"{name} ({id})"

    def state(self, name: str) -> str:
        """Return people's word for a state."""
        return self._label("state", name)

    def standing(self, issue: Standing) -> str:
        """Return where an issue stands; what is only basically completed never reads as done."""
        state = self.state(issue.state)
        return _("{state}, not all done").format(state=state) if issue.remains else state

    def event(self, name: str) -> str:
        """Return people's word for an event of an issue or an act of the office."""
        if self.process and name in self.process.events:
            return self._label("event", name)
        from notifications.words.labels import ACTS

        return _(ACTS[name]) if name in ACTS else name

    def event_and_name(self, name: str) -> str:
        """Return people's word for an event together with what is typed for it."""
        label = self.event(name)
        return name if label == name else f"{label} ({name})"

    def kind(self, name: str) -> str:
        """Return people's word for what is owed."""
        return self._label("kind", name)

    def owed(self, obligation: Obligation) -> str:
        """Return people's word for an obligation, with the number of the part it is about."""
        number = obligation.subject.partition(".")[0]
        return f"{self.kind(obligation.kind)} {number}".rstrip()

    def role(self, name: str) -> str:
        """Return people's word for a role."""
        from notifications.words.catalog import role_label

        return role_label(name, spoken())

    def letter(self, kind: str) -> str:
        """Return people's word for a kind of letter."""
        return self._label("letter", kind)

    def colour(self, name: str) -> str:
        """Return what a colour of the light means; "" where the process says nothing of it."""
        meaning = self._label("colour", name)
        return "" if meaning == name else meaning

    def type_of(self, issue: Typed, *, always: bool = False) -> str:
        """Return the type of an issue in words; "" for an ordinary one unless ``always``."""
        label = self._label("type", issue.type)
        word = _(_TYPES.get(issue.type, label)) if label == issue.type else label
        words = [word] if always or issue.type != "dated" else []
        return _(", ").join([*words, _("kept up for ever")] if issue.long_term else words)

    def when(self, at: datetime) -> str:
        """Return an instant as the office's clock shows it, to the minute."""
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M}"

    def say(self, message: Message) -> str:
        """Return a message in the language spoken, with the words for the names in it."""
        from notifications.words.catalog import sentence

        return sentence(message, spoken(), self._word)

    def _label(self, sort: str, name: str) -> str:
        return self.process.label(spoken(), sort, name) if self.process else name

    def _word(self, fact: str, value: str) -> str | None:
        if fact in _PERSONS and value in self.people:
            return self.full(value)
        if fact == "state":
            return self.state(value)
        if fact in ("event", "events") and self.process and value in self.process.events:
            return self.event_and_name(value)
        return None


def names_of(app: App, ids: Iterable[str] | None = None) -> Names:
    """Return the words of an office: its process in force and its people (of these ids alone)."""
    from workflow.engine.desk import office_of, process_of

    with app.store.reading() as session:
        office = office_of(session)
        process = process_of(session, office.process)
        people = session.people(None if ids is None else list(ids))
    return Names(zone=app.zone, process=process, people=people)


def names_for(app: App, view: View) -> Names:
    """Return the words for one issue: those of the process it runs by."""
    return Names(zone=app.zone, process=view.process, people=view.people)


def days(days_left: int | None) -> str:
    """Return how far away a date is, in words."""
    if days_left is None:
        return "–"
    if days_left == 0:
        return _("today")
    if abs(days_left) == 1:
        return _("1 day left") if days_left > 0 else _("1 day late")
    text = _("{days} days left") if days_left > 0 else _("{days} days late")
    return text.format(days=abs(days_left))


def left(days_left: int | None) -> str:
    """Return how far away a date is, as briefly as a column wants it."""
    if days_left is None:
        return "–"
    if days_left == 0:
        return _("today")
    return (_("{days} d") if days_left > 0 else _("{days} d late")).format(days=abs(days_left))


def iso(day: date | None) -> str | None:
    """Return a date for JSON."""
    return day.isoformat() if day else None


def shown(day: date | None) -> str:
    """Return a date for people; – where there is none."""
    return day.isoformat() if day else "–"


_WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))


def weekday(day: date) -> str:
    """Return the day of the week, briefly."""
    return _(_WEEKDAYS[day.weekday()])


def dated(day: date | None, provisional: bool) -> str:
    """Return a date for a column; one that a notice may still move says so."""
    return _("{day} prov.").format(day=day) if day and provisional else shown(day)


def person_json(names: Names, id: str | None) -> dict[str, str] | None:
    """Return a person for programs; None for nobody."""
    return None if id is None else {"id": id, "name": names.person(id)}

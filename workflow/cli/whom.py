"""Who may act on an issue and who owes something on it, with their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from notifications.planning.audience import Audience
from states.rules import Rules
from workflow.cli.language import _
from workflow.cli.naming import Names, names_for

if TYPE_CHECKING:
    from states.issue import Obligation
    from workflow.bootstrap import App
    from workflow.engine.reading import View

MOST_NAMES = 3


@dataclass(frozen=True, slots=True)
class Whom:
    """The people around one issue."""

    audience: Audience
    names: Names

    def may(self, roles: Sequence[str]) -> str:
        """Return roles with the names of those who stand in them: supervisor Li, leader Zhou."""
        return _("; ").join(self._role(role) for role in roles)

    def _role(self, role: str) -> str:
        people = [self._standing(person, role) for person in self.audience.in_role(role)]
        if not people:
            return self.names.role(role)
        more = " …" if len(people) > MOST_NAMES else ""
        return f"{self.names.role(role)} {_(', ').join(people[:MOST_NAMES])}{more}"

    def _standing(self, person: str, role: str) -> str:
        """Return a person's name; a successor can do nothing before the work is handed over."""
        name = self.names.person(person)
        if role in self.audience.office.roles(person, self.audience.issue.unit):
            return name
        return _("{person} (after a handover)").format(person=name)

    def left_by(self, person: str) -> tuple[str, ...]:
        """Return those who have left and whose work on the issue a person succeeds to, but which
        is not handed over."""
        named = {self.audience.named(o) for o in self.audience.issue.obligations} - {None, person}
        gone = (one for one in named if self.audience.successor(one) == person)
        return tuple(sorted(one for one in gone if one is not None))

    def owes(self, obligation: Obligation) -> str:
        """Return the names of those who owe an obligation, or that nobody does."""
        people = self.audience.holders(obligation)
        if not people:
            return _("nobody holds this role")
        return _(", ").join(self.names.person(person) for person in people)


def whom(app: App, view: View) -> Whom:
    """Return the people around an issue as it stands."""
    audience = Audience(
        issue=view.issue,
        rules=Rules(process=view.process, calendar=view.calendar),
        office=app.engine.office(),
        people=view.people,
        channels=(),
        now=app.clock(),
        today=view.today,
    )
    return Whom(audience, names_for(app, view))

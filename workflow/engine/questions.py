"""Everything that can be asked, on any store: it changes nothing and needs no identity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflow.engine import reading
from workflow.engine.desk import Desk, calendar_of, office_of
from workflow.values import Filter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime
    from typing import Any

    from states.calendar import Calendar
    from states.errors import Option
    from states.issue import Issue
    from states.log import Entry
    from states.office import Office, Person
    from states.process import Process
    from workflow.engine.accounting import Due
    from workflow.engine.alarming import Alarm
    from workflow.engine.asking import Owed
    from workflow.engine.explaining import Explained
    from workflow.engine.figures import Figures
    from workflow.engine.handing import Held
    from workflow.engine.judging import Judgement
    from workflow.engine.lettering import SentLetter
    from workflow.engine.previewing import Preview
    from workflow.engine.proving import How, Tell, Verdict
    from workflow.engine.reading import Line, View
    from workflow.engine.recalculating import Foresight
    from workflow.engine.redacting import Traces
    from workflow.engine.releasing import HeldRound
    from workflow.engine.signs.gathering import Scope
    from workflow.engine.signs.sign import Sign
    from workflow.identity import Identity
    from workflow.seeking import Seeking
    from workflow.values import Beat, Circuit, Delivery, Halt, Sent


class Questions:
    """Questions on one store, each answered from one consistent state of it.

    They raise ``NotFound`` before the office is founded and for what is not there. What a method
    needs is imported when it is first called: a list does not wait for the state machine
    (benchmark ``cli_start``).
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    # ---------------------------------------------------------------- the office

    def office(self) -> Office:
        """Return the office: people by id, grants, rounds, process and calendar in force."""
        with self.desk.store.reading() as session:
            return office_of(session)

    def people(self) -> dict[str, Person]:
        """Return the details of everybody, by id."""
        with self.desk.store.reading() as session:
            return session.people()

    def calendar(self) -> Calendar:
        """Return the calendar in force; a plain week if the office has adopted none."""
        with self.desk.store.reading() as session:
            return calendar_of(session, office_of(session).calendar)

    # ---------------------------------------------------------------- issues

    def lines(self, wanted: Filter | None = None) -> list[Line]:
        """Return the issues that pass a filter, each with its light."""
        return reading.lines(self.desk, wanted or Filter())

    def issues(self, wanted: Filter | None = None) -> list[Issue]:
        """Return the issues that pass a filter, whole, ordered by round and number."""
        return reading.issues(self.desk, wanted or Filter())

    def view(self, issue: str) -> View:
        """Return one issue as it stands."""
        return reading.view(self.desk, issue)

    def key_of(self, text: str) -> str:
        """Return the key that a person means by a whole key or a bare number."""
        return reading.key_of(self.desk, text)

    def choices(
        self, issue: str, by: Identity, facts: Mapping[str, Any] | None = None
    ) -> list[Option]:
        """Return every event of the issue's state, with what the acting person still misses."""
        from workflow.engine import asking

        return asking.choices(self.desk, issue, by, facts)

    def log(self, stream: str) -> list[Entry]:
        """Return the entries of an issue, or of the office (``@office``)."""
        return reading.entries(self.desk, stream)

    def replay(self, issue: str, at: datetime | None = None) -> View:
        """Return an issue rebuilt from its log, as of an instant if one is given."""
        from workflow.engine import asking

        return asking.replayed(self.desk, issue, at)

    # ---------------------------------------------------------------- time

    def owed(self, within_days: int | None = None) -> list[Owed]:
        """Return what is owed and by whom, the nearest date first."""
        from workflow.engine import asking

        return asking.owed(self.desk, within_days)

    def explain(self, issue: str) -> Explained:
        """Return how each date of an issue came about, counted day by day."""
        from workflow.engine import explaining

        return explaining.explain(self.desk, issue)

    def preview(self, days: int) -> Preview:
        """Return who will receive what and why, today and after it, if nothing is done."""
        from workflow.engine import previewing

        return previewing.preview(self.desk, days)

    def foresee(
        self, calendar: Calendar | None = None, process: Process | None = None
    ) -> Foresight:
        """Return which dates another calendar, or another process, would move."""
        from workflow.engine import recalculating

        return recalculating.foresee(self.desk, calendar, process)

    def figures(self, round: str | None = None, unit: str | None = None) -> list[Figures]:
        """Return the figures of each round and unit, against dates in force and original ones."""
        from workflow.engine import figures

        return figures.figures(self.desk, round, unit)

    # ---------------------------------------------------------------- people and papers

    def alarms(self) -> list[Alarm]:
        """Return what waits on nobody, or on somebody who cannot be reached."""
        from workflow.engine import alarming

        return alarming.alarms(self.desk)

    def held(self, person: str) -> Held:
        """Return everything that a person holds: what a handover would move."""
        from workflow.engine import handing

        return handing.held(self.desk, person)

    def letters(self, issue: str | None = None) -> list[SentLetter]:
        """Return the letters issued, of one issue or of all."""
        from workflow.engine import lettering

        return lettering.letters(self.desk, issue)

    def letter_text(self, sha256: str) -> str | None:
        """Return the text of a letter by its hash, or None."""
        from workflow.engine import lettering

        return lettering.letter_text(self.desk, sha256)

    def notices(self, issue: str | None = None) -> list[Sent]:
        """Return notices with what became of them, oldest first."""
        with self.desk.store.reading() as session:
            return session.notices(issue)

    def seek(self, seeking: Seeking) -> list[Sent]:
        """Return the notices that are looked for, with what became of them, oldest first."""
        with self.desk.store.reading() as session:
            return session.seek(seeking)

    def seek_count(self, seeking: Seeking) -> Mapping[tuple[str, str], int]:
        """Return how many such notices there are in all, by status and issue."""
        with self.desk.store.reading() as session:
            return session.seek_count(seeking)

    # ---------------------------------------------------------------- sending

    def notice(self, id: int) -> Sent:
        """Return one notice, by its number, with what became of it."""
        from workflow.engine import failing

        with self.desk.store.reading() as session:
            return failing.sent_of(session, id)

    def items(self, id: int) -> list[Sent]:
        """Return the items of a message of the day; of any other notice there are none."""
        from workflow.engine import failing

        with self.desk.store.reading() as session:
            return session.items(failing.sent_of(session, id).notice.key)

    def trail(self, id: int) -> list[Delivery]:
        """Return what became of a notice step by step, oldest first."""
        with self.desk.store.reading() as session:
            return session.deliveries(id)

    def message(self, id: int) -> bytes | None:
        """Return the very bytes of a notice, None as long as it was not rendered."""
        with self.desk.store.reading() as session:
            return session.message(id)

    def unresolved(self) -> list[Sent]:
        """Return the messages that failed and of which nobody has taken note, oldest first."""
        with self.desk.store.reading() as session:
            return session.unresolved()

    def held_rounds(self) -> list[HeldRound]:
        """Return the rounds of which nothing is sent yet, with how much waits for how many."""
        from workflow.engine import releasing

        return releasing.held_rounds(self.desk)

    def try_hand_over(
        self, giver: str, taker: str, facts: Mapping[str, Any], by: Identity
    ) -> tuple[str, ...]:
        """Return the issues that a handover would move. Raises what the handover would."""
        from workflow.engine import handing

        return handing.try_hand_over(self.desk, (giver, taker), facts, by)

    def next_message(self, sent: Sent) -> datetime | None:
        """Return from when on what waits is part of a message of the day; None: the next tick makes
        it."""
        from workflow.engine import renewing

        return renewing.next_message(self.desk, sent.notice)

    def stale(self) -> tuple[datetime, datetime]:
        """Return before when a message of the day, and a notice of its own, must have been owed to
        be too old to be sent as it is: the next tick makes it anew."""
        from workflow.engine import bundling

        return bundling.stale(self.desk)

    def halt(self) -> Halt | None:
        """Return since when and why nothing is sent, None if sending goes on."""
        with self.desk.store.reading() as session:
            return session.halt()

    def circuits(self) -> list[Circuit]:
        """Return the servers that failed last time."""
        with self.desk.store.reading() as session:
            return session.circuits()

    def beats(self) -> list[Beat]:
        """Return when each sweep of each node has last run."""
        with self.desk.store.reading() as session:
            return session.beats()

    # ---------------------------------------------------------------- proof

    def account(self, day: date) -> list[Due]:
        """Return everybody who should have been told of something on a day, and what came of it."""
        from workflow.engine import accounting

        return accounting.account(self.desk, day)

    def traces(self, person: str) -> Traces:
        """Return which entries and letters name a person: what nobody can erase."""
        from workflow.engine import redacting

        return redacting.traces(self.desk, person)

    def separation(
        self, wanted: Callable[[Mapping[str, str]], bool] = lambda facts: True
    ) -> tuple[list[Judgement], bool]:
        """Return every judgement of the log with whose work it judged, and whether all is trial.

        ``wanted`` looks at the facts with which an issue was registered.
        """
        from workflow.engine import separating

        with self.desk.store.reading() as session:
            return separating.separation(session, wanted)

    def signs(self, scope: Scope, only: Sequence[str] = ()) -> list[Sign]:
        """Return the questions that the log raises about paper rectification, never verdicts."""
        from workflow.engine import signs

        with self.desk.store.reading() as session:
            return signs.signs(session, scope, only)

    def verify(self, how: How | None = None, tell: Tell | None = None) -> Verdict:
        """Prove the log, and everything computed from it; ``tell`` hears how far it has come."""
        from workflow.engine import proving

        with self.desk.store.reading() as session:
            return proving.prove(session, how, tell)

"""The steps that time alone brings about, taken by the clock as steps of the process."""

from __future__ import annotations

from notifications.planning.audience import NOBODY
from notifications.planning.lettering import USUAL
from notifications.planning.saying import about_letter
from states.canonical import digest
from states.decision import Decision, decide
from states.errors import Message, NotFound
from states.frozen import replace
from states.issue import Issue, Obligation
from states.ladder import Occurrence
from states.office import Office
from states.rules import Rules
from workflow.engine.desk import THE_CLOCK, Desk, rules_of
from workflow.engine.telling import RECALCULATION, audience_of, changes_of
from workflow.engine.waking import has_letter, reached
from workflow.ports import Awaited, Session

LETTER = "letter"
DUTY_MISSED = "duty_missed"


def clock_event(rules: Rules, state: str, records: str) -> str | None:
    """Return the event by which a process records something in a state; None if it cannot."""
    steps = rules.process.steps_from(state)
    return next((step.event for step in steps if step.records == records), None)


def _event(rules: Rules, issue: Issue, records: str) -> str:
    event = clock_event(rules, issue.state, records)
    if event is None:
        raise _no_step(issue, records)
    return event


def _no_step(issue: Issue, records: str) -> NotFound:
    """Return the error for an issue whose process cannot record what time has brought."""
    return NotFound(
        Message(
            "no_clock_step",
            "{issue}: its process {process} has no step that records {records}",
            {"issue": issue.key, "records": records, "process": issue.process[:12]},
        )
    )


def lapse(desk: Desk, session: Session, waiting: Awaited, office: Office) -> int:
    """Record that a duty's occurrences were missed, all in one entry; return how many.

    Raises ``RectificationError`` if the process does not let it be recorded.
    """
    issue, obligation = waiting.issue, waiting.obligation
    rules = rules_of(session, issue.process, office)
    number = int(obligation.subject.partition(".")[0])
    event = _event(rules, issue, DUTY_MISSED)
    request = f"{obligation.id}/{DUTY_MISSED}"
    attempt = desk.attempt(event, THE_CLOCK, {"duty": number}, request)
    decision = decide(rules, issue, attempt, office)
    session.append(changes_of(desk, session, [decision], office))
    before, after = issue.duty(number), decision.issue.duty(number)
    return after.missed_ever - before.missed_ever if before and after else 1


def wants_letter(
    desk: Desk, office: Office, issue: Issue, obligation: Obligation, owed: Occurrence | None
) -> bool:
    """Return whether a letter is to be issued for what an obligation has reached.

    None is while its round is held: a letter is dated and numbered, and cannot be taken back.
    """
    if desk.letters is None or owed is None or not owed.rung.letter or office.holds(issue.key):
        return False
    return not has_letter(issue, obligation, owed)


def issue_letter(desk: Desk, session: Session, waiting: Awaited, office: Office) -> Issue | None:
    """Issue the letter of the rung reached; return the issue with it, None if there is none to be.

    Raises ``RectificationError`` if it cannot be written or the process does not let it.
    """
    issue, obligation = waiting.issue, waiting.obligation
    audience = audience_of(desk, session, issue, office)
    found = reached(audience.rules, obligation, waiting.wake_on, audience.today)
    owed = found.owed
    if (
        desk.letters is None
        or owed is None
        or not wants_letter(desk, office, issue, obligation, owed)
    ):
        return None
    request = f"{obligation.id}/{owed.rung.name}.{owed.nth}/{LETTER}"
    if session.entry_of(request) is not None:
        return None
    to = audience.addressed(owed.rung.to, obligation)
    if to == (NOBODY,):
        return None  # that nobody can be told is put on record by the reminder
    event = _event(audience.rules, issue, LETTER)
    sealed = session.checkpoint()
    number, lettering = len(issue.letters) + 1, desk.lettering or USUAL
    facts = about_letter(audience, obligation, owed, number, lettering)
    facts["anchor"] = sealed.anchor if sealed else ""
    text = desk.letters.write(owed.rung.letter, facts, audience.language(to[0])).encode()
    said = {
        "kind": owed.rung.letter,
        "sha256": digest(text),
        "obligation": obligation.id,
        "rung": owed.rung.name,
        "to": [{"person": person} for person in to],
    }
    attempt = desk.attempt(event, THE_CLOCK, said, request)
    decision = decide(audience.rules, issue, attempt, office)
    (change,) = changes_of(desk, session, [decision], office)
    session.append([replace(change, letter=text)])
    return decision.issue


def recount(
    desk: Desk, rules: Rules, issue: Issue, office: Office, how: tuple[str, str]
) -> Decision:
    """Count the dates of an issue anew; ``how`` is the reason and the request id.

    Raises ``NotFound`` if the process has no step for it, ``Refused`` if it does not allow it.
    """
    reason, request = how
    event = _event(rules, issue, RECALCULATION)
    attempt = desk.attempt(event, THE_CLOCK, {"reason": reason}, request)
    return decide(rules, issue, attempt, office)

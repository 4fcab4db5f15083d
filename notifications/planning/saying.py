"""What the text of a notice may say: plain values, in the recipient's language, fixed when owed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from operator import attrgetter

from notifications.planning.audience import NOBODY, Audience
from notifications.planning.circumstances import (
    about,
    addressed,
    contacts_of,
    light_now,
    missing,
    standing,
    turns_of,
    work,
)
from notifications.planning.lettering import USUAL, Lettering
from notifications.planning.quoting import Facts, quoted
from states.decision import Decision
from states.issue import Issue, Obligation
from states.ladder import Occurrence, Reached
from states.parts import Letter
from states.term import Term


def about_step(
    audience: Audience, decision: Decision, told: Mapping[str, str | None]
) -> dict[str, Facts]:
    """Return what each recipient is told of a step, and what they now owe on the issue.

    ``told`` says who is told, and for whom they stand in, if for anybody. What is the same for all
    who read a language is put together once.
    """
    owed = [(o, audience.holders(o)) for o in sorted(decision.issue.obligations, key=_by_date)]
    news: dict[str, Facts] = {}
    works: dict[tuple[str, str], Facts] = {}
    said: dict[str, Facts] = {}
    for person, stands_for in told.items():
        language = audience.language(person)
        if language not in news:
            news[language] = _news(audience, decision, language)
        mine = [o for o, holders in owed if (stands_for or person) in holders]
        works |= {
            (language, o.id): work(audience, o, language)
            for o in mine
            if (language, o.id) not in works
        }
        said[person] = {
            **addressed(audience, person),
            **_standing_in(audience, stands_for),
            **news[language],
            "owed": [works[language, o.id] for o in mine],
        }
    return said


_by_date = attrgetter("due")


def _news(audience: Audience, decision: Decision, language: str) -> Facts:
    """Return what everybody is told of a step who reads a language."""
    content = decision.entry.content
    actor = content["actor"]
    by_clock = actor["auth"] == "clock"
    return {
        **standing(audience, language),
        "event": content["event"],
        "event_label": audience.process.label(language, "event", content["event"]),
        "records": content["records"],
        "from_state": audience.process.label(language, "state", content["from"]),
        "actor": None if by_clock else audience.name(actor.get("on_behalf_of", actor["person"])),
        "reason": content["facts"].get("reason"),
        "note": content["facts"].get("note"),
        "said": quoted(audience, decision, language),
    }


def about_rung(
    audience: Audience,
    obligation: Obligation,
    reached: Reached,
    person: str,
    stands_for: str | None = None,
) -> Facts:
    """Return what a recipient is told of an obligation that has reached a rung.

    ``days_left`` and ``workdays_left`` are negative when overdue; ``missed`` counts the earlier
    reminders superseded; ``escalates_on`` is the day from which others than the holders are told;
    ``turns`` is from which day the light has which colour, and the word for it.
    """
    owed = reached.owed
    holders = audience.holders(obligation)
    language = audience.language(person)
    turns = turns_of(audience, obligation, language)
    colour, word = light_now(turns, audience.today)
    return {
        **about(audience, person),
        **_standing_in(audience, stands_for),
        "succeeds": audience.succeeded(obligation, person),
        **work(audience, obligation, language),
        "holders": [audience.name(holder) for holder in holders],
        "is_holder": (stands_for or person) in holders,
        "rung": owed.rung.name if owed else None,
        "rung_label": audience.process.label(language, "rung", owed.rung.name) if owed else None,
        "nth": owed.nth if owed else None,
        "colour": colour,
        "colour_word": word,
        "turns": turns,
        "missed": len(reached.superseded),
        "next_on": reached.next_on.isoformat() if reached.next_on else None,
        "missing": missing(audience, obligation),
        **_following(audience, obligation, owed, language),
        **_escalation(audience, obligation),
    }


def about_letter(
    audience: Audience,
    obligation: Obligation,
    occurrence: Occurrence,
    number: int,
    lettering: Lettering = USUAL,
) -> Facts:
    """Return what the numbered letter of a rung says, in the language of its first addressee."""
    to = audience.addressed(occurrence.rung.to, obligation)
    language, today = audience.language(to[0]), audience.today
    kind = occurrence.rung.letter
    following = _following(audience, obligation, occurrence, language)
    return {
        **about(audience, NOBODY, language),
        **work(audience, obligation, language),
        "holders": [audience.name(holder) for holder in audience.holders(obligation)],
        "missing": missing(audience, obligation),
        "letter_kind": kind,
        "letter_label": audience.process.label(language, "letter", kind),
        "letter_number": number,
        "letter_reference": letter_reference(kind, today.year, audience.issue.key, number),
        "letter_on": today.isoformat(),
        "answer_by": _answer_by(
            audience, obligation, following["next_letter_on"], lettering.answer
        ),
        "answer_time": lettering.time,
        "cycle": audience.issue.cycle,
        "cycle_began": audience.issue.cycle_began.isoformat(),
        "office": lettering.signature or _office(audience),
        "earlier_letters": _earlier(audience, obligation, number),
        **following,
    }


def about_sent(audience: Audience, letter: Letter, person: str) -> Facts:
    """Return what somebody to whom a letter is sent is told of it, beside its text."""
    label = audience.process.label(audience.language(person), "letter", letter.kind)
    return {
        "letter_kind": letter.kind,
        "letter_label": label,
        "letter_number": letter.number,
        "letter_reference": letter_reference(
            letter.kind, letter.on.year, audience.issue.key, letter.number
        ),
        "letter_on": letter.on.isoformat(),
    }


def letter_reference(kind: str, year: int, issue: str, number: int) -> str:
    """Return the reference (文号) of a letter: kind, year in 〔〕, and its number in the issue.

    Source of the form: GB/T 9704-2012, 7.2.5 (year in full, in hexagonal brackets, no 第).
    """
    return f"{kind.removesuffix('函')}〔{year}〕{issue}-{number}号"


def _standing_in(audience: Audience, stands_for: str | None) -> Facts:
    name = None if stands_for is None else audience.name(stands_for)
    return {"stands_for": name, "stands_for_person": stands_for, "succeeds": None}


def _office(audience: Audience) -> str:
    """Return who signs a letter: the unit of whoever supervises the issue."""
    members = audience.office.members
    found = (members[p].unit for p in contacts_of(audience) if p in members)
    return next((unit for unit in found if unit), "")


def _earlier(audience: Audience, obligation: Obligation, number: int) -> list[Facts]:
    """Return the letters issued before for the same work, to whoever owed it then."""
    issue = audience.issue
    same = _same_work(issue, obligation.id)
    return [
        {
            "reference": letter_reference(x.kind, x.on.year, issue.key, x.number),
            "kind": x.kind,
            "on": x.on.isoformat(),
        }
        for x in issue.letters
        if x.number < number and _same_work(issue, x.obligation) == same
    ]


def _same_work(issue: Issue, obligation: str) -> str:
    """Return kind and subject of an obligation's id, without the entry that opened it."""
    return obligation.removeprefix(f"{issue.key}/").partition("/")[2]


def _answer_by(
    audience: Audience, obligation: Obligation, next_letter_on: str | None, answer: Term
) -> str:
    """Return until when a letter is to be answered: the date itself where it is still to come.

    That is a working day before the next letter, which would else cross the answer.
    """
    today, calendar = audience.today, audience.calendar
    if obligation.due > today:
        return obligation.due.isoformat()
    answer_by = calendar.add(today, answer)
    if next_letter_on is not None:
        before = calendar.add(date.fromisoformat(next_letter_on), Term(-1))
        answer_by = min(answer_by, max(before, today))
    return answer_by.isoformat()


def _following(
    audience: Audience, obligation: Obligation, occurrence: Occurrence | None, language: str
) -> Facts:
    """Return the letter that follows if nothing is done, and from which day."""
    after = max(audience.today, occurrence.on) if occurrence else audience.today
    for rung in audience.process.ladder(obligation.ladder).rungs:
        on = audience.calendar.add(obligation.due, rung.at)
        if rung.letter and on > after:
            label = audience.process.label(language, "letter", rung.letter)
            return {"next_letter": label, "next_letter_on": on.isoformat()}
    return {"next_letter": None, "next_letter_on": None}


def _escalation(audience: Audience, obligation: Obligation) -> Facts:
    """Return when somebody else is told for the first time, and who; nothing if never again."""
    known = {*audience.holders(obligation), NOBODY}
    for rung in audience.process.ladder(obligation.ladder).rungs:
        on = audience.calendar.add(obligation.due, rung.at)
        others = [p for p in audience.told(rung.to, obligation) if p not in known]
        if others and on > audience.today:
            names = [audience.name(person) for person in others]
            return {"escalates_on": on.isoformat(), "escalates_to": names}
        known |= set(others)
    return {"escalates_on": None, "escalates_to": []}

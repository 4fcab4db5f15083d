"""Changes as the engine writes them, for the tests of stores: real decisions, given names."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from notifications.notice import Notice
from states.administration import administer
from states.decision import Decision, decide, register
from states.evolution import opened
from states.frozen import replace
from states.issue import Issue
from states.office import Office, Person
from states.process_file import default_process
from tests.cast import REGISTRATION, Facts, an_office, attempt, founding, rules_of
from workflow.ports import Change, OfficeChange, Opened, Store
from workflow.summary import lights_of

PROCESS = default_process()
RULES = rules_of(PROCESS)
OFFICE = an_office(PROCESS)
CREATED_AT = datetime(2023, 3, 1, 1, 2, 3, 456789, tzinfo=UTC)
NOTICE_DAYS = timedelta(days=10)  # how long before its date an obligation is first looked at


def change_of(decision: Decision, *owed: Notice) -> Change:
    """Return what one transaction writes for a decision."""
    content = decision.entry.content
    obligations = [opened(content, record) for record in content["opens"]]
    return Change(
        entry=decision.entry,
        issue=decision.issue,
        opened=tuple(Opened(obligation=o, wake_on=o.due - NOTICE_DAYS) for o in obligations),
        owed=owed,
        lights=lights_of(RULES, decision.issue),
    )


def registered(number: int = 7, *owed: Notice, **facts: Any) -> Change:
    """Return the registration of an issue of that number."""
    code = facts.get("round", REGISTRATION["round"])
    key = f"{code}-{number}"
    tried = attempt("li", "register", {**REGISTRATION, "number": number, **facts})
    return change_of(register(RULES, key, replace(tried, request_id=f"{key}/1"), OFFICE), *owed)


def taken(issue: Issue, person: str, event: str, facts: Facts | None = None, **how: Any) -> Change:
    """Return an event of an issue, the day after its last one; ``request`` names the request."""
    day = issue.at.date() + timedelta(days=1)
    tried = attempt(person, event, facts, day=day)
    request = how.get("request", f"{issue.key}/{issue.n + 1}")
    return change_of(decide(RULES, issue, replace(tried, request_id=request), OFFICE))


def noted(issue: Issue, text: str = "已催办", **how: Any) -> Change:
    """Return a note on an issue."""
    return taken(issue, "li", "note", {"note": text}, **how)


def a_life(number: int = 7) -> list[Change]:
    """Return an issue from its registration to an approved plan: six entries."""
    changes = [registered(number)]
    for person, event, facts in (
        ("li", "assign", {"leader": "zhou", "department": "河长办", "person": "wang"}),
        ("wang", "add_measure", {"text": "修订巡查制度", "due": "2023-04-15"}),
        ("wang", "add_measure", {"text": "开展专项检查", "due": "2023-05-15"}),
        ("wang", "draft_plan", {}),
        ("chen", "approve_plan", {}),
    ):
        changes.append(taken(changes[-1].issue, person, event, facts))
    return changes


def founded() -> OfficeChange:
    """Return the founding of the office by Li, with the process it puts in force."""
    entry, office = administer(None, founding(PROCESS))
    return OfficeChange(
        entry=entry, office=office, person=a_person("li"), salt=b"l" * 32, process=PROCESS.body
    )


def enrolled(office: Office, id: str) -> OfficeChange:
    """Return the enrolment of a person."""
    facts = {"person": id, "unit": "云溪县水务局党组", "commitment": "00" * 32}
    tried = replace(attempt("li", "add_person", facts), request_id=f"{id}/add_person")
    entry, after = administer(office, tried)
    return OfficeChange(entry=entry, office=after, person=a_person(id), salt=id.encode() * 8)


def a_person(id: str, **details: Any) -> Person:
    """Return the details of a person."""
    known = {"name": f"{id}同志", "title": "主任", "addresses": {"mail": f"{id}@office.example"}}
    return Person(id=id, **{**known, **details})


def a_notice(key: str, **fields: Any) -> Notice:
    """Return a notice of that key to Wang by mail."""
    given: dict[str, Any] = {
        "issue": "YX2023-7",
        "template": "due",
        "recipient": "wang",
        "channel": "mail",
        "address": "wang@office.example",
        "language": "zh",
        "created_at": CREATED_AT,
        "facts": {"title": "关于“河道巡查流于形式”问题", "days": 3, "measures": ["一", "二"]},
    }
    return Notice(key=key, **{**given, **fields})


def written(store: Store, *changes: Change) -> None:
    """Append changes in one transaction."""
    with store.writing() as session:
        session.append(changes)


def owed(store: Store, *notices: Notice) -> int:
    """Owe notices in one transaction; return how many were new."""
    with store.writing() as session:
        return session.owe(notices)


def everything(store: Store) -> dict[str, Any]:
    """All that a store gives back, to see that nothing has changed."""
    with store.reading() as session:
        return {
            "rows": list(session.rows()),
            "projected": list(session.projected()),
            "office": session.office(),
            "people": session.people(),
            "processes": session.processes(),
            "calendars": session.calendars(),
            "closed": sorted(session.closed(), key=lambda closed: closed.obligation),
            "notices": session.notices(),
            "awaited": session.awaited(date.max, 1000),
        }

"""Jobs as the outbox hands them out, with the facts of planning; and a channel that keeps them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from notifications.delivery import Job, Outcome
from notifications.notice import ACCEPTED

NOW = datetime(2023, 4, 8, 1, 30, tzinfo=UTC)
ABOUT: dict[str, Any] = {
    "recipient": "王强",
    "recipient_title": "副局长",
    "issue": "YX2023-7",
    "number": 7,
    "round": "YX2023",
    "title": "关于“河道巡查流于形式”问题",
    "aspect": "履行职责方面",
    "unit": "云溪县水务局党组",
    "state": "整改中",
    "issue_due": "2023-05-30",
    "issue_due_original": None,
    "suspended_since": None,
    "stands_for": None,
    "stands_for_person": None,
    "contacts": ["陈静", "李敏"],
    "today": "2023-04-08",
}
WORK: dict[str, Any] = {
    "kind": "finish_measure",
    "role": "responsible",
    "work": "完成整改措施",
    "subject": "修订巡查制度",
    "since": "2023-03-06",
    "due": "2023-04-15",
    "due_original": None,
    "extended": False,
    "provisional": False,
    "days_left": 7,
    "workdays_left": 5,
}
MISSING: dict[str, Any] = {
    "undone": [],
    "unproven": [],
    "undated": [],
    "unclear": [],
    "unplanned": False,
    "duty_unproven": False,
}
REMINDER: dict[str, Any] = {
    **ABOUT,
    **WORK,
    "holders": ["王强"],
    "is_holder": True,
    "rung": "soon",
    "rung_label": "临期提醒",
    "nth": 1,
    "colour": "yellow",
    "colour_word": "临期",
    "turns": [
        ["0001-01-01", "green", "正常"],
        ["2023-04-03", "yellow", "临期"],
        ["2023-04-16", "red", "逾期"],
    ],
    "missed": 0,
    "missing": MISSING,
    "next_on": "2023-04-15",
    "escalates_on": "2023-04-16",
    "escalates_to": ["周明"],
}
OVERDUE: dict[str, Any] = {
    **REMINDER,
    "days_left": -8,
    "workdays_left": -5,
    "today": "2023-04-23",
    "rung": "unresolved",
    "rung_label": "持续督办",
    "nth": 2,
    "colour": "red",
    "colour_word": "逾期",
    "next_on": "2023-04-30",
    "escalates_on": None,
    "escalates_to": [],
}
LETTER_TEXT = "督办函\n督办〔2023〕YX2023-7-1号\n\n云溪县水务局党组：\n\n　　请予办理。\n"
LETTER: dict[str, Any] = {
    **OVERDUE,
    "rung": "overdue",
    "rung_label": "逾期督办",
    "nth": 1,
    "letter_kind": "督办函",
    "letter_label": "督办函",
    "letter_number": 1,
    "letter_reference": "督办〔2023〕YX2023-7-1号",
    "letter_on": "2023-04-23",
    "letter_text": LETTER_TEXT,
}
SAID: dict[str, Any] = dict.fromkeys(
    (
        *("due", "measure", "progress", "visit", "verdict", "duty", "basis", "letter", "after"),
        *("from_person", "to_person", "person", "part", "type", "long_term", "term_of", "days"),
        *("was", "asked", "granted"),
    )
) | {"missed": [], "proposed": False, "type_label": ""}
STEP: dict[str, Any] = {
    **ABOUT,
    "event": "return_plan",
    "event_label": "退回方案",
    "records": "return",
    "from_state": "已拟方案",
    "actor": "陈静",
    "reason": "措施二没有明确责任部门。",
    "note": None,
    "said": SAID,
    "owed": [
        {
            **WORK,
            "kind": "draft_plan",
            "work": "拟定并报送整改方案",
            "subject": None,
            "due": "2023-04-22",
            "days_left": 14,
            "workdays_left": 10,
        }
    ],
}


def a_job(**changes: Any) -> Job:
    """Return a claimed reminder to Wang, with what the test wants otherwise."""
    fields: dict[str, Any] = {
        "id": 1,
        "key": "YX2023-7/5/finish_measure/1/before.1/wang/mail",
        "message_id": "0123456789abcdef0123456789abcdef01234567",
        "template": "reminder",
        "recipient": "wang",
        "channel": "mail",
        "address": "wang@office.example",
        "language": "zh",
        "facts": REMINDER,
        "created_at": NOW,
        "attempts": 1,
        "token": "t1",
    }
    return Job(**(fields | changes))


@dataclass
class Recording:
    """A channel that keeps what it is handed, and does what it is told for a recipient."""

    name: str = "mail"
    idempotent: bool = False
    closed: int = 0
    handed: list[tuple[str, bytes]] = field(default_factory=list)
    composed: list[str] = field(default_factory=list)
    composing: dict[str, Exception | Callable[[], object]] = field(default_factory=dict)
    sending: dict[str, Outcome | BaseException | Callable[[], Outcome]] = field(
        default_factory=dict
    )

    def compose(self, job: Job) -> bytes:
        self.composed.append(job.recipient)
        doing = self.composing.get(job.recipient)
        if isinstance(doing, Exception):
            raise doing
        if doing is not None:
            doing()
        return f"to {job.recipient}, {len(self.composed)}".encode()

    def close(self) -> None:
        self.closed += 1

    def send(self, job: Job, message: bytes, now: datetime) -> Outcome:
        self.handed.append((job.recipient, message))
        answer = self.sending.get(job.recipient, Outcome(status=ACCEPTED))
        if isinstance(answer, BaseException):
            raise answer
        return answer() if callable(answer) else answer

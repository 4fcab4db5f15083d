"""Facts of every kind of notice, made up, with everything that a text can mention."""

from __future__ import annotations

from typing import Any

Facts = dict[str, Any]

ABOUT: Facts = {
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
    "succeeds": None,
    "contacts": ["陈静", "李敏"],
    "today": "2023-04-08",
    "at": "2023-04-08T09:05",
}
WORK: Facts = {
    "kind": "finish_measure",
    "role": "responsible",
    "work": "完成整改措施",
    "subject": "修订巡查制度",
    "part": "1",
    "since": "2023-03-06",
    "due": "2023-04-15",
    "due_original": None,
    "extended": False,
    "provisional": False,
    "days_left": 7,
    "workdays_left": 5,
}
MISSING: Facts = {
    "undone": [],
    "unproven": [],
    "undated": [],
    "unclear": [],
    "unplanned": False,
    "duty_unproven": False,
}
REMINDER: Facts = {
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
    "next_letter": None,
    "next_letter_on": None,
    "escalates_on": "2023-04-16",
    "escalates_to": ["周明"],
}
OVERDUE: Facts = {
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
SENT_LETTER: Facts = {
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
WRITTEN_LETTER: Facts = {
    **{name: value for name, value in SENT_LETTER.items() if name != "letter_text"},
    "answer_by": "2023-04-28",
    "answer_time": "17:30",
    "cycle": 1,
    "cycle_began": "2023-03-01",
    "office": "县委整改办",
    "earlier_letters": [
        {"reference": "提醒〔2023〕YX2023-7-1号", "kind": "提醒函", "on": "2023-04-16"}
    ],
    "next_letter": "告诫函",
    "next_letter_on": "2023-05-04",
}
SAID: Facts = dict.fromkeys(
    (
        *("due", "measure", "progress", "visit", "verdict", "duty", "basis", "letter", "after"),
        *("from_person", "to_person", "person", "part", "type", "long_term", "term_of", "days"),
        *("was", "asked", "granted"),
    )
) | {"missed": [], "proposed": False, "type_label": ""}
STEP: Facts = {
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
OFFICE: Facts = {
    "recipient": "陈静",
    "recipient_title": "",
    "issue": "",
    "today": "2023-04-08",
    "at": "2023-04-08T09:05",
    "contacts": ["李敏"],
}
FAILED: Facts = {
    "id": 12,
    "issue": "YX2023-7",
    "title": "关于“河道巡查流于形式”问题",
    "unit": "云溪县水务局党组",
    "what": "reminder",
    "work": "完成整改措施",
    "due": "2023-04-15",
    "person": "王强",
    "person_id": "wang",
    "channel": "mail",
    "address": "wang@office.example",
    "status": "dead",
    "cause": "recipient_refused: 550 5.1.1 user unknown",
    "since": "2023-04-06",
    "attempts": 1,
}
UNDELIVERED: Facts = {
    **OFFICE,
    "count": 1,
    "again": False,
    "everybody": False,
    "items": [FAILED],
}
STOPPED: Facts = {
    **OFFICE,
    "cause": "storm",
    "ready": 1234,
    "storm": 500,
    "since": "2023-04-08T09:00",
}
CALENDAR: Facts = {
    **OFFICE,
    "years": [2024],
    "calendar": "china",
    "affected": 4,
    "last_on": "2023-12-31",
}
NOTE = (
    """rectify/6f0c1b9e5d7a4f2f
12345
P5ocILfk1abvB9xkdWJqy0p0m3Ww0bqg1dZzv0nq3eM=
suite sha256
at 2023-04-08T00:59:00.000000Z

— rectify/6f0c1b9e5d7a4f2f """
    + "A" * 91
    + "=\n"
)
"""A checkpoint's note in its shape; nobody signed it."""

SHORT_FORM = "12345:3f9a1c20b7e4d5a6"
"""The anchor in the foot of samples."""

ANCHORED: Facts = {
    **OFFICE,
    "size": 12345,
    "root": "3f9a1c20b7e4d5a6",
    "origin": "rectify/6f0c1b9e5d7a4f2f",
    "sealed_at": "2023-04-08T08:59",
    "note_text": NOTE,
    "note_name": "12345-3f9a1c20b7e4d5a6.note",
}
TEST: Facts = {
    **OFFICE,
    "channel": "mail",
    "address": "chen@office.example",
    "actor": "陈静",
}

"""Sample facts of every kind of notice, to try all templates, one's own among them, at once.

They are made up, and hold everything that a text can mention.
"""

from __future__ import annotations

from typing import Any

from notifications.delivery.protocol import RenderError
from notifications.planning.digest import LETTER, NEWS
from notifications.rendering.renderer import Renderer
from notifications.samples.facts import (
    ANCHORED,
    CALENDAR,
    FAILED,
    OVERDUE,
    REMINDER,
    SENT_LETTER,
    SHORT_FORM,
    STEP,
    STOPPED,
    TEST,
    UNDELIVERED,
    WRITTEN_LETTER,
    Facts,
)

LANGUAGES = ("zh", "en")

_UNREACHED: Facts = {
    **FAILED,
    **{"issue": "", "title": "", "unit": "", "work": "", "due": None, "what": "stopped"},
    **{"person": "", "person_id": "-", "channel": "-", "address": "", "attempts": 0},
    **{"status": "ambiguous", "cause": None},
}
"""A failure of which hardly anything is known."""


def _digest() -> Facts:
    items = [
        {**SENT_LETTER, "template": LETTER},
        {**OVERDUE, "template": "reminder", "is_holder": False},
        {**UNDELIVERED, "template": "undelivered", "colour": ""},
        {**REMINDER, "template": "reminder"},
        {**CALENDAR, "template": "calendar_missing", "colour": ""},
        {**STEP, "template": NEWS, "colour": ""},
    ]
    return {
        "recipient": "王强",
        "recipient_title": "副局长",
        "today": "2023-04-08",
        "at": "2023-04-08T09:05",
        "issue": "",
        "count": len(items),
        "news": 1,
        "alarms": 2,
        "lights": [
            {"colour": "red", "word": "逾期", "count": 2},
            {"colour": "yellow", "word": "临期", "count": 1},
        ],
        "letters": [{"label": "督办函", "count": 1}],
        "items": items,
        "contacts": ["陈静", "李敏"],
    }


_SAMPLES: dict[str, Facts] = {
    "reminder": REMINDER,
    "step": STEP,
    "letter": SENT_LETTER,
    "digest": _digest(),
    "undelivered": UNDELIVERED,
    "stopped": STOPPED,
    "calendar_missing": CALENDAR,
    "anchor": ANCHORED,
    "test": TEST,
}
TEMPLATES = tuple(_SAMPLES)
"""Every template that a notice can have."""


_ENGLISH = {
    "王强": "Wang Qiang",
    "陈静": "Chen Jing",
    "李敏": "Li Min",
    "周明": "Zhou Ming",
    "副局长": "Deputy Director",
    "关于“河道巡查流于形式”问题": "River patrols exist on paper only",
    "履行职责方面": "Performance of duties",
    "云溪县水务局党组": "Yunxi County Water Bureau",
    "整改中": "in rectification",
    "已拟方案": "plan drafted",
    "完成整改措施": "finish the measure",
    "拟定并报送整改方案": "draft the plan",
    "修订巡查制度": "Revise the rules of patrol",
    "退回方案": "return plan",
    "措施二没有明确责任部门。": "Measure 2 names no department.",
    "临期": "due soon",
    "逾期": "overdue",
    "正常": "in time",
    "督办函": "letter of supervision",
    "告诫函": "letter of admonition",
    "县委整改办": "County Office of Rectification",
}


def in_language(facts: Any, language: str) -> Any:
    """Return sample facts with their texts in a language."""
    match facts:
        case str() if language != "zh":
            return _ENGLISH.get(facts, facts)
        case dict():
            return {
                k: v if k == "letter_kind" else in_language(v, language) for k, v in facts.items()
            }
        case list():
            return [in_language(item, language) for item in facts]
    return facts


def sample_facts(template: str) -> Facts:
    """Return facts with which one of our templates can be tried."""
    return {**_SAMPLES[template], "anchor": SHORT_FORM}


def check_templates(renderer: Renderer) -> list[RenderError]:
    """Return what is wrong with templates: each is tried in each language, for mail and messenger.

    Each is tried twice: with everything there is to say, and with nothing that may be left out.
    """
    problems: list[RenderError] = []
    for language in LANGUAGES:
        for template, facts in _SAMPLES.items():
            for known in ({**facts, "anchor": SHORT_FORM}, _poorer(facts)):
                for write in (renderer.render, renderer.chat):
                    _try(problems, lambda: write(template, language, known))  # noqa: B023
        _try(problems, lambda: renderer.part(LETTER, "body", language, WRITTEN_LETTER))  # noqa: B023
    return list({str(problem): problem for problem in problems}.values())


def _try(problems: list[RenderError], write: Any) -> None:
    try:
        write()
    except RenderError as error:
        problems.append(error)


def _poorer(facts: Facts) -> Facts:
    """Return facts without what a notice need not have, and of a digest other items."""
    absent: Facts = {
        **{"subject": None, "contacts": [], "escalates_on": None, "escalates_to": []},
        **{"next_on": None, "reason": None, "actor": None, "owed": [], "holders": []},
        **{"recipient": "", "issue_due": None, "last_on": None, "affected": 0, "storm": 0},
        **{"lights": [], "letters": [], "items": [_UNREACHED]},
    }
    if "lights" in facts:
        step = {**_poorer(STEP), "template": NEWS, "colour": ""}
        told = {**UNDELIVERED, "template": "undelivered", "colour": "", "items": [_UNREACHED]}
        absent |= {"items": [told, step], "alarms": 1, "count": 2}
    kept = {name: absent.get(name, value) for name, value in facts.items()}
    return kept | {"repeated": True, "slim": True}

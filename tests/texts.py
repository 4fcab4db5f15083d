"""Notices as they are rendered, from facts that a test changes."""

from __future__ import annotations

from notifications.rendering.renderer import Renderer, Text
from tests.letters import LETTER, OVERDUE, REMINDER, SAID, STEP

RENDERER = Renderer()


def written(template: str, language: str = "zh", /, **facts: object) -> Text:
    """Return a notice of a template, with other facts than usual."""
    known = {"reminder": REMINDER, "overdue": OVERDUE, "step": STEP, "letter": LETTER}[template]
    name = "reminder" if template == "overdue" else template
    return RENDERER.render(name, language, {**known, **facts})


def flat(plain: str, language: str = "zh") -> str:
    """Return a plain text as one line, as it was before it was folded."""
    return ("" if language == "zh" else " ").join(line.strip() for line in plain.splitlines())


ASKED: dict[str, object] = {
    "was": "2023-05-30",
    "asked": "2023-07-31",
    "part": "修订制度",
    "progress": "过半",
}
QUOTED: dict[str, dict[str, object]] = {
    "set_term": {"after": "10 workdays"},
    "request_extension": ASKED,
    "approve_extension": {**ASKED, "granted": "2023-06-30"},
    "refuse_extension": ASKED,
    "hand_over": {"from_person": "王强", "to_person": "孙丽"},
    "look_back": {"verdict": "rebound", "proposed": True},
    "miss_duty": {"missed": ["2023-04-01"], "part": "每月巡查"},
    "classify": {"type": "immediate", "long_term": True},
    "resume": {"days": 42},
}


def told(event: str, language: str = "zh", /, **facts: object) -> Text:
    """Return the news of an event, quoting what its entry holds."""
    said = SAID | QUOTED.get(event, {})
    return written("step", language, event=event, event_label="EVENT-LABEL", said=said, **facts)

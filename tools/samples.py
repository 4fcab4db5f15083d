"""Renders samples of every mail into a folder, as HTML to be looked at, in both languages.

``python -m tools.samples FOLDER [TEMPLATES]``: ``TEMPLATES`` is a folder of own templates.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from notifications.rendering.letters import Letters
from notifications.rendering.renderer import Renderer
from notifications.samples.facts import OVERDUE, REMINDER, SENT_LETTER, SHORT_FORM, WRITTEN_LETTER
from notifications.samples.trying import LANGUAGES, TEMPLATES, in_language, sample_facts


def main(folder: Path, overrides: Path | None = None) -> None:
    """Write ``LANGUAGE-NAME.html`` and ``.txt`` for every sample."""
    folder.mkdir(parents=True, exist_ok=True)
    renderer = Renderer(overrides)
    for language in LANGUAGES:
        for name, (template, facts) in _samples(language, overrides).items():
            text = renderer.render(template, language, facts)
            place = folder / f"{language}-{name}"
            place.with_suffix(".html").write_text(text.html, encoding="utf-8")
            plain = f"Subject: {text.subject}\n\n{text.plain}"
            place.with_suffix(".txt").write_text(plain, encoding="utf-8")


def _samples(language: str, overrides: Path | None) -> dict[str, tuple[str, dict[str, Any]]]:
    chosen = {name: (name, sample_facts(name)) for name in TEMPLATES}
    chosen["escalation"] = (
        "reminder",
        {**OVERDUE, "recipient": "周明", "is_holder": False, "anchor": SHORT_FORM},
    )
    chosen["copy"] = (
        "reminder",
        {**REMINDER, "repeated": True, "slim": True, "anchor": SHORT_FORM},
    )
    letter = in_language(WRITTEN_LETTER, language)
    letter["anchor"] = SHORT_FORM
    text = Letters(overrides).write("督办函", letter, language)
    chosen["letter"] = ("letter", {**SENT_LETTER, "letter_text": text, "anchor": SHORT_FORM})
    chosen["digest-30"] = ("digest", _many(30))
    return {
        name: (template, in_language(facts, language)) for name, (template, facts) in chosen.items()
    }


def _many(count: int) -> dict[str, Any]:
    """Return the facts of a digest of many items."""
    digest = sample_facts("digest")
    kinds = digest["items"][1:]
    items = [{**kinds[n * len(kinds) // count], "issue": f"YX2023-{n + 1}"} for n in range(count)]
    news = sum(item["template"] == "step" for item in items)
    alarms = sum(item["template"] in ("undelivered", "calendar_missing") for item in items)
    red = sum(item["colour"] == "red" for item in items)
    lights = [
        {"colour": "red", "word": "逾期", "count": red},
        {"colour": "yellow", "word": "临期", "count": count - news - alarms - red},
    ]
    numbers = {"count": count, "news": news, "alarms": alarms}
    return {**digest, **numbers, "lights": lights, "letters": [], "items": items}


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))

"""The glossary's words are the ones that people are shown, and each stands there once."""

from __future__ import annotations

import re

from tests.docs.pages import ROOT, text_of

GLOSSARY = text_of(ROOT / "docs" / "glossary.md")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in GLOSSARY.splitlines()
    if line.startswith("| ") and not line.startswith(("| word", "| ---"))
]
# Words of the documentation alone: nothing that is printed needs them.
UNPRINTED = {
    *("effect", "attempt", "stream", "cycle", "guard", "claim", "light", "log", "entry"),
    *("tenure", "digest"),
}


def shown_in_chinese() -> str:
    """Every Chinese text that the program holds."""
    places = [
        ROOT / "states" / "default.toml",
        ROOT / "notifications" / "locale" / "zh" / "LC_MESSAGES" / "rectify.po",
        *(ROOT / "notifications" / "templates" / "zh").iterdir(),
    ]
    return "".join(map(text_of, places))


def test_no_word_stands_twice_in_either_language():
    for column in (0, 1):
        words = [row[column] for row in ROWS]
        assert sorted(words) == sorted(set(words))


def test_every_word_is_explained():
    assert len(ROWS) > 40
    assert [row[0] for row in ROWS if len(row) != 4 or not row[1] or not row[2]] == []


def test_the_chinese_words_are_those_of_the_catalogs():
    shown = shown_in_chinese()
    asked = [row for row in ROWS if "†" not in row[0] and row[0] not in UNPRINTED]

    assert [row[:2] for row in asked if row[1] not in shown] == []


def test_the_readmes_use_no_other_words_for_states_and_events():
    shown = shown_in_chinese()
    quoted = re.findall(r"「([^」]+)」", text_of(ROOT / "README.zh.md"))

    assert [word for word in quoted if word not in shown] == []

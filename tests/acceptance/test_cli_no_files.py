"""What is named as a file and is none is refused alike everywhere, at once, in both languages."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.terminal import Terminal

COMMANDS = (
    ("audit", "compare-anchors", "{path}"),
    ("audit", "compare-anchors", "--bundle", "{path}", "5:0123456789abcdef"),
    ("audit", "check", "{path}"),
    ("audit", "check", "{bundle}", "--anchor", "{path}"),
    ("calendar", "check", "{path}"),
    ("people", "import", "{path}"),
    ("import", "{path}"),
    ("process", "check", "{path}"),
    ("process", "show", "{path}"),
    ("evidence", "add", 7, "{path}", "--measure", 1),
    ("db", "restore", "{path}", "--reason", "损坏", "--yes"),
)
SAID = {
    "en": "this is not a regular file",
    "zh": "这不是普通文件",
}


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Something that is there: it is not looked into before the anchor is."""
    path = tmp_path_factory.mktemp("bundle") / "bundle.zip"
    path.touch()
    return path


@pytest.mark.parametrize("language", SAID)
@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(map(str, words[:3])))
def test_a_pipe_is_refused_and_not_waited_for(
    moving: Terminal, tmp_path: Path, bundle: Path, words: tuple[object, ...], language: str
) -> None:
    os.mkfifo(tmp_path / "pipe")
    moving.language = language
    filled = [str(word).format(path=tmp_path / "pipe", bundle=bundle) for word in words]
    answer = moving(*filled)
    assert (answer.code, SAID[language] in answer.err) == (7, True)
    assert ("regular" in answer.err) == (language == "en")

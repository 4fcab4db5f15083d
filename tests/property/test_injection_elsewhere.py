"""What harm a text could do on a screen or in a messenger, it does not.

Every example is tried in every kind of notice in both languages, in every place for a text at once.
The rules of each messenger are held where its channel is (tests/channels/messengers).
"""

from __future__ import annotations

import io
import re

from hypothesis import example, given, settings

from notifications.channels.chatting import escape
from notifications.channels.console import Console
from notifications.rendering.renderer import Renderer
from tests.hostile import KINDS, poisoned, texts, twin
from tests.letters import a_job

CONSOLE = Console(Renderer(), io.StringIO())
MESSENGER = Renderer(escape=escape)
MARKS = re.compile(r"[*_`~#<>\[\]|\\]|(?m:^ *[-+=>])|@(?!\w+\.\w)|://")


@given(text=texts)
@settings(max_examples=60)
@example(text="\x1b[2J\x9b31m\x1b]0;x\x07\u202e")
def test_a_screen_obeys_nothing_that_a_text_says(text):
    for template, language in KINDS:
        facts = poisoned(template, text)
        job = a_job(template=template, language=language, facts=facts, recipient=text or "x")
        shown = CONSOLE.compose(job).decode()

        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", shown)
        assert not re.search(r"[\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]", shown)


@given(text=texts)
@settings(max_examples=60)
@example(text="@all <at id=all></at> [x](https://evil.example)\n# x\n> y")
def test_a_messenger_is_given_our_marks_alone(text):
    for template, language in KINDS:
        hostile = MESSENGER.chat(template, language, poisoned(template, text))
        harmless = MESSENGER.chat(template, language, poisoned(template, twin(text)))

        assert MARKS.findall(hostile.text) == MARKS.findall(harmless.text), template
        assert len(hostile.title.splitlines()) == 1


def test_what_is_compared_is_told_by_programs_and_is_never_escaped():
    """An escape that spoils what it meets leaves the choice of words, dates and colours alone."""
    seen: list[str] = []

    def spoil(text: str) -> str:
        seen.append(text)
        return text.replace("整", "§").replace("_", "§")

    chat = Renderer(escape=spoil).chat("step", "zh", poisoned("step", "整_"))

    assert "【方案被退回】" in chat.text
    assert "2023年4月22日24时" in chat.text
    assert "「§§」的整改方案已被退回，请修改完善后重新报送。" in chat.text
    assert not [text for text in seen if "return_plan" in text or text.startswith("2023-")]

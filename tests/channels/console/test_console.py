"""The console shows messages and lets nothing in them move a terminal."""

from __future__ import annotations

import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.channels.console import Console
from notifications.delivery.protocol import LOST, RenderError
from notifications.notice import ACCEPTED, AMBIGUOUS, PENDING, RETRY_WAIT
from notifications.rendering.renderer import Renderer
from tests.handing import Asked, always, never
from tests.letters import NOW, REMINDER, a_job

RENDERER = Renderer()


def shown(**changes: object) -> str:
    stream = io.StringIO()
    console = Console(RENDERER, stream)
    job = a_job(channel="console", **changes)
    assert console.send(job, console.compose(job), always, NOW).status == ACCEPTED
    return stream.getvalue()


def test_it_shows_to_whom_what_and_which_notice():
    lines = shown().splitlines()

    assert lines[1] == "王强 <wang@office.example> · YX2023-7/5/finish_measure/1/before.1/wang/mail"
    assert lines[2].startswith("【整改即将到期】YX2023-7")
    assert any("修订巡查制度" in line for line in lines[3:])


texts = st.text(st.characters() | st.sampled_from("\x1b\x07\r\u202e\u2066\x9b"), max_size=60)


@given(texts, texts, texts)
def test_nothing_in_a_message_is_obeyed_by_a_terminal(name, title, address):
    facts = {**REMINDER, "recipient": name, "title": title}

    for line in shown(facts=facts, address=address).split("\n"):
        assert not {unicodedata.category(c) for c in line} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


def test_a_stream_that_knows_few_signs_shows_the_others_as_question_marks():
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    console = Console(RENDERER, stream)

    assert console.send(a_job(), "整改 x".encode(), always, NOW).status == ACCEPTED
    assert raw.getvalue() == b"?? x"


def test_it_begins_before_it_writes_and_writes_nothing_if_its_claim_is_lost():
    stream = io.StringIO()
    seen: list[str] = []
    console = Console(RENDERER, stream)

    assert console.send(a_job(), b"x", never, NOW) == LOST
    assert stream.getvalue() == ""
    console.send(a_job(), b"x", Asked(lambda: seen.append(stream.getvalue())), NOW)
    assert (seen, stream.getvalue()) == ([""], "x")


def test_what_broke_off_is_shown_again_without_asking_anybody():
    class Broken(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError(32, "Broken pipe")

    console = Console(RENDERER, Broken())

    outcome = console.send(a_job(), b"x", always, NOW)
    assert (outcome.status, outcome.cause) == (AMBIGUOUS, "console_closed: Broken pipe")
    found = console.look_up(a_job(), NOW)
    assert found is not None
    assert (found.status, found.decision) == (PENDING, "same_key")


def test_a_stream_that_is_closed_is_tried_again():
    stream = io.StringIO()
    stream.close()

    assert Console(RENDERER, stream).send(a_job(), b"x", always, NOW).status == RETRY_WAIT


def test_a_text_that_cannot_be_rendered_is_refused():
    with pytest.raises(RenderError):
        Console(RENDERER, io.StringIO()).compose(a_job(facts={}))

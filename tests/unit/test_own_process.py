"""A process with names of its own works end to end; the packaged one is whole."""

from __future__ import annotations

from datetime import date

import pytest

from states.audit import replay, verify
from states.diagram import mermaid, table
from states.errors import Refused
from states.process import Process
from states.process_file import default_process, parse_process
from tests.cast import (
    DUTY,
    OWN,
    PROOF,
    Story,
    a_story,
    an_office,
    row_of,
)


def an_own_story() -> Story:
    process = parse_process(OWN, "own.toml")
    story = a_story(process, an_office(process), event="录入")
    story.acts("zhou", "名单", {"person": "wang"})
    story.acts("wang", "上传", {"sha256": PROOF, "size": 1, "name": "a.jpg"})
    return story


def test_a_process_with_its_own_names_works_end_to_end():
    story = an_own_story()
    assert (story.issue.state, story.issue.due) == ("待整改", date(2023, 3, 31))
    story.acts("wang", "上报")
    with pytest.raises(Refused, match="only these may do this: supervisor"):
        story.acts("wang", "通过", {"no_duties": "x"})
    story.acts("chen", "打回", {"reason": "照片不清"})
    story.acts("wang", "上报")
    assert [o.kind for o in story.issue.obligations] == ["整改", "验收"]
    story.acts("chen", "通过", {"duties": [DUTY]})
    assert (story.issue.state, story.issue.obligations) == ("归档", ())
    story.acts("li", "重启")
    assert (story.issue.state, story.issue.cycle, story.issue.returns) == ("待整改", 2, 1)
    assert replay(story.entries) == story.issue
    proven = verify(story.rows, {story.process.hash: story.process})
    assert (proven.problems, proven.issues) == ([], {story.issue.key: story.issue})


def test_a_new_cycle_owes_everything_anew_even_what_was_still_owed():
    story = an_own_story()
    story.acts("wang", "上报")
    before = {o.kind: o for o in story.issue.obligations}
    assert before["整改"].due == date(2023, 3, 21)
    story.acts("chen", "重启")
    (after,) = story.issue.obligations
    assert (after.kind, after.due) == ("整改", date(2023, 3, 25))
    assert after.id != before["整改"].id
    assert {c["id"] for c in story.entries[-1].content["closes"]} == {o.id for o in before.values()}


def test_an_event_of_another_process_is_unknown_here():
    story = an_own_story()
    with pytest.raises(Refused, match="knows no event draft_plan; it knows 名单, 上传, 上报, 打回"):
        story.acts("wang", "draft_plan")


def test_its_own_names_have_labels_where_it_gives_them():
    process = parse_process(OWN, "own.toml")
    assert process.label("zh", "state", "待验收") == "等待验收"
    assert process.label("en", "state", "待验收") == "to be verified"
    assert process.label("zh", "state", "待整改") == "待整改"
    assert process.label("en", "event", "上报") == "report"
    assert process.label("de", "event", "上报") == "上报"
    assert "待整改 --> 待验收: report" in mermaid(process, "en")
    assert "| `打回` | 待验收 | 待整改 | supervisor | reason | – |" in table(process)


def test_an_entry_names_the_process_that_it_was_decided_by():
    story = an_own_story()
    assert {e.content["process"] for e in story.entries} == {story.process.hash}
    found = verify([row_of(e) for e in story.entries], {}).problems
    assert [p.code for p in found] == ["process_unknown"]


def test_the_default_process_has_words_for_everything_in_both_languages():
    process = default_process()
    for language in ("zh", "en"):
        for state in process.states:
            assert f"state.{state}" in process.labels[language]
        for event in process.events:
            assert f"event.{event}" in process.labels[language]
        for rule in process.obligations:
            assert f"kind.{rule.kind}" in process.labels[language]


def test_the_default_process_is_read_once_and_alike_every_time():
    text = OWN
    assert default_process() is default_process()
    first, second = (parse_process(text, name) for name in ("a.toml", "b.toml"))
    assert (first, first.hash, hash(first)) == (second, second.hash, hash(second))
    assert isinstance(first, Process)

"""Sentences and labels in the reader's language; an error can always be said."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.notice import STATUSES
from notifications.words import catalog
from notifications.words.catalog import (
    cause_text,
    channel_label,
    decision_label,
    fact_label,
    letter_label,
    role_label,
    sentence,
    status_label,
    sweep_label,
    translate,
)
from notifications.words.labels import ACTS, FACTS, KINDS, LETTERS
from notifications.words.outcomes import CAUSES, CHANNELS, DECISIONS, SWEEPS
from states import process_shape
from states.acts import ACTS as KNOWN_ACTS
from states.attempt import CLOCK, ROLES
from states.effects import EFFECTS
from states.errors import Message, Problem, Unmet
from states.facts import check_facts


def test_a_sentence_is_said_in_the_readers_language_with_its_facts():
    message = Unmet("measure_done", "measure {number} is already done", {"number": 3})

    assert sentence(message, "en") == "measure 3 is already done"
    assert sentence(message, "zh") == "整改措施 3 已经完成"


def test_the_place_of_a_problem_is_not_part_of_its_sentence():
    problem = Problem("x", "measure {number} is already done", {"number": 3}, source="a", line=2)

    assert sentence(problem, "en") == "measure 3 is already done"


@pytest.mark.parametrize("language", ["zh", "en", "fr", "", "../zh", "zh/../zh"])
def test_what_has_no_translation_is_said_in_english(language):
    assert translate("no such text", language) == "no such text"
    assert translate("", language) == ""


def test_languages_we_do_not_speak_are_answered_in_english():
    assert translate("supervisor", "fr") == translate("supervisor", "../zh") == "supervisor"
    assert translate("supervisor", "zh") == "督办人"


def test_names_among_the_facts_are_said_in_words():
    facts = {"roles": ("leader",), "held": ("responsible",), "unit": "水务局"}
    text = "only these may do this: {roles}; for {unit} you are {held}"
    message = Unmet("role_missing", text, facts)

    assert sentence(message, "zh") == "只有责任领导可以办理；您对水务局的身份是责任人员"
    assert sentence(message, "en") == (
        "only these may do this: responsible leader; for 水务局 you are responsible person"
    )


def test_the_name_of_a_fact_is_said_in_words_down_to_its_parts():
    message = Unmet("fact_missing", "{name} must be given", {"name": "duties[2].first_due"})

    assert sentence(message, "zh") == "必须填写长效事项[2].首次日期"
    assert fact_label("reason", "zh") == "理由"
    assert fact_label("own_name", "zh") == "own_name"


def test_a_name_that_is_no_facts_stays_as_somebody_wrote_it():
    facts = {"sort": "guard", "name": "reason", "known": "basis, reasons"}
    message = Message("name_unknown", "there is no {sort} {name} (known: {known})", facts)

    assert "reason" in sentence(message, "zh")
    assert "理由" not in sentence(message, "zh")


def test_a_caller_may_know_more_words():
    facts = {"event": "accept", "issue": "YX2023-7", "person": "wang"}
    message = Message("refused", "{event} of {issue} is refused for {person}", facts)
    words = {("event", "accept"): "验收销号", ("person", "wang"): "王强"}

    said = sentence(message, "zh", lambda name, value: words.get((name, value)))

    assert "验收销号" in said
    assert "王强" in said
    assert "YX2023-7" in said


@given(st.text(), st.sampled_from(["zh", "en"]))
def test_a_fact_is_never_a_template(value, language):
    hostile = f"{{person}}{{0}}{{person.__class__}}{value}{{"
    message = Unmet("person_exists", "{person} is already known", {"person": hostile})

    assert hostile in sentence(message, language)


@pytest.mark.parametrize(
    ("text", "facts", "said"),
    [
        ("{missing} is not there", {}, "{missing} is not there"),
        ("{line}", {"line": None}, "–"),
        ("{number:>3}", {"number": 7}, "  7"),
        ("{number:>3x}", {"number": "seven"}, "seven"),
        ("{person.__class__}", {"person": "wang"}, "{person.__class__}"),
        ("{people[0]}", {"people": ("wang",)}, "{people[0]}"),
        ("{people}", {"people": ["wang", "li"]}, "wang, li"),
    ],
)
def test_a_message_can_always_be_said(text, facts, said):
    assert sentence(Message("x", text, facts), "en") == said


def test_everything_that_can_be_missing_or_wrong_has_a_word():
    schemas = [effect.takes for effect in EFFECTS.values()]
    schemas += [act.takes for act in KNOWN_ACTS.values()]
    names = {fact.name for schema in schemas for fact in schema}
    names |= {item.name for schema in schemas for fact in schema for item in fact.each}
    assert names - FACTS.keys() == set()

    expected = {
        unmet.facts["expected"]
        for schema in schemas
        for fact in schema
        for unmet in check_facts((fact,), {fact.name: object()})[1]
    }
    assert {str(e) for e in expected} | process_shape._KINDS.keys() <= KINDS.keys()
    assert set(ACTS) == set(KNOWN_ACTS)


@pytest.mark.parametrize("name", ROLES)
def test_every_role_has_a_chinese_word(name):
    assert role_label(name, "zh") not in (name, role_label(name, "en"))


@pytest.mark.parametrize("name", STATUSES)
def test_every_status_has_a_chinese_word(name):
    assert status_label(name, "zh") not in (name, status_label(name, "en"))


@pytest.mark.parametrize("code", CAUSES)
def test_every_cause_is_explained(code):
    assert cause_text(code, "en") == CAUSES[code]
    assert cause_text(code, "zh") != CAUSES[code]


@pytest.mark.parametrize("kind", LETTERS)
def test_a_letter_is_called_by_its_chinese_name_or_explained_in_english(kind):
    assert letter_label(kind, "zh") == kind
    assert letter_label(kind, "en").startswith("letter of ")
    assert letter_label("约谈通知书", "en") == "约谈通知书"


def test_what_the_clock_does_is_said_to_be_done_by_it():
    assert role_label(CLOCK, "en") == "the clock"
    assert role_label(CLOCK, "zh") not in ("the clock", CLOCK)


def test_a_cause_keeps_what_the_server_said():
    cause = "gave_up: try_later: 450 4.2.0 mailbox busy: later"

    assert cause_text(cause, "en") == (
        "tried too often without success: the server asks to try later: "
        "450 4.2.0 mailbox busy: later"
    )
    assert cause_text(cause, "zh") == (
        "多次尝试未成功：服务器要求稍后再试：450 4.2.0 mailbox busy: later"
    )
    assert cause_text("something new: x", "zh") == "something new: x"


def test_a_broken_catalog_does_not_hide_an_error(tmp_path, monkeypatch):
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "rectify.mo").write_bytes(b"not a catalog")
    monkeypatch.setattr(catalog, "LOCALE", tmp_path)

    assert translate("supervisor", "de") == "supervisor"


def test_the_catalog_is_read_when_it_is_needed_and_not_before():
    program = (
        "import sys, notifications.words.catalog as c; early = 'gettext' in sys.modules;"
        "c.translate('x', 'zh'); print(early, 'gettext' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True
    )

    assert done.stdout.split() == ["False", "True"]


def test_every_cause_that_is_given_anywhere_has_a_word():
    root = Path(catalog.__file__).parents[2]
    given = set()
    for folder in ("notifications", "workflow"):
        for path in (root / folder).rglob("*.py"):
            source = path.read_text(encoding="utf-8")
            given |= set(re.findall(r'\bcause=f?"([a-z_]+)[":]', source))
            given |= set(re.findall(r'f"([a-z]+_[a-z_]+): \{', source))

    assert len(given) > 15
    assert given - CAUSES.keys() == set()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_channels_decisions_and_sweeps_have_words(language):
    for name in CHANNELS:
        assert channel_label(name, language) != name or (name, language) == ("mail", "en")
    for name in (*DECISIONS, "by_hand"):
        assert decision_label(name, language) != name
    for name in SWEEPS:
        assert sweep_label(name, language) != name
    assert channel_label("own", language) == "own"

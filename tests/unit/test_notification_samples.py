"""Every template is tried with samples: ours are whole, and what is wrong with others is named."""

from __future__ import annotations

import pytest

from notifications.rendering.renderer import TEMPLATES, Renderer
from notifications.samples.trying import LANGUAGES, check_templates, in_language, sample_facts
from notifications.samples.trying import TEMPLATES as KINDS


def test_there_is_nothing_wrong_with_ours():
    assert check_templates(Renderer()) == []


def test_each_template_has_a_sample():
    kinds = {path.name.split(".")[0] for path in TEMPLATES.rglob("*.texts.j2")}

    assert kinds == set(KINDS)


@pytest.mark.parametrize(
    ("path", "source", "place"),
    [
        ("zh/reminder.txt.j2", "a\n{{ nobody }}", ("zh/reminder.txt.j2", 2)),
        ("stopped.subject.j2", "{% if %}", ("zh/stopped.subject.j2", 1)),
        ("en/words.j2", "{% macro heading() %}{% endmacro %}", ("en/", None)),
        ("letter.body.j2", "{{ letter_text }}", ("zh/letter.body.j2", 1)),
        ("digest.html.j2", "\n\n{{ items[0].nothing }}", ("zh/digest.html.j2", 3)),
        ("step.texts.j2", "\n{% set bar = event.wrong ~ 1 %}", ("zh/step.texts.j2", 2)),
        ("reminder.chat.j2", "{{ subject.upper() }}", ("zh/reminder.chat.j2", 1)),
        ("notice.txt.j2", "\n{{ texts.nothing }}", ("zh/notice.txt.j2", 2)),
    ],
)
def test_an_own_template_that_would_fail_is_named_before_it_does(tmp_path, path, source, place):
    (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / path).write_text(source, encoding="utf-8")

    problems = check_templates(Renderer(tmp_path))

    facts = problems[0].message.facts
    assert str(facts["template"]).startswith(place[0])
    if place[1]:
        assert facts["line"] == place[1]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", KINDS)
def test_each_kind_says_everything_in_each_part(template, language):
    facts = in_language(sample_facts(template), language)
    mail = Renderer().render(template, language, facts)
    chat = Renderer().chat(template, language, facts)

    for part in (mail.subject, mail.plain, mail.html, chat.title, chat.text):
        assert part.strip()
        for slip in ("None", "{{", "}}", "{%", "&amp;lt;", "Undefined"):
            assert slip not in part
    if language == "en" and template not in ("letter", "digest"):
        assert not any("\u4e00" <= c <= "\u9fff" for c in mail.plain)
    assert chat.title == mail.subject
    for key in ("2023", facts["issue"], "第 2 次" if facts.get("nth", 1) > 1 else ""):
        assert key in chat.text

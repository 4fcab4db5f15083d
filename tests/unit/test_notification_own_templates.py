"""Templates of one's own: which go before ours, and what is said of a broken one."""

from __future__ import annotations

import pytest

from notifications.delivery.protocol import RenderError
from notifications.rendering.renderer import Renderer
from tests.letters import REMINDER, STEP
from tests.texts import written


def test_an_own_template_goes_before_ours_and_leaves_the_others(tmp_path):
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "reminder.subject.j2").write_text("催办：{{ issue }}\n", encoding="utf-8")
    own = Renderer(tmp_path)

    assert own.render("reminder", "zh", REMINDER).subject == "催办：YX2023-7"
    assert own.render("step", "zh", STEP).subject == written("step").subject
    assert own.render("reminder", "en", REMINDER).subject.startswith("[Measure due soon]")


@pytest.mark.parametrize(
    ("template", "line", "detail"),
    [
        ("{{ issue }}\n{{ nobody_knows }}\n", 2, "'nobody_knows' is undefined"),
        ("one\n\n{% if %}\n", 3, "Expected an expression"),
        ("{{ issue }}\n\n\n{{ 1 / 0 }}", 4, "ZeroDivisionError"),
        ("{{ ''.__class__.__mro__ }}", 1, "unsafe"),
        ("{{ namespace.__init__.__globals__.os }}", 1, "unsafe"),
        ("{{ holders.append(1) }}", 1, "unsafe"),
    ],
)
def test_a_broken_template_is_named_with_its_line(tmp_path, template, line, detail):
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "reminder.txt.j2").write_text(template, encoding="utf-8")

    with pytest.raises(RenderError) as caught:
        Renderer(tmp_path).render("reminder", "zh", REMINDER)

    assert caught.value.message.code == "template_broken"
    assert caught.value.message.facts["template"] == "zh/reminder.txt.j2"
    assert caught.value.message.facts["line"] == line
    assert detail in str(caught.value)


def test_what_own_templates_say_is_laid_out_by_ours(tmp_path):
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "reminder.texts.j2").write_text(
        '{% set bar = "BAR" %}{% set greeting = "HELLO" %}{% set opening = title ~ "!" %}'
        '{% set rows = [("A", issue), ("LONGER", due | until), ("NONE", "")] %}',
        encoding="utf-8",
    )
    text = Renderer(tmp_path).render("reminder", "zh", REMINDER)

    assert text.plain.split("\n\n")[:2] == [
        "HELLO",
        "关于“河道巡查流于形式”问题！".replace("！", "!"),
    ]
    assert "  A：     YX2023-7\n  LONGER：2023年4月15日24时" in text.plain
    assert "<title>BAR</title>" in text.html
    assert "LONGER</td>" in text.html
    assert "NONE" not in text.plain + text.html


def test_a_channels_folder_goes_before_ours_and_after_ones_own(tmp_path):
    for name in ("own", "channel"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "marks.j2").write_text(
            "{% macro bold(t) %}{% endmacro %}{% macro colour(n, t) %}" + name + "{% endmacro %}"
            "{% macro quote(t) %}[{{ t }}]{% endmacro %}{% macro newline() %}/{% endmacro %}"
        )
    channel = Renderer(folder=tmp_path / "channel").chat("reminder", "zh", REMINDER)
    own = Renderer(tmp_path / "own", folder=tmp_path / "channel").chat("reminder", "zh", REMINDER)

    assert channel.text.startswith("### channel\n")
    assert own.text.startswith("### own\n")
    assert "问题/完成整改措施：修订巡查制度/时限：" in own.text


def test_a_changed_template_is_compiled_anew_for_the_next_renderer(tmp_path):
    for said in ("one", "two"):
        (tmp_path / "reminder.subject.j2").write_text(said)
        assert Renderer(tmp_path).render("reminder", "zh", REMINDER).subject == said

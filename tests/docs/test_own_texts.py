"""What the page on own texts says of templates, names and filters is so."""

from __future__ import annotations

import re
from pathlib import Path

from notifications.rendering.renderer import TEMPLATES, Renderer
from notifications.rendering.spelling import filters_of
from notifications.samples.trying import check_templates
from tests.letters import REMINDER

PAGE = (Path(__file__).parents[2] / "docs/how-to/own-texts.md").read_text(encoding="utf-8")


def test_every_template_is_named():
    named = set(re.findall(r"`((?:zh/)?[a-z_]+(?:\.[a-z]+)?\.j2)`", PAGE))
    ours = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.j2")}

    digest = {f"zh/digest.{part}.j2" for part in ("txt", "html", "chat")}
    assert {name for name in ours if not name.startswith("en/")} - digest <= named
    assert {name for name in named if name.startswith("zh/")} <= ours


def test_every_name_that_a_layout_asks_for_is_explained():
    asked: set[str] = set()
    for path in TEMPLATES.rglob("*.j2"):
        asked |= set(re.findall(r"texts\.([a-z_]+)", path.read_text(encoding="utf-8")))

    assert {name for name in asked if f"`{name}`" not in PAGE} == {"sums"}


def test_every_filter_is_named():
    assert {name for name in filters_of("zh") if f"`{name}" not in PAGE} == set()


def test_the_example_works(tmp_path):
    (example,) = re.findall(r"```jinja\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "reminder.texts.j2").write_text(example, encoding="utf-8")

    own = Renderer(tmp_path)
    text = own.render("reminder", "zh", REMINDER)

    assert check_templates(own) == []
    assert text.subject == "【催办】YX2023-7 剩余 7 天"
    assert "  办结时限：2023年4月15日24时\n" in text.plain
    assert text.plain.rstrip().endswith("县委整改办　电话 0000-0000000")

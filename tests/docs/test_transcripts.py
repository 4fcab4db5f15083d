"""The commands of the documentation print what the pages show."""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import name_of, pages, text_of
from tools.transcripts import faults, matches, shortened

RUN = re.compile(r"^```(console|sh run)$", re.MULTILINE)


@pytest.mark.parametrize("page", [p for p in pages() if RUN.search(text_of(p))], ids=name_of)
def test_a_page_shows_what_its_commands_print(page):
    found = faults(text_of(page))

    assert found == [], f"run: python -m tools.transcripts {name_of(page)}"


def test_the_tutorial_and_both_readmes_have_commands_that_are_run():
    run = {name_of(page) for page in pages() if RUN.search(text_of(page))}

    assert {"docs/tutorial/first-round.md", "README.md", "README.zh.md"} <= run


def test_output_that_is_not_printed_is_found():
    page = "```console\n$ rectify list\nall is well\n$ echo $?\n4\n```"

    (fault,) = faults(page)

    assert "line 3: the page shows 'all is well', printed is 'Not found" in fault


def test_a_script_that_fails_is_found():
    with pytest.raises(AssertionError, match="ended with 1"):
        faults("```sh run\nfalse\ntrue\n```")


@pytest.mark.parametrize(
    ("shown", "printed", "fits"),
    [
        (["a", "b"], ["a", "b"], True),
        (["a"], ["a", "b"], False),
        (["a", "…"], ["a", "b", "c"], True),
        (["a … z"], ["a and z"], True),
        (["a … z"], ["a and y"], False),
        ([], [], True),
        ([], ["a"], False),
    ],
)
def test_three_dots_stand_for_anything(shown, printed, fits):
    assert matches(shown, printed) is fits


def test_output_written_anew_leaves_out_what_was_left_out():
    shown = ["first", "…", "sum: …", "entry 7 is sound", "…"]
    printed = ["first", "second", "third", "sum: 12", "entry 8 is sound", "last"]

    assert shortened(printed, shown) == ["first", "…", "sum: …", "entry 8 is sound", "…"]
    assert shortened(printed, ["all"]) == printed

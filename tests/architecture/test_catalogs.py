"""The tool that keeps the message catalogs in step finds texts, and finds what is wrong."""

from __future__ import annotations

import ast

import pytest
from babel.messages.catalog import Message

from tests.architecture.sources import PACKAGES, parsed, python_files
from tools.messages import TEXT_ARGUMENT, UntranslatableText, entry_faults, texts


@pytest.mark.parametrize(
    "code",
    [
        '_("overdue")',
        'catalog._("overdue")',
        'N_("overdue")',
        'Problem("late", "overdue", {"days": 3}, source="report.txt")',
        'Refused(Message("late", "overdue"), (Unmet("x", "overdue"),))',
        'Unmet("late", text="overdue")',
        'Unmet("late", "over" "due")',
        'list(Unmet("late", "overdue") for _ in range(3))',
        'def f():\n    text = "overdue"\n    return Problem("late", text, {})',
        'def f():\n    text = "overdue" if x else ""\n    return Problem("late", text, {})',
        'Problem("late", "overdue" if x else "overdue", {})',
    ],
)
def test_a_text_for_people_is_found(code):
    assert set(texts(ast.parse(code), "module.py")) == {"overdue"}


@pytest.mark.parametrize(
    "code",
    [
        'print("overdue")',
        "Unmet(code, text)",
        'Issue("overdue", "x")',
        "_(label)",
        "_()",
        'def f():\n    text = "overdue"\n    print(text)',
    ],
)
def test_other_strings_are_left_alone(code):
    assert list(texts(ast.parse(code), "module.py")) == []


@pytest.mark.parametrize(
    "code", ['_(f"{days} days")', 'Unmet("x", "a" + b)', 'Problem("x", "{}".format(days))']
)
def test_a_text_put_together_at_run_time_is_refused_with_its_place(code):
    with pytest.raises(UntranslatableText, match=r"module\.py:1:"):
        list(texts(ast.parse(code), "module.py"))


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        (None, "not translated"),
        (Message("{days} days", ""), "not translated"),
        (Message("{days} days", "{days} 天", flags=["fuzzy"]), "fuzzy"),
        (Message("{days} days", "{day} 天"), "placeholders ['days'] became ['day']"),
        (Message("{days} days", "若干天"), "placeholders ['days'] became []"),
    ],
)
def test_a_faulty_translation_is_named(entry, fault):
    (found,) = entry_faults(entry)
    assert found.startswith(fault)


def test_a_good_translation_passes_with_its_placeholders_in_another_order():
    entry = Message("{number} is {days} days late", "逾期 {days} 天:{number}")

    assert list(entry_faults(entry)) == []


def test_the_tool_knows_every_kind_of_message():
    classes = [
        node
        for path in python_files(*PACKAGES)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ClassDef)
    ]
    kinds = {"Message"}
    for _ in classes:  # until subclasses of subclasses are found as well
        kinds |= {c.name for c in classes if {getattr(b, "id", "") for b in c.bases} & kinds}

    assert kinds <= set(TEXT_ARGUMENT)

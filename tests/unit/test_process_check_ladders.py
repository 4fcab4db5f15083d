"""Ladders of a process: rungs in order whatever the calendar, and the last of them for ever."""

from __future__ import annotations

import pytest

from tests.cast import OWN, changed, line_of, problems

EARLY = '{ name = "提前", at = "-3 days" }'
ON = '{ name = "到期", at = "0 days", colour = "orange" }'
LATE = (
    '{ name = "逾期", at = "1 day", to = ["holder", "leader"], repeat = ["1 workday", "7 days"] }'
)
ONCE_MORE = ', repeat = ["1 day"] }'
SILENT = LATE.replace(', repeat = ["1 workday", "7 days"]', "")
LADDER = '[[ladder]]\nname = "常规"\n'

# What is replaced by what (▶ marks the faulty line), and how the sentence about it begins.
FAULTS = {
    "rungs out of order": (
        f"{LADDER}rung = [\n    {EARLY}",
        f"▶{LADDER}rung = [\n    {EARLY.replace('-3', '3')}",
        "rungs need their own names, in the order of days",
    ),
    "rungs of one name": (
        f"{LADDER}rung = [\n    {EARLY}",
        f"▶{LADDER}rung = [\n    {EARLY.replace('提前', '到期')}",
        "rungs need their own names, in the order of days",
    ),
    "a ladder without rungs": (
        LADDER,
        f'▶[[ladder]]\nname = "空"\nrung = []\n\n{LADDER}',
        "rungs need their own names, in the order of days",
    ),
    "an early rung that repeats": (
        f"{LADDER}rung = [\n    {EARLY}",
        f"▶{LADDER}rung = [\n    {EARLY.replace(' }', ONCE_MORE)}",
        "only the last rung may repeat",
    ),
    "a middle rung that repeats": (
        f"{LADDER}rung = [\n    {EARLY},\n    {ON}",
        f"▶{LADDER}rung = [\n    {EARLY},\n    {ON.replace(' }', ONCE_MORE)}",
        "only the last rung may repeat",
    ),
    "a rung that repeats backwards": (
        LATE,
        "▶" + LATE.replace("1 workday", "-1 workday"),
        "逾期: the intervals of repeat are longer than nothing and never shrink",
    ),
    "a rung that repeats without end on one day": (
        LATE,
        "▶" + LATE.replace("1 workday", "0 days"),
        "逾期: the intervals of repeat are longer than nothing and never shrink",
    ),
    "intervals that shrink": (
        LATE,
        "▶" + LATE.replace("1 workday", "6 workdays"),
        "逾期: the intervals of repeat are longer than nothing and never shrink",
    ),
    "a ladder that falls silent": (
        LATE,
        "▶" + SILENT,
        "after 逾期 nobody would be told any more: the last rung needs repeat",
    ),
    "rungs whose order hangs on the calendar": (
        f"{LADDER}rung = [\n    {EARLY},\n    {ON}",
        f"▶{LADDER}rung = [\n    {EARLY},\n    {ON.replace('0 days', '0 workdays')}",
        "rungs need their own names, in the order of days",
    ),
    "two units before the date": (
        f"{LADDER}rung = [\n    {EARLY},",
        f'▶{LADDER}rung = [\n    {{ name = "早", at = "-20 workdays" }},\n    {EARLY},',
        "rungs before the date count in one unit",
    ),
    "a colour that is none": (
        ON,
        "▶" + ON.replace("orange", "pink"),
        "there is no colour pink (known: blue, green, orange, red, yellow)",
    ),
    "a letter's name with a space": (
        ON,
        "▶" + ON.replace(" }", ', letter = "督 办" }'),
        "督 办: a name has letters, digits, _ and - only",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_it_refuses_a_process_with(fault: str):
    old, new, sentence = FAULTS[fault]
    marked = changed(OWN, (old, new))
    found = problems(marked.replace("▶", ""))
    assert any(f"{line_of(marked, '▶')}: {sentence}" in problem for problem in found), found

"""The process as a picture and as a table."""

from __future__ import annotations

import re

from states.diagram import mermaid, table
from states.process import SAME
from states.process_file import default_process


def test_the_picture_shows_the_five_states_and_the_moves_between_them():
    assert mermaid(default_process()) == (
        "stateDiagram-v2\n"
        "    reported: reported\n"
        "    plan_drafted: plan drafted\n"
        "    in_rectification: in rectification\n"
        "    completed: completed\n"
        "    long_term_maintenance: long-term maintenance\n"
        "    [*] --> reported\n"
        "    reported --> plan_drafted: draft plan\n"
        "    plan_drafted --> reported: return plan\n"
        "    plan_drafted --> in_rectification: approve plan\n"
        "    in_rectification --> completed: submit completion\n"
        "    completed --> in_rectification: return completion\n"
        "    completed --> long_term_maintenance: accept\n"
        "    long_term_maintenance --> reported: reopen\n"
        "    long_term_maintenance --> [*]\n"
    )


def test_the_picture_speaks_the_language_that_is_asked_for():
    picture = mermaid(default_process(), "zh")
    assert "    reported: 已反馈\n" in picture
    assert "    completed --> long_term_maintenance: 验收销号\n" in picture


def test_the_table_has_a_row_of_six_cells_for_every_step():
    process = default_process()
    head, rule, *rows = table(process).splitlines()
    assert head == "| event | from | to | by | requires | told |"
    assert rule == "|---|---|---|---|---|---|"
    assert len(rows) == len(process.steps)
    for row, step in zip(rows, process.steps, strict=True):
        cells = [cell.strip() for cell in re.split(r"\|", row)[1:-1]]
        assert cells == [
            f"`{step.event}`",
            ", ".join(step.sources) or "–",
            "–" if step.target == SAME else step.target,
            ", ".join(step.by),
            ", ".join(step.requires) or "–",
            ", ".join(step.notify) or "–",
        ]

"""The process as a picture (Mermaid) and as a table (Markdown), drawn from the same data."""

from __future__ import annotations

from collections.abc import Iterator

from states.process import SAME, Process


def mermaid(process: Process, language: str = "en") -> str:
    """Return a Mermaid state diagram of the steps that move the state."""
    return "\n".join(_mermaid(process, language)) + "\n"


def _mermaid(process: Process, language: str) -> Iterator[str]:
    yield "stateDiagram-v2"
    for state in process.states:
        yield f"    {state}: {process.label(language, 'state', state)}"
    yield f"    [*] --> {process.initial}"
    for step in process.steps:
        for source in step.sources:
            if step.target != SAME:
                label = process.label(language, "event", step.event)
                yield f"    {source} --> {step.target}: {label}"
    for state in process.final:
        yield f"    {state} --> [*]"


def table(process: Process) -> str:
    """Return every step as a row of a Markdown table."""
    rows = ["| event | from | to | by | requires | told |", "|---|---|---|---|---|---|"]
    for step in process.steps:
        cells = (
            f"`{step.event}`",
            ", ".join(step.sources) or "–",
            "–" if step.target == SAME else step.target,
            ", ".join(step.by),
            ", ".join(step.requires) or "–",
            ", ".join(step.notify) or "–",
        )
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows) + "\n"

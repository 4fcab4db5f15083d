"""The steps of a process in a bundle, as far as a judge asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from states.canonical import digest
from workflow.proof.bundle.parsing import holds, parsed
from workflow.proof.bundle.reading import PROCESSES, Archive

Steps = Mapping[tuple[str, str], tuple[str, str]]
"""A process, as far as it is asked: state and event to target and what is recorded."""


def read_process(archive: Archive, name: str) -> Steps | str | None:
    """Return the steps of a process; None if it is not there, a word if it is not itself."""
    member = f"{PROCESSES}{name}.json"
    if member not in archive:
        return None
    body = archive.whole(member)
    if body is None or digest(body) != name:
        return "changed"
    return _steps_in(body)


@lru_cache(maxsize=8)
def _steps_in(body: bytes) -> Steps | str:
    try:
        steps = parsed(body).get("steps")
    except ValueError:
        return "changed"
    if type(steps) is not list or not all(map(_is_step, steps)):
        return "changed"
    return {
        (source, step["event"]): (step["target"], step["records"])
        for step in steps
        for source in step["sources"] or ("",)
    }


def _is_step(step: Any) -> bool:
    return (
        holds(step, str, "event", "target", "records")
        and holds(step, list, "sources")
        and all(type(source) is str for source in step["sources"])
    )

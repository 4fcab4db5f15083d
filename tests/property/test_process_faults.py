"""Whatever is done to a process file, it is read or refused with places, and never crashes."""

from __future__ import annotations

from importlib.resources import files

from hypothesis import given
from hypothesis import strategies as st

from states.errors import Invalid, Problem
from states.process import Process, read_process
from states.process_file import parse_process

LINES = files("states").joinpath("default.toml").read_text(encoding="utf-8").splitlines()
VALUES = ('""', "1", "-1", "true", "[]", '["x"]', "{}", "[{}]", '"x"', '"10 workdays"', "[1, 2]")


def spoilt(lines: list[str], at: int, how: str) -> list[str]:
    """Return lines of which one is dropped, doubled, moved to the end, or given another value."""
    line = lines[at]
    if how == "dropped":
        return lines[:at] + lines[at + 1 :]
    if how == "doubled":
        return [*lines[: at + 1], *lines[at:]]
    if how == "moved":
        return [*lines[:at], *lines[at + 1 :], line]
    key, equals, _ = line.partition("=")
    return [*lines[:at], f"{key}= {how}" if equals and "{" not in line else line, *lines[at + 1 :]]


PLACES = st.integers(0, len(LINES) - 1)
HOWS = st.one_of(st.sampled_from(("dropped", "doubled", "moved")), st.sampled_from(VALUES))


@given(st.lists(st.tuples(PLACES, HOWS), min_size=1, max_size=4))
def test_a_spoilt_file_is_read_or_refused_with_the_place_of_every_fault(
    spoils: list[tuple[int, str]],
):
    lines = LINES
    for at, how in spoils:
        lines = spoilt(lines, min(at, len(lines) - 1), how)
    read: Process | None = None
    problems: tuple[Problem, ...] = ()
    try:
        read = parse_process("\n".join(lines), "own.toml")
    except Invalid as refused:
        problems = refused.problems
    assert (read is None) == bool(problems)
    for problem in problems:
        assert problem.line is not None
        assert 1 <= problem.line <= len(lines)
        assert "{" not in str(problem).partition("not valid TOML")[0]
    if read is not None:
        assert read_process(read.body) == read

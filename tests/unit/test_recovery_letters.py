"""A recovery key in letters: printed, typed in again, and typed in wrongly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.errors import Invalid
from workflow.proof.recovery import LENGTH, read_recovery, recovery_lines

SEEDS = st.binary(min_size=32, max_size=32)
SEED = bytes(range(32))


def fault(text: str) -> tuple[str, object]:
    with pytest.raises(Invalid) as refused:
        read_recovery(text)
    (problem,) = refused.value.problems
    return problem.code, problem.facts.get("groups")


@given(SEEDS)
def test_what_is_written_is_read(seed: bytes) -> None:
    lines = recovery_lines(seed)
    assert len("".join(lines).replace(" ", "")) == LENGTH == 56
    assert read_recovery("\n".join(lines)) == seed


@pytest.mark.parametrize(
    "changed",
    [
        str.lower,
        lambda text: text.replace(" ", "-"),
        lambda text: text.replace("\n", " "),
        lambda text: text.replace(" ", "\n"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: f"\ufeff密钥的后备\n\n  {text}\n\nKeep it in a safe.\n指纹 abcd\n",
        lambda text: text.replace("O", "0").replace("I", "1").replace("B", "8"),
        lambda text: text.translate({ord(c): ord(c) + 0xFEE0 for c in text if c.isalnum()}),
        lambda text: f"\t{text.replace(' ', '  ')}\t",
    ],
)
def test_it_is_taken_as_it_is_meant(changed) -> None:
    assert read_recovery(changed("\n".join(recovery_lines(SEED)))) == SEED


@given(SEEDS, st.integers(0, 55), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ2345679"))
def test_a_character_mistyped_is_found_in_its_group(seed: bytes, at: int, other: str) -> None:
    letters = "".join(recovery_lines(seed)).replace(" ", "")
    if letters[at] == other:
        return
    wrong = letters[:at] + other + letters[at + 1 :]
    code, groups = fault(" ".join(wrong[n : n + 4] for n in range(0, 56, 4)))
    assert code == "recovery_mistyped"
    assert at // 4 + 1 in groups  # type: ignore[operator]


def test_two_neighbours_exchanged_are_found_in_their_group() -> None:
    first, second = recovery_lines(SEED)
    swapped = first[:2] + first[3] + first[2] + first[4:]
    assert first[2] != first[3]
    assert fault(f"{swapped}\n{second}") == ("recovery_mistyped", (1,))


def test_what_is_mistyped_in_many_places_says_no_place() -> None:
    first, second = recovery_lines(SEED)
    assert fault(f"{second}\n{first}") == ("recovery_mistyped", None)


@pytest.mark.parametrize(
    "text",
    ["", "ABCD", "\n".join(recovery_lines(SEED))[:-5], " ".join(recovery_lines(SEED) * 2), "密钥"],
)
def test_what_holds_no_key_says_how_much_it_holds(text: str) -> None:
    assert fault(text) == ("recovery_unreadable", None)


def test_no_fault_says_what_was_typed() -> None:
    lines = "\n".join(recovery_lines(SEED))
    for text in (lines[:-5], lines.replace("A", "C", 1)):
        with pytest.raises(Invalid) as refused:
            read_recovery(text)
        said = str([(p.text, p.facts) for p in refused.value.problems])
        assert not any(group in said for group in lines.split())

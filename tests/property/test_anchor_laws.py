"""Laws of anchors: whatever is changed in a log is found by every anchor behind it, and placed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.anchoring import a_log, body, problems
from workflow.proof.anchors.held import in_text

SIZES = st.sets(st.integers(2, 30), min_size=1, max_size=6)


@given(sizes=SIZES, at=st.integers(0, 29), short=st.booleans())
def test_an_edit_is_found_by_every_anchor_behind_it_and_by_none_before(sizes, at, short):
    log = a_log(30)
    held = [log.short(size) if short else log.anchor(size) for size in sorted(sizes)]
    before = log.measured(held).origin
    log.bodies[at] = body("R-1", 999, "note", note="edited")

    found = log.compared(*held)

    if at == 0 and not short:  # without its first entry it is another log
        assert found.log is not None
        assert found.log.origin != before
        assert {one.problems for one in found.judged} == {("other_log",)}
        return
    assert [bool(one.fits) for one in found.judged] == [size <= at for size in sorted(sizes)]
    for one in found.judged:
        assert one.after == max(
            (s for s in sizes if s <= at and s < one.held.anchor.size), default=0
        )


@given(sizes=SIZES, left=st.integers(2, 30))
def test_a_log_cut_anywhere_is_found_by_every_longer_anchor(sizes, left):
    log = a_log(30)
    held = [log.anchor(size) for size in sorted(sizes)]
    del log.bodies[left:]

    found = log.compared(*held)

    assert [("cut",) if size > left else () for size in sorted(sizes)] == [
        one.problems for one in found.judged
    ]
    assert found.witnessed == max((size for size in sizes if size <= left), default=0)


@given(first=st.integers(2, 28), last=st.integers(3, 29))
def test_two_entries_swapped_are_found_exactly_between(first, last):
    first, last = sorted((first, last))
    log = a_log(30)
    held = [log.anchor(size) for size in range(2, 31)]
    log.bodies[first], log.bodies[last] = log.bodies[last], log.bodies[first]

    found = log.compared(*held)

    wrong = [] if first == last else [f"{size}.note" for size in range(first + 1, 31)]
    assert [name for name, codes in problems(found).items() if codes] == wrong


@given(st.text(max_size=300))
def test_no_text_breaks_the_search(text):
    list(in_text("x", text))


@given(
    st.lists(
        st.sampled_from(
            ["rectify/0123456789abcdef", "7", "", "— x AAAA", "> ", "suite sha256", "A" * 44, "—"]
        ),
        max_size=40,
    )
)
def test_no_lines_like_those_of_a_note_break_the_search(lines):
    for held in in_text("x", "\n".join(lines)):
        assert held.fault or held.anchor.root

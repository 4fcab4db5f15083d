"""Every pair of texts that are alike is found, and no other: the index leaves nothing out."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from workflow.engine.signs.likeness import alike, likeness, plain, shingles

TEXTS = st.lists(st.text(alphabet="一二三四五", min_size=1, max_size=14), max_size=14, unique=True)


@given(TEXTS, st.integers(1, 100))
def test_the_groups_are_those_of_comparing_every_pair(texts: list[str], percent: int):
    links = {text: {text} for text in texts}
    for one, other in combinations(texts, 2):
        if 100 * likeness(shingles(one), shingles(other)) >= percent:
            together = links[one] | links[other]
            for text in together:
                links[text] = together
    expected = {frozenset(group) for group in links.values() if len(group) > 1}
    assert {frozenset(group) for group in alike(texts, percent)} == expected


@given(st.text(max_size=30), st.text(max_size=30))
def test_likeness_is_mutual_and_lies_between_none_and_all(one: str, other: str):
    a, b = shingles(plain(one)), shingles(plain(other))
    assert likeness(a, b) == likeness(b, a)
    assert 0 <= likeness(a, b) <= 1
    assert likeness(a, a) == 1


def test_width_case_space_and_punctuation_make_no_difference():
    assert plain("建立 台账，ＡＢ１２。\n") == plain("建立台账ab12") == "建立台账ab12"

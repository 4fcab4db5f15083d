"""Law of the past: at every instant its store answers every question as the real one did then."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.remembering import ACTS, BESIDES, answers, differences, hurried, lived
from workflow.memory import MemoryStore

COURSES = st.lists(
    st.tuples(
        st.sampled_from([*ACTS, *BESIDES, *BESIDES]), st.sampled_from([0, 0, 1, 1, 2, 5, 20])
    ),
    min_size=4,
    max_size=18,
)


@given(COURSES, st.booleans())
@settings(max_examples=5)
def test_a_past_moment_answers_as_the_office_did_then(course: list[Any], hurries: bool) -> None:
    life = lived(MemoryStore(), course, **(hurried() if hurries else {}))
    for moment in life.past:
        again = answers(life.as_of(moment.at))
        assert differences(moment.answers, again) == [], moment.at

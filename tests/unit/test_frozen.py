"""The values that an issue is made of: frozen, and copied with some fields changed."""

from __future__ import annotations

import pytest

from states.evolution import Fold, evolve
from states.frozen import asdict, replace
from tests.cast import issue_in


def test_a_copy_has_the_changed_fields_and_all_the_others_as_they_were():
    issue = issue_in("long_term_maintenance").issue
    measure = issue.measures[0]

    assert asdict(replace(issue, n=7, title="x")) == {**asdict(issue), "n": 7, "title": "x"}
    assert asdict(replace(measure, person="sun")) == {**asdict(measure), "person": "sun"}
    assert replace(measure) == measure
    assert replace(measure) is not measure


def test_a_value_cannot_be_changed_in_place():
    issue = issue_in("reported").issue

    with pytest.raises(AttributeError):
        issue.title = "x"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        issue.colour = "red"  # type: ignore[attr-defined]


def test_the_value_that_is_copied_stays_as_it_is():
    measure = issue_in("long_term_maintenance").issue.measures[0]
    before = asdict(measure)

    replace(measure, text="anders")

    assert asdict(measure) == before


def test_a_field_that_there_is_not_is_refused():
    with pytest.raises(TypeError):
        replace(issue_in("reported").issue, colour="red")


def test_a_fold_goes_on_without_touching_what_it_gave_away():
    story = issue_in("long_term_maintenance")
    fold, issue = Fold(), None

    for entry in story.entries:
        given = issue
        kept = None if given is None else replace(given)
        fold.add(entry.content)
        issue = fold.issue(entry.content, entry.hash)
        assert given == kept
        assert issue == evolve(given, entry)

    assert issue == story.issue

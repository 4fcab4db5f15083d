"""A copy with some fields changed is what ``replace`` makes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from states.changing import changed
from states.evolution import Fold, evolve
from tests.cast import issue_in


def test_it_is_the_same_as_replace():
    issue = issue_in("long_term_maintenance").issue
    measure = issue.measures[0]

    assert changed(issue, n=7, title="x") == replace(issue, n=7, title="x")
    assert changed(measure, person="sun") == replace(measure, person="sun")
    assert changed(measure) == measure
    assert changed(measure) is not measure


def test_the_value_that_is_copied_stays_as_it_is():
    measure = issue_in("long_term_maintenance").issue.measures[0]
    before = replace(measure)

    changed(measure, text="anders")

    assert measure == before


def test_a_field_that_there_is_not_is_refused():
    with pytest.raises(AttributeError):
        changed(issue_in("reported").issue, colour="red")


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

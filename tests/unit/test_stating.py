"""What was said with an entry, told apart from what the rules added."""

from __future__ import annotations

from states.effects import stated
from tests.cast import REGISTRATION, a_story, issue_in


def test_what_was_said_is_told_apart_from_what_was_counted():
    story = issue_in("long_term_maintenance")
    first, accepted = story.entries[0], story.entries[-1]
    assert first.facts["due_by_rule"] is True
    assert stated(first.content) == {k: REGISTRATION[k] for k in stated(first.content)}
    assert set(stated(first.content)) == set(REGISTRATION)
    assert accepted.facts["look_backs"]
    (duty,) = stated(accepted.content)["duties"]
    assert set(duty) == {"text", "person", "when"}
    assert set(stated(accepted.content)) == {"duties"}
    given = a_story(facts={"due": "2023-09-30", "due_source": "方案"}).entries[0]
    assert stated(given.content)["due"] == "2023-09-30"

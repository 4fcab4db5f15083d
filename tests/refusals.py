"""What a refusal says: which conditions are unmet, and what would be allowed instead."""

from __future__ import annotations

import pytest

from states.errors import Refused
from tests.cast import Facts, Story


def refused(story: Story, person: str, event: str, facts: Facts | None = None) -> Refused:
    with pytest.raises(Refused) as caught:
        story.acts(person, event, facts)
    return caught.value


def codes(refusal: Refused) -> list[str]:
    return [condition.code for condition in refusal.unmet]


def offered(refusal: Refused) -> dict[str, tuple[str, ...]]:
    return {option.event: option.by for option in refusal.allowed}


def unmet(story: Story, person: str, event: str, facts: Facts | None = None) -> list[str]:
    """The codes of the conditions that keep somebody from an event."""
    return codes(refused(story, person, event, facts))

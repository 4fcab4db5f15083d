"""What goes at once, what waits: held rounds, what is urgent, and how much a person is to get."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from notifications.notice import DEAD, HOLD, PENDING, RESEND, WAITING, Notice
from notifications.planning.audience import Audience
from notifications.planning.owed import for_rung
from states.frozen import replace
from states.issue import Obligation
from states.ladder import Occurrence, Reached
from states.parts import Letter
from tests.administering import ROUND
from tests.cast import PROOF, Story, a_story, administered, assigned
from tests.owed import around, reminded, stepped, the_obligation

HELD = {**ROUND, "held": True}


def held(story: Story) -> Story:
    story.office = administered(story.office, "register_round", HELD)
    return story


def reached(story: Story, *, late: int = 0, **rung: Any) -> tuple[Audience, Obligation, Reached]:
    """Return the plan's rung of its last day, changed, as it is reached so many days later."""
    obligation = the_obligation(story.issue, "draft_plan")
    audience = around(story, obligation.due + timedelta(days=late))
    ladder = audience.process.ladder(obligation.ladder)
    (found,) = (r for r in ladder.rungs if r.name == "due")
    occurrence = Occurrence(rung=replace(found, **rung), nth=1, on=obligation.due)
    return audience, obligation, Reached(owed=occurrence, superseded=(), next_on=None)


def owed(story: Story, *, late: int = 0, urgent: bool = True, **how: Any) -> list[Notice]:
    audience, obligation, found = reached(story, late=late, urgent=urgent)
    return for_rung(replace(audience, **how), obligation, found)


def states(notices: list[Notice]) -> set[str]:
    return {notice.status for notice in notices if notice.status != DEAD}


def test_what_is_urgent_goes_at_once_and_all_else_waits_for_the_hours() -> None:
    story = assigned(a_story())
    assert states(owed(story, waits=True)) == {PENDING}
    assert states(owed(story, waits=True, urgent=False)) == {WAITING}
    assert states(owed(story, waits=False, urgent=False)) == {PENDING}


def test_of_a_held_round_nothing_goes_however_urgent_and_whatever_the_hours() -> None:
    story = held(assigned(a_story()))
    for waits in (True, False):
        assert states(owed(story, waits=waits)) == {WAITING}
    told = stepped(story)
    assert told
    assert states(told) == {WAITING}


def test_what_was_urgent_days_ago_is_part_of_the_message_that_catches_up() -> None:
    story = assigned(a_story())
    assert states(owed(story, waits=True, late=2)) == {WAITING}
    assert states(owed(story, waits=False, late=2)) == {PENDING}


def test_who_has_had_enough_today_gets_what_is_urgent_with_the_next_message() -> None:
    story = assigned(a_story())
    enough = owed(story, waits=True, has_enough=lambda person, channel: person == "wang")
    assert {n.recipient: n.status for n in enough} == {"wang": WAITING}
    assert states(owed(story, waits=True, has_enough=lambda person, channel: False)) == {PENDING}


@pytest.mark.parametrize(("stated", "policy"), [("", RESEND), ("hold", HOLD), ("resend", RESEND)])
def test_a_notice_carries_the_policy_of_its_rung(stated: str, policy: str) -> None:
    audience, obligation, found = reached(assigned(a_story()), if_unknown=stated)
    assert {n.if_unknown for n in for_rung(audience, obligation, found)} == {policy}


def test_a_letter_is_held_where_nobody_knows_whether_it_arrived() -> None:
    audience, obligation, found = reached(assigned(a_story()), letter="提醒函")
    letter = Letter(
        number=1,
        kind="提醒函",
        sha256=PROOF,
        obligation=obligation.id,
        to=("wang",),
        on=audience.today,
    )
    assert {n.if_unknown for n in for_rung(audience, obligation, found, letter, "函")} == {HOLD}


def test_a_reminder_names_the_part_the_next_letter_and_the_minute() -> None:
    facts = reminded(assigned(a_story()), "draft_plan", 0)[0].facts
    assert (facts["part"], facts["next_letter"]) == ("", "提醒函")
    assert facts["next_letter_on"] == "2023-03-16"
    assert facts["at"].startswith(facts["today"])

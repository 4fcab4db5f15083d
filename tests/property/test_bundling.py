"""The law of messages of the day: each notice goes in one, at its hour, and none is lost."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.delivery.protocol import Watch
from notifications.delivery.sending import deliver_due
from notifications.delivery.window import Window
from notifications.notice import ACCEPTED, DEAD, DIGEST, SUPERSEDED
from notifications.planning.audience import NOBODY
from notifications.planning.digest import is_digest
from states.calendar import WEEKDAYS
from states.errors import RectificationError
from states.frozen import replace
from tests.letters import Recording
from tests.stage import ROUND, Scribe, Stage, a_stage, acting, member
from workflow import Enrolment
from workflow.memory import MemoryStore
from workflow.ports import Sent

WINDOW = Window.parse("08:30-17:30")
ZONES = {"wang": "Asia/Urumqi", "zhou": "America/New_York", "chen": ""}
ACTIONS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("li", "assign", {"leader": "zhou", "department": "河长办", "person": "wang"}),
    ("li", "assign", {"person": "sun"}),
    ("wang", "add_measure", {"text": "修订制度", "due": "2023-05-15"}),
    ("wang", "draft_plan", {}),
    ("chen", "return_plan", {"reason": "责任不明"}),
    ("chen", "approve_plan", {}),
    ("li", "change_due", {"due": "2023-06-01", "reason": "汛期"}),
    ("chen", "suspend", {"reason": "诉讼"}),
    ("chen", "resume", {"note": "结案"}),
    ("li", "note", {"note": "备注"}),
)
steps = st.tuples(
    st.integers(min_value=1, max_value=90), st.sampled_from(ACTIONS), st.sampled_from("12")
)


def an_office() -> Stage:
    """An office with hours, in which people live in several time zones."""
    stage = a_stage(MemoryStore(), issues=2, window=WINDOW, letters=Scribe())
    moved = [Enrolment(person=replace(member(p), zone=zone)) for p, zone in ZONES.items()]
    stage.engine.enrol(moved, acting("li"))
    stage.does("li", "assign", ACTIONS[0][2])
    return stage


def sweeps(stage: Stage, channel: Recording) -> None:
    stage.engine.tick("node")
    outbox = stage.engine.desk.store.outbox
    deliver_due(outbox, {"mail": channel}, Watch(now=stage.clock, elapsed=lambda: 0.0))


def zone_of(person: str) -> ZoneInfo:
    return ZoneInfo(ZONES.get(person) or "Asia/Shanghai")


@settings(max_examples=25)
@given(st.lists(steps, min_size=3, max_size=30))
def test_each_notice_goes_in_one_message_of_its_hours_and_none_is_lost(
    lived: list[tuple[int, tuple[str, str, dict[str, Any]], str]],
) -> None:
    stage, channel = an_office(), Recording()
    for hours, (person, event, facts), issue in lived:
        stage.clock.forward(hours=hours)
        with suppress(RectificationError):
            stage.does(person, event, facts, issue=f"{ROUND}-{issue}")
        sweeps(stage, channel)
    for issue in "12":  # from here on nothing new is owed
        stage.does("li", "void", {"reason": "误登"}, issue=f"{ROUND}-{issue}")
    for _ in range(8 * 4):  # a week and a day: everybody's hours begin and end
        stage.clock.forward(hours=6)
        sweeps(stage, channel)

    sent = stage.engine.notices()
    messages = {s.notice.key: s for s in sent if is_digest(s.notice.key)}
    each_message_is_the_one_of_its_day(list(messages.values()))
    each_item_went_in_one(sent, messages)
    assert sorted(person for person, _ in channel.handed) == sorted(
        s.notice.recipient for s in sent if s.status == ACCEPTED and s.notice.bundle is None
    )


def each_message_is_the_one_of_its_day(messages: list[Sent]) -> None:
    """Each was made in the hours of its recipient, and no other one on that day of theirs."""
    days: Counter[tuple[str, str, date]] = Counter()
    for message in messages:
        notice = message.notice
        zone = zone_of(notice.recipient)
        assert WINDOW.is_open(notice.created_at, zone, WEEKDAYS)
        days[notice.recipient, notice.channel, notice.created_at.astimezone(zone).date()] += 1
    assert set(days.values()) <= {1}


def each_item_went_in_one(sent: list[Sent], messages: dict[str, Sent]) -> None:
    """Each reached its recipient in one message and shares its end, or is owed no longer."""
    held = Counter(s.notice.bundle for s in sent if s.notice.bundle)
    for key, message in messages.items():
        whole = message.notice.facts["count"] if message.notice.template == DIGEST else 1
        assert held[key] == whole
    for one in sent:
        notice = one.notice
        if is_digest(notice.key):
            continue
        if notice.bundle:
            message = messages[notice.bundle]
            assert (message.notice.recipient, message.notice.channel) == (
                notice.recipient,
                notice.channel,
            )
            assert (one.status, one.settled_at) == (message.status, message.settled_at)
        else:
            assert one.status in (SUPERSEDED, DEAD)
            assert one.cause in (
                *("closed", "reassigned", "caught_up"),
                *("no_address", "nobody_to_tell"),
            )
            if one.cause == "caught_up":
                assert stands_for_it(one, sent)


def stands_for_it(one: Sent, sent: list[Sent]) -> bool:
    """Return whether a later reminder of the same work is owed, to the same person if to any."""
    return any(
        other.notice.obligation == one.notice.obligation
        and other.notice.created_at >= one.notice.created_at
        and (other.id > one.id or one.notice.recipient == NOBODY != other.notice.recipient)
        and one.notice.recipient in (NOBODY, other.notice.recipient)
        for other in sent
    )

"""Lives of an issue for laws: acts at odd intervals, and a tick after each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from hypothesis import strategies as st

from notifications.notice import SUPERSEDED
from states.calendar import WEEKDAYS
from states.calendar_data import china
from states.errors import Refused
from tests.cast import PROOF
from tests.stage import ROUND, Scribe, Stage, a_stage, acting
from workflow.memory import MemoryStore

ISSUE = f"{ROUND}-1"
FILE = {"sha256": PROOF, "size": 3, "name": "a.pdf"}
LATER = {"due": "2023-07-20", "reason": "汛期", "progress": "过半"}
DUTIES = {"duties": [{"text": "巡查", "when": "每月"}, {"text": "检查", "when": "每季度"}]}
Act = tuple[str, str, dict[str, Any]]
ACTIONS: tuple[Act, ...] = (
    ("chen", "return_plan", {"reason": "不具体"}),
    ("chen", "approve_plan", {}),
    ("wang", "draft_plan", {}),
    ("wang", "add_evidence", {**FILE, "measure": 1}),
    ("wang", "finish_measure", {"measure": 1}),
    ("wang", "request_extension", LATER),
    ("chen", "approve_extension", {}),
    ("chen", "refuse_extension", {"reason": "理由不足"}),
    ("chen", "change_due", {"due": "2023-06-16", "reason": "上级部署"}),
    ("chen", "set_term", {"kind": "draft_plan", "after": "25 workdays", "reason": "跨部门"}),
    ("chen", "suspend", {"reason": "防汛"}),
    ("chen", "resume", {}),
    ("li", "assign", {"person": "sun"}),
    ("li", "hand_over", {"from_person": "wang", "to_person": "sun", "reason": "调动"}),
    ("chen", "return_completion", {"reason": "佐证不足"}),
    ("chen", "accept", DUTIES),
    ("wang", "add_evidence", {**FILE, "duty": 1}),
    ("wang", "perform_duty", {"duty": 1}),
    ("chen", "look_back", {"visit": 1, "verdict": "slipping", "reason": "松动"}),
    ("chen", "decline_reopening", {"reason": "已纠正"}),
    ("chen", "reopen", {"reason": "反弹", "basis": "回头看"}),
)
ADOPT: Act = ("li", "@adopt", {})
MOMENTS = st.lists(
    st.tuples(st.sampled_from([0, 1, 1, 2, 3, 7, 20, 45]), st.none() | st.sampled_from(ACTIONS)),
    min_size=12,
    max_size=40,
)
LIVES = st.tuples(st.sampled_from(range(4)), MOMENTS)


@dataclass(frozen=True)
class Moment:
    """What the program said just after a tick: the last rung owed of all that is open, the light.

    ``owed`` holds of each open obligation that was reminded of: the last rung, and how often.
    """

    at: datetime
    owed: Mapping[str, str]
    light: str
    overdue: bool
    next_on: Mapping[str, date | None]


@dataclass
class Lived:
    """A life, moment by moment; ``told`` is what was owed of each obligation, in order."""

    stage: Stage
    told: dict[str, list[str]] = field(default_factory=dict)
    past: list[Moment] = field(default_factory=list)

    def ticks(self) -> None:
        """Tick, and note what the program then says."""
        engine = self.stage.engine
        assert engine.tick("node").failed == 0
        for sent in engine.notices():
            notice = sent.notice
            if notice.obligation is not None and sent.status != SUPERSEDED:
                rung = notice.key.removeprefix(f"{notice.obligation}/").partition("/")[0]
                told = self.told.setdefault(notice.obligation, [])
                told += [] if rung in told else [rung]
        (line,) = engine.lines()
        nexts = {one.obligation.id: one.next_on for one in engine.owed()}
        self.past.append(
            Moment(
                at=self.stage.clock.at,
                owed={id: self.told[id][-1] for id in nexts if id in self.told},
                light=line.light,
                overdue=line.overdue,
                next_on=nexts,
            )
        )


def lived(began: int, moments: Iterable[tuple[int, Act | None]]) -> Lived:
    """Live a life that begins before the plan, in rectification, or with duties to keep up."""
    stage = a_stage(MemoryStore(), letters=Scribe())
    if began:
        stage.planned()
    if began > 1:
        stage.proven()
        stage.does("wang", "submit_completion")
    if began > 2:
        stage.does("chen", "accept", DUTIES)
    life = Lived(stage)
    for days, action in moments:
        stage.clock.forward(days=days, minutes=1)
        if action == ADOPT:
            adopts(stage)
        elif action is not None:
            with suppress(Refused):
                stage.does(*action)
        life.ticks()
    return life


def adopts(stage: Stage) -> None:
    """Adopt the calendar of China, or the plain week where that is in force."""
    calendar = WEEKDAYS if stage.engine.calendar() == china() else china()
    stage.engine.adopt_calendar(calendar, {"source": "国务院"}, acting("li"))

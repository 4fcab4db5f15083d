"""Answers remembered while an office lives, to be compared with what its past answers later."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from notifications.delivery.protocol import Outcome
from notifications.delivery.window import Window
from notifications.notice import ACCEPTED, AMBIGUOUS, DEAD, RETRY_WAIT
from states.calendar import WEEKDAYS
from states.calendar_data import china
from states.errors import RectificationError
from states.frozen import replace
from states.process import Process
from states.process_file import default_process
from tests.cast import DUTY, PROOF, REMAINDER
from tests.stage import ROUND, Clock, Scribe, Stage, a_stage, acting, member, registration
from workflow import Caution, Enrolment, open_engine
from workflow.engine.facade import Engine
from workflow.engine.previewing import PlannedItem
from workflow.past import store_as_of
from workflow.ports import Filter, Sent, Store

ZONE = ZoneInfo("Asia/Shanghai")
KEY = f"{ROUND}-1"
FILE = {"sha256": PROOF, "size": 3, "name": "a.pdf"}
LATER = {"due": "2023-07-01", "reason": "汛期", "progress": "过半"}

Act = tuple[str, str, dict[str, Any]]
ACTS: tuple[Act, ...] = (
    ("li", "assign", {"leader": "zhou", "department": "河长办", "person": "wang"}),
    ("li", "assign", {"person": "sun"}),
    ("wang", "add_measure", {"text": "修订制度", "due": "2023-05-30"}),
    ("wang", "add_measure", {"text": "专项检查"}),
    ("wang", "draft_plan", {}),
    ("chen", "return_plan", {"reason": "时限不明"}),
    ("chen", "approve_plan", {}),
    ("wang", "add_evidence", {**FILE, "measure": 1}),
    ("wang", "finish_measure", {"measure": 1}),
    ("wang", "finish_measure", {"measure": 2}),
    ("wang", "submit_completion", {}),
    ("wang", "submit_completion", dict(REMAINDER)),
    ("chen", "return_completion", {"reason": "佐证不足"}),
    ("chen", "accept", {"duties": [dict(DUTY)]}),
    ("chen", "accept", {"no_duties": "一次性事项"}),
    ("wang", "perform_duty", {"duty": 1}),
    ("chen", "reopen", {"reason": "反弹", "basis": "回头看"}),
    ("chen", "change_due", {"due": "2023-04-20", "reason": "汛期"}),
    ("li", "void", {"reason": "误登"}),
    ("chen", "set_term", {"kind": "draft_plan", "after": "15 workdays", "reason": "跨年"}),
    ("wang", "request_extension", LATER),
    ("chen", "approve_extension", {}),
    ("chen", "suspend", {"reason": "防汛"}),
    ("chen", "resume", {}),
    ("chen", "look_back", {"visit": 1, "verdict": "rebound", "reason": "又堵了"}),
)
BESIDES = (
    *("tick", "tick", "tick", "deliver", "deliver", "watch", "decide", "calendar", "process"),
    *("move", "leave", "substitute", "round", "release", "week"),
)
"""What happens beside the steps of the issue: time, sending, and the office."""

ENDS = (ACCEPTED, RETRY_WAIT, DEAD, AMBIGUOUS)


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant, and everything that was answered then."""

    at: datetime
    answers: dict[str, Any]


class Life:
    """An office to which things happen, and whose answers are remembered after each of them.

    ``every`` makes it remember them only after every so many.
    """

    def __init__(self, store: Store, every: int = 1, **opened: Any) -> None:
        self.store, self.every, self.opened = store, every, opened
        self.stage: Stage = a_stage(store, issues=2, letters=Scribe(), **opened)
        self.engine, self.clock = self.stage.engine, self.stage.clock
        self.past: list[Moment] = []
        self._turns = 0

    def happens(self, what: str | Act, days: int) -> None:
        """Let something happen some days later, and remember what is answered then."""
        self.clock.forward(days=days, minutes=7)
        self._turns += 1
        with suppress(RectificationError):  # what is refused changes nothing
            if isinstance(what, str):
                getattr(self, f"_{what}")()
            else:
                person, event, facts = what
                self.stage.does(person, event, facts)
        said = {} if self._turns % self.every else answers(self.engine)
        self.past.append(Moment(self.clock(), said))

    def as_of(self, at: datetime) -> Engine:
        """Return an engine on the past."""
        past = store_as_of(self.store, at, ZONE)
        return open_engine(past, clock=Clock(at), zone=ZONE, letters=Scribe(), **self.opened)

    # ---------------------------------------------------------------- what happens

    def _tick(self) -> None:
        self.engine.tick("a")

    def _watch(self) -> None:
        self.engine.watch("a")

    def _deliver(self) -> None:
        end = ENDS[self._turns % len(ENDS)]
        later = self.clock() + timedelta(hours=2)
        outcome = Outcome(status=end, retry_at=later if end == RETRY_WAIT else None)
        self.stage.delivers(lambda job: outcome if job.id % 2 else Outcome(status=ACCEPTED))

    def _decide(self) -> None:
        failed = [sent.id for sent in self.engine.unresolved()][:2]
        how = ("arrived", "given_up", "send_again")[self._turns % 3]
        self.engine.resolve(failed, how, "电话核实", acting("li"))

    def _calendar(self) -> None:
        in_force = self.engine.calendar()
        calendar = WEEKDAYS if in_force.hash != WEEKDAYS.hash else china()
        self.engine.adopt_calendar(calendar, {"source": "国务院"}, acting("li"))

    def _process(self) -> None:
        self.engine.adopt(_variant(self._turns), acting("li"))

    def _move(self) -> None:
        self.engine.migrate(acting("li"))

    def _leave(self) -> None:
        self.engine.leave("wang", {"on": "2023-04-01", "successor": "sun"}, acting("li"))

    def _substitute(self) -> None:
        day = self.engine.desk.day(self.clock())
        facts = {"principal": "chen", "recorder": "zhao", "since": day.isoformat()}
        until = {"until": (day + timedelta(days=9)).isoformat(), "stands_in": True}
        self.engine.act("delegate", {**facts, **until}, acting("li"))

    def _round(self) -> None:
        """Register another round, and enrol somebody."""
        code = f"R{self._turns}"
        self.engine.register_round(registration(1, code, f"{self._turns:064x}"), acting("li"))
        self.engine.enrol([Enrolment(person=member("ma"), roles=("responsible",))], acting("li"))

    def _release(self) -> None:
        self.engine.release([], acting("li"))

    def _week(self) -> None:
        for _ in range(5):
            self.clock.forward(days=1)
            self.engine.tick("a")


def _variant(turn: int) -> Process:
    return replace(default_process(), name=f"default {turn}")


def hurried() -> dict[str, Any]:
    """Return how an engine is opened that sends in hours, and keeps people from a flood."""
    caution = Caution(hold_imports=True, per_person=3)
    return {"window": Window.parse("08:30-17:30"), "caution": caution}


def answers(engine: Engine) -> dict[str, Any]:
    """Return everything that is asked of an engine."""
    keys = [line.summary.key for line in engine.lines(Filter(voided=True))]
    asked: dict[str, Callable[[], Any]] = {
        "lines": lambda: engine.lines(Filter(voided=True)),
        "issues": engine.issues,
        "views": lambda: [_view(engine, key) for key in keys],
        "owed": engine.owed,
        "figures": engine.figures,
        "alarms": engine.alarms,
        "held": lambda: engine.held("wang"),
        "letters": engine.letters,
        "explained": lambda: [engine.explain(key) for key in keys],
        "choices": lambda: [engine.choices(key, acting("li")) for key in keys],
        "log": lambda: [engine.log(key) for key in (*keys, "@office")],
        "office": engine.office,
        "people": engine.people,
        "calendar": lambda: engine.calendar().hash,
        "notices": lambda: [_notice(sent) for sent in engine.notices()],
        "of_issue": lambda: [_notice(sent) for sent in engine.notices(KEY)],
        "unresolved": lambda: [sent.id for sent in engine.unresolved()],
        "trails": lambda: [engine.trail(sent.id) for sent in engine.notices()],
        "held_rounds": engine.held_rounds,
        "preview": lambda: _preview(engine),
    }
    return {name: _answer(ask) for name, ask in asked.items()}


def _preview(engine: Engine) -> Any:
    """Return who is to be told of what, without what had been owed before.

    Where another calendar moves a rung to a later day, a tick looks at it once more, owes nothing,
    and leaves no trace of that: nobody can tell afterwards whether it had looked by then.
    """
    owed = {sent.notice.key.rsplit("/", 2)[0] for sent in engine.notices()}
    kept = []
    for message in engine.preview(40).messages:
        items = [one for one in message.items if not _was_owed(one, owed)]
        kept += [replace(message, items=tuple(items))] if items else []
    return kept


def _was_owed(item: PlannedItem, owed: Iterable[str]) -> bool:
    end = f"/{item.kind}{'/' if item.subject else ''}{item.subject}/{item.rung}.{item.nth}"
    return any(key.startswith(f"{item.issue}/") and key.endswith(end) for key in owed)


def _answer(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except RectificationError as error:
        return str(error)


def _view(engine: Engine, key: str) -> Any:
    view = engine.view(key)
    return view.issue, view.light, view.today, view.people, view.process.hash, view.calendar.hash


def _notice(sent: Sent) -> Any:
    """Return what a past must still know of a notice: not when it would be tried again."""
    notice = replace(sent.notice, address="", channel="", status="", cause=None)
    became = (sent.status, sent.cause, sent.settled_at, sent.attempts, sent.doubts, sent.ref)
    return sent.id, notice, became


def differences(then: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Return the questions that are answered otherwise."""
    return [name for name in then if then[name] != now[name]]


def lived(store: Store, course: Iterable[tuple[str | Act, int]], **opened: Any) -> Life:
    """Return an office to which a course of things has happened."""
    life = Life(store, **opened)
    life.happens(ACTS[0], 0)
    for what, days in course:
        life.happens(what, days)
    return life

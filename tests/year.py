"""A year of one round of 25 issues: who does what on which day, at ten in the morning.

The year is 2026, whose calendar is published: Spring Festival from 15 to 23 February, National Day
from 1 to 7 October. The engine looks what is due at nine every morning, except on forty days on
which nothing runs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

UNIT = "临江县民政局党组"
ROUND = "LJ2026"
FIRST, LAST = date(2026, 1, 5), date(2026, 12, 31)
DOWN = (date(2026, 7, 20), date(2026, 8, 28))
RESPONSIBLE = {
    **dict.fromkeys(range(1, 10), "wang"),
    **dict.fromkeys(range(10, 19), "sun"),
    **dict.fromkeys(range(19, 24), "wu"),
    24: "feng",
    25: "wang",
}
ROLES: Mapping[str, tuple[str, ...]] = {
    "wang": ("responsible",),
    "sun": ("responsible",),
    "wu": ("responsible",),
    "feng": ("responsible",),
    "zhou": ("leader",),
    "qian": ("principal",),
}

Act = tuple[str, str, int, dict[str, Any]]
"""Who, which event, of which issue, with which facts."""


class Diary:
    """Acts by the day on which they are done."""

    def __init__(self) -> None:
        self.days: dict[date, list[Act]] = defaultdict(list)

    def on(self, day: str, who: str, event: str, issue: int, /, **facts: Any) -> None:
        """Note an act."""
        self.days[date.fromisoformat(day)].append((who, event, issue, facts))

    def proves(self, day: str, person: str, issue: int, **what: Any) -> None:
        """Note that a person attaches a file that proves something."""
        proof = {"sha256": f"{issue:064x}", "size": 12, "name": f"{day}.pdf", **what}
        self.on(day, person, "add_evidence", issue, **proof)

    def planned(self, issue: int, drafted: str, approved: str, due: str = "2026-03-10") -> None:
        """Note a plan of one measure, drafted and approved."""
        self.drafted(issue, drafted, due)
        self.on(approved, "li", "approve_plan", issue)

    def drafted(self, issue: int, day: str, due: str) -> None:
        """Note that a plan of one measure is drafted."""
        person = RESPONSIBLE[issue]
        self.on(day, person, "add_measure", issue, text="建立台账，按月核对", due=due)
        self.on(day, person, "draft_plan", issue)

    def finished(self, issue: int, day: str, person: str = "", measure: int = 1) -> None:
        """Note that the measure is proven and done."""
        person = person or RESPONSIBLE[issue]
        self.proves(day, person, issue, measure=measure)
        self.on(day, person, "finish_measure", issue, measure=measure)

    def completed(
        self, issue: int, submitted: str, accepted: str, when: str = "", person: str = ""
    ) -> None:
        """Note a completion, submitted and accepted, with a duty that recurs or none."""
        self.on(submitted, person or RESPONSIBLE[issue], "submit_completion", issue)
        self.accepted(issue, accepted, when)

    def accepted(self, issue: int, day: str, when: str = "", **duty: Any) -> None:
        """Note an acceptance."""
        if when:
            self.on(day, "li", "accept", issue, duties=[{"text": "长效事项", "when": when, **duty}])
        else:
            self.on(day, "li", "accept", issue, no_duties="一次性事项，已彻底解决")

    def performed(self, issue: int, person: str, *days: str) -> None:
        """Note that the duty is performed, each time with its evidence."""
        for day in days:
            self.proves(day, person, issue, duty=1)
            self.on(day, person, "perform_duty", issue, duty=1)

    def visited(self, issue: int, *days: str, verdict: str = "holds", first: int = 1) -> None:
        """Note look-backs, all with one verdict."""
        for visit, day in enumerate(days, start=first):
            facts: dict[str, Any] = {} if verdict == "holds" else {"reason": "现场查看有松动"}
            self.on(day, "li", "look_back", issue, visit=visit, verdict=verdict, **facts)


def _maintained(diary: Diary) -> None:
    """Issues 1 to 5 are put right in time; what happens to their duties differs."""
    when = (
        "每月25日",
        "每季度或法定节假日前夕",
        "每次民主生活会",
        "每半年",
        "法定节假日前3个工作日",
    )
    for issue in range(1, 6):
        diary.planned(issue, "2026-01-12", "2026-01-14")
        diary.finished(issue, "2026-03-04")
        diary.completed(issue, "2026-03-09", "2026-03-12", when[issue - 1])
    diary.performed(1, "wang", "2026-03-24", "2026-04-24", "2026-09-15", "2026-09-24")
    diary.performed(1, "wang", "2026-10-23", "2026-11-24", "2026-12-24")
    diary.on("2026-09-04", "li", "decline_reopening", 1, reason="系统停运所致，已补齐台账")
    diary.visited(1, "2026-06-11", "2026-09-10")
    diary.performed(2, "wang", "2026-03-31", "2026-04-03", "2026-04-30", "2026-06-18")
    diary.performed(2, "wang", "2026-06-30", "2026-09-24", "2026-09-30", "2026-12-31")
    diary.visited(2, "2026-06-11", verdict="slipping")
    diary.on("2026-06-22", "li", "decline_reopening", 2, reason="已督促整改，暂不重开")
    diary.visited(2, "2026-09-10", first=2)
    diary.performed(3, "wang", "2026-04-20")
    diary.visited(3, "2026-06-11", verdict="rebound")
    diary.on("2026-06-15", "li", "reopen", 3, reason="问题反弹", basis="6月11日回头看记录")
    diary.on("2026-07-01", "wang", "add_measure", 3, text="重新清理", due="2026-09-10")
    diary.on("2026-07-01", "wang", "draft_plan", 3)
    diary.on("2026-07-02", "li", "approve_plan", 3)
    diary.performed(4, "wang", "2026-06-29", "2026-12-30")
    diary.performed(5, "wang", "2026-06-30", "2026-09-22", "2026-09-28", "2026-12-29")
    diary.on("2026-06-18", "li", "decline_reopening", 5, reason="已约谈，限期补做")
    diary.visited(5, "2026-06-11", "2026-09-10")


def _planned_late(diary: Diary) -> None:
    """Issue 6 never gets a plan; 7 to 10 wait on somebody at one step or another."""
    diary.planned(7, "2026-02-10", "2026-02-12", due="2026-03-20")
    diary.finished(7, "2026-03-18")
    diary.on("2026-03-19", "wang", "submit_completion", 7)
    diary.drafted(8, "2026-01-12", "2026-03-10")
    diary.on("2026-01-15", "li", "return_plan", 8, reason="措施不具体")
    diary.on("2026-01-21", "wang", "draft_plan", 8)
    diary.on("2026-01-23", "li", "approve_plan", 8)
    diary.finished(8, "2026-03-04")
    diary.on("2026-03-09", "wang", "submit_completion", 8)
    diary.on("2026-03-16", "li", "return_completion", 8, reason="佐证材料不全")
    diary.completed(8, "2026-03-30", "2026-04-02")
    diary.visited(8, "2026-07-01", "2026-09-30")
    diary.planned(9, "2026-01-16", "2026-03-02", due="2026-03-31")
    diary.finished(9, "2026-05-08")
    diary.completed(9, "2026-05-11", "2026-05-13")
    diary.visited(9, "2026-08-31", "2026-11-12")
    diary.planned(10, "2026-01-12", "2026-01-14")


def _extended(diary: Diary) -> None:
    """Issues 11 to 13 ask for a later date; 14 and 15 are suspended."""
    for issue in range(11, 16):
        diary.planned(issue, "2026-01-12", "2026-01-14")
    for issue in (11, 12, 13):
        diary.finished(issue, "2026-03-04")
    asking = {"due": "2026-06-30", "reason": "等待省厅批复", "progress": "已完成主体工作"}
    diary.on("2026-03-20", "sun", "request_extension", 11, **asking)
    diary.on("2026-03-25", "li", "approve_extension", 11)
    diary.completed(11, "2026-06-29", "2026-06-30", person="wu")
    diary.visited(11, "2026-09-29", "2026-12-29")
    diary.on("2026-03-20", "sun", "request_extension", 12, **asking)
    diary.on("2026-03-23", "li", "refuse_extension", 12, reason="理由不充分")
    diary.completed(12, "2026-04-20", "2026-04-22")
    diary.visited(12, "2026-08-31", "2026-10-21")
    diary.on("2026-03-30", "sun", "request_extension", 13, **asking)
    for issue in (14, 15):
        diary.on("2026-02-02", "li", "suspend", issue, reason="涉诉，待法院判决")
    diary.on("2026-03-16", "li", "resume", 14)
    diary.finished(14, "2026-04-20")
    diary.completed(14, "2026-05-14", "2026-05-15", person="wu")
    diary.visited(14, "2026-08-31", "2026-11-13")


def _handed_over(diary: Diary) -> None:
    """Sun's issues, 10 to 18, go to Wu on the sixth of May; 16 is never put right."""
    diary.planned(16, "2026-01-12", "2026-01-14")
    diary.planned(17, "2026-01-12", "2026-01-14")
    diary.finished(17, "2026-03-04")
    diary.on("2026-03-09", "sun", "submit_completion", 17)
    diary.accepted(17, "2026-03-12", "每月最后一个工作日", person="sun")
    diary.performed(17, "sun", "2026-03-31", "2026-04-30")
    diary.performed(17, "wu", "2026-05-29", "2026-06-30", "2026-07-31", "2026-08-31", "2026-09-30")
    diary.performed(17, "wu", "2026-10-30", "2026-11-30", "2026-12-31")
    diary.visited(17, "2026-06-11", "2026-09-10")
    named = {"text": "清理超标用房", "due": "2026-03-31", "person": "sun"}
    diary.on("2026-01-12", "sun", "add_measure", 18, **named)
    diary.on("2026-01-12", "sun", "draft_plan", 18)
    diary.on("2026-01-14", "li", "approve_plan", 18)
    diary.finished(18, "2026-05-20", person="wu")
    diary.completed(18, "2026-05-25", "2026-05-27", person="wu")
    diary.visited(18, "2026-08-31", "2026-11-26")


def _others(diary: Diary) -> None:
    """A remainder, an immediate issue, a new date, a measure after Spring Festival, a mistake."""
    diary.planned(19, "2026-01-12", "2026-01-14")
    diary.finished(19, "2026-03-04")
    rest = {"remains": "两台设备待到货", "by": "wu", "until": "2026-06-30"}
    diary.on("2026-03-09", "wu", "submit_completion", 19, verdict="basically_completed", **rest)
    diary.accepted(19, "2026-03-12")
    diary.on("2026-06-26", "wu", "finish_remainder", 19)
    diary.visited(19, "2026-06-11", "2026-09-10")
    diary.planned(20, "2026-01-08", "2026-01-09", due="2026-01-20")
    diary.finished(20, "2026-01-19")
    diary.completed(20, "2026-01-20", "2026-01-22")
    diary.visited(20, "2026-04-21", "2026-08-31")
    diary.planned(21, "2026-01-12", "2026-01-14")
    diary.finished(21, "2026-03-04")
    diary.on("2026-06-01", "li", "change_due", 21, due="2026-10-09", reason="上级部署调整")
    diary.completed(21, "2026-10-20", "2026-10-22")
    diary.planned(22, "2026-01-12", "2026-01-14", due="2026-02-24")
    diary.finished(22, "2026-03-02")
    diary.completed(22, "2026-03-05", "2026-03-06")
    diary.visited(22, "2026-06-05", "2026-09-04")
    diary.on("2026-01-20", "li", "void", 23, reason="与第22条重复")
    diary.planned(25, "2026-01-12", "2026-01-14", due="2026-02-05")
    diary.finished(25, "2026-02-03")
    diary.completed(25, "2026-02-04", "2026-02-06", "每年1月第10个工作日")
    diary.visited(25, "2026-05-06", "2026-08-31")


def diary_of_the_year() -> Mapping[date, list[Act]]:
    """Return the acts of the year, by day."""
    diary = Diary()
    for issue, person in RESPONSIBLE.items():
        named = {"leader": "zhou", "department": "规划财务股", "person": person}
        diary.on("2026-01-06", "li", "assign", issue, **named)
    for part in (_maintained, _planned_late, _extended, _handed_over, _others):
        part(diary)
    return diary.days


def mornings() -> Iterator[date]:
    """Yield the days of the year from the day after registration."""
    for number in range(1, (LAST - FIRST).days + 1):
        yield FIRST + timedelta(days=number)


def runs(day: date) -> bool:
    """Return whether the engine looks what is due on a day."""
    return not DOWN[0] <= day <= DOWN[1]

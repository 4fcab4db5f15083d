"""A round lived step by step for the checks on paper rectification: honest unless told otherwise.

Six issues of one unit, put right by Wang and Sun, supervised by Chen of another unit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from states.frozen import replace
from tests.cast import UNIT
from tests.stage import ROUND, Stage, a_stage, acting, member
from workflow import Enrolment
from workflow.engine.signs import Limits, Scope, Sign
from workflow.exchange.contradictions import find_contradictions
from workflow.exchange.lines import fold
from workflow.memory import MemoryStore

ISSUES = 6
OFFICE = "县委巡察办"
WORKS = (
    "重新丈量云溪河干流十二处断面，把每一处的界桩坐标抄进河道档案，由两名工程师签字",
    "把2021年以来的七笔培训费逐笔同会议通知、签到册核对，多付的部分由经办人退回财政专户",
    "请第三方会计所清查下属三个泵站的固定资产，盘亏的柴油机报国资局审批后核销",
    "召开村民代表会公布征地补偿花名册，连续公示七天并由村监委收集异议、逐户答复",
    "拆除饮用水源二级保护区内两处钓鱼平台，补种芦苇三百平方米，安装护栏与警示牌",
    "重写值班制度，汛期实行领导带班、双人双岗，每晚十点由县防办视频点名并留存截图",
)


@dataclass
class Paper:
    """A round under way; what each step says can be changed by whoever plays it."""

    stage: Stage
    limits: Limits = field(default_factory=Limits)
    files: int = 0

    def person(self, issue: int) -> str:
        """Who answers for an issue."""
        return "wang" if issue % 2 else "sun"

    def at(self, day: str, hour: int = 1, minute: int = 0) -> None:
        """Move the clock."""
        self.stage.clock.to(date.fromisoformat(day))
        self.stage.clock.forward(hours=hour - 1, minutes=minute)

    def does(self, who: str, event: str, issue: int, /, **facts: Any) -> None:
        """Let somebody act on an issue, three minutes after whatever came before."""
        self.stage.clock.forward(minutes=3)
        self.stage.does(who, event, facts, issue=f"{ROUND}-{issue}")

    def file(self) -> str:
        """Return the hash of a file never seen before."""
        self.files += 1
        return f"{self.files:064x}"

    def proves(self, issue: int, by: str = "", **about: Any) -> None:
        """Attach a file, another one each time."""
        proof = {"sha256": self.file(), "size": 12, "name": f"{self.files}.pdf", **about}
        self.does(by or self.person(issue), "add_evidence", issue, **proof)

    def planned(self, issue: int, *texts: str, due: str = "2023-05-10") -> None:
        """Name who answers, draft a plan, approve it two days later."""
        person = self.person(issue)
        self.does("li", "assign", issue, leader="zhou", department="河长办", person=person)
        for text in texts or (WORKS[issue - 1],):
            self.does(person, "add_measure", issue, text=text, due=due)
        self.does(person, "draft_plan", issue)
        self.stage.clock.forward(days=2)
        self.does("chen", "approve_plan", issue)

    def finished(self, issue: int, measure: int = 1) -> None:
        """Prove a measure and report it done."""
        self.proves(issue, measure=measure)
        self.does(self.person(issue), "finish_measure", issue, measure=measure)

    def closed(self, issue: int, **said: Any) -> None:
        """Submit the completion; it is accepted three days later."""
        self.does(self.person(issue), "submit_completion", issue, **said)
        self.stage.clock.forward(days=3)
        self.does("chen", "accept", issue, no_duties="一次性事项，已经彻底解决")

    def visited(self, issue: int, visit: int = 1) -> None:
        """Look back at an issue, and find that it holds."""
        self.does("chen", "look_back", issue, visit=visit, verdict="holds")

    def asks(self, *codes: str, on: str = "", **wanted: Any) -> list[Sign]:
        """Return what is asked, as of today or of a day."""
        if on:
            self.at(on)
        today = self.stage.engine.desk.day(self.stage.clock())
        scope = Scope(today=today, limits=self.limits, contradictions=contradictions, **wanted)
        return self.stage.engine.signs(scope, codes)


def contradictions(text: str) -> list[str]:
    """Return what denies that something is completed."""
    return [hit.quote for hit in find_contradictions(text, fold(text))]


def a_paper(**limits: int) -> Paper:
    """Return a round of six issues on which nothing has been done, and its limits."""
    stage = a_stage(MemoryStore(), issues=ISSUES)
    chen = replace(member("chen"), unit=OFFICE)
    stage.engine.enrol([Enrolment(person=chen, roles=())], acting("li"))
    assert stage.engine.people()["wang"].unit == UNIT
    return Paper(stage, Limits(**limits))


def honest(paper: Paper, *issues: int) -> Paper:
    """Put issues right as one should: planned, done, proven, accepted, looked back at."""
    issues = issues or tuple(range(1, ISSUES + 1))
    for issue in issues:
        paper.at(f"2023-03-{issue + 1:02}")
        paper.planned(issue)
    for issue in issues:
        paper.at("2023-04-03")
        paper.stage.clock.forward(days=issue)
        paper.finished(issue)
    for issue in issues:
        paper.at("2023-04-17")
        paper.stage.clock.forward(days=issue)
        paper.closed(issue)
    for issue in issues:
        paper.at("2023-07-03")
        paper.stage.clock.forward(days=issue)
        paper.visited(issue)
    return paper


def next_day(paper: Paper, days: int = 1) -> None:
    """Let days pass."""
    paper.stage.clock.at += timedelta(days=days)


def asked(paper: Paper, code: str, **how: Any) -> list[tuple[str, ...]]:
    """Return the issues that a check asks about, sign by sign."""
    signs = paper.asks(code, **how)
    assert {sign.code for sign in signs} <= {code}
    assert all(sign.question.facts for sign in signs)
    return [sign.issues for sign in signs]


def two_planned() -> Paper:
    """Return a round of which two issues have an approved plan of two measures each."""
    paper = a_paper()
    for issue in (1, 2):
        paper.planned(issue, WORKS[issue - 1], WORKS[issue + 1])
    next_day(paper, 10)
    return paper

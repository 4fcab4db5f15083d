"""The case that every contender works: an office, issues with a plan, and the moves made on them.

One round of moves drafts a plan, returns it, drafts it again and approves it: every move closes an
obligation, opens one to two and owes a notice to one to three people.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

ROUND = "QH2024"
UNIT = "青禾县教育局党组"
ASPECT = "落实主体责任方面"
FEEDBACK = date(2024, 3, 1)
TODAY = date(2024, 3, 5)
NOW = datetime(2024, 3, 5, 1, 0, tzinfo=UTC)
DUE = date(2024, 5, 30)  # 90 days after the feedback
LEADER, DEPARTMENT, RESPONSIBLE, SUPERVISOR = "gao", "基础教育股", "wu", "lin"
MEASURES = (
    ("修订校园食堂原料采购与验收制度,明确验收责任人", "2024-04-15"),
    ("对全县中小学食堂开展一次专项检查并逐校建立问题清单", "2024-05-15"),
)
REASON = "第二项措施没有写明检查范围和验收标准,请补充后重新报送"


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A person of the office, with the role they hold for the unit (or for all, ``everywhere``)."""

    id: str
    name: str
    role: str
    everywhere: bool = False

    @property
    def address(self) -> str:
        """The address to which mail goes."""
        return f"{self.id}@office.example"


WORKERS = (
    Worker(id="deng", name="邓丽", role="supervisor", everywhere=True),
    Worker(id=SUPERVISOR, name="林涛", role="supervisor"),
    Worker(id=LEADER, name="高敏", role="leader"),
    Worker(id=RESPONSIBLE, name="吴刚", role="responsible"),
    *(Worker(id=f"clerk{i}", name=f"干事{i}", role="responsible") for i in range(1, 5)),
    Worker(id="pan", name="潘红", role="auditor"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """An event that a person takes of an issue."""

    issue: str
    event: str
    person: str
    facts: dict[str, Any] = field(default_factory=dict)


def key(number: int) -> str:
    """Return the key of the issue of that number."""
    return f"{ROUND}-{number}"


def title(number: int) -> str:
    """Return the title of the issue of that number."""
    return f"关于“校园食品安全监管责任压得不实,第{number}所学校食堂验收记录不全”的问题"


def drafts(numbers: range) -> list[Move]:
    """Return the drafting of a plan for each of these issues."""
    return [Move(issue=key(n), event="draft_plan", person=RESPONSIBLE) for n in numbers]


def returns(numbers: range) -> list[Move]:
    """Return the return of a plan, with its reason, for each of these issues."""
    facts = {"reason": REASON}
    return [
        Move(issue=key(n), event="return_plan", person=SUPERVISOR, facts=facts) for n in numbers
    ]


def approvals(numbers: range) -> list[Move]:
    """Return the approval of a plan for each of these issues."""
    return [Move(issue=key(n), event="approve_plan", person=SUPERVISOR) for n in numbers]


def cycle(numbers: range) -> list[Move]:
    """Return the moves of a round on these issues, of which none has a plan yet."""
    return [*drafts(numbers), *returns(numbers), *drafts(numbers), *approvals(numbers)]


def batch(number: int, size: int) -> range:
    """Return the numbers of the issues that belong to a round: every round has its own."""
    return range(number * size + 1, (number + 1) * size + 1)

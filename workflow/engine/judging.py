"""Who judges what: which entries are judgements, of which work, and what may be found of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from states.errors import Message
from states.issue import Issue
from states.log import Entry

OTHER, NO_WORK, AGAINST = "other_hands", "no_work", "against_own"
OWN, ACCOUNT, SUBSTITUTE, SUCCESSOR, ANSWERS = (
    "own",
    "same_account",
    "substitute",
    "successor",
    "answers",
)
CLOCK = "clock"
VIOLATIONS = (OWN, ACCOUNT, SUBSTITUTE, SUCCESSOR, ANSWERS)
FINDINGS = (*VIOLATIONS, CLOCK, AGAINST, NO_WORK, OTHER)
"""What a judgement turns out to be: the violations first, then what deserves a look."""

COMPLETION = ("completion", "measure_done", "remainder_done")
_ANY = ("plan", *COMPLETION, "duty_done")


def _ever(entry: Entry, issue: Issue) -> bool:
    return True


def _never(entry: Entry, issue: Issue) -> bool:
    return False


def _holds(entry: Entry, issue: Issue) -> bool:
    return bool(entry.facts.get("verdict") == "holds")


def _later(entry: Entry, issue: Issue) -> bool:
    return issue.due is None or bool(entry.facts["due"] > issue.due.isoformat())


@dataclass(frozen=True, slots=True)
class Judging:
    """Of which work an entry judges, whether in its favour, and the guard that keeps it apart."""

    of: tuple[str, ...]
    favours: Callable[[Entry, Issue], bool] = _ever
    guard: str = ""


JUDGING: Mapping[str, Judging] = {
    "approval": Judging(("plan",), guard="not_the_drafter"),
    "acceptance": Judging(COMPLETION, guard="not_the_submitter"),
    "extension_grant": Judging(("extension_request",), guard="not_the_requester"),
    "look_back": Judging((*COMPLETION, "duty_done"), _holds, "not_the_doer"),
    "proposal_declined": Judging((*COMPLETION, "duty_done")),
    "void": Judging(_ANY),
    "due_date": Judging((), _later),
    "suspension": Judging(()),
    "return": Judging(_ANY, _never),
    "extension_refusal": Judging(("extension_request",), _never),
    "new_cycle": Judging(_ANY, _never),
}
"""By what an entry records. Without a work it is a favour to whoever answers for the issue."""
WORKS = frozenset((*_ANY, "extension_request"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A piece of work on record: who had a hand in it, in which entry, through which account."""

    n: int
    day: str
    records: str
    event: str
    hands: tuple[str, ...]
    account: str
    cycle: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """An entry that judges somebody's work, the work it judges, and what is found.

    ``tied`` is whose work it was, ``because`` what in the log let it happen; both are None where
    other hands judged. ``auth`` says how far the acting account is proven.
    """

    issue: str
    title: str
    n: int
    at: datetime
    event: str
    records: str
    hands: tuple[str, ...]
    account: str
    auth: str
    works: tuple[Work, ...]
    finding: str
    tied: str | None = None
    because: Message | None = None

    @property
    def violates(self) -> bool:
        """True if somebody judged their own work in its favour, directly or through another."""
        return self.finding in VIOLATIONS

"""Separation of duties, shown from the log: who did the work, and who judged it.

Nobody may accept, approve or grant their own work: not by their own hand, not through an account
that was theirs, not through a substitute or by having taken over what is judged. Each judgement is
found by what its entry records, never by the name of its event, which processes may change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from operator import attrgetter

from states.errors import Message
from states.evolution import evolve
from states.issue import Issue
from states.log import OFFICE, Entry, Row
from states.process import Process, read_process
from workflow.engine.judging import (
    ACCOUNT,
    AGAINST,
    ANSWERS,
    CLOCK,
    COMPLETION,
    JUDGING,
    NO_WORK,
    OTHER,
    OWN,
    SUBSTITUTE,
    SUCCESSOR,
    WORKS,
    Judgement,
    Judging,
    Work,
)
from workflow.engine.reading import entry_in, legible
from workflow.engine.ties import Passed, Ties
from workflow.ports import Session

_Tie = tuple[str, str, Message | None]


@dataclass(slots=True)
class _Case:
    """An issue on its way through the log: its fold, the works on it, who took it over."""

    issue: Issue | None = None
    works: list[Work] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)

    def goes_on(self, entry: Entry) -> None:
        """Take an entry."""
        self.issue = evolve(self.issue, entry)
        records, facts, actor = entry.content["records"], entry.facts, entry.content["actor"]
        day = str(entry.content["day"])
        if records in WORKS:
            self.works.append(
                Work(
                    n=entry.n,
                    day=day,
                    records=records,
                    event=entry.event,
                    hands=entry.hands,
                    account=actor["account"],
                    cycle=self.issue.cycle,
                )
            )
        elif records == "handover":
            giver, taker, by = facts["from_person"], facts["to_person"], entry.hands[-1]
            self.passed.append(Passed(giver=giver, taker=taker, day=day, n=entry.n, by=by))


def ties_in(session: Session) -> Ties:
    """Return what the office's stream says of who is tied to whom."""
    ties = Ties()
    for row in session.rows(OFFICE):
        with legible(row.stream, row.n):
            ties.look(entry_in(row))
    return ties


def separation(
    session: Session, wanted: Callable[[Mapping[str, str]], bool] = lambda facts: True
) -> tuple[list[Judgement], bool]:
    """Return every judgement of the log, issue by issue, and whether the office is a trial one.

    ``wanted`` looks at the facts of an issue's registration. Raises ``Invalid`` at an entry that
    cannot be read.
    """
    ties = ties_in(session)
    judge = _Judge(session, ties)
    found: list[Judgement] = []
    for stream, rows in groupby(session.rows(), key=attrgetter("stream")):
        if stream != OFFICE:
            found += judge.issue(rows, wanted)
    return found, ties.trial


class _Judge:
    """Walks an issue's entries and looks at each judgement."""

    def __init__(self, session: Session, ties: Ties) -> None:
        self._ties = ties
        self._bodies = session.processes()

    def issue(
        self, rows: Iterator[Row], wanted: Callable[[Mapping[str, str]], bool]
    ) -> Iterator[Judgement]:
        """Yield the judgements of one issue."""
        case = _Case()
        for row in rows:
            entry = entry_in(row)
            with legible(row.stream, row.n):
                if case.issue is None and not wanted(entry.facts):
                    return
            judging = JUDGING.get(entry.content["records"])
            if judging is not None and case.issue is not None:
                with legible(row.stream, row.n):
                    judgement = self._judged(entry, judging, case, case.issue)
                yield judgement
            with legible(row.stream, row.n):
                case.goes_on(entry)

    def _judged(self, entry: Entry, judging: Judging, case: _Case, issue: Issue) -> Judgement:
        works = _works(entry, judging, case, issue)
        finding, tied, because = self._found(entry, judging, works, case)
        actor = entry.content["actor"]
        return Judgement(
            issue=issue.key,
            title=issue.title,
            n=entry.n,
            at=entry.at,
            event=entry.event,
            records=entry.content["records"],
            hands=entry.hands,
            account=actor["account"],
            auth=actor["auth"],
            works=works,
            finding=finding,
            tied=tied,
            because=because,
        )

    def _found(
        self, entry: Entry, judging: Judging, works: tuple[Work, ...], case: _Case
    ) -> tuple[str, str | None, Message | None]:
        if entry.content["actor"]["auth"] == "clock":
            return CLOCK, None, Message("by_clock", "time alone did this, nobody judged", {})
        tie = self._tie(entry, works, case)
        if tie is None:
            return (OTHER if works or not judging.guard else NO_WORK), None, None
        finding, tied, because = tie
        issue = case.issue
        if issue is None or not judging.favours(entry, issue):
            return AGAINST, tied, None
        return finding, tied, because or self._allowed(entry, judging.guard)

    def _tie(self, entry: Entry, works: tuple[Work, ...], case: _Case) -> _Tie | None:
        """Return what ties the one who judges to the work, the closest tie first."""
        workers = tuple(dict.fromkeys(hand for work in works for hand in work.hands))
        for hand in entry.hands:
            if hand in workers:
                return OWN, hand, None
        same = next((w for w in works if w.account == entry.content["actor"]["account"]), None)
        if same is not None and not self._ties.trial:
            return ACCOUNT, same.hands[-1], _by_account(same)
        return self._stood_in(entry, works, workers) or _after(entry.hands, workers, case)

    def _stood_in(
        self, entry: Entry, works: tuple[Work, ...], workers: tuple[str, ...]
    ) -> _Tie | None:
        """Return whether a substitute of a worker judges, from the first work to the judgement."""
        day = str(entry.content["day"])
        first = min((work.day for work in works), default=day)
        for hand in entry.hands:
            stand = self._ties.stood_in(hand, workers, (first, day))
            if stand is not None:
                facts = {"person": stand.by, "recorder": hand, "principal": stand.principal}
                facts |= {"n": str(stand.n), "since": stand.since, "until": stand.until}
                because = Message(
                    "substitute",
                    "{recorder} stood in for {principal} from {since} to {until}, as {person} "
                    "put on record (@office, entry {n})",
                    facts,
                )
                return SUBSTITUTE, stand.principal, because
        return None

    def _allowed(self, entry: Entry, guard: str) -> Message:
        """Return what in the log let somebody judge their own work."""
        process = _process(self._bodies.get(entry.content["process"]))
        by, n = self._ties.adopted.get(entry.content["process"], ("–", 0))
        name = process.name if process else entry.content["process"][:12]
        step = process.step(entry.content["from"], entry.event) if process else None
        facts = {"process": name, "guard": guard, "person": by, "n": n}
        if not guard:
            return Message("no_rule", "no rule keeps this step apart from the work", facts)
        if step is not None and guard not in step.requires:
            return Message(
                "no_guard",
                "the process {process}, adopted by {person} (@office, entry {n}), does not ask "
                "for {guard} here",
                facts,
            )
        return Message(
            "against_rule",
            "{guard} forbids it: this entry was not written by the rules it names",
            facts,
        )


def _after(hands: tuple[str, ...], workers: tuple[str, ...], case: _Case) -> _Tie | None:
    """Return whether the one who judges took over from a worker, or answers for the issue."""
    for passed in case.passed:
        if passed.taker in hands and passed.giver in workers:
            facts = {"person": passed.giver, "other": passed.taker, "n": passed.n}
            because = Message(
                "successor", "{other} took over from {person} what is judged (entry {n})", facts
            )
            return SUCCESSOR, passed.giver, because
    answering = case.issue.responsibility.person if case.issue else None
    if answering is None or answering not in hands:
        return None
    because = Message(
        "answers", "{person} is the responsible person of the issue", {"person": answering}
    )
    return ANSWERS, answering, because


def _by_account(work: Work) -> Message:
    facts = {"account": work.account, "person": work.hands[-1], "n": work.n}
    return Message("same_account", "the account {account} was that of {person} in entry {n}", facts)


def _works(entry: Entry, judging: Judging, case: _Case, issue: Issue) -> tuple[Work, ...]:
    """Return the works that an entry judges: those of this cycle, of a request the last one."""
    of = judging.of
    if entry.content["records"] == "return":
        of = ("plan",) if issue.completed_on is None else COMPLETION
    works = tuple(w for w in case.works if w.records in of and w.cycle == issue.cycle)
    return works[-1:] if of == ("extension_request",) else works


@lru_cache(maxsize=64)
def _process(body: bytes | None) -> Process | None:
    return None if body is None else read_process(body)

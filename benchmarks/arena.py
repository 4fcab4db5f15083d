"""rectify, the floor and the peers at the same moves, each on its own file at one durability."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks import floor, ours
from benchmarks.case import Move
from benchmarks.contest import Step, Steps, contest, rate, ratio
from benchmarks.durability import Durability
from benchmarks.peers.attending import Attendance, Peer, attendance
from benchmarks.report import Limit, Report
from benchmarks.surroundings import versions
from workflow.storage.database import journal_mode

SHIPPED = Durability(journal=journal_mode(sqlite3.sqlite_version_info), synchronous="EXTRA")
"""What rectify sets on this version of SQLite."""

ELSEWHERE = Durability(
    journal="WAL" if SHIPPED.journal == "DELETE" else "DELETE", synchronous="EXTRA"
)
"""What it sets on other versions."""

CPU_SHOWS = Durability(journal="WAL", synchronous="NORMAL")
"""A commit that does not wait for the disk: what is left is the work of the processor."""

_UNSAFE = Durability(journal="DELETE", synchronous="OFF")
_PACKAGES = ("SQLAlchemy", "msgspec", "transitions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What is done in every round: transactions, each a move or (``at_once``) a list of moves.

    ``issues`` is how many the database holds, ``work`` how many moves a round makes, ``block`` how
    many transactions each contender makes before it is the next one's turn, ``remark`` where the
    time goes.
    """

    name: str
    rounds: int
    issues: int
    work: int
    at_once: bool
    block: int
    remark: str
    transactions: Callable[[int], Sequence[Sequence[Move]]]


def measured(program: Program, share: float) -> Report:
    """Return the report as shipped, with ``further`` ones at other durabilities.

    ``share`` is the part of the floor's rate that rectify promises to reach.
    """
    present = attendance()
    further = [_report(program, other, present) for other in (ELSEWHERE, CPU_SHOWS)]
    return _report(program, SHIPPED, present, share=share, further=further)


def _report(
    program: Program,
    durability: Durability,
    present: Attendance,
    *,
    share: float | None = None,
    further: Sequence[Report] = (),
) -> Report:
    with tempfile.TemporaryDirectory() as folder:
        times = contest(_contenders(Path(folder), program, durability, present), program.rounds)
    share_of_floor = ratio(times, "floor", "ours")
    best = min((ratio(times, name, "ours") for name in present.making), default=None)
    limits = (
        (
            Limit(figure="ratio_to_floor", bound=share, at_most=False, value=share_of_floor),
            Limit(figure="ratio_to_best_peer", bound=1.0, at_most=False, value=best),
        )
        if share is not None
        else ()
    )
    return Report(
        name=program.name,
        unit="moves a second",
        ours=rate(times, "ours", program.work),
        floor=rate(times, "floor", program.work),
        peers={name: rate(times, name, program.work) for name in present.making},
        beside={name: rate(times, name, program.work) for name in present.lesser},
        ratio_to_floor=share_of_floor,
        ratio_to_best_peer=best,
        rounds=program.rounds,
        settings=f"{durability}, {program.work} moves a round",
        limits=limits,
        notes=[program.remark, *_notes(present)],
        versions=versions(*_PACKAGES, *present.packages),
        further=further,
    )


def _contenders(
    folder: Path, program: Program, durability: Durability, present: Attendance
) -> dict[str, Steps]:
    first = folder / "first.db"
    ours.found(first, program.issues)
    contenders = {
        "ours": _steps(ours.Ours(_copied(first, "ours"), durability), program),
        "floor": _floor_steps(
            _copied(first, "floor"), _copied(first, "recorded"), program, durability
        ),
    }
    others = {**present.making, **present.lesser}
    for position, (name, make) in enumerate(others.items()):
        peer = make(folder / f"peer{position}.db", durability, program.issues)
        contenders[name] = _steps(peer, program)
    return contenders


def _steps(contender: Peer, program: Program) -> Steps:
    def steps(number: int) -> list[Step]:
        lists = program.transactions(number)
        if program.at_once:
            calls = [partial(contender.advance_all, moves) for moves in lists]
        else:
            calls = [partial(contender.advance, *moves) for moves in lists]
        return _blocks(calls, program.block)

    return steps


def _blocks(calls: Sequence[Step], size: int) -> list[Step]:
    return [partial(_each, calls[start : start + size]) for start in range(0, len(calls), size)]


def _each(calls: Sequence[Step]) -> None:
    for call in calls:
        call()


def _floor_steps(path: Path, recorded: Path, program: Program, durability: Durability) -> Steps:
    """Take down what rectify sends for all rounds, and return the rounds of playing it."""
    with floor.taken_down() as taken:
        rectify = ours.Ours(recorded, _UNSAFE)
        rounds = [_taken(rectify, program, number, taken) for number in range(program.rounds)]
    played = floor.Floor(path, durability)
    return lambda number: _blocks([partial(played.play, t) for t in rounds[number]], program.block)


def _taken(
    rectify: ours.Ours, program: Program, number: int, taken: list[floor.Transaction]
) -> list[floor.Transaction]:
    del taken[:]
    for moves in program.transactions(number):
        done = rectify.advance_all(moves) if program.at_once else [rectify.advance(*moves)]
        taken[-1].contents += [receipt.entry.content for receipt in done]
        assert taken[-1].reads <= floor.FEW, "a read per order: then the floor is none"
    return list(taken)


def _copied(first: Path, name: str) -> Path:
    """Return a copy written page by page, as every contender's own file is.

    Of a file written in one go Linux keeps large pieces in memory, and would write 16 KiB and more
    to the disk for each page of 4 KiB that is changed.
    """
    copy = first.with_name(f"{name}.db")
    with closing(sqlite3.connect(first)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target, pages=1)
    return copy


def _notes(present: Attendance) -> list[str]:
    notes = [
        "the floor plays the statements that rectify itself sends, by the standard library alone",
        "the peers' work differs in their favour, as the modules of benchmarks/peers say",
    ]
    if present.lesser:
        notes.append(
            "events alone: one row a move; what is owed and who is to be told could only be found "
            "by replaying every event, so it is no peer"
        )
    if present.absent:
        notes.append("not installed, so not measured: " + ", ".join(present.absent))
    return notes

"""One durable advance after the other: plans drafted, returned, drafted again and approved.

The floor is what rectify sends to SQLite, sent by hand, with the canonical bytes and the SHA-256 of
every entry; the peers do the same case by other libraries.
"""

from __future__ import annotations

from benchmarks import case
from benchmarks.arena import Program, measured
from benchmarks.report import Report, main

SHARE = 0.45
REMARK = (
    "where the time goes without waiting for the disk: SQLite takes a third, deciding a quarter, "
    "composing what each recipient is told a fifth, rows and the transaction's management the "
    "rest; the floor gets its rows ready-made"
)


def measure(quick: bool) -> Report:
    """Return the report of the benchmark."""
    rounds, issues = (2, 2) if quick else (9, 25)
    program = Program(
        name="advance",
        rounds=rounds,
        issues=rounds * issues,
        work=4 * issues,
        at_once=False,
        block=10,
        remark=REMARK,
        transactions=lambda number: [[move] for move in case.cycle(case.batch(number, issues))],
    )
    return measured(program, SHARE)


if __name__ == "__main__":
    main(measure)

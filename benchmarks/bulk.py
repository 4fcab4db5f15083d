"""A thousand advances in one transaction: all plans drafted, then all returned.

The floor sends the same rows by ``executemany``; of the peers the ORM makes one flush, Django one
atomic block and eventsourcing one save.
"""

from __future__ import annotations

from benchmarks import case
from benchmarks.arena import Program, measured
from benchmarks.report import Report, main

SHARE = 0.40
REMARK = (
    "where the time goes: SQLite takes three tenths, deciding (state machine, guards, what is "
    "owed, canonical bytes) four, composing what each recipient is told two, and making rows of it "
    "one; the floor gets its rows ready-made"
)


def measure(quick: bool) -> Report:
    """Return the report of the benchmark."""
    rounds, issues = (2, 20) if quick else (5, 1000)
    everything = range(1, issues + 1)
    program = Program(
        name="bulk",
        rounds=rounds,
        issues=issues,
        work=2 * issues,
        at_once=True,
        block=1,
        remark=REMARK,
        transactions=lambda number: [case.drafts(everything), case.returns(everything)],
    )
    return measured(program, SHARE)


if __name__ == "__main__":
    main(measure)

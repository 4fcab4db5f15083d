"""Finding what is due: ten obligations among ten thousand to ten million open ones, on SQLite.

The floor is the indexed query alone, sent by the standard library's driver: the same ten rows with
the bodies of their issues. The peers are an ORM that asks by the same index, and one that asks for
what is open and looks at the dates itself; that takes minutes where much is open, so it is asked
among few.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy.dialects import sqlite

from benchmarks import case, ours
from benchmarks.contest import Step, Steps, Times, contest, rate, ratio
from benchmarks.peers.scanning import Scan
from benchmarks.report import Limit, Report, main
from benchmarks.surroundings import versions
from states.frozen import replace
from workflow.storage import SqlStore, open_store
from workflow.storage.chasing import AWAITED

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
QUICK = 100_000
DUE = 10
ASKED = 200  # how many a tick asks for at a time
ISSUES = 100
BLOCK = 10  # scans before it is the next one's turn
BYTES = 400  # of file for each obligation, with room to spare
FEW = 100_000
SHARE = 0.3
GROWTH = 1.5
YESTERDAY = case.TODAY - timedelta(days=1)

OURS, FLOOR, READ = "ours", "floor", "rectify, every issue read too"
IDLE, IDLE_FLOOR = "ours, nothing due", "floor, nothing due"
INDEXED, EVERYTHING = "ORM, by the index", "ORM, looking at all that is open"

_FILL = """
WITH RECURSIVE numbers (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < :size)
INSERT INTO obligations (id, issue, kind, subject, role, person, due, ladder, opened_by, opened_on,
                         anchor, provisional, owed_since, lapses_on, wake_on)
SELECT :round || '-' || (1 + i * :issues / (:size + 1)) || '/4/finish_measure/' || i,
       :round || '-' || (1 + i * :issues / (:size + 1)),
       'finish_measure', i, 'responsible', :person, date(:today, '+' || (20 + i % 700) || ' days'),
       'standard', 4, :today, NULL, 0, :today, NULL,
       CASE WHEN i % (:size / :due) = 0 THEN :today
            ELSE date(:today, '+' || (1 + i % 700) || ' days') END
FROM numbers
"""


def measure(quick: bool) -> Report:
    """Return the report of the benchmark."""
    rounds, blocks = (2, 2) if quick else (11, 20)
    with tempfile.TemporaryDirectory() as folder:
        sizes, skipped = _affordable(Path(folder), QUICK if quick else SIZES[-1])
        files = {size: Path(folder, f"{size}.db") for size in sizes}
        contenders: dict[str, Steps] = {}
        for size, path in files.items():
            _fill(path, size)
            contenders |= {
                _who(name, size): _blocks(scan, blocks) for name, scan in _scans(path).items()
            }
        times = contest(contenders, rounds)
        few = {_who(EVERYTHING, size): _all_of(path) for size, path in files.items() if size <= FEW}
        times |= contest(few, 2 if quick else 5)
    return _reported(times, sizes, blocks * BLOCK, skipped)


def _affordable(folder: Path, largest: int) -> tuple[list[int], list[int]]:
    """Return the sizes for which there is room on the disk, all at once, and the others."""
    sizes = [size for size in SIZES if size <= largest]
    free = shutil.disk_usage(folder).free
    fitting = [size for size in sizes if BYTES * sum(s for s in sizes if s <= size) < free]
    return fitting, sizes[len(fitting) :]


def _fill(path: Path, size: int) -> None:
    """Make a database with so many open obligations, of which ten are due."""
    ours.found(path, ISSUES)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        # The index is made at the end, as it is: that is quicker than row by row.
        (index,) = connection.execute(
            "SELECT sql FROM sqlite_master WHERE name = 'obligations_awaited'"
        ).fetchone()
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("DROP INDEX obligations_awaited")
        connection.execute("DELETE FROM obligations")
        values = {"size": size, "due": DUE, "issues": ISSUES, "round": case.ROUND}
        values |= {"person": case.RESPONSIBLE, "today": case.TODAY.isoformat()}
        connection.execute(_FILL, values)
        connection.execute(index)


def _scans(path: Path) -> dict[str, Step]:
    """Return who looks for what is due, each of whom has found it once."""
    store, bare, orm = open_store(str(path)), _Bare(path), Scan(path)
    scans: dict[str, Step] = {
        OURS: partial(_scan, store, case.TODAY),
        FLOOR: partial(bare.scan, case.TODAY),
        READ: partial(_read, store, case.TODAY),
        INDEXED: partial(orm.indexed, case.TODAY, ASKED),
    }
    idle: dict[str, Step] = {
        IDLE: partial(_scan, store, YESTERDAY),
        IDLE_FLOOR: partial(bare.scan, YESTERDAY),
    }
    _check(scans.values(), DUE)
    _check(idle.values(), 0)
    return scans | idle


def _all_of(path: Path) -> Steps:
    look = partial(Scan(path).everything, case.TODAY, ASKED)
    _check([look], DUE)
    return lambda number: [look]


def _check(scans: Iterable[Step], expected: int) -> None:
    for scan in scans:
        found = scan()
        assert isinstance(found, Sequence)
        assert len(found) == expected, found


def _scan(store: SqlStore, today: date) -> Sequence[object]:
    with store.reading() as session:
        return session.awaited(today, ASKED)


def _read(store: SqlStore, today: date) -> Sequence[object]:
    with store.reading() as session:
        return [found.issue for found in session.awaited(today, ASKED)]


class _Bare:
    """The query that rectify sends, by the standard library's driver alone."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        compiled = AWAITED.compile(dialect=sqlite.dialect(paramstyle="named"))
        self._text = str(compiled)
        self._values = {name: value for name, value in compiled.params.items() if value is not None}

    def scan(self, today: date) -> Sequence[object]:
        """Return the rows that are due on a day."""
        asked = self._values | {"today": today.isoformat(), "limit": ASKED}
        return self._connection.execute(self._text, asked).fetchall()


def _blocks(scan: Step, blocks: int) -> Steps:
    def block() -> None:
        for _ in range(BLOCK):
            scan()

    steps: list[Step] = [block] * blocks
    return lambda number: steps


def _who(name: str, size: int) -> str:
    return f"{name} {size}"


def _reported(times: Times, sizes: Sequence[int], work: int, skipped: Sequence[int]) -> Report:
    """Return the report of the largest database, with ``further`` ones of the others."""
    smallest, largest = sizes[0], sizes[-1]
    growth = ratio(times, _who(OURS, largest), _who(OURS, smallest))
    idle_growth = ratio(times, _who(IDLE, largest), _who(IDLE, smallest))
    share = ratio(times, _who(FLOOR, largest), _who(OURS, largest))
    limits = (
        Limit(figure="ratio_to_floor", bound=SHARE, at_most=False, value=share),
        Limit(figure="time_of_largest_to_smallest", bound=GROWTH, at_most=True, value=growth),
        Limit(
            figure="time_of_largest_to_smallest_where_nothing_is_due",
            bound=GROWTH,
            at_most=True,
            value=idle_growth,
        ),
    )
    others = [_of_size(times, size, work) for size in reversed(sizes[:-1])]
    idle = [_of_size(times, size, work, idle=True) for size in reversed(sizes)]
    first = _of_size(times, largest, work)
    return replace(first, limits=limits, notes=_notes(skipped), further=[*others, *idle])


def _of_size(times: Times, size: int, work: int, *, idle: bool = False) -> Report:
    mine, floor = (IDLE, IDLE_FLOOR) if idle else (OURS, FLOOR)
    peers = {} if idle else _peers(times, size, work)
    best = None if idle else ratio(times, _who(INDEXED, size), _who(OURS, size))
    return Report(
        name="due_scan",
        unit="scans a second",
        ours=rate(times, _who(mine, size), work),
        floor=rate(times, _who(floor, size), work),
        peers=peers,
        beside={} if idle else {READ: rate(times, _who(READ, size), work)},
        ratio_to_floor=ratio(times, _who(floor, size), _who(mine, size)),
        ratio_to_best_peer=best,
        rounds=len(times[_who(mine, size)]),
        settings=f"{'nothing' if idle else DUE} due among {size:,} open obligations",
        versions=versions("SQLAlchemy", "msgspec"),
    )


def _peers(times: Times, size: int, work: int) -> dict[str, float]:
    peers = {INDEXED: rate(times, _who(INDEXED, size), work)}
    if size <= FEW:
        peers[EVERYTHING] = rate(times, _who(EVERYTHING, size), 1)
    return peers


def _notes(skipped: Sequence[int]) -> list[str]:
    notes = [
        "rectify opens a transaction for each scan, which the floor does not; it makes an issue of "
        "a body when somebody looks at it, which no scan here does; the peers read every body as "
        "plain JSON",
    ]
    if skipped:
        left_out = ", ".join(f"{size:,}" for size in skipped)
        notes.append(f"not measured, for want of room on the disk: {left_out} open obligations")
    return notes


if __name__ == "__main__":
    main(measure)

"""What each stage of ``verify`` costs an entry: seconds of CPU, of one process.

Each stage does all that the one before it does, and more. The first is what no proof of a log can
leave out: its rows read, their hashes, the chain, and the tree of the seals.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from states.audit import Proven, prove_streams
from states.canonical import entry_digest
from states.log import Line
from states.merkle import SHA256, Frontier, hash_of
from workflow.engine.proving import SHARE, grounds
from workflow.engine.proving_share import Grounds, prove_share
from workflow.engine.proving_tree import Leaves, leaves_of
from workflow.ports import Session
from workflow.shares import Stretch, stretches
from workflow.storage import open_store
from workflow.storage.bodies import decode
from workflow.verifying import thorough

CHAINED = "bytes, hashes, chain and tree"
FOLDED = "with steps and folds"
COMPARED = "with the rows beside the log"
DECIDED = "with every entry decided again"


def stages(path: Path, shares: int, rounds: int) -> dict[str, float]:
    """Return what stages cost an entry in the best of some rounds, over so many shares."""
    store = open_store(str(path))
    best: dict[str, float] = {}
    with store.reading() as session:
        quick, known = (grounds(session, thorough(again=again)) for again in (False, True))
        cut = stretches(session.extents(), SHARE)
        some = cut[1 : 1 + shares] or cut
        entries = sum(stretch.entries for stretch in some)
        work = {
            CHAINED: partial(_chained, session),
            FOLDED: partial(_folded, session, quick),
            COMPARED: partial(_compared, session, quick),
            DECIDED: partial(_compared, session, known),
        }
        for _ in range(rounds):
            for name, step in work.items():
                gc.collect()
                gc.disable()
                began = time.process_time()
                for stretch in some:
                    step(stretch)
                spent = (time.process_time() - began) / entries
                gc.enable()
                best[name] = min(spent, best.get(name, spent))
    store.close()
    return best


def _chained(session: Session, stretch: Stretch) -> None:
    share = session.share(stretch)
    lines = list(share.lines())
    assert _follow(lines)
    _grow(leaves_of(share.sealed(), lines, SHA256))


def _follow(lines: Iterable[Line]) -> bool:
    """Return whether bytes have their hashes, and entries follow each other in their streams."""
    stream, last, before, since = "", 0, "", ""
    for of, n, _, at, hash, body in lines:
        if of != stream:
            stream, last, before, since = of, 0, "", ""
        content = decode(body)
        if entry_digest(body) != hash or content["prev"] != before:
            return False
        if not content["n"] == n == last + 1 or not content["at"] == at >= since:
            return False
        last, before, since = n, hash, at
    return True


def _grow(leaves: Leaves) -> None:
    tree = Frontier.empty(hash_of(SHA256))
    tree.extend(leaves.hashes)
    assert tree.root()


def _folded(session: Session, known: Grounds, stretch: Stretch) -> None:
    share, proven = session.share(stretch), Proven()
    lines = list(share.lines())
    prove_streams(lines, known.record, proven)
    _grow(leaves_of(share.sealed(), lines, known.suite))
    assert not proven.problems


def _compared(session: Session, known: Grounds, stretch: Stretch) -> None:
    part = prove_share(session, known, stretch)
    _grow(part.leaves)
    assert not part.problems

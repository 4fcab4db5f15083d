"""Anchors compared: with a log that was measured anew, and with each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from states.checkpoint import Checkpoint
from states.frozen import replace
from states.signed_note import NoteKey, Verify
from workflow.proof.anchors.held import Held
from workflow.proof.anchors.measuring import Measured

UNREADABLE, FORGED, OTHER_LOG = "unreadable", "forged", "other_log"
SPLIT, CUT, LOST, DIFFERS, ROLLED = "split", "cut", "entry_lost", "differs", "rolled_back"
UNSEALED, RESTORED = "seal_lost", "restored"
PROBLEMS = (SPLIT, FORGED, DIFFERS, CUT, LOST, ROLLED, UNSEALED, OTHER_LOG, UNREADABLE, RESTORED)
"""What can be wrong with an anchor, the worst first.

``split``: another anchor of the same size has another root. ``forged``: signed by no key of the
log. ``differs``: the log has another root at this size. ``cut``: the log is shorter.
``entry_lost``: an entry before is not there. ``rolled_back``: sealed later than an anchor of a
longer log. ``seal_lost``: the entries are there, but the log knows of no seal that far.
``other_log``: its origin is another one. ``restored``: the log has it on record that a restored
backup did not hold this.
"""

ON_RECORD = frozenset({RESTORED})
"""What the log itself accounts for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An anchor and what was found: ``fits`` is None where there was nothing to compare it with.

    ``after`` is the size of the largest smaller anchor that fits: the entries from there to this
    one's size are in question. ``against`` are the sources that say otherwise; ``signed`` whether
    a key of the log signed it, None where that could not be judged or nobody signed it.
    """

    held: Held
    fits: bool | None
    problems: tuple[str, ...] = ()
    after: int = 0
    against: tuple[str, ...] = ()
    signed: bool | None = None

    @property
    def is_well(self) -> bool:
        """Whether nothing is wrong that the log does not account for itself."""
        return set(self.problems) <= ON_RECORD


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """All anchors judged, the smallest first, and the log they were compared with, if any."""

    log: Measured | None
    judged: tuple[Judged, ...]

    @property
    def fitting(self) -> tuple[Judged, ...]:
        """The anchors that fit the log, and that nothing speaks against but another anchor."""
        good = (one for one in self.judged if one.fits)
        return tuple(one for one in good if set(one.problems) <= {SPLIT, UNSEALED})

    @property
    def witnessed(self) -> int:
        """How many entries, from the first on, an anchor that fits commits to."""
        return max((one.held.anchor.size for one in self.fitting), default=0)

    @property
    def is_sound(self) -> bool:
        """Whether no anchor contradicts the log or another one."""
        return all(one.is_well for one in self.judged)


# ---------------------------------------------------------------- judging


def compare(
    found: Sequence[Held], log: Measured | None, verify: Verify, keys: Sequence[NoteKey] = ()
) -> Compared:
    """Return all anchors judged; ``keys`` are those to believe where there is no log."""
    ordered = sorted(
        dict.fromkeys(found), key=lambda held: (held.anchor.size, held.anchor.root, held.source)
    )
    known = log.keys if log else tuple(keys)
    judged = [_first_look(held, log, known, verify) for held in ordered]
    among = [one for one in judged if not _DISBELIEVED & set(one.problems)]
    against = _contradictions([one.held for one in among])
    rolled = _rolled_back([one.held for one in among])
    fitting = sorted({one.held.anchor.size for one in among if one.fits})
    return Compared(log=log, judged=tuple(_whole(one, against, rolled, fitting) for one in judged))


_DISBELIEVED = {FORGED, OTHER_LOG, UNREADABLE}
"""An anchor of which this is so proves nothing against any other one."""

_Speaking = Mapping[Held, tuple[str, ...]]
"""By the anchor, the sources that say otherwise."""


def _first_look(
    held: Held, log: Measured | None, keys: Sequence[NoteKey], verify: Verify
) -> Judged:
    """Return what one anchor gives for itself."""
    if held.fault:
        return Judged(held=held, fits=None, problems=(UNREADABLE,))
    if log is not None and held.checkpoint is not None and held.checkpoint.origin != log.origin:
        return Judged(held=held, fits=None, problems=(OTHER_LOG,))
    signed = _is_signed(held, keys, verify)
    forged = (FORGED,) if signed is False else ()
    if log is None:
        return Judged(held=held, fits=None, problems=forged, signed=signed)
    fits, wrong = _against(held, log)
    return Judged(held=held, fits=fits, problems=(*forged, *wrong), signed=signed)


def _is_signed(held: Held, keys: Sequence[NoteKey], verify: Verify) -> bool | None:
    if held.note is None or not keys:
        return None
    return any(held.note.signed_by(key, verify) for key in keys)


def _against(held: Held, log: Measured) -> tuple[bool, tuple[str, ...]]:
    """Return whether the log fits an anchor, and what is wrong."""
    size, root = held.anchor.size, held.anchor.root
    if log.lost is not None and log.lost < size:
        return False, (LOST,)
    on_record = log.accounts_for(held.anchor)
    if size > log.entries:
        return False, (RESTORED if on_record else CUT,)
    if not log.roots[size].hex().startswith(root):
        return False, (RESTORED if on_record else DIFFERS,)
    return True, (UNSEALED,) if size > log.sealed else ()


def _contradictions(believed: Sequence[Held]) -> _Speaking:
    """Return who holds another root of the same size."""
    by_size: dict[int, list[Held]] = defaultdict(list)
    for held in believed:
        by_size[held.anchor.size].append(held)
    found: dict[Held, tuple[str, ...]] = {}
    for some in by_size.values():
        if len({held.anchor.root for held in some}) == 1:
            continue
        for held in some:
            others = (o.source for o in some if not _agree(held.anchor.root, o.anchor.root))
            if sources := tuple(dict.fromkeys(others)):
                found[held] = sources
    return found


def _agree(one: str, other: str) -> bool:
    digits = min(len(one), len(other))
    return one[:digits] == other[:digits]


def _rolled_back(believed: Sequence[Held]) -> _Speaking:
    """Return the notes that were sealed later than one of a longer log."""
    found: dict[Held, tuple[str, ...]] = {}
    earliest: Checkpoint | None = None  # of those that are longer
    source = ""
    by_size: dict[int, list[Held]] = defaultdict(list)
    for held in believed:
        if held.checkpoint is not None:
            by_size[held.anchor.size].append(held)
    for size in sorted(by_size, reverse=True):
        if earliest is not None:
            late = (h for h in by_size[size] if h.checkpoint and h.checkpoint.at > earliest.at)
            found |= dict.fromkeys(late, (source,))
        for held in by_size[size]:
            if held.checkpoint and (earliest is None or held.checkpoint.at < earliest.at):
                earliest, source = held.checkpoint, held.source
    return found


def _whole(one: Judged, against: _Speaking, rolled: _Speaking, fitting: Sequence[int]) -> Judged:
    """Return an anchor with what others say of it, its problems in their order."""
    held = one.held
    problems = {*one.problems}
    problems |= {SPLIT} if held in against else set()
    problems |= {ROLLED} if held in rolled else set()
    return replace(
        one,
        problems=tuple(code for code in PROBLEMS if code in problems),
        after=max((size for size in fitting if size < held.anchor.size), default=0),
        against=tuple(dict.fromkeys((*against.get(held, ()), *rolled.get(held, ())))),
    )

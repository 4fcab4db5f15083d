"""What comparing anchors found, in words: what it is, what it means, what is to be done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workflow.cli.language import N_, _

if TYPE_CHECKING:
    from workflow.proof.anchors.comparing import Compared, Judged
    from workflow.proof.anchors.measuring import Measured

STATUSES: Mapping[str, str] = {
    "split": N_("contradicted"),
    "forged": N_("forged"),
    "differs": N_("the log differs"),
    "cut": N_("the log is shorter"),
    "entry_lost": N_("an entry is gone"),
    "rolled_back": N_("rolled back"),
    "seal_lost": N_("its seal is gone"),
    "other_log": N_("another log"),
    "unreadable": N_("unreadable"),
    "restored": N_("lost, on record"),
}
"""What is wrong with an anchor, in the fewest words."""

_EXPLAINED: Mapping[str, str] = {
    "split": N_(
        "{mine} and {others} hold different roots of the same {size} entries. Somebody was shown "
        "another log than the rest, or the log was rewritten and sealed anew. Bring both together: "
        "a note with a right signature binds whoever has the key; a short form shows no signature, "
        "so ask for its note."
    ),
    "forged": N_(
        "{mine}: no key that this log ever adopted has signed it so. It was forged or altered; or "
        "the keys of this log were exchanged: compare their fingerprint (rectify audit key show) "
        "with the one you were once told."
    ),
    "differs": N_(
        "{mine}: at {size} entries this log has another root. {before} Something among entries "
        "{first} to {size} was rewritten, or a backup was restored there and work went on. Change "
        "nothing, keep a copy of the database, and compare these entries with an older backup or "
        "bundle."
    ),
    "cut": N_(
        "{mine} covers {size} entries, and this log has {entries}. Missing at least: {missing}. "
        "They were cut off, or an older backup was restored. Find the newer database; if a backup "
        "had to be restored, it must be on record (rectify db restore)."
    ),
    "entry_lost": N_(
        "{mine}: entry {lost} is not in the database any more. It was taken out; rectify verify "
        "says of which issue."
    ),
    "rolled_back": N_(
        "{mine} was sealed later than {others}, which covers more entries: in between, the log was "
        "rolled back or an older backup was restored."
    ),
    "seal_lost": N_(
        "{mine} fits, so that nothing is missing up to it; but the log knows of no seal beyond "
        "{sealed} entries. The database is older than the anchor: a backup was restored."
    ),
    "other_log": N_(
        "{mine} is of another log ({theirs}); this one is {ours}. It came here by mistake, or this "
        "database was founded anew in the place of the former one."
    ),
    "unreadable": N_("{mine} cannot be read as an anchor ({fault})."),
    "restored": N_(
        "{mine}: a restored backup did not hold what it covers; the log itself says so "
        "(rectify log @office). Ask who ordered it, and what was done again."
    ),
}

_SHOWN = 3
"""Sources that are named; of more only the number is told."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Anchors that say the same and of which the same is to be said."""

    judged: tuple[Judged, ...]

    @property
    def first(self) -> Judged:
        """One of them, a whole note if there is one; the same is to be said of the others."""
        return max(self.judged, key=lambda one: one.held.is_whole)

    @property
    def sources(self) -> str:
        """Who holds them, in words."""
        return _named([one.held.source for one in self.judged])


def grouped(compared: Compared) -> list[Alike]:
    """Return anchors that say the same together: a mailbox holds the same one many times."""
    groups: dict[tuple[object, ...], list[Judged]] = {}
    for one in compared.judged:
        held = one.held
        said = (held.anchor.size, held.anchor.root[:16], one.problems, held.fault)
        groups.setdefault(said, []).append(one)
    return [Alike(tuple(some)) for some in groups.values()]


def _named(sources: list[str]) -> str:
    named = list(dict.fromkeys(sources))
    if len(named) <= _SHOWN:
        return _(", ").join(named)
    text = _("{sources} and {count} more")
    return text.format(sources=_(", ").join(named[: _SHOWN - 1]), count=len(named) - _SHOWN + 1)


def explained(groups: Sequence[Alike], log: Measured | None) -> Iterator[str]:
    """Yield what is wrong with anchors and what to do, a paragraph for each thing.

    That two contradict each other is said of the first of them.
    """
    split: set[int] = set()
    for group in groups:
        size = group.first.held.anchor.size
        for code in group.first.problems:
            if code == "split" and size in split:
                continue
            split |= {size} if code == "split" else set()
            yield _explained(code, group, log)


def _explained(code: str, group: Alike, log: Measured | None) -> str:
    one = group.first
    size = one.held.anchor.size
    entries = log.entries if log else 0
    before = _("Up to entry {after} it fits.") if one.after else _("No smaller anchor fits either.")
    facts = {
        "mine": group.sources,
        "others": _named([source for other in group.judged for source in other.against]),
        "size": f"{size:,}",
        "first": f"{one.after + 1:,}",
        "before": before.format(after=f"{one.after:,}"),
        "entries": f"{entries:,}",
        "missing": f"{size - entries:,}",
        "lost": f"{(log.lost or 0) + 1:,}" if log else "–",
        "sealed": f"{log.sealed:,}" if log else "–",
        "theirs": one.held.checkpoint.origin if one.held.checkpoint else "–",
        "ours": log.origin if log else "–",
        "fault": one.held.fault,
    }
    return _(_EXPLAINED[code]).format(**facts)


def summed_up(compared: Compared) -> Iterator[str]:
    """Yield what all of it proves: how far the log is witnessed, and by whom."""
    log, fitting = compared.log, compared.fitting
    if log is None:
        yield _alone(compared)
        return
    if not fitting:
        yield _(
            "No anchor fits: of {entries} entries none is witnessed by anybody outside."
        ).format(entries=f"{log.entries:,}")
        return
    sizes = [one.held.anchor.size for one in fitting]
    text = _("Anchors that fit: {count}, of {first} to {last} entries.")
    if min(sizes) == max(sizes):
        text = _("Anchors that fit: {count}, of {last} entries.")
    yield text.format(count=len(fitting), first=f"{min(sizes):,}", last=f"{max(sizes):,}")
    yield _witnessed(compared, log)
    if not compared.is_sound:
        count = sum(not one.is_well for one in compared.judged if one not in fitting)
        yield _("Anchors that do not: {count}. See above what each means.").format(count=count)


def _witnessed(compared: Compared, log: Measured) -> str:
    last = compared.witnessed
    sources = [one.held.source for one in compared.fitting if one.held.anchor.size == last]
    rest = log.entries - last
    text = _("Entries 1 to {last}, which is all of them, are witnessed by: {sources}.")
    if rest:
        text = _(
            "Entries 1 to {last} are witnessed by: {sources}. Nobody outside witnesses those "
            "written since: {rest}."
        )
    return text.format(last=f"{last:,}", rest=f"{rest:,}", sources=_named(sources))


def _alone(compared: Compared) -> str:
    count = len(compared.judged)
    if compared.is_sound:
        text = _("Anchors compared: {count}. None contradicts another; no log was looked at.")
    else:
        text = _("Anchors compared: {count}. Some contradict each other; no log was looked at.")
    return text.format(count=count)

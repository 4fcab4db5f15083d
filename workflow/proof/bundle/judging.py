"""The product's judge of a bundle: sound, tampered or incomplete, and where it first shows.

It follows docs/reference/bundle-format.md and nothing else, as two other programs do that share no
line with it. Memory grows with the number of streams, requests and files named, not with bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from workflow.proof.bundle.entries import Past, judged_line
from workflow.proof.bundle.findings import (
    SOUND,
    TAMPERED,
    Finding,
    Findings,
    first_bad_of,
    found,
    lacking,
    verdict_of,
)
from workflow.proof.bundle.members import (
    judge_calendars,
    judge_evidence,
    judge_keys,
    judge_letters,
    judge_manifest,
    judge_people,
    read_manifest,
)
from workflow.proof.bundle.notes import Given, Stamped, suite_of
from workflow.proof.bundle.reading import CHECKPOINTS, ENTRIES, Archive, BrokenBundle, Tell
from workflow.proof.bundle.seals import (
    Anchored,
    Roots,
    Scope,
    Sealing,
    judge_anchors,
    judge_checkpoints,
    judge_key,
    read_checkpoints,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a bundle comes to. ``between`` are the places between which it was first changed.

    ``entries`` counts the lines read well, ``sealed`` those that a right checkpoint covers;
    ``keys`` are the fingerprints of the keys adopted, ``auths`` says how many entries were written
    under which proof of the account, ``issues`` counts the streams beside the office's.
    """

    findings: tuple[Finding, ...]
    verdict: str
    first_bad: int | None
    between: tuple[int, int] | None = None
    origin: str = ""
    entries: int = 0
    sealed: int = 0
    issues: int = 0
    checkpoints: int = 0
    anchors: int = 0
    keys: tuple[str, ...] = ()
    auths: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Against:
    """What a bundle is held against: anchors that others kept, the fingerprint one was told."""

    anchors: Sequence[Given] = ()
    fingerprint: str = ""


def judge(
    file: Path | BinaryIO, against: Against | None = None, tell: Tell = lambda done: None
) -> Judgement:
    """Return what a bundle comes to. Raises ``OSError`` if the file cannot be opened."""
    return judge_each(file, (against or Against(),), tell)[0]


def judge_each(
    file: Path | BinaryIO, against: Sequence[Against], tell: Tell = lambda done: None
) -> list[Judgement]:
    """Return what a bundle, read once, comes to against each of several."""
    try:
        with Archive(file) as archive:
            return _judged(archive, against, tell)
    except BrokenBundle as broken:
        text = "this is no bundle that can be unpacked: {error}"
        return [_of([lacking(0, "bundle_unreadable", text, error=str(broken))])] * len(against)


def _of(findings: Sequence[Finding]) -> Judgement:
    first = {(finding.code, finding.grade): finding for finding in findings}
    return Judgement(
        findings=tuple(findings), verdict=verdict_of(first), first_bad=first_bad_of(first)
    )


def _judged(archive: Archive, against: Sequence[Against], tell: Tell) -> list[Judgement]:
    if archive.repeated:
        text = "the member {name} is in the bundle twice"
        twice = found(0, "member_repeated", text, name=archive.repeated[:80])
        return [_of([twice])] * len(against)
    if ENTRIES not in archive:
        archive.check()
        none = lacking(0, "entries_missing", "the bundle has no entries")
        return [_of([none])] * len(against)
    reader = _Reader(archive, [anchor.size for one in against for anchor in one.anchors])
    reader.read(tell)
    judgements = [reader.judgement(one) for one in against]
    archive.check()
    return judgements


class _Reader:
    """Reads a bundle once, from its checkpoints to its last member."""

    def __init__(self, archive: Archive, sizes: Sequence[int]) -> None:
        self._archive = archive
        self._against = Against()
        self._findings = Findings()
        self._past = Past(archive)
        self._bad: int | None = None
        self._lines = 0
        self._checkpoints, unread = read_checkpoints(archive.lines(CHECKPOINTS), _origin(archive))
        self._add(unread)
        asked = {*sizes, *(c.size for c in self._checkpoints)}
        self._roots = Roots.for_suite(suite_of(self._checkpoints), asked)

    def _add(self, findings: Sequence[Finding] | Iterator[Finding]) -> None:
        for finding in findings:
            self._findings.add(finding)

    def read(self, tell: Tell) -> None:
        """Read the entries up to the bad line; what follows is only unpacked."""
        for line in self._archive.lines(ENTRIES):
            if self._bad is None:
                self._take(line)
                tell(self._lines)
        if self._lines == 0:
            self._add([lacking(0, "entries_missing", "the bundle has no entries")])

    def _take(self, line: bytes | None) -> None:
        findings = judged_line(self._lines, line, self._past)
        self._add(findings)
        if any(finding.grade == TAMPERED for finding in findings):
            self._bad = self._lines
        elif line is not None:
            self._roots.append(line)
        self._lines += 1

    def _scope(self) -> Scope:
        sizes = [c.size for c in self._checkpoints] + [a.size for a in self._against.anchors]
        lines = self._lines if self._bad is None else None
        return Scope(self._past, self._past.entries, lines, max(sizes, default=0))

    def judgement(self, against: Against) -> Judgement:
        """Judge all that lies beside the entries, and sum up."""
        past, archive, read = self._past, self._archive, self._findings
        self._against, self._findings = against, read.copy()
        try:
            return self._judgement(past, archive)
        finally:
            self._findings = read

    def _judgement(self, past: Past, archive: Archive) -> Judgement:
        scope = self._scope()
        sealing = judge_checkpoints(self._checkpoints, self._roots, scope)
        anchored = judge_anchors(self._against.anchors, self._roots, scope)
        self._add(sealing.findings + anchored.findings)
        if self._against.fingerprint:
            self._add(judge_key(self._against.fingerprint, scope))
        for rule in (judge_calendars, judge_letters, judge_evidence):
            self._add(rule(archive, past))
        last = self._checkpoints[-1].size if self._checkpoints else 0
        self._add(judge_manifest(read_manifest(archive), last, scope))
        if scope.whole:
            self._add(judge_people(archive, past))
            self._add(judge_keys(archive, scope))
        return self._summed_up(sealing, anchored)

    def _summed_up(self, sealing: Sealing, anchored: Anchored) -> Judgement:
        past, first = self._past, self._findings.first
        first_bad = first_bad_of(first)
        return Judgement(
            findings=self._findings.ordered(),
            verdict=verdict_of(first),
            first_bad=first_bad,
            between=self._between(first_bad, sealing, anchored),
            origin=past.origin,
            entries=past.entries,
            sealed=max(sealing.right, default=0),
            issues=len(past.streams) - ("@office" in past.streams),
            checkpoints=len(self._checkpoints),
            anchors=len(anchored.right),
            keys=tuple(key.fingerprint for _, key in past.keys),
            auths=dict(past.auths),
        )

    def _between(
        self, first_bad: int | None, sealing: Sealing, anchored: Anchored
    ) -> tuple[int, int] | None:
        """Return between which places the first change lies, as the page has it."""
        if first_bad is None or verdict_of(self._findings.first) == SOUND:
            return None
        right = anchored.right if self._against.anchors else sealing.signed
        low = max((size for size in right if size <= first_bad), default=0)
        ends = [size - 1 for size in (*anchored.wrong, *sealing.wrong)]
        ends += [] if self._bad is None else [self._bad]
        codes = {code for code, _ in self._findings.first}
        ends += [self._lines] if "log_cut" in codes else []
        if not ends and codes & {"anchor_forged", "key_unexpected"}:  # whichever entry adopted it
            ends.append(max(first_bad, self._past.entries - 1))
        return low, min(ends, default=first_bad)


def _origin(archive: Archive) -> str:
    """Return the log's name, which its first line alone decides; "" where there is none."""
    from states.canonical import entry_digest
    from states.checkpoint import origin_of

    for line in archive.lines(ENTRIES):
        return origin_of(entry_digest(line or b""))
    return ""


__all__ = ["Against", "Judgement", "Stamped", "judge"]

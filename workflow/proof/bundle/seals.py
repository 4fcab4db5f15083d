"""Judging a bundle, rules K, A and P: what was sealed, by which key, and what others have kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from states.merkle import Frontier, Hash, hash_of, leaf_hash
from states.signed_note import NoteKey
from workflow.proof.bundle.entries import Past
from workflow.proof.bundle.findings import Finding, found, lacking
from workflow.proof.bundle.notes import Given, Stamped, read_stamped, signed_by
from workflow.proof.bundle.parsing import holds, parsed

_LEAF = b"rectify/entry/1\n"


@dataclass(frozen=True, slots=True)
class Scope:
    """What has been read: entries read well, the number of lines (None if there is a bad one).

    ``seen`` is the largest size that any checkpoint or anchor knows of.
    """

    past: Past
    read: int
    lines: int | None
    seen: int

    @property
    def whole(self) -> bool:
        """Whether there is no bad line, and nothing was cut off the end."""
        return self.lines is not None and self.seen <= self.lines


def read_checkpoints(
    lines: Iterable[bytes | None], origin: str
) -> tuple[list[Stamped], list[Finding]]:
    """Return the checkpoints that can be read, and a finding for each line set aside (K1)."""
    kept: list[Stamped] = []
    findings = []
    for line in lines:
        try:
            kept.append(_follows(_stamped(line), kept, origin))
        except ValueError:
            text = "a checkpoint cannot be read, or does not follow from the one before it"
            findings.append(found(kept[-1].size if kept else 0, "checkpoint_unreadable", text))
    return kept, findings


def _stamped(line: bytes | None) -> Stamped:
    content = parsed(line)
    if not holds(content, str, "note"):
        raise ValueError("no note")
    return read_stamped(content["note"])


def _follows(stamped: Stamped, kept: Sequence[Stamped], origin: str) -> Stamped:
    if origin and stamped.origin != origin:
        raise ValueError("of another log")
    if kept:
        before = kept[-1]
        if stamped.suite != kept[0].suite or stamped.size <= before.size or stamped.at < before.at:
            raise ValueError("does not follow")
    return stamped


@dataclass(slots=True)
class Roots:
    """The tree over the lines as they are read, and its roots (hex) at the sizes asked for."""

    suite: Hash | None
    wanted: frozenset[int]
    tree: Frontier | None = None
    at: dict[int, str] = field(default_factory=dict)

    @classmethod
    def for_suite(cls, suite: str, wanted: Iterable[int]) -> Roots:
        """Return an empty tree; without the suite's hash on this machine it has no roots."""
        try:
            hash = hash_of(suite)
        except ValueError:
            return cls(None, frozenset())
        return cls(hash, frozenset(wanted), Frontier.empty(hash))

    def append(self, line: bytes) -> None:
        """Append the entry of a line that was read well."""
        if self.tree is None or self.suite is None:
            return
        self.tree.append(leaf_hash(self.suite, _LEAF + line))
        if self.tree.size in self.wanted:
            self.at[self.tree.size] = self.tree.root().hex()


@dataclass(frozen=True, slots=True)
class Sealing:
    """What the checkpoints of a bundle come to, by their sizes.

    ``right`` and ``wrong`` are those whose root was; ``signed`` are right, and rightly signed.
    """

    findings: list[Finding]
    right: tuple[int, ...]
    wrong: tuple[int, ...]
    signed: tuple[int, ...]


def judge_checkpoints(checkpoints: Sequence[Stamped], roots: Roots, scope: Scope) -> Sealing:
    """Judge checkpoints that could be read (K2, K3, K4, K6)."""
    findings: list[Finding] = []
    right: list[int] = []
    wrong: list[int] = []
    signed: list[int] = []
    if roots.suite is None:
        text = "this machine cannot compute the hash {suite}: roots were not compared"
        findings.append(lacking(0, "suite_unknown", text, suite=checkpoints[0].suite))
    before = 0
    for checkpoint in checkpoints:
        if checkpoint.size <= scope.read:
            signature = list(_signature(checkpoint, before, scope))
            root = list(_root(checkpoint, roots, right))
            findings += signature + root
            if root:
                wrong.append(checkpoint.size)
            elif roots.suite is not None:
                right.append(checkpoint.size)
                signed += [] if signature else [checkpoint.size]
        elif scope.lines is not None:
            text = "the log has {lines} entries, and {size} were sealed: its end was cut off"
            findings.append(_cut(text, scope.lines, checkpoint.size))
        before = checkpoint.size
    return Sealing(findings, tuple(right), tuple(wrong), tuple(signed))


def _signature(checkpoint: Stamped, before: int, scope: Scope) -> Iterator[Finding]:
    """K2."""
    keys = scope.past.keys
    if not keys and not scope.whole:
        return
    in_force = _in_force(keys, checkpoint.size, before)
    if not any(signed_by(checkpoint.note, key) for key in in_force):
        text = "the checkpoint of size {size} is signed by no key in force"
        yield found(before, "signature_wrong", text, size=checkpoint.size)


def _in_force(keys: Sequence[tuple[int, NoteKey]], size: int, before: int) -> tuple[NoteKey, ...]:
    below = [key for index, key in keys if index < size]
    earlier = [key for index, key in keys if index < before]
    if not below:
        return tuple(key for _, key in keys[:1])
    return (below[-1], *earlier[-1:])


def _root(checkpoint: Stamped, roots: Roots, right: Sequence[int]) -> Iterator[Finding]:
    """K3."""
    if roots.suite is not None and roots.at.get(checkpoint.size) != checkpoint.root:
        text = "the entries are not those that the checkpoint of size {size} sealed"
        yield found(right[-1] if right else 0, "root_differs", text, size=checkpoint.size)


def _cut(text: str, lines: int, size: int) -> Finding:
    return found(lines, "log_cut", text, lines=lines, size=size)


@dataclass(frozen=True, slots=True)
class Anchored:
    """What outside anchors come to; ``right`` are the sizes at which they agree."""

    findings: list[Finding]
    right: tuple[int, ...]
    wrong: tuple[int, ...]


def judge_anchors(anchors: Sequence[Given], roots: Roots, scope: Scope) -> Anchored:
    """Judge the log by what others have kept of it (A1, A2)."""
    findings: list[Finding] = []
    right: set[int] = set()
    wrong: list[int] = []
    for anchor in sorted(anchors, key=lambda given: given.size):
        below = max((size for size in right if size < anchor.size), default=0)
        if anchor.size > scope.read:
            if scope.lines is not None:
                text = (
                    "the log has {lines} entries, and others have seen {size}: its end was cut off"
                )
                findings.append(_cut(text, scope.lines, anchor.size))
            continue
        if roots.suite is None:
            continue
        if _contradicts(anchor, roots.at, scope):
            text = "the entries are not those that the anchor {anchor} has seen"
            findings.append(found(below, "anchor_differs", text, anchor=str(anchor)))
            wrong.append(anchor.size)
        else:
            right.add(anchor.size)
        if _forged(anchor, scope):
            text = "the note of the anchor {anchor} is signed by no key that the log ever adopted"
            findings.append(found(below, "anchor_forged", text, anchor=str(anchor)))
    return Anchored(findings, tuple(sorted(right)), tuple(wrong))


def _contradicts(anchor: Given, roots: Mapping[int, str], scope: Scope) -> bool:
    if not roots[anchor.size].startswith(anchor.root):
        return True
    return anchor.stamped is not None and anchor.stamped.origin != scope.past.origin


def _forged(anchor: Given, scope: Scope) -> bool:
    keys, origin = scope.past.keys, scope.past.origin
    if anchor.stamped is None or (not keys and not scope.whole):
        return False
    note = anchor.stamped.note
    if all(line.name != origin for line in note.signatures):
        return False
    return not any(signed_by(note, key) for _, key in keys)


def judge_key(fingerprint: str, scope: Scope) -> Iterator[Finding]:
    """Judge whether the log's first key is the one expected (P1)."""
    keys = scope.past.keys
    if not keys and not scope.whole:
        return
    if not keys or keys[0][1].fingerprint != fingerprint:
        said = keys[0][1].fingerprint if keys else "-"
        text = "the log's first key has the fingerprint {found}, not the one expected"
        yield found(0, "key_unexpected", text, found=said)

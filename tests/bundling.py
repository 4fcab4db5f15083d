"""Bundles for tests: made from a random log straight from values, and taken apart to be changed.

This is the format as docs/reference/bundle-format.md has it, written a second time: no code of the
product packs here, so that what the product packs can be held against it.
"""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any

from states.canonical import canonical, entry_digest, stamp
from states.checkpoint import Checkpoint, origin_of
from states.frozen import replace
from states.log import OFFICE
from states.merkle import SHA256, Frontier, hash_of, leaf_hash
from tests.logbook import Log, Signer
from tests.logs import random_log

MADE_AT = "2026-01-05T01:00:00.000000Z"
PREFIX = b"rectify/entry/1\n"


@dataclass(frozen=True)
class Bundle:
    """A bundle's members, still apart. Changed ones are made with ``replace``.

    ``notes`` are the checkpoints as written; ``people`` and ``listed`` whole lines; ``extra`` are
    members beside the known ones. ``twice`` names a member that is written a second time.
    """

    entries: tuple[bytes, ...]
    notes: tuple[str, ...]
    keys: tuple[str, ...]
    processes: dict[str, bytes]
    calendars: dict[str, bytes]
    letters: dict[str, bytes]
    evidence: dict[str, bytes]
    listed: tuple[dict[str, Any], ...]
    people: tuple[dict[str, Any], ...]
    manifest: dict[str, Any]
    extra: dict[str, bytes] = field(default_factory=dict)
    without: frozenset[str] = frozenset()
    twice: str = ""

    def members(self) -> Iterator[tuple[str, bytes]]:
        """Yield name and bytes of each member, in the order of the format."""
        for name, content in self._members():
            if name not in self.without:
                yield name, self.extra.get(name, content)
        known = {name for name, _ in self._members()}
        yield from ((name, text) for name, text in self.extra.items() if name not in known)

    def _members(self) -> Iterator[tuple[str, bytes]]:
        yield "manifest.json", canonical(self.manifest)
        yield "entries.jsonl", lines(self.entries)
        yield "checkpoints.jsonl", lines([canonical({"note": note}) for note in self.notes])
        yield "keys.txt", "".join(f"{key}\n" for key in self.keys).encode()
        for folder, files in (("processes", self.processes), ("calendars", self.calendars)):
            yield from ((f"{folder}/{name}.json", body) for name, body in sorted(files.items()))
        for name, text in sorted(self.letters.items()):
            yield f"letters/{name}.txt", text
        yield "evidence.jsonl", lines(list(map(canonical, self.listed)))
        for name, content in sorted(self.evidence.items()):
            yield f"evidence/{name}", content
        if self.people:
            yield "people.jsonl", lines(list(map(canonical, self.people)))

    def zipped(self) -> bytes:
        """Return the zip file."""
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            for name, content in self.members():
                _put(archive, name, content)
            if self.twice:
                _put(archive, self.twice, dict(self.members()).get(self.twice, b""))
        return file.getvalue()

    def content(self, index: int) -> dict[str, Any]:
        """Return what an entry says, to be changed freely."""
        found: dict[str, Any] = json.loads(self.entries[index])
        return found

    @property
    def origin(self) -> str:
        """The log's name."""
        return origin_of(entry_digest(self.entries[0]))

    @property
    def sizes(self) -> tuple[int, ...]:
        """The sizes of its checkpoints."""
        return tuple(size_of(note) for note in self.notes)


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a second member of a name is meant
        archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_STORED)


def lines(bodies: Sequence[bytes]) -> bytes:
    """Return bodies as lines, each with its end."""
    return b"".join(body + b"\n" for body in bodies)


def size_of(note: str) -> int:
    """Return the size that a checkpoint's note states."""
    return int(note.split("\n")[1])


def at_of(note: str) -> str:
    """Return when a checkpoint was sealed."""
    return note.split("\n")[4].removeprefix("at ")


def roots(entries: Sequence[bytes], suite: str = SHA256) -> list[bytes]:
    """Return the root over the first 0, 1, 2 … entries."""
    hash = hash_of(suite)
    tree = Frontier.empty(hash)
    found = [tree.root()]
    for body in entries:
        tree.append(leaf_hash(hash, PREFIX + body))
        found.append(tree.root())
    return found


def checkpoint_text(origin: str, size: int, root: bytes, at: str, suite: str = SHA256) -> str:
    """Return the text of a checkpoint, whatever stands in it."""
    from states.canonical import instant

    made = Checkpoint(origin=origin, size=size, root=root, suite=SHA256, at=instant(at))
    return made.text().replace(f"suite {SHA256}", f"suite {suite}")


@dataclass(frozen=True)
class Made:
    """A sound bundle, with what its owner knows: the log, and who signed each checkpoint."""

    seed: int
    bundle: Bundle
    log: Log
    signers: tuple[Signer, ...]

    @property
    def anchor(self) -> str:
        """The note of its last checkpoint, as somebody outside keeps it."""
        return self.bundle.notes[-1]


@cache
def made_bundle(seed: int, moves: int = 45, *, spare: bool = False) -> Made:
    """Return the bundle of a random log, sealed in random batches, with a tail or without.

    With ``spare`` the log knows recovery keys.
    """
    log = random_log(seed, moves=moves, spare=spare)
    lots = random.Random(seed ^ 0x5EA1)  # noqa: S311  # to be drawn again
    entries = tuple(entry.body for entry in log.entries)
    signed = list(_sealed(log, entries, lots))
    notes, signers = [note for note, _ in signed], [signer for _, signer in signed]
    origin = origin_of(entry_digest(entries[0]))
    listed = [
        {"sha256": name, "size": len(content), "held": "here"}
        for name, content in sorted(_named(log, "evidence", log.evidence).items())
    ]
    bundle = Bundle(
        entries=entries,
        notes=tuple(notes),
        keys=tuple(str(signer.named(origin)) for signer in log.signers),
        processes=dict(log.processes),
        calendars=dict(log.calendars),
        letters=_named(log, "letter", log.letters),
        evidence=_named(log, "evidence", log.evidence),
        listed=tuple(listed),
        people=tuple(
            {"person": person, "details": details, "salt": salt.hex()}
            for person, (details, salt) in sorted(log.people.items())
        ),
        manifest={
            "format": "rectify/bundle/1",
            "origin": origin,
            "made_at": MADE_AT,
            "entries": len(entries),
            "sealed": size_of(notes[-1]),
        },
    )
    return Made(seed, bundle, log, tuple(signers))


def _named(log: Log, records: str, files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files that accepted entries name: some were drawn for what was refused."""
    named = {e.facts["sha256"] for e in log.entries if e.content.get("records") == records}
    return {name: content for name, content in files.items() if name in named}


def _sealed(
    log: Log, entries: Sequence[bytes], lots: random.Random
) -> Iterator[tuple[str, Signer]]:
    """Seal a log in batches of any size; some of its end may stay unsealed."""
    sizes = sorted(lots.sample(range(1, len(entries)), lots.randrange(2, 7)))
    if lots.random() < 0.4:
        sizes.append(len(entries))
    tree = roots(entries)
    origin = origin_of(entry_digest(entries[0]))
    at = max(entry.at for entry in log.entries)
    before = 0
    for size in sizes:
        at += timedelta(minutes=1)
        below = [n for n, index in enumerate(log.adopted) if index < size]
        earlier = [n for n, index in enumerate(log.adopted) if index < before]
        allowed = {below[-1] if below else 0, *earlier[-1:]}
        signer = log.signers[lots.choice(sorted(allowed))]
        text = checkpoint_text(origin, size, tree[size], stamp(at))
        yield signer.signs(text, origin), signer
        before = size


# ---------------------------------------------------------------- what a forger can do


def rechained(entries: Sequence[bytes]) -> tuple[bytes, ...]:
    """Compute the number and chain of every entry anew, as whoever owns the database can."""
    last: dict[str, tuple[int, str]] = {}
    found = []
    for body in entries:
        content = json.loads(body)
        n, prev = last.get(content["stream"], (0, ""))
        written = canonical(content | {"n": n + 1, "prev": prev})
        last[content["stream"]] = (n + 1, entry_digest(written))
        found.append(written)
    return tuple(found)


def renumbered(entries: Sequence[bytes]) -> dict[str, list[int]]:
    """Return the indices of each stream's entries."""
    found: dict[str, list[int]] = {}
    for index, body in enumerate(entries):
        found.setdefault(json.loads(body)["stream"], []).append(index)
    return found


def resealed(
    made: Made, bundle: Bundle, signer: Signer | None = None, stolen: Sequence[Signer] = ()
) -> Bundle:
    """Make every checkpoint anew for the entries as they are, signed by stolen keys or by one.

    The sizes stay, as far as there are entries; each is signed by the key then in force.
    """
    signers = stolen or made.log.signers
    tree = roots(bundle.entries)
    origin = bundle.origin
    adopted = [i for i, body in enumerate(bundle.entries) if _adopts(json.loads(body))]
    notes: list[str] = []
    for note in made.bundle.notes:
        size = min(size_of(note), len(bundle.entries))
        if notes and size <= size_of(notes[-1]):
            break
        n = max((n for n, index in enumerate(adopted) if index < size), default=0)
        owner = signers[min(n, len(signers) - 1)]
        text = checkpoint_text(origin, size, tree[size], at_of(note))
        notes.append((signer or owner).signs(text, origin))
    counted = {"entries": len(bundle.entries), "sealed": size_of(notes[-1]) if notes else 0}
    manifest = bundle.manifest | counted | {"origin": origin}
    return replace(bundle, notes=tuple(notes), manifest=manifest)


def _adopts(content: dict[str, Any]) -> bool:
    return bool(content["stream"] == OFFICE and content["event"] == "adopt_key")

"""Forgeries by whoever owns the database: everything is computed anew, and often signed anew.

A *stolen* key is the one in force, which the owner of the machine has; a *foreign* one is a key
that the log never adopted.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from typing import Any

from states.canonical import canonical, entry_digest
from states.checkpoint import handing_on, origin_of
from states.frozen import replace
from states.signed_note import read_note
from tests.bundling import (
    Bundle,
    Made,
    at_of,
    checkpoint_text,
    rechained,
    resealed,
    roots,
    size_of,
)
from tests.logbook import Signer
from tests.tampering.editing import sealed
from tests.tampering.kinds import Forged, Kind
from tests.tampering.rewriting import (
    REWRITES,
    Rewrite,
    asked_twice,
    closed,
    dated_back,
    founded_twice,
    noted,
    stepped,
)


def _stolen(made: Made, lots: random.Random) -> Signer | None:
    return None  # each checkpoint by the key that signed it


def _foreign(made: Made, lots: random.Random) -> Signer:
    return Signer.drawn(lots)


def rewritten(made: Made, entries: Sequence[bytes]) -> Bundle:
    """Return a bundle of other entries, chained; what lies beside is made to fit."""
    log = rechained(entries)
    keys = tuple(c["facts"]["key"] for c in map(json.loads, log) if c["event"] == "adopt_key")
    return replace(
        made.bundle,
        entries=log,
        keys=keys,
        people=(),
        manifest=made.bundle.manifest | {"entries": len(log)},
    )


def _recomputed(name: str, rewrite: Rewrite) -> Kind:
    """Return the kind in which hashes are computed anew and checkpoints stay."""

    def forge(made: Made, lots: random.Random) -> Forged | None:
        entries = rewrite(made, lots)
        if entries is None or _same(made, entries):
            return None
        bundle = rewritten(made, entries)
        return None if len(bundle.entries) < sealed(made) else Forged(bundle)

    forge.__doc__ = f"{_said(rewrite)}; every later hash is computed anew"
    return Kind(f"{name}_recomputed", forge)


def _resigned(
    name: str,
    rewrite: Rewrite,
    by: Callable[[Made, random.Random], Signer | None] = _stolen,
) -> Kind:
    """Return the kind in which every checkpoint is made and signed anew, too."""

    def forge(made: Made, lots: random.Random) -> Forged | None:
        entries = rewrite(made, lots)
        if entries is None or _same(made, entries):
            return None
        bundle = resealed(made, rewritten(made, entries), by(made, lots))
        return Forged(bundle) if bundle.notes else None

    whose = "the stolen key" if by is _stolen else "a foreign key"
    forge.__doc__ = f"{_said(rewrite)}; everything is computed anew and signed by {whose}"
    suffix = "stolen" if by is _stolen else "foreign"
    return Kind(f"{name}_{suffix}", forge, alone=by is not _stolen)


def _same(made: Made, entries: Sequence[bytes]) -> bool:
    return list(made.bundle.entries[: sealed(made)]) == list(entries[: sealed(made)])


def _said(rewrite: Rewrite) -> str:
    return (rewrite.__doc__ or "").strip().rstrip(".")


def unsigned(made: Made, lots: random.Random) -> Forged | None:
    """An entry is changed, everything computed anew, and signatures are left as they were."""
    entries = noted(made, lots)
    if entries is None:
        return None
    bundle = resealed(made, rewritten(made, entries), Signer.drawn(lots))
    notes = []
    for note, old in zip(bundle.notes, made.bundle.notes, strict=False):
        text = read_note(note).text
        notes.append(f"{text}\n{old.rsplit(chr(10) * 2, 1)[1]}")
    return Forged(replace(bundle, notes=tuple(notes)))


def _rekeyed(made: Made, lots: random.Random) -> Forged:
    """Every key of the log is replaced by another, and all is signed anew by those."""
    bundle, signers = _with_new_keys(made, lots)
    return Forged(resealed(made, bundle, stolen=signers))


def _with_new_keys(made: Made, lots: random.Random) -> tuple[Bundle, list[Signer]]:
    signers = [Signer.drawn(lots) for _ in made.log.signers]
    origin, entries = made.bundle.origin, list(made.bundle.entries)
    for n, index in enumerate(made.log.adopted):
        key = signers[n].named(origin)
        facts: dict[str, Any] = {"key": str(key)}
        if n:
            facts["note"] = signers[n - 1].signs(handing_on(key), origin)
        entries[index] = canonical(made.bundle.content(index) | {"facts": facts})
    return rewritten(made, entries), signers


def _refounded(made: Made, lots: random.Random) -> Forged:
    """The office is founded by somebody else: the log gets another name, and new keys with it."""
    first = made.bundle.content(0)
    other = canonical(first | {"actor": first["actor"] | {"account": "os:0"}})
    origin = origin_of(entry_digest(other))
    entries = [other, *made.bundle.entries[1:]]
    for n, index in enumerate(made.log.adopted):
        key = made.log.signers[n].named(origin)
        facts: dict[str, Any] = {"key": str(key)}
        if n:
            facts["note"] = made.log.signers[n - 1].signs(handing_on(key), origin)
        entries[index] = canonical(made.bundle.content(index) | {"facts": facts})
    return Forged(resealed(made, rewritten(made, entries)))


def _key_slipped_in(made: Made, lots: random.Random) -> Forged | None:
    """A foreign key is adopted without the word of the one in force, and seals from then on."""
    index = sealed(made) - 1
    if index <= made.log.adopted[0]:
        return None
    signer, origin = Signer.drawn(lots), made.bundle.origin
    key = signer.named(origin)
    facts = {"key": str(key), "note": signer.signs(handing_on(key), origin)}
    first = made.bundle.content(0)
    slipped = first | {"event": "adopt_key", "request": "slipped", "facts": facts}
    office = [i for i, c in enumerate(made.bundle.entries[:index]) if b'"@office"' in c]
    slipped |= {"at": made.bundle.content(office[-1])["at"]}
    entries = [*made.bundle.entries[:index], canonical(slipped), *made.bundle.entries[index:]]
    return Forged(resealed(made, rewritten(made, entries), None), at=index)


def _downgraded(made: Made, lots: random.Random) -> Forged:
    """The whole log is sealed anew with another hash, by the stolen key."""
    tree = roots(made.bundle.entries, "sm3")
    origin = made.bundle.origin
    notes = tuple(
        signer.signs(
            checkpoint_text(origin, size_of(note), tree[size_of(note)], at_of(note), "sm3"), origin
        )
        for note, signer in zip(made.bundle.notes, made.signers, strict=True)
    )
    return Forged(replace(made.bundle, notes=notes), at=0)


def _cut_back(made: Made, lots: random.Random) -> Forged | None:
    """The log is cut back to an earlier checkpoint, and everything agrees."""
    earlier = [n for n, size in enumerate(made.bundle.sizes[:-1]) if size > made.log.adopted[0]]
    if not earlier:
        return None
    n = lots.choice(earlier)
    size = made.bundle.sizes[n]
    kept = made.bundle.entries[:size]
    bundle = rewritten(made, kept)
    manifest = bundle.manifest | {"sealed": size}
    return Forged(replace(bundle, notes=made.bundle.notes[: n + 1], manifest=manifest))


def _against_rules(name: str, rewrite: Rewrite) -> Kind:
    kind = _resigned(name, rewrite)
    return replace(kind, alone=True, exact=True)


FORGERIES: tuple[Kind, ...] = (
    *(_recomputed(name, rewrite) for name, rewrite in REWRITES.items()),
    *(_resigned(name, rewrite) for name, rewrite in REWRITES.items()),
    *(_resigned(name, rewrite, _foreign) for name, rewrite in REWRITES.items()),
    Kind("edit_unsigned", unsigned),
    Kind("keys_replaced", _rekeyed, alone=False),
    Kind("office_refounded", _refounded, alone=False, exact=True),
    Kind("key_slipped_in", _key_slipped_in, exact=True),
    Kind("suite_downgraded", _downgraded, alone=False, exact=True),
    Kind("cut_back", _cut_back, alone=False, exact=True),
    _against_rules("step_skipped", stepped),
    _against_rules("obligation_closed", closed),
    _against_rules("request_twice", asked_twice),
    _against_rules("dated_back", dated_back),
    _against_rules("founded_twice", founded_twice),
)

"""Forgeries of checkpoints and keys: the entries stay as they are."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable

from states.frozen import replace
from tests.bundling import Bundle, Made, made_bundle
from tests.tampering.kinds import Forged, Kind


def _noted(name: str, change: Callable[[str, random.Random], str]) -> Kind:
    """Return the kind that writes one checkpoint otherwise."""

    def forge(made: Made, lots: random.Random) -> Forged | None:
        n = lots.randrange(len(made.bundle.notes))
        note = change(made.bundle.notes[n], lots)
        if note == made.bundle.notes[n]:
            return None
        return Forged(with_note(made.bundle, n, note), at=before(made, n))

    forge.__doc__ = (change.__doc__ or "").strip()
    return Kind(name, forge, exact=True)


def with_note(bundle: Bundle, n: int, note: str) -> Bundle:
    return replace(bundle, notes=(*bundle.notes[:n], note, *bundle.notes[n + 1 :]))


def before(made: Made, n: int) -> int:
    return made.bundle.sizes[n - 1] if n else 0


def _line(note: str, n: int, change: Callable[[str], str]) -> str:
    lines = note.split("\n")
    lines[n] = change(lines[n])
    return "\n".join(lines)


def signature_flipped(note: str, lots: random.Random) -> str:
    """A bit of a signature is flipped."""
    head, _, encoded = note.rstrip("\n").rpartition(" ")
    raw = bytearray(base64.b64decode(encoded))
    raw[lots.randrange(4, len(raw))] ^= 1 << lots.randrange(8)
    return f"{head} {base64.b64encode(bytes(raw)).decode()}\n"


def key_id_flipped(note: str, lots: random.Random) -> str:
    """A signature claims to be by another key."""
    head, _, encoded = note.rstrip("\n").rpartition(" ")
    raw = bytearray(base64.b64decode(encoded))
    raw[lots.randrange(4)] ^= 1 << lots.randrange(8)
    return f"{head} {base64.b64encode(bytes(raw)).decode()}\n"


def root_changed(note: str, lots: random.Random) -> str:
    """Another root stands in a checkpoint."""
    return _line(note, 2, lambda old: base64.b64encode(lots.randbytes(32)).decode())


def time_changed(note: str, lots: random.Random) -> str:
    """A checkpoint was sealed at another second."""
    return _line(note, 4, lambda at: at[:-8] + f"{lots.randrange(10**6):06d}"[:6] + at[-2:])


def suite_renamed(note: str, lots: random.Random) -> str:
    """A checkpoint names another hash than it was made with."""
    return _line(note, 3, lambda suite: "suite sm3")


def suite_unknown(note: str, lots: random.Random) -> str:
    """A checkpoint names a hash that nobody knows."""
    return _line(note, 3, lambda suite: "suite md5")


def origin_changed(note: str, lots: random.Random) -> str:
    """A checkpoint is that of another log."""
    return _line(note, 0, lambda name: f"rectify/{lots.getrandbits(64):016x}")


def leading_zero(note: str, lots: random.Random) -> str:
    """The size of a checkpoint is written otherwise."""
    return _line(note, 1, lambda size: f"0{size}")


def not_signed(note: str, lots: random.Random) -> str:
    """The signature of a checkpoint is taken away."""
    return note.rsplit("\n\n", 1)[0] + "\n\n"


def loose_bits(note: str, lots: random.Random) -> str:
    """The Base64 of a root ends in bits that mean nothing."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

    def loosened(root: str) -> str:
        return root[:-2] + letters[letters.index(root[-2]) ^ 1] + "="

    return _line(note, 2, loosened)


def note_of_another_log(made: Made, lots: random.Random) -> Forged:
    """A checkpoint of another log stands in the place of one."""
    n = lots.randrange(len(made.bundle.notes))
    other = made_bundle(made.seed + 1_000_003).bundle.notes[0]
    return Forged(with_note(made.bundle, n, other), at=before(made, n))


def replayed(made: Made, lots: random.Random) -> Forged:
    """An older checkpoint stands a second time, at the end."""
    older = lots.choice(made.bundle.notes)
    at = made.bundle.sizes[-1]
    return Forged(replace(made.bundle, notes=(*made.bundle.notes, older)), at=at)


def replaced_by_older(made: Made, lots: random.Random) -> Forged | None:
    """An older checkpoint stands in the place of a later one."""
    if len(made.bundle.notes) < 2:
        return None
    n = lots.randrange(1, len(made.bundle.notes))
    return Forged(with_note(made.bundle, n, made.bundle.notes[n - 1]), at=made.bundle.sizes[n - 1])


def swapped_signatures(made: Made, lots: random.Random) -> Forged | None:
    """Two checkpoints change their signatures."""
    if len(made.bundle.notes) < 2:
        return None
    n = lots.randrange(len(made.bundle.notes) - 1)
    one, other = made.bundle.notes[n : n + 2]
    first, second = one.rsplit("\n\n", 1), other.rsplit("\n\n", 1)
    bundle = with_note(made.bundle, n, "\n\n".join((first[0], second[1])))
    bundle = with_note(bundle, n + 1, "\n\n".join((second[0], first[1])))
    return Forged(bundle, at=before(made, n))


def other_order(made: Made, lots: random.Random) -> Forged | None:
    """Checkpoints stand in another order."""
    if len(made.bundle.notes) < 2 or len(made.log.signers) > 1:
        return None
    notes = tuple(reversed(made.bundle.notes))
    return Forged(replace(made.bundle, notes=notes), at=made.bundle.sizes[-1])


def taken_away(made: Made, lots: random.Random) -> Forged:
    """The last checkpoint is taken away, the manifest knows it still."""
    at = made.bundle.sizes[-2] if len(made.bundle.sizes) > 1 else 0
    return Forged(replace(made.bundle, notes=made.bundle.notes[:-1]), at=at)


def all_taken_away(made: Made, lots: random.Random) -> Forged:
    """All checkpoints are taken away, the manifest knows them still."""
    return Forged(replace(made.bundle, notes=()), at=0)


def taken_away_counted(made: Made, lots: random.Random) -> Forged:
    """The last checkpoint is taken away, and the manifest with it: no entry is changed."""
    notes = made.bundle.notes[:-1]
    sealed = made.bundle.sizes[-2] if notes else 0
    manifest = made.bundle.manifest | {"sealed": sealed}
    return Forged(replace(made.bundle, notes=notes, manifest=manifest), at=0)


def keys_file_changed(made: Made, lots: random.Random) -> Forged:
    """Another key stands in keys.txt."""
    other = made_bundle(made.seed + 1_000_003).bundle.keys
    return Forged(replace(made.bundle, keys=(other[0], *made.bundle.keys[1:])), at=0)


SEALS: tuple[Kind, ...] = (
    _noted("signature_flipped", signature_flipped),
    _noted("key_id_flipped", key_id_flipped),
    _noted("root_changed", root_changed),
    _noted("seal_time_changed", time_changed),
    _noted("suite_renamed", suite_renamed),
    _noted("suite_unknown", suite_unknown),
    _noted("seal_origin_changed", origin_changed),
    _noted("size_with_zero", leading_zero),
    _noted("not_signed", not_signed),
    _noted("loose_bits", loose_bits),
    Kind("note_of_another_log", note_of_another_log, exact=True),
    Kind("seal_replayed", replayed, exact=True),
    Kind("seal_by_older", replaced_by_older, exact=True),
    Kind("signatures_swapped", swapped_signatures, exact=True),
    Kind("seals_reordered", other_order),
    Kind("seal_taken_away", taken_away, exact=True),
    Kind("seals_all_taken_away", all_taken_away, exact=True),
    Kind("seal_away_counted", taken_away_counted, alone=False, anchored=False),
    Kind("keys_file_changed", keys_file_changed, exact=True),
)

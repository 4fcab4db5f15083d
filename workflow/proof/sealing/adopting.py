"""The key in force: which one it is, whether it lies here, and how another one takes its place."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from states.acts.sealing import ADOPT_KEY
from states.checkpoint import handing_on
from states.errors import Invalid, Message, NotFound, Problem, RectificationError
from states.signed_note import read_key, sign
from workflow.placing import sync
from workflow.proof.keys import SealingKey, keep_as_former, load_key, make_key
from workflow.proof.sealing.high import HighFile
from workflow.proof.sealing.standing import another_log

if TYPE_CHECKING:
    from states.office import Office
    from states.signed_note import NoteKey
    from workflow.engine.facade import Engine
    from workflow.identity import Identity

PATIENCE = 10.0
"""Seconds that a command waits for another process that is sealing."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """A key that was adopted: the public key, and whether its file was made for it."""

    key: NoteKey
    made: bool


def next_file(path: Path) -> Path:
    """Return where a key lies that is about to follow another: beside it, not beside a link."""
    return _beside(path, "next")


def _beside(path: Path, word: str) -> Path:
    path = path.resolve()
    return path.with_name(f"{path.name}.{word}")


def former_file(path: Path, key: NoteKey) -> Path:
    """Return where a key lies that was followed by another."""
    return _beside(path, f"former-{key.id.hex()}")


def key_in_force(path: Path, office: Office, *, looking: bool = False) -> SealingKey:
    """Return the key that signs, from its file.

    A change of keys that a crash has interrupted is finished, unless one is only ``looking``.
    Raises ``NotFound`` if the file is missing or no key was adopted, ``Invalid`` if it holds
    another key.
    """
    if not office.seal_key:
        raise NotFound(
            Message(
                "key_unadopted",
                "no key was adopted yet: rectify audit seal, by a supervisor of every unit",
            )
        )
    key: SealingKey | None = None
    fault: RectificationError
    try:
        key = load_key(path)
        if str(key.named(office.origin)) == office.seal_key:
            return key
        fault = _not_in_force(path, key, office)
    except RectificationError as error:
        fault = error
    following = _following(path, office)
    if following is None:
        raise _told(fault, path, office)
    if not looking:
        put_in_place(path, None if key is None else key.named(office.origin), office)
    return following


def _told(fault: RectificationError, path: Path, office: Office) -> RectificationError:
    """Return the error, which names the way out where the key is missing and there is one."""
    if not (isinstance(fault, NotFound) and office.recovery):
        return fault
    text = (
        "the key {file} is not on this machine (seal.key_file). If every copy is lost: "
        "rectify audit key rotate --recovery FILE"
    )
    return NotFound(Message("key_missing", text, {"file": str(path)}))


def _following(path: Path, office: Office) -> SealingKey | None:
    with suppress(RectificationError):
        key = load_key(next_file(path))
        if str(key.named(office.origin)) == office.seal_key:
            return key
    return None


def _not_in_force(path: Path, key: SealingKey, office: Office) -> Invalid:
    mine = key.named(office.origin)
    facts = {
        "file": str(path),
        "key": mine.fingerprint[:16],
        "in_force": read_key(office.seal_key).fingerprint[:16],
    }
    aside = former_file(path, read_key(office.seal_key))
    if aside.exists():  # a backup was restored that knows nothing of the change
        return Invalid(
            Problem(
                "key_set_aside",
                "the key in force ({in_force}…) was set aside as {aside}, and this database knows "
                "of no other: keep {file} elsewhere and put that one in its place",
                facts | {"aside": str(aside)},
            )
        )
    if str(mine) in office.former_keys:
        return Invalid(
            Problem(
                "key_former",
                "the key {file} ({key}…) was followed by {in_force}…, which is not on this machine",
                facts,
            )
        )
    return Invalid(
        Problem(
            "key_unknown",
            "the key {file} ({key}…) is not this log's, which is {in_force}…",
            facts,
        )
    )


def adopt(engine: Engine, path: Path, by: Identity) -> Adopted:
    """Adopt the first key: that of the file, which is made if there is none.

    Raises ``Refused`` if somebody may not, or if a key is in force already; ``Invalid`` if another
    log is sealed from here: an act on record can never be taken back.
    """
    office = engine.office()
    signed = HighFile(path).read().checkpoint
    if signed is not None and signed.origin != office.origin:
        raise another_log(signed, office)
    made = False
    try:
        key = load_key(path)
    except NotFound:
        key, made = make_key(path), True
    named = key.named(office.origin)
    engine.act(ADOPT_KEY, {"key": str(named)}, by)
    return Adopted(named, made)


def rotate(engine: Engine, path: Path, by: Identity, *, destroy: bool = False) -> Adopted:
    """Put a new key in the place of the one in force, which signs that it follows.

    The file of the new key is made first and takes the other's name last, so that a crash at any
    point leaves a key in force that is there. The former key is kept under another name: a database
    restored from before would need it; ``destroy`` deletes it. Raises ``Refused``, ``Invalid``.
    """
    with HighFile(path).taken(PATIENCE):
        office = engine.office()
        current = key_in_force(path, office)
        new = made_or_left(next_file(path))
        named, before = new.named(office.origin), current.named(office.origin)
        note = str(sign(handing_on(named), before, current.sign))
        engine.act(ADOPT_KEY, {"key": str(named), "note": note}, by)
        put_in_place(path, before, office)
        if destroy:
            former_file(path, before).unlink()
            sync(path.resolve().parent)
        return Adopted(named, made=True)


def made_or_left(path: Path) -> SealingKey:
    """Return the key about to follow: one that an interrupted change has left, or a new one."""
    try:
        return load_key(path)
    except NotFound:
        return make_key(path)


def put_in_place(path: Path, before: NoteKey | None, office: Office) -> None:
    """Give the key that follows its place; what lay there keeps another name.

    ``before`` is the key that lies there; None where there is no file, or none that can be read.
    """
    if path.exists():
        following = load_key(next_file(path)).named(office.origin)
        former = aside_file(path, following) if before is None else former_file(path, before)
        if not former.exists():
            keep_as_former(path, former)
    next_file(path).replace(path.resolve())
    sync(path.resolve().parent)


def aside_file(path: Path, following: NoteKey) -> Path:
    """Return where a file lies that was no key any more when another one took its place."""
    return _beside(path, f"unusable-{following.id.hex()}")

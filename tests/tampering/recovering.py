"""Forgeries of recovery keys. Whoever forges owns the database, and every key that ever sealed.

What they do not have is the recovery key, which lies in a safe; but for the kinds that say so.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

from states.canonical import canonical, entry_digest
from states.checkpoint import handing_on, standing_by, stepping_in
from states.log import OFFICE
from states.signed_note import sign
from tests.bundling import Made, resealed
from tests.logbook import Signer
from tests.tampering.forging import rewritten
from tests.tampering.kinds import Forged, Kind
from tests.tampering.sealing import before, with_note

Facts = dict[str, Any]


def _stood(made: Made) -> int:
    """Return the index at which the recovery key was adopted that has served."""
    return next(i for i, body in enumerate(made.bundle.entries) if b'"adopt_recovery"' in body)


def _served(made: Made) -> int:
    """Return the index at which it served."""
    return next(i for i, body in enumerate(made.bundle.entries) if b'"recovery":"' in body)


def _prev(made: Made, index: int) -> str:
    """Return the hash of the office's entry before an index."""
    entries = made.bundle.entries
    return next(
        entry_digest(entries[i])
        for i in range(index - 1, -1, -1)
        if json.loads(entries[i])["stream"] == OFFICE
    )


def _sealed_anew(made: Made, entries: list[bytes], at: int) -> Forged:
    return Forged(resealed(made, rewritten(made, entries)), at=at)


def _changed(
    name: str,
    where: Callable[[Made], int],
    change: Callable[[Made, random.Random, int], Facts],
) -> Kind:
    """Return the kind that says something else where a recovery key is adopted, or serves."""

    def forge(made: Made, lots: random.Random) -> Forged | None:
        if not made.log.spares:
            return None
        index, entries = where(made), list(made.bundle.entries)
        facts = made.bundle.content(index)["facts"] | change(made, lots, index)
        facts = {name: fact for name, fact in facts.items() if fact is not None}
        entries[index] = canonical(made.bundle.content(index) | {"facts": facts})
        return _sealed_anew(made, entries, index)

    forge.__doc__ = change.__doc__
    return Kind(name, forge, exact=True, spare=True)


def _added(name: str, add: Callable[[Made, random.Random, int], tuple[str, Facts]]) -> Kind:
    """Return the kind that adds an act on keys, right after the one by which a key has served."""

    def forge(made: Made, lots: random.Random) -> Forged | None:
        if not made.log.spares:
            return None
        index, entries = _served(made) + 1, list(made.bundle.entries)
        event, facts = add(made, lots, index)
        like = made.bundle.content(index - 1)
        entries.insert(index, canonical(like | {"event": event, "request": name, "facts": facts}))
        return _sealed_anew(made, entries, index)

    forge.__doc__ = add.__doc__
    return Kind(name, forge, exact=True, spare=True)


def swapped(made: Made, lots: random.Random, index: int) -> Facts:
    """Another recovery key stands in the place of the one that was adopted."""
    return {"key": str(Signer.drawn(lots).named(made.bundle.origin))}


def self_signed(made: Made, lots: random.Random, index: int) -> Facts:
    """A recovery key is adopted by its own word."""
    mine, origin = Signer.drawn(lots), made.bundle.origin
    key = mine.named(origin)
    return {"key": str(key), "note": mine.signs(standing_by(key, _prev(made, index)), origin)}


def of_another_log(made: Made, lots: random.Random, index: int) -> Facts:
    """A recovery key is adopted under the name of another log."""
    other, owner = f"rectify/{lots.getrandbits(64):016x}", made.log.signers[0]
    key = Signer.drawn(lots).named(other)
    text = standing_by(key, _prev(made, index))
    return {"key": str(key), "note": owner.signs(text, made.bundle.origin)}


def by_a_stranger(made: Made, lots: random.Random, index: int) -> Facts:
    """A key follows by the word of a recovery key that was never adopted."""
    mine, origin = Signer.drawn(lots), made.bundle.origin
    key, spare = Signer.drawn(lots).named(origin), str(mine.named(origin))
    note = mine.signs(stepping_in(key, _prev(made, index)), origin)
    return {"key": str(key), "note": note, "recovery": spare}


def by_nobody(made: Made, lots: random.Random, index: int) -> Facts:
    """A key follows by a signature that claims to be of the recovery key, and is not."""
    mine, origin = Signer.drawn(lots), made.bundle.origin
    key = Signer.drawn(lots).named(origin)
    text, spare = stepping_in(key, _prev(made, index)), made.log.spares[0].named(origin)
    return {"key": str(key), "note": str(sign(text, spare, mine.private.sign))}


def reused(made: Made, lots: random.Random, index: int) -> Facts:
    """What the recovery key has signed for one key is put under another."""
    return {"key": str(Signer.drawn(lots).named(made.bundle.origin))}


def plainly(made: Made, lots: random.Random, index: int) -> Facts:
    """The recovery key, stolen, hands on as if it were the key in force."""
    origin = made.bundle.origin
    key = Signer.drawn(lots).named(origin)
    note = made.log.spares[0].signs(handing_on(key), origin)
    return {"key": str(key), "note": note, "recovery": None}


def spent(made: Made, lots: random.Random, index: int) -> tuple[str, Facts]:
    """The recovery key, stolen after it has served, serves once more."""
    spare, origin = made.log.spares[0], made.bundle.origin
    key = Signer.drawn(lots).named(origin)
    note = spare.signs(stepping_in(key, _prev(made, index)), origin)
    return "adopt_key", {"key": str(key), "note": note, "recovery": str(spare.named(origin))}


def replayed(made: Made, lots: random.Random, index: int) -> tuple[str, Facts]:
    """A recovery key that has served is adopted again by the word of then."""
    return "adopt_recovery", made.bundle.content(_stood(made))["facts"]


def moved(made: Made, lots: random.Random, index: int) -> tuple[str, Facts]:
    """What the recovery key has signed is put under the same key at another place."""
    return "adopt_key", made.bundle.content(_served(made))["facts"]


def after_the_fact(made: Made, lots: random.Random) -> Forged | None:
    """The recovery key is adopted after it has served."""
    if not made.log.spares:
        return None
    stood, served, entries = _stood(made), _served(made), list(made.bundle.entries)
    entries.insert(served, entries.pop(stood))
    return _sealed_anew(made, entries, stood)


def never_adopted(made: Made, lots: random.Random) -> Forged | None:
    """The adoption of a recovery key is taken out of the log."""
    if not made.log.spares:
        return None
    stood, entries = _stood(made), list(made.bundle.entries)
    del entries[stood]
    return _sealed_anew(made, entries, stood)


def history_before(made: Made, lots: random.Random) -> Forged | None:
    """What the office did before a recovery key served is rewritten, by who has all other keys."""
    if not made.log.spares:
        return None
    stood, served, entries = _stood(made), _served(made), list(made.bundle.entries)
    index = lots.choice(range(stood + 1, served + 1))
    facts = {"person": "li", "account": "thief@office"}
    like = made.bundle.content(stood)
    entries.insert(
        index, canonical(like | {"event": "bind_account", "request": "slipped", "facts": facts})
    )
    return _sealed_anew(made, entries, index)


def sealing(made: Made, lots: random.Random) -> Forged | None:
    """The recovery key, stolen, signs a checkpoint."""
    if not made.log.spares:
        return None
    n = lots.randrange(len(made.bundle.notes))
    text = made.bundle.notes[n].rpartition("\n\n")[0] + "\n"
    note = made.log.spares[0].signs(text, made.bundle.origin)
    return Forged(with_note(made.bundle, n, note), at=before(made, n))


def swapped_by_the_owner(made: Made, lots: random.Random) -> Forged | None:
    """The owner of every key that sealed puts a recovery key of their own there, and signs anew."""
    if not made.log.spares or _stood(made) >= made.bundle.sizes[-1]:
        return None
    spares = [Signer.drawn(lots) for _ in made.log.spares]
    entries, last = list(made.bundle.entries), ""
    heads: dict[str, str] = {}
    signers, standing = iter(made.log.signers), iter(spares)
    origin, in_force, spare = made.bundle.origin, made.log.signers[0], spares[0]
    for index, body in enumerate(entries):
        content = json.loads(body)
        content["prev"] = last = heads.get(content["stream"], "")
        facts = content["facts"]
        if content["event"] == "adopt_recovery":
            spare = next(standing)
            key = spare.named(origin)
            facts |= {"key": str(key), "note": in_force.signs(standing_by(key, last), origin)}
        elif content["event"] == "adopt_key":
            in_force = next(signers)
            if "recovery" in facts:
                text = stepping_in(in_force.named(origin), last)
                facts |= {
                    "recovery": str(spare.named(origin)),
                    "note": spare.signs(text, origin),
                }
        entries[index] = canonical(content)
        heads[content["stream"]] = entry_digest(entries[index])
    return _sealed_anew(made, entries, _stood(made))


def _kind(name: str, forge: Callable[[Made, random.Random], Forged | None], **said: Any) -> Kind:
    return Kind(name, forge, spare=True, **said)


RECOVERIES: tuple[Kind, ...] = (
    _changed("recovery_swapped", _stood, swapped),
    _changed("recovery_self_signed", _stood, self_signed),
    _changed("recovery_of_another_log", _stood, of_another_log),
    _changed("recovered_by_a_stranger", _served, by_a_stranger),
    _changed("recovered_by_nobody", _served, by_nobody),
    _changed("recovery_word_on_another_key", _served, reused),
    _changed("recovery_hands_on_plainly", _served, plainly),
    _added("recovery_spent", spent),
    _added("recovery_adopted_by_old_word", replayed),
    _added("recovery_word_elsewhere", moved),
    _kind("recovery_after_the_fact", after_the_fact),
    _kind("recovery_never_adopted", never_adopted),
    _kind("history_before_recovery", history_before),
    _kind("recovery_signs_a_seal", sealing, exact=True),
    _kind("recovery_swapped_stolen", swapped_by_the_owner, alone=False),
)

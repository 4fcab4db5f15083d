"""Other histories: the entries of a log as a forger would have them, not chained yet."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from datetime import timedelta

from states.canonical import canonical, instant, stamp
from states.log import OFFICE
from tests.bundling import Made, renumbered
from tests.tampering.editing import chosen, of_issue, sealed

Rewrite = Callable[[Made, random.Random], Sequence[bytes] | None]
"""Returns the entries of another log, not chained yet; None where there is nothing to change."""


def noted(made: Made, lots: random.Random) -> list[bytes] | None:
    """An entry is changed."""
    index = chosen(made, lots, of_issue)
    if index is None:
        return None
    entries = list(made.bundle.entries)
    entries[index] = canonical(made.bundle.content(index) | {"day": "2020-01-01"})
    return entries


def acted(made: Made, lots: random.Random) -> list[bytes] | None:
    """Somebody else acted."""
    index = chosen(made, lots, of_issue)
    if index is None:
        return None
    content = made.bundle.content(index)
    entries = list(made.bundle.entries)
    entries[index] = canonical(content | {"actor": content["actor"] | {"person": "zhao"}})
    return entries


def removed_issue(made: Made, lots: random.Random) -> list[bytes] | None:
    """A whole issue is taken out."""
    streams = renumbered(made.bundle.entries)
    names = [n for n, i in streams.items() if n != OFFICE and i[0] < sealed(made)]
    if not names:
        return None
    gone = set(streams[lots.choice(names)])
    return [line for i, line in enumerate(made.bundle.entries) if i not in gone]


def removed_note(made: Made, lots: random.Random) -> list[bytes] | None:
    """An entry that leads nowhere (a remark, a letter) is taken out."""
    index = chosen(made, lots, lambda c: c.get("records") in ("note", "letter"))
    if index is None:
        return None
    return [line for i, line in enumerate(made.bundle.entries) if i != index]


def backdated(made: Made, lots: random.Random) -> list[bytes] | None:
    """A remark is slipped in among older entries."""
    index = chosen(made, lots, of_issue)
    if index is None:
        return None
    before = made.bundle.content(index)
    slipped = before | {
        "request": f"slipped-{lots.getrandbits(64):x}",
        "event": "note",
        "records": "note",
        "from": before["to"],
        "facts": {"note": "当时已经口头报告"},
        "opens": [],
        "closes": [],
    }
    entries = list(made.bundle.entries)
    entries.insert(index + 1, canonical(slipped))
    return entries


def shifted(made: Made, lots: random.Random) -> list[bytes]:
    """Everything but the founding happened a day later."""
    day, first = timedelta(days=1), made.bundle.entries[0]
    contents = [made.bundle.content(i) for i in range(1, len(made.bundle.entries))]
    return [first, *(canonical(c | {"at": stamp(instant(c["at"]) + day)}) for c in contents)]


def reordered(made: Made, lots: random.Random) -> list[bytes] | None:
    """Two entries of different issues change places."""
    stream = [made.bundle.content(i)["stream"] for i in range(sealed(made))]
    pairs = [i for i in range(1, len(stream) - 1) if stream[i] != stream[i + 1]]
    sealed_pairs = [i for i in pairs if OFFICE not in stream[i : i + 2]]
    if not sealed_pairs:
        return None
    index = lots.choice(sealed_pairs)
    entries = list(made.bundle.entries)
    entries[index : index + 2] = reversed(entries[index : index + 2])
    return entries


def looked_alike(made: Made, lots: random.Random) -> list[bytes] | None:
    """Characters are replaced by others that look the same."""
    index = chosen(made, lots, lambda c: "河" in canonical(c).decode())
    if index is None:
        return None
    entries = list(made.bundle.entries)
    entries[index] = entries[index].decode().replace("河", "何").encode()
    return entries


def forked(made: Made, lots: random.Random) -> list[bytes] | None:
    """From some entry on an issue took another way: the rest of its entries are remarks."""
    index = chosen(made, lots, of_issue)
    if index is None:
        return None
    stream = made.bundle.content(index)["stream"]
    entries, state = list(made.bundle.entries[: index + 1]), made.bundle.content(index)["to"]
    for line in made.bundle.entries[index + 1 :]:
        content = json.loads(line)
        if content["stream"] == stream:
            remark = {"event": "note", "records": "note", "facts": {"note": "无变化"}}
            way = {"from": state, "to": state, "opens": [], "closes": []}
            line = canonical(content | remark | way)
        entries.append(line)
    return None if entries == list(made.bundle.entries) else entries


def restored(made: Made, lots: random.Random) -> list[bytes] | None:
    """An old backup is restored, and work goes on from there as if nothing had been."""
    if made.log.adopted[0] + 1 >= sealed(made):
        return None
    length = lots.randrange(made.log.adopted[0] + 1, sealed(made))
    kept = made.bundle.entries[:length]
    last = next((json.loads(b) for b in reversed(kept) if of_issue(json.loads(b))), None)
    if last is None:
        return None
    way = {"from": last["to"], "to": last["to"], "opens": [], "closes": []}
    remarks = [
        canonical(
            last
            | way
            | {"event": "note", "records": "note", "facts": {"note": f"续记{n}"}}
            | {"request": f"again-{n}-{lots.getrandbits(64):x}"}
        )
        for n in range(len(made.bundle.entries) - length)
    ]
    return [*kept, *remarks]


def stepped(made: Made, lots: random.Random) -> Sequence[bytes] | None:
    """An issue is accepted without ever being completed."""
    index = chosen(made, lots, lambda c: c.get("from") in ("reported", "plan_drafted"))
    if index is None:
        return None
    entries = list(made.bundle.entries)
    step = {"event": "accept", "records": "acceptance", "to": "long_term_maintenance"}
    entries[index] = canonical(made.bundle.content(index) | step)
    return entries


def closed(made: Made, lots: random.Random) -> Sequence[bytes] | None:
    """An obligation is closed that nobody ever had."""
    index = chosen(made, lots, of_issue)
    if index is None:
        return None
    entries = list(made.bundle.entries)
    content = made.bundle.content(index)
    never = {"id": f"{content['stream']}/999/finish_issue", "because": "accept"}
    entries[index] = canonical(content | {"closes": [*content["closes"], never]})
    return entries


def _second(made: Made, lots: random.Random) -> int | None:
    """Draw an entry of an issue that has one before it."""
    return chosen(made, lots, lambda c: of_issue(c) and c["n"] > 1)


def asked_twice(made: Made, lots: random.Random) -> Sequence[bytes] | None:
    """A request is written a second time."""
    index = _second(made, lots)
    if index is None:
        return None
    entries = list(made.bundle.entries)
    earlier = made.bundle.content(lots.randrange(index))["request"]
    entries[index] = canonical(made.bundle.content(index) | {"request": earlier})
    return entries


def dated_back(made: Made, lots: random.Random) -> Sequence[bytes] | None:
    """An entry is dated before the one that it follows."""
    index = _second(made, lots)
    if index is None:
        return None
    entries = list(made.bundle.entries)
    entries[index] = canonical(made.bundle.content(index) | {"at": "2024-01-01T00:00:00.000000Z"})
    return entries


def founded_twice(made: Made, lots: random.Random) -> Sequence[bytes] | None:
    """The office is founded a second time."""
    index = chosen(
        made, lots, lambda c: not of_issue(c) and c["event"] in ("add_person", "edit_person")
    )
    if index is None:
        return None
    entries = list(made.bundle.entries)
    entries[index] = canonical(made.bundle.content(index) | {"event": "found_office"})
    return entries


REWRITES: dict[str, Rewrite] = {
    "edit": noted,
    "actor": acted,
    "issue_removed": removed_issue,
    "note_removed": removed_note,
    "backdated": backdated,
    "time_shift": shifted,
    "reordered": reordered,
    "look_alike": looked_alike,
    "fork": forked,
    "restored_backup": restored,
}

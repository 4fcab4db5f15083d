"""Forgeries of what lies beside the log: processes, calendars, letters, files, people."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from states.calendar import WEEKDAYS
from states.frozen import replace
from tests.bundling import Made
from tests.tampering.kinds import Forged, Kind


def _first(made: Made, names: Callable[[dict[str, Any]], bool]) -> int | None:
    """Return the first entry of an issue that names something."""
    for index in range(len(made.bundle.entries)):
        content = made.bundle.content(index)
        if content["stream"] != "@office" and names(content):
            return index
    return None


def _process(made: Made, lots: random.Random) -> tuple[str, int] | None:
    name = lots.choice(sorted(made.bundle.processes))
    index = _first(made, lambda c: c["process"] == name)
    return None if index is None else (name, index)


def process_changed(made: Made, lots: random.Random) -> Forged | None:
    """A process is changed: a step may be taken by others."""
    named = _process(made, lots)
    if named is None:
        return None
    name, index = named
    body = made.bundle.processes[name].replace(b'"supervisor"', b'"responsible"', 1)
    processes = made.bundle.processes | {name: body}
    return Forged(replace(made.bundle, processes=processes), at=index)


def process_swapped(made: Made, lots: random.Random) -> Forged | None:
    """Another process stands under the name of one."""
    named = _process(made, lots)
    if named is None or len(made.bundle.processes) < 2:
        return None
    name, index = named
    other = next(body for key, body in made.bundle.processes.items() if key != name)
    processes = made.bundle.processes | {name: other}
    return Forged(replace(made.bundle, processes=processes), at=index)


def process_removed(made: Made, lots: random.Random) -> Forged | None:
    """A process is taken away."""
    named = _process(made, lots)
    if named is None:
        return None
    kept = {key: body for key, body in made.bundle.processes.items() if key != named[0]}
    return Forged(replace(made.bundle, processes=kept), at=named[1])


def _calendar(made: Made) -> tuple[str, int] | None:
    for name in made.bundle.calendars:
        index = _first(made, lambda c, name=name: c["calendar"] == name)  # type: ignore[misc]
        if name != WEEKDAYS.hash and index is not None:
            return name, index
    return None


def calendar_changed(made: Made, lots: random.Random) -> Forged | None:
    """A calendar is changed: a holiday becomes a working day."""
    named = _calendar(made)
    if named is None:
        return None
    body = made.bundle.calendars[named[0]].replace(b"2025-10-01", b"2025-10-11", 1)
    calendars = made.bundle.calendars | {named[0]: body + b" "}
    return Forged(replace(made.bundle, calendars=calendars), at=named[1])


def calendar_removed(made: Made, lots: random.Random) -> Forged | None:
    """A calendar is taken away."""
    named = _calendar(made)
    if named is None:
        return None
    kept = {key: body for key, body in made.bundle.calendars.items() if key != named[0]}
    return Forged(replace(made.bundle, calendars=kept), at=named[1])


def _file(made: Made, files: dict[str, bytes], lots: random.Random) -> tuple[str, int] | None:
    if not files:
        return None
    name = lots.choice(sorted(files))
    index = _first(made, lambda c: c["facts"].get("sha256") == name)
    return None if index is None else (name, index)


def letter_changed(made: Made, lots: random.Random) -> Forged | None:
    """The text of a letter is changed."""
    named = _file(made, made.bundle.letters, lots)
    if named is None:
        return None
    letters = made.bundle.letters | {named[0]: "提醒函\n".encode()}
    return Forged(replace(made.bundle, letters=letters), at=named[1])


def letter_removed(made: Made, lots: random.Random) -> Forged | None:
    """The text of a letter is taken away, as if it had been erased: no entry is changed."""
    named = _file(made, made.bundle.letters, lots)
    if named is None:
        return None
    kept = {key: text for key, text in made.bundle.letters.items() if key != named[0]}
    return Forged(replace(made.bundle, letters=kept), at=named[1])


def evidence_changed(made: Made, lots: random.Random) -> Forged | None:
    """A file of evidence is changed."""
    named = _file(made, made.bundle.evidence, lots)
    if named is None:
        return None
    content = bytearray(made.bundle.evidence[named[0]])
    content[lots.randrange(len(content))] ^= 1 << lots.randrange(8)
    evidence = made.bundle.evidence | {named[0]: bytes(content)}
    return Forged(replace(made.bundle, evidence=evidence), at=named[1])


def evidence_swapped(made: Made, lots: random.Random) -> Forged | None:
    """Two files of evidence change their names."""
    named = _file(made, made.bundle.evidence, lots)
    others = [c for key, c in made.bundle.evidence.items() if named and key != named[0]]
    if named is None or not others:
        return None
    evidence = made.bundle.evidence | {named[0]: lots.choice(others)}
    return Forged(replace(made.bundle, evidence=evidence), at=named[1])


def evidence_removed(made: Made, lots: random.Random) -> Forged | None:
    """A file of evidence is taken away, the list knows it still."""
    named = _file(made, made.bundle.evidence, lots)
    if named is None:
        return None
    kept = {key: content for key, content in made.bundle.evidence.items() if key != named[0]}
    return Forged(replace(made.bundle, evidence=kept), at=named[1])


def evidence_removed_listed(made: Made, lots: random.Random) -> Forged | None:
    """A file of evidence is taken away, and the list says so: no entry is changed."""
    forged = evidence_removed(made, lots)
    if forged is None:
        return None
    listed = tuple(
        line if line["sha256"] in forged.bundle.evidence else line | {"held": "missing"}
        for line in forged.bundle.listed
    )
    return replace(forged, bundle=replace(forged.bundle, listed=listed))


def _people(name: str, change: Callable[[dict[str, Any], random.Random], dict[str, Any]]) -> Kind:
    """Return the kind that changes a line of people.jsonl."""

    def forge(made: Made, lots: random.Random) -> Forged:
        n = lots.randrange(len(made.bundle.people))
        line = made.bundle.people[n]
        people = list(made.bundle.people)
        people[n] = change(line, lots)
        office = [
            index
            for index in range(len(made.bundle.entries))
            if (facts := made.bundle.content(index)["facts"]).get("person") == line["person"]
            and "commitment" in facts
        ]
        return Forged(replace(made.bundle, people=tuple(people)), at=office[-1])

    forge.__doc__ = (change.__doc__ or "").strip()
    return Kind(name, forge, exact=True)


def details_edited(line: dict[str, Any], lots: random.Random) -> dict[str, Any]:
    """A person's details are changed."""
    return line | {"details": line["details"] | {"title": "局长"}}


def salt_edited(line: dict[str, Any], lots: random.Random) -> dict[str, Any]:
    """The salt of a person's details is changed."""
    return line | {"salt": lots.randbytes(32).hex()}


def _manifest(name: str, change: Callable[[Made], tuple[dict[str, Any], int]]) -> Kind:
    """Return the kind that changes the manifest."""

    def forge(made: Made, lots: random.Random) -> Forged:
        said, at = change(made)
        return Forged(replace(made.bundle, manifest=made.bundle.manifest | said), at=at)

    forge.__doc__ = (change.__doc__ or "").strip()
    return Kind(name, forge, exact=True)


def more_entries(made: Made) -> tuple[dict[str, Any], int]:
    """The manifest counts an entry more than there are."""
    count = len(made.bundle.entries)
    return {"entries": count + 1}, count


def fewer_entries(made: Made) -> tuple[dict[str, Any], int]:
    """The manifest counts an entry less than there are."""
    count = len(made.bundle.entries)
    return {"entries": count - 1}, count - 1


def other_seals(made: Made) -> tuple[dict[str, Any], int]:
    """The manifest says that fewer entries are sealed."""
    return {"sealed": made.bundle.sizes[-1] - 1}, made.bundle.sizes[-1] - 1


def other_log(made: Made) -> tuple[dict[str, Any], int]:
    """The manifest is that of another log."""
    return {"origin": "rectify/0123456789abcdef"}, 0


def other_format(made: Made) -> tuple[dict[str, Any], int]:
    """The manifest is of another format."""
    return {"format": "rectify/bundle/2"}, 0


def _without(name: str, member: str, words: str) -> Kind:
    """Return the kind that takes a member away."""

    def forge(made: Made, lots: random.Random) -> Forged:
        return Forged(replace(made.bundle, without=frozenset({member})), at=0)

    forge.__doc__ = words
    return Kind(name, forge, exact=True)


def repeated(made: Made, lots: random.Random) -> Forged:
    """A member stands twice."""
    names = [name for name, _ in made.bundle.members()]
    return Forged(replace(made.bundle, twice=lots.choice(names)), at=0)


def damaged(made: Made, lots: random.Random) -> Forged:
    """A byte of the packed log is changed, and the archive's checksum is not."""
    file = made.bundle.zipped()
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        info = archive.getinfo("entries.jsonl")
    start = info.header_offset + 30 + len(info.filename)
    place = start + lots.randrange(info.compress_size)
    other = file[:place] + bytes([file[place] ^ (1 << lots.randrange(8))]) + file[place + 1 :]
    return Forged(made.bundle, at=0, zipped=other)


BESIDE: tuple[Kind, ...] = (
    Kind("process_changed", process_changed, exact=True),
    Kind("process_swapped", process_swapped, exact=True),
    Kind("process_removed", process_removed, exact=True),
    Kind("calendar_changed", calendar_changed, exact=True),
    Kind("calendar_removed", calendar_removed, exact=True),
    Kind("letter_changed", letter_changed, exact=True),
    Kind("letter_removed", letter_removed, alone=False, anchored=False),
    Kind("evidence_changed", evidence_changed, exact=True),
    Kind("evidence_swapped", evidence_swapped, exact=True),
    Kind("evidence_removed", evidence_removed, exact=True),
    Kind("evidence_listed_missing", evidence_removed_listed, alone=False, anchored=False),
    _people("details_edited", details_edited),
    _people("salt_edited", salt_edited),
    _manifest("manifest_more", more_entries),
    _manifest("manifest_fewer", fewer_entries),
    _manifest("manifest_sealed", other_seals),
    _manifest("manifest_origin", other_log),
    _manifest("manifest_format", other_format),
    _without("manifest_removed", "manifest.json", "The manifest is taken away"),
    _without("log_removed", "entries.jsonl", "The log itself is taken away"),
    _without("seals_file_removed", "checkpoints.jsonl", "The file of checkpoints is taken away"),
    Kind("member_repeated", repeated, exact=True),
    Kind("archive_damaged", damaged, exact=True),
)

"""Judging a bundle, rules C and M: what lies beside the entries, and what is said of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from states.calendar import WEEKDAYS
from states.canonical import digest
from workflow.proof.bundle.entries import Past
from workflow.proof.bundle.findings import Finding, found, lacking
from workflow.proof.bundle.parsing import Record, holds, parsed
from workflow.proof.bundle.reading import (
    CALENDARS,
    EVIDENCE,
    KEYS,
    LETTERS,
    LISTED,
    MANIFEST,
    PEOPLE,
    Archive,
)
from workflow.proof.bundle.seals import Scope

FORMAT = "rectify/bundle/1"
_SALT = re.compile(r"[0-9a-f]{64}")


def judge_calendars(archive: Archive, past: Past) -> Iterator[Finding]:
    """C1."""
    for name, index in past.calendars.items():
        if name in ("", WEEKDAYS.hash):
            continue
        member = f"{CALENDARS}{name}.json"
        if member not in archive:
            text = "the calendar {hash} is not in the bundle"
            yield lacking(index, "calendar_missing", text, hash=name[:40])
        elif _measured(archive, member) != name:
            text = "the calendar {hash} was changed"
            yield found(index, "calendar_changed", text, hash=name[:40])


def judge_letters(archive: Archive, past: Past) -> Iterator[Finding]:
    """C2."""
    for name, index in past.letters.items():
        member = f"{LETTERS}{name}.txt"
        if member in archive and _measured(archive, member) != name:
            text = "the text of the letter {hash} was changed"
            yield found(index, "letter_changed", text, hash=name[:40])


def _measured(archive: Archive, member: str) -> str | None:
    body = archive.whole(member)
    return None if body is None else digest(body)


def judge_evidence(archive: Archive, past: Past) -> Iterator[Finding]:
    """C3."""
    for name, (index, size) in past.evidence.items():
        member = f"{EVIDENCE}{name}"
        if member not in archive:
            continue
        if archive.measure(member) != (name, size) or type(size) is not int:  # true is none
            text = "the evidence file {hash} was changed"
            yield found(index, "evidence_changed", text, hash=name[:40])
    for line in archive.lines(LISTED):
        try:
            listed = parsed(line)
        except ValueError:
            continue
        if not holds(listed, str, "sha256", "held") or listed["held"] != "here":
            continue
        named = listed["sha256"]
        if named in past.evidence and f"{EVIDENCE}{named}" not in archive:
            text = "the evidence file {hash} should be in the bundle and is not"
            yield lacking(past.evidence[named][0], "evidence_missing", text, hash=named[:40])


def judge_people(archive: Archive, past: Past) -> Iterator[Finding]:
    """C4."""
    differs = "the details of {person} are not those that the log has committed to"
    for line in archive.lines(PEOPLE):
        try:
            stated = _person(parsed(line))
        except ValueError:
            text = "a line of people.jsonl cannot be read"
            yield found(0, "details_differ", text)
            continue
        person = stated["person"]
        if stated.get("redacted") is True:
            continue
        committed, index = past.commitments.get(person, (None, 0))
        if _commitment(stated) != committed:
            yield found(index, "details_differ", differs, person=person[:40])


def _person(stated: Record) -> Record:
    whole = holds(stated, dict, "details") and holds(stated, str, "salt")
    salted = whole and _SALT.fullmatch(stated["salt"]) is not None
    if holds(stated, str, "person") and (stated.get("redacted") is True or salted):
        return stated
    raise ValueError("no person")


def _commitment(stated: Record) -> str:
    from states.canonical import commitment

    return commitment(bytes.fromhex(stated["salt"]), stated["details"])


def read_manifest(archive: Archive) -> Record | None:
    """Return the manifest, None if there is none of this format (M1)."""
    try:
        manifest = parsed(archive.whole(MANIFEST))
    except ValueError:
        return None
    plain = (
        manifest.get("format") == FORMAT
        and holds(manifest, str, "origin", "made_at")
        and holds(manifest, int, "entries", "sealed")
        and min(manifest["entries"], manifest["sealed"]) >= 0
    )
    return manifest if plain else None


def judge_manifest(manifest: Record | None, last: int, scope: Scope) -> Iterator[Finding]:
    """M1, M4 and K5; ``last`` is the size of the last checkpoint."""
    if manifest is None:
        yield lacking(0, "manifest_wrong", "the bundle has no manifest of this format")
        return
    yield from _counts(manifest["entries"], scope)
    if scope.read and manifest["origin"] != scope.past.origin:
        yield found(0, "origin_differs", "the manifest is that of another log")
    sealed = manifest["sealed"]
    if sealed != last:
        text = "the manifest says that {said} entries are sealed, the last checkpoint says {found}"
        yield found(min(sealed, last), "sealed_differs", text, said=sealed, found=last)


def _counts(said: int, scope: Scope) -> Iterator[Finding]:
    lines = scope.lines
    if lines is None:
        return
    facts: dict[str, Any] = {"said": said, "lines": lines}
    if said > lines:
        text = "the manifest says {said} entries, and there are {lines}"
        yield lacking(lines, "entries_missing", text, **facts)
    elif said < lines:
        text = "the manifest says {said} entries, and there are {lines}"
        yield found(said, "entries_added", text, **facts)


def judge_keys(archive: Archive, scope: Scope) -> Iterator[Finding]:
    """M2."""
    if KEYS not in archive:
        return
    adopted = "".join(f"{key}\n" for _, key in scope.past.keys).encode()
    if archive.whole(KEYS) != adopted:
        text = "keys.txt does not hold the keys that the log adopts"
        yield found(0, "keys_differ", text)

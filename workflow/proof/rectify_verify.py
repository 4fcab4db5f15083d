#!/usr/bin/env python3
"""Judge a bundle of rectify with nothing but Python (3.9 or newer) and this one file.

    python3 rectify_verify.py bundle.zip [--key FINGERPRINT] [--anchor FILE-or-SIZE:ROOT] ...

It follows the page "The bundle, byte by byte" and shares no code with the program that wrote the
bundle: whoever trusts neither that program nor its owner reads this file, from top to bottom, and
runs it. Sections: limits, findings, the tree, Ed25519, notes, the zip, JSON, entries, checkpoints,
the judgement, receipts, words, the command. E1, K2 … name the rules of that page.

What comes in is hostile until shown otherwise. Nothing is unpacked to disk, no line is longer than
LONGEST, no body is kept; memory grows by some hundred bytes for each entry.
"""

from __future__ import annotations

import argparse
import base64
import bisect
import collections
import functools
import hashlib
import hmac
import json
import os
import re
import sys
import time
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

# ------------------------------------------------------------------------------------------ limits

LONGEST = 16 * 1024 * 1024  # bytes of a line, and of a member that is read whole
DEEPEST = 64  # lists and objects inside one another
BOMB = 200  # how many times larger than packed a member of more than a megabyte may be
SIGNATURES = 100  # lines under a note
CHUNK = 1 << 16
LARGEST = 2**53 - 1

OFFICE = "@office"
PREFIX = b"rectify/entry/1\n"
PLAIN_WEEK = "b9716d56402c8a32f0b88a8d0bdddcf8138b2564dccf34de46b3c98c4794b54f"
STAMP = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z"

SOUND, TAMPERED, INCOMPLETE = "sound", "tampered", "incomplete"
EXIT = {SOUND: 0, TAMPERED: 2, INCOMPLETE: 3}
USAGE = 64


class Unreadable(Exception):
    """What was read is not what it ought to be."""


# ---------------------------------------------------------------------------------------- findings

CANNOT_BE_JUDGED = """anchor_apart bundle_unreadable calendar_missing entries_missing
evidence_missing manifest_wrong process_missing receipt_unreadable suite_unknown"""
MISSING = frozenset(CANNOT_BE_JUDGED.split())  # every other code says "tampered"


class Findings:
    """What was found, each code once, at its smallest index."""

    def __init__(self) -> None:
        self.by_code: dict[str, tuple[int, str]] = {}

    def add(self, code: str, index: int, detail: object = "") -> None:
        if code not in self.by_code or index < self.by_code[code][0]:
            self.by_code[code] = (index, shown(detail))

    def facts(self, lang: str) -> dict[str, Any]:
        """Return verdict, first bad index and findings as JSON has them."""
        findings = [
            {
                "code": code,
                "index": index,
                "grade": INCOMPLETE if code in MISSING else TAMPERED,
                "text": words(FINDINGS, code, lang) + (f" ({detail})" if detail else ""),
            }
            for code, (index, detail) in sorted(self.by_code.items(), key=lambda item: item[1])
        ]
        tampered = [finding for finding in findings if finding["grade"] == TAMPERED]
        worst = tampered or findings
        verdict = worst[0]["grade"] if worst else SOUND
        first = worst[0]["index"] if worst else None
        return {"verdict": verdict, "first_bad": first, "findings": findings}


def shown(text: object, limit: int = 160) -> str:
    """Return text that cannot command a terminal: what is not printable is written as an escape."""
    cut = str(text)[:limit]
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in cut)


# ---------------------------------------------------------------------------- the tree of RFC 9162


Hash = Callable[[bytes], bytes]


def hash_named(suite: str) -> Hash | None:
    if suite == "sha256":
        return lambda data: hashlib.sha256(data).digest()
    try:
        hashlib.new("sm3")
    except ValueError:
        return None
    return lambda data: hashlib.new("sm3", data).digest()


class Tree:
    """A growing tree, of which only the roots of its perfect subtrees are kept, the largest first.

    Appending a leaf merges as many subtrees as its number ends in binary ones.
    """

    def __init__(self, hashed: Hash) -> None:
        self.hashed, self.size, self.roots = hashed, 0, []  # type: Hash, int, list[bytes]

    def append(self, data: bytes) -> None:
        node, size = self.hashed(b"\x00" + data), self.size
        while size & 1:
            node, size = self.hashed(b"\x01" + self.roots.pop() + node), size >> 1
        self.roots.append(node)
        self.size += 1

    def root(self) -> bytes:
        if not self.roots:
            return self.hashed(b"")
        return functools.reduce(
            lambda right, left: self.hashed(b"\x01" + left + right), reversed(self.roots)
        )


# ------------------------------------------------------------------------------- Ed25519, RFC 8032
# Points are (X, Y, Z, T) with x = X/Z, y = Y/Z, T = XY/Z. The addition is complete: it doubles too.
#
# The rule followed is the strict one: 0 <= s < L; the public key must be the canonical writing of
# a point, and that point not of small order; and the bytes of sB - hA must be those of R (no
# cofactor). A signature that passes passes everywhere.

Point = tuple[int, int, int, int]
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
NEUTRAL: Point = (0, 1, 1, 0)


def add(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]), (p[1] + p[0]) * (q[1] + q[0])
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2]
    e, f, g, h = (b - a) % P, (d - c) % P, (d + c) % P, (b + a) % P
    return e * f % P, g * h % P, f * g % P, e * h % P


def decode(written: bytes) -> Point | None:
    """Return the point that 32 bytes write canonically, or None."""
    number = int.from_bytes(written, "little")
    y, sign = number & ((1 << 255) - 1), number >> 255
    if len(written) != 32 or y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def encode(p: Point) -> bytes:
    inverse = pow(p[2], P - 2, P)
    x, y = p[0] * inverse % P, p[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def multiples(p: Point) -> list[list[Point]]:
    """Return 64 rows of 16: row i holds 0 to 15 times 16**i times the point."""
    rows = []
    for _ in range(64):
        row = [NEUTRAL]
        for _ in range(15):
            row.append(add(row[-1], p))
        rows.append(row)
        p = add(row[-1], p)
    return rows


def times(rows: list[list[Point]], number: int) -> Point:
    total = NEUTRAL
    for row in rows:
        total, number = add(total, row[number & 15]), number >> 4
    return total


@functools.lru_cache(maxsize=8)
def key_multiples(public: bytes) -> list[list[Point]] | None:
    """Return the multiples of minus the public key; None if the key is none to be trusted."""
    point = decode(public)
    if point is None or encode(times(multiples(point), 8)) == encode(NEUTRAL):
        return None
    return multiples((P - point[0], point[1], 1, P - point[3]))


@functools.lru_cache(maxsize=1)
def generator_multiples() -> list[list[Point]]:
    return multiples(decode((4 * pow(5, P - 2, P) % P).to_bytes(32, "little")) or NEUTRAL)


def signed(public: bytes, signature: bytes, message: bytes) -> bool:
    """Return whether an Ed25519 signature is right."""
    s = int.from_bytes(signature[32:], "little")
    rows = key_multiples(public)
    if len(signature) != 64 or s >= L or rows is None:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    h = int.from_bytes(digest, "little") % L
    return encode(add(times(generator_multiples(), s), times(rows, h))) == signature[:32]


# --------------------------------------------------------------------- notes, keys and checkpoints

CHECKPOINT = re.compile(
    r"(rectify/[0-9a-f]{16})\n([1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n"
    r"suite (sha256|sm3)\nat (" + STAMP + r")\n"
)
NAME = r"[!-*,-~]+"  # printing ASCII without "+"
KEY = re.compile(rf"({NAME})\+([0-9a-f]{{8}})\+([A-Za-z0-9+/]{{44}})")
NOTE = re.compile(rf"[^\x00-\x09\x0b-\x1f\ud800-\udfff]+\n\n(— {NAME} [A-Za-z0-9+/=]+\n)+")
SHORT = re.compile(r"([1-9][0-9]{0,15}):([0-9a-f]{16,64})")


def unbase64(text: str) -> bytes:
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        raise Unreadable from None
    if base64.b64encode(raw).decode() != text:  # there is one way to write it
        raise Unreadable
    return raw


class Key:
    """A public key as C2SP writes it: NAME+HEXID+BASE64(01 and the 32 bytes)."""

    def __init__(self, text: Any) -> None:
        stated = KEY.fullmatch(text) if type(text) is str else None
        if stated is None:
            raise Unreadable
        raw = unbase64(stated[3])
        self.text, self.name, self.public = text, stated[1], raw[1:]
        self.id = hashlib.sha256(self.name.encode() + b"\n" + raw).digest()[:4]
        self.fingerprint = hashlib.sha256(self.public).hexdigest()
        if raw[0] != 1 or self.id.hex() != stated[2]:
            raise Unreadable


class Note:
    """A text and the signatures below it: lines of a dash, a name, and what it signed."""

    def __init__(self, written: Any) -> None:
        if type(written) is not str or written.count("\n— ") > SIGNATURES:
            raise Unreadable  # no text of ours has such lines: they are all signatures
        if NOTE.fullmatch(written) is None:
            raise Unreadable
        body, _, below = written.rpartition("\n\n")
        lines = [line.split(" ") for line in below.splitlines()]
        self.signatures = [(name, unbase64(encoded)) for _, name, encoded in lines]
        self.text, self.message = body + "\n", f"{body}\n".encode()
        if any(len(raw) < 5 for _, raw in self.signatures):
            raise Unreadable

    def signed_by(self, key: Key) -> bool:
        return any(
            (name, raw[:4]) == (key.name, key.id) and signed(key.public, raw[4:], self.message)
            for name, raw in self.signatures
        )


class Checkpoint:
    """A note that commits to the first ``size`` entries of a log."""

    def __init__(self, written: str) -> None:
        self.note = Note(written)
        stated = CHECKPOINT.fullmatch(self.note.text)
        if stated is None:
            raise Unreadable
        self.origin, size, root, self.suite, self.at = stated.groups()
        self.size, self.root = int(size), unbase64(root)
        if not 0 < self.size <= LARGEST:
            raise Unreadable


class Anchor:
    """What somebody else kept: a checkpoint's note, or its short form."""

    def __init__(self, written: str) -> None:
        short = SHORT.fullmatch(written.strip())
        self.checkpoint = None if short else Checkpoint(written)
        if self.checkpoint:
            self.size, self.root = self.checkpoint.size, self.checkpoint.root.hex()
        elif short:
            self.size, self.root = integer(short[1]), short[2]


# ----------------------------------------------------------------------------------------- the zip


KNOWN = re.compile(
    r"(manifest\.json|(entries|checkpoints|evidence|people)\.jsonl|keys\.txt)\Z"
    "|(processes|calendars|letters|evidence)/"
)


class Bundle:
    """The members of a zip, of which nothing is believed; none if it is ``broken`` or one repeats.

    What rules may look at is unpacked once before they do, to its length and checksum (M5).
    """

    def __init__(self, file: BinaryIO) -> None:
        self.members: dict[str, zipfile.ZipInfo] = {}
        self.broken, self.repeated = "", False
        try:
            self.zip = zipfile.ZipFile(file)
            infos = self.zip.infolist()
            self.members = {info.filename: info for info in infos}
            self.repeated = len(infos) > len(self.members)
            for name in () if self.repeated else filter(KNOWN.match, self.members):
                collections.deque(self.chunks(name), maxlen=0)
        except Exception as error:  # zipfile raises many kinds for a broken file
            self.broken = str(error) or type(error).__name__
        if self.broken or self.repeated:
            self.members = {}

    def __contains__(self, name: str) -> bool:
        return name in self.members

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield what a member holds, a piece at a time; nothing if it is not there."""
        if name not in self:
            return
        info = self.members[name]
        bomb = info.file_size > 1 << 20 and info.file_size > BOMB * info.compress_size
        if bomb or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unreadable(f"{name}: {info.compress_size} → {info.file_size}")
        with self.zip.open(info) as member:
            yield from iter(functools.partial(member.read, CHUNK), b"")

    def whole(self, name: str) -> bytes:
        """Return what a member holds: nothing if it is not there, other bytes if too large."""
        large = name in self and self.members[name].file_size > LONGEST
        return b"too large" if large else b"".join(self.chunks(name))

    def digest(self, name: str) -> tuple[str, int]:
        """Return the SHA-256 of a member and its size."""
        digest, size = hashlib.sha256(), 0
        for chunk in self.chunks(name):
            digest.update(chunk)
            size += len(chunk)
        return digest.hexdigest(), size

    def lines(self, name: str) -> Iterator[bytes]:
        """Yield the lines of a member without their ends; one that is too long as an empty one."""
        pieces, size = [], 0  # type: list[bytes], int
        for chunk in self.chunks(name):
            *ended, rest = chunk.split(b"\n")
            for line in ended:
                yield b"".join([*pieces, line]) if size + len(line) <= LONGEST else b""
                pieces, size = [], 0
            size += len(rest)
            pieces = [*pieces, rest] if size <= LONGEST else []
        if size:
            yield b"".join(pieces)


# ---------------------------------------------------------------------------------- JSON, strictly

Record = dict[str, Any]


def refused(text: str) -> NoReturn:
    raise Unreadable(text)


def integer(text: str) -> int:
    number = int(text) if len(text) <= 17 else LARGEST + 1  # long ones would take their time
    return number if abs(number) <= LARGEST else refused(text)


_decoder = json.JSONDecoder(parse_float=refused, parse_int=integer, parse_constant=refused)
_encoder = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical(value: object) -> bytes:
    return _encoder.encode(value).encode("utf-8")


def record(line: bytes) -> Record:
    """Return the JSON object that a line holds. Raises Unreadable unless it is in canonical form.

    Written again it must be the same bytes: this refuses spaces, other orders, a key that stands
    twice, and whatever else could be read in two ways.
    """
    try:
        value: Record = _decoder.decode(line.decode("utf-8"))
        if type(value) is dict and canonical(value) == line:
            check(value)
            return value
    except (ValueError, RecursionError):  # also of text: no UTF-8, half a pair of surrogates
        pass
    raise Unreadable


def check(value: Any, depth: int = 1) -> None:
    """Raise Unreadable for a text that is not in NFC, a key not in ASCII, or too deep a nest."""
    listed = type(value) is list
    if depth > DEEPEST or not (listed or all(map(str.isascii, value))):
        raise Unreadable
    for item in value if listed else value.values():
        kind = type(item)
        if kind is str and not item.isascii() and not unicodedata.is_normalized("NFC", item):
            raise Unreadable
        if kind is dict or kind is list:
            check(item, depth + 1)


def has(value: Any, kind: type, *names: str) -> bool:
    """Return whether an object has these fields, all of one kind (and true is no integer)."""
    return type(value) is dict and all(type(value.get(name)) is kind for name in names)


# ------------------------------------------------------------------------------------------ entries


def read_entry(line: bytes) -> Record:
    """Return the entry that a line holds. Raises Unreadable (E1)."""
    entry = record(line)
    plain = (
        has(entry, str, "stream", "request", "at", "day", "event", "prev")
        and has(entry, int, "v", "n")
        and has(entry, dict, "facts", "actor")
        and entry["v"] == 1
        and re.fullmatch(STAMP, entry["at"]) is not None
    )
    if not plain or (entry["stream"] != OFFICE and not is_of_issue(entry)):
        raise Unreadable
    return entry


def is_of_issue(entry: Record) -> bool:
    return (
        has(entry, str, "process", "from", "to", "records")
        and type(entry.get("calendar", "")) is str
        and has(entry, list, "opens", "closes")
        and all(has(item, str, "id") for item in entry["opens"] + entry["closes"])
    )


Steps = dict[tuple[str, str], tuple[str, str]]


def read_steps(body: bytes, name: str) -> Steps | None:
    """Return (state, event) -> (state reached, what is recorded); None for another process (E7)."""
    try:
        process = record(body)
    except Unreadable:
        return None
    if hashlib.sha256(body).hexdigest() != name or not has(process, list, "steps"):
        return None
    steps: Steps = {}
    for step in process["steps"]:
        if not has(step, str, "event", "target", "records") or not has(step, list, "sources"):
            return None
        for source in step["sources"] or ("",):
            if type(source) is not str:
                return None
            target = source if step["target"] == "=" else step["target"]
            steps[source, step["event"]] = (target, step["records"])
    return steps


class Stream:
    """What the entries of one issue (or of the office) add up to."""

    __slots__ = ("at", "hash", "n", "open", "owed", "passed", "state", "unjudged", "view")

    def __init__(self) -> None:
        self.n, self.hash, self.at, self.state = 0, "", "", ""
        self.unjudged = False  # a process is missing: steps are not judged from there on
        self.owed: dict[str, bool] = {}  # every obligation that was ever opened: is it open?
        self.open = 0
        self.view: tuple[str, int, str, int] | None = None  # as of --at
        self.passed = False


class Log:
    """The entries read well so far. Rules E1 to E10, and C1 to C3 of what they name."""

    def __init__(self, bundle: Bundle, found: Findings, asked: argparse.Namespace) -> None:
        self.bundle, self.found, self.asked = bundle, found, asked
        first = next(bundle.lines("entries.jsonl"), None)
        self.origin = "" if first is None else "rectify/" + entry_hash(first)[:16]
        self.count, self.streams, self.keys = 0, {}, []  # type: int, dict[str, Stream], list[Key]
        self.adopted: list[int] = []  # at which index each of the keys was
        self.recovery: Key | None = None  # it may hand on once where the last key is lost
        self.requests: set[bytes] = set()
        self.commitments: dict[str, tuple[str, int]] = {}
        self.named: set[str] = set()
        self.steps = functools.lru_cache(maxsize=32)(
            lambda name: read_steps(bundle.whole(f"processes/{name}.json"), name)
        )
        self.here = set(self._here())

    def _here(self) -> Iterator[str]:
        """Yield the evidence that the bundle says it holds."""
        for line in self.bundle.lines("evidence.jsonl"):
            try:
                listed = record(line)
            except Unreadable:
                continue
            if has(listed, str, "sha256", "held") and listed["held"] == "here":
                yield f"evidence/{listed['sha256']}"

    def take(self, line: bytes) -> bool:
        """Judge an entry and let the log grow by it; False, and nothing, if it is a bad one."""
        try:
            entry = read_entry(line)
        except Unreadable:
            self.found.add("entry_unreadable", self.count)
            return False
        stream = self.streams.get(entry["stream"]) or Stream()
        own = self._office if entry["stream"] == OFFICE else self._issue
        wrong = [*self._chain(stream, entry), *own(stream, entry)]
        for code in wrong:
            self.found.add(code, self.count, f"{entry['stream']} {entry['n']}")
        if any(code not in MISSING for code in wrong):
            return False
        self._grow(stream, entry)
        stream.hash = entry_hash(line)
        self.count += 1
        return True

    def _chain(self, stream: Stream, entry: Record) -> Iterator[str]:
        """Judge E2 to E6."""
        request = hashlib.sha256(entry["request"].encode()).digest()[:16]
        if entry["n"] != stream.n + 1:
            yield "order_wrong"
        if entry["prev"] != stream.hash:
            yield "chain_broken"
        if entry["at"] < stream.at:
            yield "time_backwards"
        if request in self.requests:
            yield "request_repeated"
        self.requests.add(request)
        founds = entry["stream"] == OFFICE and entry["event"] == "found_office"
        if founds != (self.count == 0) or (founds and entry["n"] != 1):
            yield "office_missing"

    def _office(self, _: Stream, entry: Record) -> Iterator[str]:
        """Judge E10: the first key is on its own, each later one needs the word of another."""
        if entry["event"] not in ("adopt_key", "adopt_recovery"):
            return
        try:
            key = Key(entry["facts"].get("key"))
            text, by = self._word(entry, key.text)
            right = key.name == self.origin
            if by:
                note = Note(entry["facts"].get("note"))
                right &= note.text == text
                right &= not self.asked.signatures or note.signed_by(by)
        except Unreadable:
            right = False
        if not right:
            yield "key_wrong"

    def _word(self, entry: Record, key: str) -> tuple[str, Key | None]:
        """Return what must be signed so that a key is adopted, and by which other one."""
        last, spare = self.keys[-1] if self.keys else None, self.recovery
        if entry["event"] == "adopt_recovery":
            return f"rectify/recovery/1\n{key}\nafter {entry['prev']}\n", last or refused(key)
        if "recovery" not in entry["facts"]:
            return f"rectify/key/1\n{key}\n", last
        if spare is None or entry["facts"]["recovery"] != spare.text:
            raise Unreadable
        return f"rectify/recovered/1\n{key}\nafter {entry['prev']}\n", spare

    def _issue(self, stream: Stream, entry: Record) -> Iterator[str]:
        """Judge E7 to E9."""
        if f"processes/{entry['process']}.json" not in self.bundle:
            stream.unjudged = True
            yield "process_missing"
        else:
            steps = self.steps(entry["process"])
            step = (steps or {}).get((stream.state, entry["event"]))
            right = entry["from"] == stream.state and step == (entry["to"], entry["records"])
            if steps is None:
                yield "process_changed"
            elif not right and not stream.unjudged:
                yield "step_not_allowed"
        opens, closes = ids(entry, "opens"), ids(entry, "closes")
        twice = len(set(opens)) < len(opens) or len(set(closes)) < len(closes)
        if twice or any(id in stream.owed for id in opens) or not all(map(stream.owed.get, closes)):
            yield "obligations_wrong"

    def _grow(self, stream: Stream, entry: Record) -> None:
        facts = entry["facts"]
        self.streams[entry["stream"]] = stream
        stream.n, stream.at = entry["n"], entry["at"]
        if entry["stream"] == OFFICE:
            if entry["event"] == "adopt_key":
                self.keys.append(Key(facts["key"]))
                self.adopted.append(self.count)
                self.recovery = None if "recovery" in facts else self.recovery  # it is spent
            if entry["event"] == "adopt_recovery":
                self.recovery = Key(facts["key"])
            if has(facts, str, "person", "commitment"):
                self.commitments[facts["person"]] = (facts["commitment"], self.count)
            return
        opens, closes = ids(entry, "opens"), ids(entry, "closes")
        stream.owed.update(dict.fromkeys(closes, False))
        stream.owed.update(dict.fromkeys(opens, True))
        stream.state, stream.open = entry["to"], stream.open + len(opens) - len(closes)
        when = self.asked.at
        stream.passed |= when is not None and entry["at" if "T" in when else "day"] > when
        if not stream.passed:
            stream.view = (stream.state, stream.n, stream.at, stream.open)
        self._named(entry)

    def _named(self, entry: Record) -> None:
        """Judge the files that an entry names, at the first one that does (C1 to C3)."""
        calendar, sha256 = entry.get("calendar", ""), entry["facts"].get("sha256")
        names = [("calendar", calendar)] if calendar not in ("", PLAIN_WEEK) else []
        if entry["records"] in ("letter", "evidence") and type(sha256) is str:
            names.append((entry["records"], sha256))
        for kind, name in names:
            member = MEMBERS[kind].format(name)
            if member in self.named:
                continue
            self.named.add(member)
            if member in self.bundle:
                digest, size = self.bundle.digest(member)
                said = entry["facts"].get("size")
                resized = kind == "evidence" and (size != said or type(said) is not int)
                if digest != name or resized or (size > LONGEST and kind != "evidence"):
                    self.found.add(f"{kind}_changed", self.count, name)
            elif kind == "calendar" or member in self.here:
                self.found.add(f"{kind}_missing", self.count, name)


MEMBERS = {"calendar": "calendars/{}.json", "letter": "letters/{}.txt", "evidence": "evidence/{}"}


def entry_hash(line: bytes) -> str:
    return hashlib.sha256(b"\0" + PREFIX + line).hexdigest()


def ids(entry: Record, name: str) -> list[str]:
    return [item["id"] for item in entry[name]]


# -------------------------------------------------------------------------------------- checkpoints


class Seals:
    """The checkpoints, read beside the entries. Rules K1 to K4."""

    def __init__(self, bundle: Bundle, found: Findings, log: Log) -> None:
        self.found, self.log, self.signatures = found, log, log.asked.signatures
        written = map(self._read, bundle.lines("checkpoints.jsonl"))
        self.suite = next((c.suite for c in written if c), "sha256")
        self.count = self.before = self.size = self.right = 0  # before, size: of the last two
        self.early: list[tuple[int, Checkpoint]] = []  # sealed before the first key was adopted
        self.sound: list[int] = []  # sizes, and below the first of wrong roots, the last index
        self.wrong: list[int] = []
        self.rest = self._fitting(map(self._read, bundle.lines("checkpoints.jsonl")))
        self.next: Checkpoint | None = None

    def begin(self) -> None:
        """Read the first checkpoint; only then anything is judged."""
        self.next = next(self.rest, None)

    def _read(self, line: bytes) -> Checkpoint | None:
        try:
            written = record(line)
            c = Checkpoint(written["note"]) if has(written, str, "note") else None
        except Unreadable:
            return None
        return c if c and self.log.origin in ("", c.origin) else None

    def _fitting(self, all: Iterator[Checkpoint | None]) -> Iterator[Checkpoint]:
        """Yield the checkpoints that follow one another; K1 holds for the others."""
        at = ""
        for c in all:
            if c and c.suite == self.suite and c.size > self.size and c.at >= at:
                self.before, self.size, at = self.size, c.size, c.at
                self.count += 1
                yield c
            else:
                self.found.add("checkpoint_unreadable", self.size)

    def reach(self, tree: Tree | None) -> None:
        """Judge the checkpoint over the entries read so far, if there is one."""
        if self.next and self.next.size == self.log.count:
            if tree and tree.root() == self.next.root:
                self.right = self.next.size
                self.sound.append(self.right)
            elif tree:
                self.found.add("root_differs", self.right, self.next.size)
                self.wrong.append(self.next.size - 1)
            self._signature(self.next)
            self.next = next(self.rest, None)

    def finish(self, *, whole: bool) -> None:
        """Judge the rest; ``whole`` says that there was no bad line."""
        while self.next:
            if whole:
                self.found.add("log_cut", self.log.count, self.next.size)
            self.next = next(self.rest, None)

    def finish_early(self) -> None:
        """Judge the checkpoints of the time before the first key by that key."""
        for before, c in self.early:
            if not self._signed(before, c, self.log.keys[:1]):
                return  # a code is told once, at its first place

    def _signature(self, c: Checkpoint) -> None:
        """Judge K2: in force are the last key adopted below its size, and below the size before."""
        if not self.signatures or "signature_wrong" in self.found.by_code:
            return
        below = [bisect.bisect_left(self.log.adopted, size) for size in (c.size, self.before)]
        if below[0] == 0:
            self.early.append((self.before, c))
        else:
            self._signed(self.before, c, [self.log.keys[n - 1] for n in below if n])

    def _signed(self, before: int, c: Checkpoint, keys: list[Key]) -> bool:
        if any(map(c.note.signed_by, keys)):
            return True
        self.found.add("signature_wrong", before, c.size)
        self.sound = [size for size in self.sound if size != c.size]
        return False


# ------------------------------------------------------------------------------------ the judgement


class Judgement:
    """A bundle, judged."""

    def __init__(self, bundle: Bundle, asked: argparse.Namespace) -> None:
        self.bundle, self.asked, self.found = bundle, asked, Findings()
        self.whole = self.complete = True  # is there no bad line? and was nothing cut off?
        self.log = Log(bundle, self.found, asked)
        self.seals = Seals(bundle, self.found, self.log)
        if bundle.broken:
            self.found.add("bundle_unreadable", 0, bundle.broken)
        elif bundle.repeated or "entries.jsonl" not in bundle:
            self.found.add("member_repeated" if bundle.repeated else "entries_missing", 0)
        else:
            self._judge()

    def _judge(self) -> None:
        hashed = hash_named(self.seals.suite)
        if hashed is None:
            self.found.add("suite_unknown", 0, self.seals.suite)
        self.seals.begin()
        roots = self._read(Tree(hashed) if hashed else None)
        self.seals.finish(whole=self.whole)
        self._cut()
        if self.log.keys or self.complete:
            self.seals.finish_early()
        self._anchors(roots)
        self._manifest()
        self._keys()
        self._people()

    def _read(self, tree: Tree | None) -> dict[int, str]:
        """Read the entries up to the bad line; return the root at the size of each anchor."""
        wanted, roots = {anchor.size for anchor in self.asked.anchors}, {}
        for line in progress(self.bundle.lines("entries.jsonl")):
            self.whole = self.whole and self.log.take(line)
            if self.whole and tree:
                tree.append(PREFIX + line)
                if tree.size in wanted:
                    roots[tree.size] = tree.root().hex()
            if self.whole:
                self.seals.reach(tree)
        return roots

    def _cut(self) -> None:
        """Judge A2; what a cut log no longer holds is not held against it."""
        for anchor in self.asked.anchors:
            if self.whole and anchor.size > self.log.count:
                self.found.add("log_cut", self.log.count, anchor.size)
        if self.log.count == 0 and self.whole:
            self.found.add("entries_missing", 0)
        self.complete = self.whole and "log_cut" not in self.found.by_code

    def _anchors(self, roots: dict[int, str]) -> None:
        """Judge A1."""
        rights: list[int] = []
        for anchor in sorted(self.asked.anchors, key=lambda anchor: anchor.size):
            c, index = anchor.checkpoint, max([0, *(n for n in rights if n < anchor.size)])
            if anchor.size in roots:
                foreign = c is not None and c.origin != self.log.origin
                if foreign or not roots[anchor.size].startswith(anchor.root):
                    self.found.add("anchor_differs", index, f"{anchor.size}:{anchor.root[:16]}")
                    self.seals.wrong.append(anchor.size - 1)
                else:
                    rights.append(anchor.size)
                if c and self.asked.signatures and (self.log.keys or self.complete):
                    own = [line for line in c.note.signatures if line[0] == self.log.origin]
                    if own and not any(map(c.note.signed_by, self.log.keys)):
                        self.found.add("anchor_forged", index, anchor.size)
        if self.asked.anchors:  # whoever holds the key can have made the checkpoints anew
            self.seals.sound = rights

    def between(self, first_bad: int) -> list[int]:
        """Return from and to which index the first entry lies that was really changed."""
        sound = [size for size in self.seals.sound if size <= first_bad]
        ends = self.seals.wrong[:]
        if not self.complete:
            ends.append(self.log.count)
        return [max(sound, default=0), min(ends, default=first_bad)]

    def _manifest(self) -> None:
        """Judge what the bundle says of itself (M1, M4, K5)."""
        try:
            stated = record(self.bundle.whole("manifest.json"))
        except Unreadable:
            stated = {}
        counts = has(stated, int, "entries", "sealed") and min(stated["entries"], stated["sealed"])
        texts = has(stated, str, "format", "origin", "made_at")
        if not texts or stated["format"] != "rectify/bundle/1" or counts is False or counts < 0:
            self.found.add("manifest_wrong", 0)
            return
        if self.whole and stated["entries"] > self.log.count:
            self.found.add("entries_missing", self.log.count, stated["entries"])
        if self.whole and stated["entries"] < self.log.count:
            self.found.add("entries_added", stated["entries"])
        if self.log.count and self.log.origin != stated["origin"]:
            self.found.add("origin_differs", 0, stated["origin"])
        if stated["sealed"] != self.seals.size:
            self.found.add("sealed_differs", min(stated["sealed"], self.seals.size))

    def _keys(self) -> None:
        """Judge the keys adopted (P1, M2)."""
        expected, keys = self.asked.key, self.log.keys
        first = keys[0].fingerprint if keys else ""
        if expected and first != expected and (keys or self.complete):
            self.found.add("key_unexpected", 0, first)
        listed = self.bundle.whole("keys.txt")
        adopted = "".join(f"{key.text}\n" for key in keys).encode()
        if self.complete and "keys.txt" in self.bundle and listed != adopted:
            self.found.add("keys_differ", 0)

    def _people(self) -> None:
        """Judge the details of people by the commitments in the log (C4)."""
        for line in self.bundle.lines("people.jsonl"):
            try:
                index, person = self._person(record(line))
            except Unreadable:
                index, person = 0, ""
            if self.complete and index is not None:
                self.found.add("details_differ", index, person)

    def _person(self, line: Record) -> tuple[int | None, str]:
        """Return at which index a person's details are contradicted, None if they are not."""
        if has(line, str, "person") and line.get("redacted") is True:
            return None, ""
        salt = line.get("salt") if has(line, str, "person", "salt") else None
        if not has(line, dict, "details") or not re.fullmatch("[0-9a-f]{64}", salt or ""):
            raise Unreadable
        committed, index = self.log.commitments.get(line["person"], ("", 0))
        body = canonical(line["details"])
        held = hmac.new(bytes.fromhex(str(salt)), body, hashlib.sha256).hexdigest()
        return None if held == committed else index, line["person"]


def progress(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Pass lines on; on a terminal, say every second how many there were."""
    last = time.monotonic()
    for count, line in enumerate(lines):
        if count % 1000 == 0 and sys.stderr.isatty() and time.monotonic() - last > 1:
            last = time.monotonic()
            sys.stderr.write(f"\r{count:,} …\r")
        yield line


def bundle_facts(file: BinaryIO, asked: argparse.Namespace) -> Record:
    """Judge a bundle; return the verdict as JSON has it."""
    judgement = Judgement(Bundle(file), asked)
    log, seals = judgement.log, judgement.seals
    issues = {name: s for name, s in log.streams.items() if name != OFFICE}
    facts = judgement.found.facts(asked.lang)
    facts.update(entries=log.count, sealed=seals.right, unsealed=log.count - seals.right)
    facts.update(checkpoints=seals.count, origin=log.origin, issues=len(issues))
    facts.update(keys=[key.fingerprint for key in log.keys], anchors=len(asked.anchors))
    facts.update(signatures_checked=asked.signatures, whole=judgement.whole)
    if facts["verdict"] == TAMPERED and not judgement.bundle.repeated:
        facts["between"] = judgement.between(facts["first_bad"])
    if asked.issues:
        facts["states"] = [
            {"issue": name, "state": s.view[0], "n": s.view[1], "at": s.view[2], "owed": s.view[3]}
            for name, s in sorted(issues.items())
            if s.view
        ]
    return facts


# ----------------------------------------------------------------------------------------- receipts
# A receipt is a C2SP tlog-proof (c2sp.org/tlog-proof) of one entry. Its extra data are two lines:
# the canonical bytes of the entry, and the key that signed.

RECEIPT = re.compile(
    r"c2sp\.org/tlog-proof@v1\nextra ([^\n]+)\nindex (0|[1-9][0-9]{0,15})\n"
    r"((?:[A-Za-z0-9+/]{43}=\n){0,64})\n"
)


def receipt_facts(file: BinaryIO, asked: argparse.Namespace) -> Record:
    """Judge a receipt; return the verdict as JSON has it."""
    found, facts = Findings(), {}  # type: Findings, Record
    try:
        facts = read_receipt(file.read(LONGEST).decode("utf-8"), found, asked)
    except (Unreadable, ValueError):
        found.add("receipt_unreadable", 0)
    return {**found.facts(asked.lang), **facts, "signatures_checked": asked.signatures}


def read_receipt(written: str, found: Findings, asked: argparse.Namespace) -> Record:
    head = RECEIPT.match(written) or refused(written)
    index, path = int(head[2]), [unbase64(text) for text in head[3].split("\n")[:-1]]
    line, key_text, end = unbase64(head[1]).split(b"\n")
    entry, key, c = read_entry(line), Key(key_text.decode()), Checkpoint(written[head.end() :])
    hashed = hash_named(c.suite)
    if end or hashed is None:
        raise Unreadable
    if climb(hashed, (index, c.size), hashed(b"\0" + PREFIX + line), path) != c.root:
        found.add("proof_wrong", index)
    if key.name != c.origin or (asked.signatures and not c.note.signed_by(key)):
        found.add("signature_wrong", index)
    if asked.key and key.fingerprint != asked.key:
        found.add("key_unexpected", index, key.fingerprint)
    for anchor in asked.anchors:
        if anchor.size != c.size:
            found.add("anchor_apart", index, f"{anchor.size} ≠ {c.size}")
        elif not c.root.hex().startswith(anchor.root):
            found.add("anchor_differs", index, f"{anchor.size}:{anchor.root[:16]}")
    stated = {"index": index, "entry": entry, "size": c.size, "at": c.at, "origin": c.origin}
    return {**stated, "keys": [key.fingerprint]}


def climb(hashed: Hash, place: tuple[int, int], node: bytes, path: list[bytes]) -> bytes | None:
    """Return the root that a path leads to (RFC 9162 section 2.1.3.2); None if it does not fit."""
    mine, last = place[0], place[1] - 1
    if mine > last:
        return None
    for sibling in path:
        if last == 0:
            return None
        if mine & 1 or mine == last:
            node = hashed(b"\1" + sibling + node)
            while not mine & 1 and mine:
                mine, last = mine >> 1, last >> 1
        else:
            node = hashed(b"\1" + node + sibling)
        mine, last = mine >> 1, last >> 1
    return node if last == 0 else None


# -------------------------------------------------------------------------------------------- words

FINDINGS = """
anchor_apart           the anchor is of another size: not comparable | 留证所记条数不同，无法比对
anchor_differs         an anchor kept outside says otherwise | 与外部的留证不符
anchor_forged          the anchor is signed by no key of this log | 留证的签名不属于本日志的密钥
bundle_unreadable      the zip is broken | 压缩包已损坏
calendar_changed       the calendar is not the one that was named | 日历文件与记录所记不符
calendar_missing       the calendar is missing | 缺少日历文件
chain_broken           the entry before it was another one | 上一记录已不是原来的那一条
checkpoint_unreadable  no checkpoint, or out of order | 封存点无法读取，或次序不对
details_differ         not the details that were committed to | 人员信息与日志中的承诺值不符
entries_added          more entries than the manifest says | 记录多于清单所记
entries_missing        fewer entries than the manifest says | 记录少于清单所记
entry_unreadable       the line is no entry in canonical form | 该行不是规范格式的记录
evidence_changed       not the file that was registered | 佐证材料与登记的不符
evidence_missing       the file should be in the bundle and is not | 应随包的佐证材料不在包内
key_unexpected         the log's first key is another one | 日志的首个密钥与给出的指纹不符
key_wrong              this key could not be adopted | 启用的密钥无效，或未经前任密钥签署
keys_differ            keys.txt does not list the keys of the log | keys.txt 与日志启用的密钥不符
letter_changed         not the letter that was issued | 函件与发出时的不符
log_cut                more entries than these were sealed | 日志被截短：曾封存的记录多于现有
manifest_wrong         no manifest of this format | 清单缺失，或格式不对
member_repeated        two members of the zip have one name | 压缩包内有同名文件
obligations_wrong      what it opens or closes cannot be | 任务的产生或了结不合逻辑
office_missing         the log must begin with its one founding | 日志未以唯一一次设立办公室开头
order_wrong            an entry is missing before it, or it stands twice | 此前缺少记录，或记录重复
origin_differs         the manifest names another log | 清单所记的日志标识不符
process_changed        the process is not the one that was named | 流程文件与记录所记不符
process_missing        the process is missing: steps are not judged | 缺少流程文件，步骤无法核验
proof_wrong            the proof does not lead to the root | 由证明推不出所记的根值
receipt_unreadable     this is no receipt | 这不是回执
request_repeated       the request was entered before | 同一请求被重复记入
root_differs           the entries are not those that were sealed | 记录与封存时的不符
sealed_differs         checkpoints are missing, or were added | 封存点与清单所记不符
signature_wrong        no key in force has signed this | 签名不属于当时有效的密钥
step_not_allowed       the process does not allow this step | 流程不允许这一步
suite_unknown          this machine lacks the hash function | 本机不支持所用的散列算法
time_backwards         earlier than the entry before it | 时间早于上一记录
"""
WORDS = """
sound       SOUND: nothing contradicts | 完好：未发现矛盾
tampered    TAMPERED: it shows first at index {first_bad} | 已被改动：最早显现于序号 {first_bad}
between     The first change lies between index {between[0]} and {between[1]} | 最早的改动位于序号 {between[0]} 至 {between[1]} 之间
incomplete  INCOMPLETE: not everything can be judged | 不完整：有内容无法核验
origin      log      {origin} | 日志  {origin}
entries     entries  {entries} ({sealed} sealed by {checkpoints} checkpoints) | 记录  {entries} 条（已封存 {sealed} 条，封存点 {checkpoints} 个）
issues      issues   {issues} | 问题  {issues} 个
index       entry    {stream} {n}, {event}, {at}; index {index} of {size} sealed | 记录  {stream} 第 {n} 条，{event}，{at}；已封存 {size} 条中的序号 {index}
key         key      {key} | 密钥指纹  {key}
shown       This was shown: | 已证明：
left        This was not shown: | 未证明：
chain       each entry is whole, names the one before it, and its process allowed it | 每一记录完整，与上一记录相扣，且为当时的流程所允许
roots       the entries are those that were sealed, in that order | 记录与封存时一致，次序相同
receipt     the entry is in the log that was sealed | 该记录确在已封存的日志中
one         the seal is signed by the key shown | 封存由所示密钥签名
named       the key is the one you named | 密钥正是您给出的那一个
signed      each checkpoint is signed by a key of the log | 每个封存点都由日志的密钥签名
expected    the log's first key is the one you named | 日志的首个密钥正是您给出的那一个
anchored    no entry below index {anchored} was changed since the anchor was kept | 序号 {anchored} 之前的记录，自留证以来未被改动
kept        the log that was sealed is the one of which the anchor was kept | 所封存的日志正是留证所指的那一份
unsigned    signatures: you told me not to check them | 签名：您要求不核验
whose       whose key this is: compare its fingerprint by another way (--key) | 密钥属于谁：请通过其他途径核对指纹（--key）
anew        that the owner of the key did not write all anew: only an anchor kept elsewhere shows it (--anchor) | 持有密钥者没有整体重写：须凭他人所存的留证（--anchor）
tail        that the last {unsealed} entries stay as they are: they are not sealed | 最后 {unsealed} 条不再变动：尚未封存
behind      anything about the lines behind the first bad one | 第一处坏行之后的内容
true        that what was entered is true: only that it was not changed | 所记内容属实：只能证明未被改动
"""  # noqa: E501


def words(table: str, key: str, lang: str) -> str:
    found = re.search(rf"^{key} +(.*?) \| (.*)$", table, re.MULTILINE)
    return found[1 + (lang == "zh")] if found else key


def report(facts: Record, asked: argparse.Namespace) -> Iterator[str]:
    """Yield the verdict, what was found, and what was shown and what was not."""
    entry = {
        name: shown(facts.get("entry", {}).get(name)) for name in ("stream", "n", "event", "at")
    }
    facts = {**facts, **entry, "anchored": max([0, *(a.size for a in asked.anchors)])}

    def say(name: str, **more: object) -> str:
        return words(WORDS, name, asked.lang).format(**{**facts, **more})

    yield say(facts["verdict"])
    yield from (f"{f['index']:>9}  {f['code']}: {f['text']}" for f in facts["findings"])
    yield from (
        say(name) for name in ("between", "origin", "entries", "issues", "index") if name in facts
    )
    yield from (say("key", key=key) for key in facts.get("keys", ()))
    for title, claimed in claims(facts, asked):
        if claimed:
            yield "\n".join([say(title), *(f"  - {say(claim)}" for claim in claimed)])
    for state in facts.get("states", ()):
        yield "  ".join(map(shown, state.values()))


def claims(facts: Record, asked: argparse.Namespace) -> Iterator[tuple[str, list[str]]]:
    """Yield what the verdict shows, and what it leaves open."""
    sound, one = facts["verdict"] == SOUND, asked.receipt is not None
    sealed = one or facts["sealed"] > 0
    shows = {
        "receipt": one,
        "chain": not one,
        "roots": not one and sealed,
        "one" if one else "signed": sealed and asked.signatures,
        "named" if one else "expected": asked.key is not None,
        "kept" if one else "anchored": bool(asked.anchors),
    }
    leaves = {
        "unsigned": not asked.signatures,
        "whose": asked.key is None,
        "anew": not asked.anchors,
        "tail": sound and facts.get("unsealed", 0) > 0,
        "behind": not one and not facts["whole"],
        "true": True,
    }
    yield "shown", [claim for claim, holds in shows.items() if holds and sound]
    yield "left", [claim for claim, holds in leaves.items() if holds]


# ------------------------------------------------------------------------------------------ command


class Parser(argparse.ArgumentParser):
    """Reads options; a wrong one ends with 64, since 2 says "tampered"."""

    def error(self, message: str) -> NoReturn:
        self.exit(USAGE, f"{self.format_usage()}{self.prog}: {shown(message)}\n")


def options(arguments: list[str] | None) -> argparse.Namespace:
    parser = Parser(prog="rectify_verify.py", description="Judge a bundle of rectify.")
    add = parser.add_argument
    add("bundle", nargs="?", help="the zip file")
    add("--receipt", metavar="FILE", help="judge the receipt of one entry instead")
    add("--anchor", metavar="FILE-or-SIZE:ROOT", action="append", default=[], dest="anchors",
        help="what somebody else kept: a note, or its short form (may be repeated)")  # fmt: skip
    add("--key", metavar="FINGERPRINT", help="of the log's first key, as told by another way")
    add("--no-signatures", action="store_false", dest="signatures", help="do not check them")
    add("--issues", action="store_true", help="list the issues: state, entry, when, owed")
    add("--at", metavar="WHEN", help="list them as of a day, or an instant (2026-03-31T08:00:00Z)")
    add("--json", action="store_true", help="print the verdict as JSON")
    add("--lang", choices=("en", "zh"), default=language(), help="of what is printed")
    asked = parser.parse_args(arguments)
    if (asked.bundle is None) == (asked.receipt is None):
        parser.error("name a bundle, or a receipt")
    if asked.key:
        asked.key = re.sub("[ :]", "", asked.key).lower()
        if not re.fullmatch("[0-9a-f]{64}", asked.key):
            parser.error("a fingerprint has 64 hexadecimal digits")
    if asked.at:
        asked.issues, at = True, re.fullmatch(WHEN, asked.at, re.ASCII)
        if not at:
            parser.error("--at takes 2026-03-31 or 2026-03-31T08:00:00Z")
        if at[2]:
            asked.at = f"{at[1]}{at[2]}{at[3] or ':00'}.{(at[4] or '').ljust(6, '0')}Z"
    try:
        asked.anchors = [read_anchor(text) for text in asked.anchors]
    except (Unreadable, OSError) as error:
        parser.error(f"no anchor: {error}")
    return asked


WHEN = r"(\d{4}-\d\d-\d\d)(?:(T\d\d:\d\d)(:\d\d)?(?:\.(\d{1,6}))?Z)?"
MAILED = re.compile(r"^X-Rectify-Anchor:\s*(\S+)", re.MULTILINE | re.IGNORECASE)
SHORT_IN_TEXT = re.compile(rf"(?<![0-9A-Za-z:])({SHORT.pattern})(?![0-9A-Za-z])")


def regular(name: str) -> Path:
    """Return where a file is; a pipe would be waited for, and a device never ends."""
    path = Path(name)
    if path.exists() and not path.is_file():
        raise OSError(f"not a regular file: {name}")
    return path


def read_anchor(text: str) -> Anchor:
    """Return the anchor that is given, or that a file holds: a note, a mail, or any text."""
    if SHORT.fullmatch(text):
        return Anchor(text)
    with regular(text).open(encoding="utf-8-sig", errors="replace") as file:
        content = file.read(LONGEST).strip() + "\n"  # whatever a mail or an editor put around it
    try:
        return Anchor(content)
    except Unreadable:
        found = MAILED.search(content) or SHORT_IN_TEXT.search(content)
        return Anchor(found[1] if found else refused(text))


def language() -> str:
    """Return the language that the environment asks for."""
    names = [os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    return "zh" if next(filter(None, names), "").lower().startswith("zh") else "en"


def main(arguments: list[str] | None = None) -> int:
    """Judge what the command line names; return the exit code."""
    asked = options(arguments)
    judged = receipt_facts if asked.receipt else bundle_facts
    try:
        with regular(asked.receipt or asked.bundle).open("rb") as file:
            facts = judged(file, asked)
    except (OSError, MemoryError, KeyboardInterrupt) as error:
        sys.stderr.write(f"rectify_verify.py: {shown(error) or type(error).__name__}\n")
        return USAGE
    if sys.stdout is None:  # closed by whoever asked: the exit code is the answer
        return EXIT[facts["verdict"]]
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    lines = [json.dumps(facts, ensure_ascii=False)] if asked.json else report(facts, asked)
    try:
        sys.stdout.writelines(f"{line}\n" for line in lines)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return EXIT[facts["verdict"]]


if __name__ == "__main__":
    sys.exit(main())

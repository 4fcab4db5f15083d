"""Packing a bundle: the log and what it names, as a stranger needs it to check them.

The members come one after the other from one reading transaction, in the order and form that
docs/reference/bundle-format.md has; the log is never held as a whole. The same log packed with the
same wishes yields the same bytes.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from states.calendar import WEEKDAYS
from states.canonical import canonical, normalised, stamp
from states.errors import Conflict, Message, NotFound, Problem
from states.frozen import replace
from states.log import OFFICE
from states.parts import INTERNAL, LEVELS
from workflow.placing import placing
from workflow.ports import Session
from workflow.proof.bundle.members import FORMAT
from workflow.proof.bundle.passing import Passing
from workflow.proof.bundle.reading import (
    ANCHORS,
    CALENDARS,
    CHECKPOINTS,
    ENTRIES,
    EVIDENCE,
    KEYS,
    LETTERS,
    LISTED,
    MANIFEST,
    PEOPLE,
    PROCESSES,
    Tell,
)

HERE = "here"
VERIFIER, README = "rectify_verify.py", "README.txt"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_CHUNK = 1 << 20
_MODE = 0o100644 << 16

Pieces = Iterable[bytes]
Member = tuple[str, Pieces]


@dataclass(frozen=True, slots=True)
class File:
    """A file that entries name. ``size`` is in bytes; ``apart``: registered by its hash alone.

    ``level`` is the strictest under which any of them registered it.
    """

    sha256: str
    size: int
    level: str = INTERNAL
    apart: bool = False


Held = Callable[[File], str]
"""Returns what has become of a file: kept, missing, changed, apart; ``here`` if it is packed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a bundle is to hold, and when it is made.

    ``held`` says of each file of evidence what has become of it; the ``here`` ones are read from
    ``path``. ``names`` adds personal details, ``anchors`` notes by their file names.
    """

    made_at: datetime
    held: Held
    path: Callable[[str], Path]
    names: bool = False
    anchors: tuple[tuple[str, bytes], ...] = ()


@dataclass(slots=True)
class Packed:
    """What was packed. ``held`` counts files by what has become of them.

    ``problems`` is what was seen while packing: the entries are not what was sealed.
    """

    entries: int = 0
    sealed: int = 0
    people: int = 0
    held: dict[str, int] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def unsealed(self) -> int:
        """How many entries no checkpoint covers."""
        return self.entries - self.sealed


@dataclass(slots=True)
class _Named:
    """What the entries packed so far name, in the order in which they do."""

    processes: dict[str, None] = field(default_factory=dict)
    calendars: dict[str, None] = field(default_factory=dict)
    letters: dict[str, None] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    levels: dict[str, list[str]] = field(default_factory=dict)

    def add(self, body: bytes) -> None:
        """Take note of what an entry names; bytes that are no entry's name nothing."""
        with suppress(ValueError, LookupError, TypeError, AttributeError, RecursionError):
            content = json.loads(body)
            source = content["facts"] if content["stream"] == OFFICE else content
            for names, key in ((self.processes, "process"), (self.calendars, "calendar")):
                if isinstance(source.get(key), str):
                    names[source[key]] = None
            self._add_files(content)

    def _add_files(self, content: dict[str, Any]) -> None:
        facts = content["facts"]
        if content.get("records") == "letter":
            self.letters[str(facts["sha256"])] = None
        elif content.get("records") == "evidence":
            level = self._level(content["stream"], facts)
            file = File(str(facts["sha256"]), int(facts["size"]), level, bool(facts.get("apart")))
            before = self.files.setdefault(file.sha256, file)
            self.files[file.sha256] = replace(
                before,
                level=max(before.level, level, key=_strictness),
                apart=before.apart and file.apart,
            )

    def _level(self, stream: str, facts: dict[str, Any]) -> str:
        """Return how confidential a piece is: a later version as the one it replaces."""
        levels = self.levels.setdefault(stream, [])
        replaces = facts.get("replaces") or 0
        inherited = levels[replaces - 1] if 0 < replaces <= len(levels) else INTERNAL
        levels.append(str(facts.get("level", inherited)))
        return levels[-1]


def _strictness(level: str) -> int:
    """Return how strict a level is; one that nobody knows is the strictest."""
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)


class Packer:
    """Yields the members of a bundle from a session, and counts what they hold.

    ``members`` may be asked once; each member is to be read before the next one is asked for.
    ``read`` is called when nothing more is asked of the session: files of evidence may take hours,
    and a transaction would keep writers waiting, or be ended by the server for being idle.
    """

    def __init__(
        self,
        session: Session,
        wanted: Wanted,
        tell: Tell = lambda done: None,
        read: Callable[[], None] = lambda: None,
    ) -> None:
        self._session = session
        self._read = read
        self._wanted = wanted
        self._tell = tell
        self._named = _Named()
        self.packed = Packed()

    def members(self) -> Iterator[Member]:
        """Yield each member's name and content. Raises ``NotFound`` if there is no office yet."""
        session, office = self._session, self._session.office()
        if office is None:
            raise NotFound(Message("no_office", "nothing is set up here yet (rectify init)"))
        last = session.checkpoint()
        self.packed.sealed = last.size if last else 0
        self.packed.entries = session.log_size()
        yield MANIFEST, [self._manifest(office.origin)]
        yield ENTRIES, self._entries()
        yield CHECKPOINTS, (canonical({"note": s.note}) + b"\n" for s in session.checkpoints())
        yield KEYS, ["".join(f"{key}\n" for key in office.keys).encode()]
        yield from self._bodies()
        people = list(self._people()) if self._wanted.names else []
        self._read()
        yield from self._evidence()
        if self._wanted.names:
            yield PEOPLE, people
        for name, note in sorted(self._wanted.anchors):
            yield f"{ANCHORS}{name}", [note]
        yield VERIFIER, [(Path(__file__).parents[1] / VERIFIER).read_bytes()]
        yield README, [_readme(office.origin)]

    def _manifest(self, origin: str) -> bytes:
        return canonical(
            {
                "format": FORMAT,
                "origin": origin,
                "made_at": stamp(self._wanted.made_at),
                "entries": self.packed.entries,
                "sealed": self.packed.sealed,
            }
        )

    def _entries(self) -> Iterator[bytes]:
        passing = Passing(self._session)
        for done, body in enumerate(passing.bodies(), start=1):
            self._named.add(body)
            self._tell(done)
            yield body + b"\n"
        self.packed.problems += passing.problems

    def _bodies(self) -> Iterator[Member]:
        session, named = self._session, self._named
        sorts: tuple[tuple[str, str, Iterable[str], Callable[[str], bytes | None]], ...] = (
            (PROCESSES, ".json", named.processes, session.process),
            (CALENDARS, ".json", named.calendars, session.calendar),
            (LETTERS, ".txt", named.letters, session.letter),
        )
        for folder, suffix, names, body_of in sorts:
            for name in sorted(names):
                body = body_of(name)
                if body is not None:
                    yield f"{folder}{name}{suffix}", [body]
                elif name not in ("", WEEKDAYS.hash):
                    self.packed.missing.append(f"{folder}{name}")

    def _evidence(self) -> Iterator[Member]:
        here: list[File] = []
        listed: list[bytes] = []
        for name, file in sorted(self._named.files.items()):
            held = self._wanted.held(file)
            self.packed.held[held] = self.packed.held.get(held, 0) + 1
            here += [file] if held == HERE else []
            line = {"sha256": name, "size": file.size, "held": held}
            listed.append(canonical(line) + b"\n")
        yield LISTED, listed
        for file in here:
            yield f"{EVIDENCE}{file.sha256}", _read(self._wanted.path(file.sha256))

    def _people(self) -> Iterator[bytes]:
        office, salts = self._session.office(), self._session.salts()
        for person, details in sorted(self._session.people().items()):
            if person in salts:
                private = normalised(details.private())
                line = {"person": person, "details": private, "salt": salts[person].hex()}
                self.packed.people += 1
                yield canonical(line) + b"\n"
        for member in sorted((office.members if office else {}).values(), key=lambda m: m.id):
            if member.redacted_by is not None:
                yield canonical({"person": member.id, "redacted": True}) + b"\n"


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            yield piece


def pack(packer: Packer, out: Path) -> Packed:
    """Write the members as a zip file, whole or not at all, for its owner's eyes alone.

    Raises ``Conflict`` if there is a file of that name, ``OSError`` if it cannot be written.
    """
    try:
        with placing(out) as file:
            _write(file, packer.members())
    except FileExistsError:
        text = "there is a file {path} already"
        raise Conflict(Message("file_exists", text, {"path": str(out)})) from None
    return packer.packed


def _write(file: IO[bytes], members: Iterator[Member]) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        for name, pieces in members:
            info = zipfile.ZipInfo(name, _EPOCH)
            info.external_attr = _MODE
            info.create_system = 3
            # Files of evidence are mostly packed already, and one of a single colour would unpack
            # to so much more that a judge took it for a trap.
            stored = name.startswith(EVIDENCE)
            info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            with archive.open(info, "w", force_zip64=True) as member:
                for piece in pieces:
                    member.write(piece)


def _readme(origin: str) -> bytes:
    text = Path(__file__).with_name("README.txt").read_text(encoding="utf-8")
    return text.replace("ORIGIN", origin).encode()

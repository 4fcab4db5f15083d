"""A mail server that remembers all it ever took: the other side of the run under kills.

Run as ``python -m tests.crashing.sink FOLDER SEED LOST``: prints its port and serves until its
standard input ends. A message counts as taken once it is written down, which happens before it is
answered; nobody kills this process, so a write is durable enough. It is bare on purpose: it takes
several thousand messages a second on one core, where a full server such as aiosmtpd takes about
1,200, and the two cores are wanted for the workers.

Of the messages, a share of ``LOST`` is taken and never answered (RFC 1047), as many are forgotten
unanswered after their final dot, and as many are refused for now. ``VRFY id`` answers how often a
message was taken, as a mailbox that gets a copy of each would know it.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass
from email.header import decode_header, make_header
from pathlib import Path

from notifications.words.catalog import translate
from notifications.words.outcomes import REPEATED_MARK

TAKEN, LOST = "taken.log", "lost.log"
LINE = 61
"""The length of a line of ``TAKEN``."""

MARK = translate(REPEATED_MARK, "zh").strip()
"""What the subject of a copy says."""

_ID = re.compile(rb"^Message-ID:\s*<([^@>]+)@", re.IGNORECASE | re.MULTILINE)
_SUBJECT = re.compile(rb"^Subject: ((?:.*\r\n)(?:[ \t].*\r\n)*)", re.IGNORECASE | re.MULTILINE)
_END = b"\r\n.\r\n"


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that was taken: its id, when (seconds of the machine's clock), a marked copy?"""

    id: str
    at: float
    marked: bool


class Book:
    """What the server has taken and what it answers to nobody, written line by line."""

    def __init__(self, folder: Path, seed: int, lost: float) -> None:
        flags = os.O_CREAT | os.O_APPEND | os.O_WRONLY
        self._taken = os.open(folder / TAKEN, flags, 0o600)
        self._lost = os.open(folder / LOST, flags, 0o600)
        self._dice = random.Random(seed)  # noqa: S311 - it draws mishaps
        self._share = lost
        self.copies: Counter[str] = Counter()

    def mishap(self) -> str:
        """Return what goes wrong with the message that is about to be taken: mostly nothing."""
        drawn = self._dice.random()
        names = ("unanswered", "forgotten", "refused")
        return next((n for i, n in enumerate(names, 1) if drawn < i * self._share), "")

    def take(self, message: bytes) -> None:
        """Write down that a message was taken."""
        id = identity(message)
        self.copies[id] += 1
        line = f"{id} {time.time():.6f} {int(is_marked(message))}\n"
        os.write(self._taken, line.encode())

    def lose(self, message: bytes, how: str) -> None:
        """Write down that the answer to a message is withheld."""
        os.write(self._lost, f"{identity(message)} {how}\n".encode())


def identity(message: bytes) -> str:
    """Return the left part of a message's Message-ID."""
    found = _ID.search(message)
    return found.group(1).decode("ascii") if found else "none"


def is_marked(message: bytes) -> bool:
    """Return whether the subject says that this may be a copy."""
    found = _SUBJECT.search(message)
    subject = found.group(1).decode("ascii").strip() if found else ""
    return MARK in str(make_header(decode_header(subject)))


class Conversation(asyncio.Protocol):
    """One connection: just enough of SMTP for one message after the other."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._heard = b""
        self._in_message = False
        self._link: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)
        self._link = transport
        self._say("220 sink")

    def data_received(self, data: bytes) -> None:
        """Go on as far as what was heard is complete."""
        self._heard += data
        while self._link is not None and not self._link.is_closing():
            end = _END if self._in_message else b"\r\n"
            part, found, rest = self._heard.partition(end)
            if not found:
                return
            self._heard = rest
            if self._in_message:
                self._in_message = False
                self._message(part + b"\r\n")
            else:
                self._command(part.decode("ascii", errors="replace"))

    def _command(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        if word == "DATA":
            self._in_message = True
            self._say("354 go on")
        elif word == "VRFY":
            count = self._book.copies[rest]
            self._say(f"250 {count}" if count else "550 unknown")
        elif word == "QUIT":
            self._say("221 goodbye")
            self._part()
        else:
            self._say("250 as you wish")

    def _message(self, message: bytes) -> None:
        mishap = self._book.mishap()
        if mishap == "refused":
            self._say("451 4.7.1 come back later")
            return
        if mishap:
            self._book.lose(message, mishap)
        if mishap != "forgotten":
            self._book.take(message)
        if mishap:
            self._part()
        else:
            self._say("250 taken")

    def _say(self, line: str) -> None:
        assert self._link is not None
        self._link.write(line.encode() + b"\r\n")

    def _part(self) -> None:
        assert self._link is not None
        self._link.close()


def taken(folder: Path) -> list[Taken]:
    """Return what was taken, in order; of a line being written nothing yet."""
    lines = (folder / TAKEN).read_text(encoding="ascii").splitlines()
    fields = (line.split() for line in lines)
    return [Taken(id, float(at), marked == "1") for id, at, marked in fields]


def unanswered(folder: Path) -> list[str]:
    """Return the ids of the messages whose final dot was not answered, in order."""
    lines = (folder / LOST).read_text(encoding="ascii").splitlines()
    return [line.split()[0] for line in lines]


async def serve(folder: Path, seed: int, lost: float) -> None:
    """Serve until the standard input ends."""
    loop = asyncio.get_running_loop()
    book = Book(folder, seed, lost)
    server = await loop.create_server(lambda: Conversation(book), "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    ended = asyncio.Event()
    loop.add_reader(sys.stdin.fileno(), ended.set)
    await ended.wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))

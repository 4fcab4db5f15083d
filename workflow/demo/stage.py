"""The stage: it runs real commands at a time of its own and tells the story between them."""

from __future__ import annotations

import os
import shlex
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from notifications.words.catalog import translate

ZONE = ZoneInfo("Asia/Shanghai")


def N_(text: str) -> str:  # the name that the collector of texts looks for
    """Mark a text for translation."""
    return text


class Runner(Protocol):
    """Runs ``rectify`` with arguments at a time, and returns its exit code."""

    def __call__(self, arguments: Sequence[str], *, clock: Callable[[], datetime]) -> int:
        """Run a command line."""


@dataclass(frozen=True, slots=True)
class Voice:
    """How the story is told: headings, paragraphs, command lines as typed, letters quoted."""

    heading: Callable[[str], None]
    tell: Callable[[str], None]
    typed: Callable[[str], None]
    quote: Callable[[str], None]


class Unexpected(Exception):
    """A command of the demonstration ended otherwise than the story says."""


@dataclass
class Stage:
    """Where the demonstration is played: a folder, a language, a moment that only moves on."""

    folder: Path
    language: str
    runner: Runner
    voice: Voice
    at: datetime = field(default_factory=lambda: datetime(2025, 1, 1, tzinfo=UTC))
    commands: int = 0

    def day(self, day: str, hour: int = 9) -> None:
        """Move the clock to an hour of a civil day in China; it never goes back."""
        then = datetime.combine(date.fromisoformat(day), time(hour), ZONE)
        self.at = max(then, self.at)

    def scene(self, title: str) -> None:
        """Open a scene with its date and title."""
        self.voice.heading(f"{self.at.astimezone(ZONE):%Y-%m-%d}  {self.said(title)}")

    def tell(self, text: str, **facts: object) -> None:
        """Tell a paragraph of the story."""
        self.voice.tell(self.said(text).format(**facts))

    def said(self, text: str) -> str:
        """Return a text of the story in the visitor's language."""
        return translate(text, self.language)

    def quoted(self, text: str) -> str:
        """Return a text of the story as one word of a command line."""
        return shlex.quote(self.said(text))

    def runs(self, line: str, expect: int = 0) -> None:
        """Run a command line as a person types it, and show both; a minute passes.

        Raises ``Unexpected`` if it ends with another exit code than the story says.
        """
        self.voice.typed(f"rectify {line}".replace(f"{self.folder}{os.sep}", ""))
        self._run(line, expect)

    def quietly(self, line: str) -> None:
        """Run a command line that the visitor need not see. Raises ``Unexpected``."""
        with (
            Path(os.devnull).open("w", encoding="utf-8") as dark,
            redirect_stdout(dark),
            redirect_stderr(dark),
        ):
            self._run(line, expect=0)

    def _run(self, line: str, expect: int) -> None:
        general = ["--config", str(self.folder / "config.toml"), "--lang", self.language]
        code = self.runner([*general, *shlex.split(line)], clock=lambda: self.at)
        self.commands += 1
        self.at += timedelta(minutes=1)
        if code != expect:
            raise Unexpected(f"rectify {line}: exit code {code}, not {expect}")

    def mails(self) -> list[Path]:
        """Return the mails written so far, oldest first."""
        return sorted((self.folder / "mail").glob("*.eml"))

    def show_mail(self, to: str) -> None:
        """Quote the newest message to somebody."""
        for path in reversed(self.mails()):
            mail = message_from_bytes(path.read_bytes(), policy=policy.default)
            if to in str(mail["To"]):
                body = mail.get_body(("plain",))
                text = body.get_content() if body else ""
                self.voice.quote(f"To: {mail['To']}\nSubject: {mail['Subject']}\n\n{text.strip()}")
                return

    def tamper(self, name: str, event: str, was: str, becomes: str) -> None:
        """Change who took an event, in a copy of the database, as a forger would."""
        with (
            closing(sqlite3.connect(self.folder / "rectify.db")) as whole,
            closing(sqlite3.connect(self.folder / name)) as copy,
        ):
            whole.backup(copy)
            guards = copy.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = guards.fetchall()
            for trigger, _ in triggers:
                copy.execute(f"DROP TRIGGER {trigger}")
            rows = copy.execute("SELECT stream, n, body FROM entries ORDER BY stream, n").fetchall()
            stream, n, body = next(r for r in rows if f'"event":"{event}"'.encode() in r[2])
            forged = body.replace(f'"person":"{was}"'.encode(), f'"person":"{becomes}"'.encode())
            place = (forged, stream, n)
            copy.execute("UPDATE entries SET body = ? WHERE stream = ? AND n = ?", place)
            for _, guard in triggers:  # so that nothing but the entry itself could tell
                copy.execute(guard)
            copy.commit()

"""How far something long has come: one line on a terminal, rewritten, and gone at the end."""

from __future__ import annotations

import sys
import time
from types import TracebackType

from workflow.cli.language import _
from workflow.cli.terminal.screen import terminal_width
from workflow.cli.terminal.wording import cut, visible, width

PATIENCE = 1.0
"""Seconds in which nothing is said: what is quick needs no progress."""
PAUSE = 0.2
"""Seconds between two lines."""
GLANCE = 1024
"""Calls between two looks at the clock where nobody says how many there are in all."""


class Progress:
    """Tells how far something has come: ``with Progress(N_("reading the log")) as tell``, then
    ``tell(done)`` or ``tell(done, total)``, as often as is convenient.

    Only on a terminal, and only after a second; nothing of it stays on the screen.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._wide = 0
        self._next = 0.0
        self._shows = False

    def __enter__(self) -> Progress:
        self._shows = sys.stderr.isatty()
        self._next = time.monotonic() + PATIENCE
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.wipe()

    def __call__(self, done: int, total: int | None = None) -> None:
        """Say how much is done, of how much where that is known."""
        if not self._shows or (done % GLANCE and done != total):
            return
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + PAUSE
        if total is None:
            text = _("{what}: {done}").format(what=_(self._what), done=f"{done:,}")
        else:
            share = f"{done / max(total, 1):.0%}"
            text = _("{what}: {done} of {total} ({share})").format(
                what=_(self._what), done=f"{done:,}", total=f"{total:,}", share=share
            )
        self._write(cut(visible(text), (terminal_width() or 80) - 1))

    def _write(self, text: str) -> None:
        blank = " " * max(self._wide - width(text), 0)
        sys.stderr.write(f"\r{text}{blank}")
        sys.stderr.flush()
        self._wide = width(text)

    def wipe(self) -> None:
        """Take the line away."""
        if self._wide:
            self._write("")
            sys.stderr.write("\r")
            sys.stderr.flush()
            self._wide = 0

"""Prints messages plainly, without anything that a terminal would obey.

Printing is not idempotent: what is printed twice stands there twice. But nobody needs to decide
about it: the heading says which notice it is, and a second look at it does no harm. So a message
whose printing broke off is in doubt like any other, and the doubt is settled by printing it again.
"""

from __future__ import annotations

from datetime import datetime
from typing import TextIO

from notifications.cleaning import clean, one_line
from notifications.delivery.protocol import LOST, Begin, Job, Outcome, Traits
from notifications.delivery.reconciling import SAME_KEY
from notifications.delivery.retrying import try_again
from notifications.notice import ACCEPTED, AMBIGUOUS, PENDING
from notifications.rendering.renderer import Renderer

_RULE = "─" * 60


class Console:
    """Prints each message to a stream, which stays the caller's to close."""

    def __init__(self, renderer: Renderer, stream: TextIO, name: str = "console") -> None:
        self.name = name
        self.traits = Traits()
        self._renderer = renderer
        self._stream = stream

    def compose(self, job: Job) -> bytes:
        """Return heading and text, cleaned of control characters. Raises ``RenderError``."""
        text = self._renderer.render(job.template, job.language, job.said(slim=False))
        name = one_line(str(job.facts.get("recipient") or job.recipient), 80)
        address = one_line(job.address, 80)
        heading = f"{name} <{address}> · {one_line(job.key)}\n{one_line(text.subject)}"
        return f"{_RULE}\n{heading}\n\n{clean(text.plain)}".encode()

    def send(self, job: Job, message: bytes, begin: Begin, now: datetime) -> Outcome:
        """Print a message, its signs replaced where the stream knows none for them."""
        encoding = self._stream.encoding or "utf-8"
        text = message.decode(errors="replace").encode(encoding, errors="replace").decode(encoding)
        if self._stream.closed:
            return try_again(job, now, "console_closed: the stream is closed", blame="server")
        if not begin():
            return LOST
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError as error:
            cause = f"console_closed: {one_line(str(error.strerror))}"
            return Outcome(status=AMBIGUOUS, cause=cause)
        return Outcome(status=ACCEPTED)

    def look_up(self, job: Job, now: datetime) -> Outcome | None:
        """Say that it may be printed again: that harms nobody."""
        return Outcome(status=PENDING, cause="printed_again", decision=SAME_KEY)

    def close(self) -> None:
        """Do nothing: the stream is not ours."""

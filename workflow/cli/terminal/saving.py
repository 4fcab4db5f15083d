"""Results that go into a file which somebody named, or to standard output as ``-``."""

from __future__ import annotations

import sys
from pathlib import Path

from workflow.placing import place, unwritable


def save(file: str, text: str) -> None:
    """Write a text into a file, whole or not at all; a former one is replaced.

    What is no regular file, as a terminal or a pipe, is written to as it is. Raises ``Invalid``.
    """
    if file == "-":
        sys.stdout.write(text)
        return
    path = Path(file)
    try:
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="utf-8", newline="\n")
        else:  # of a link the file it leads to is replaced, not the link
            place(path.resolve(), text.encode(), replace=True)
    except OSError as error:
        raise unwritable(path, error) from None

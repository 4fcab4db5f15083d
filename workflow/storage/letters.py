"""The letters in the database: their text, named by its SHA-256, as entries name it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from states.canonical import digest
from workflow.ports import Change
from workflow.storage.constructs import insert_new_into
from workflow.storage.driver import Driver
from workflow.storage.tables import letters

INSERT = insert_new_into(letters)
TEXT = select(letters.c.text).where(letters.c.sha256 == bindparam("sha256"))


def write(driver: Driver, changes: Sequence[Change]) -> None:
    """Keep the letters that entries issued."""
    texts = [change.letter for change in changes if change.letter is not None]
    driver.run_all(INSERT, [{"sha256": digest(text), "text": text} for text in texts])


def letter(driver: Driver, sha256: str) -> bytes | None:
    """Return the text of a letter by its SHA-256, or None."""
    row = driver.first(TEXT, {"sha256": sha256})
    return None if row is None else bytes(row[0])

"""A mailbox that gets a copy of every mail: whether it holds one says what became of the other."""

from __future__ import annotations

from notifications.channels.archive.looking import UNARCHIVED, Archive
from notifications.channels.server import ImapServer

__all__ = ["UNARCHIVED", "Archive", "ImapServer"]

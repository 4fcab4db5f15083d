"""A folder of ``.eml`` files: for trials, for the demonstration, for whatever collects files."""

from __future__ import annotations

from notifications.channels.spool.channel import Spool, file_name

__all__ = ["Spool", "file_name"]

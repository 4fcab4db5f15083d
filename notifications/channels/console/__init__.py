"""Messages on a screen: for trials, and to see what would be said."""

from __future__ import annotations

from notifications.channels.console.channel import Console

__all__ = ["Console"]

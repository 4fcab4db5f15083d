"""Mail through a server, one person at a time, over one connection for many."""

from __future__ import annotations

from notifications.channels.smtp.channel import Smtp

__all__ = ["Smtp"]

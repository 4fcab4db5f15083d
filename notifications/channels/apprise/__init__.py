"""Any service that the package apprise knows, best effort: what it answers is not checked."""

from __future__ import annotations

from notifications.channels.apprise.channel import Apprise

__all__ = ["Apprise"]

"""A past moment as a store: what the log held by then, on which the same engine answers."""

from __future__ import annotations

from workflow.past.store import PastStore, store_as_of

__all__ = ["PastStore", "store_as_of"]

"""The outbox: the notices that were owed, what became of them, and what is decided of them."""

from __future__ import annotations

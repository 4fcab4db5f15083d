"""Planning: who is owed which notice, and what it may say; pure, nothing is sent here."""

from __future__ import annotations

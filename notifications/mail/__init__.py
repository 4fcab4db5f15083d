"""A notice as a mail: its exact bytes, its calendar, and the addresses that it goes to."""

from __future__ import annotations

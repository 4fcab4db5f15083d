"""The bundle: written for a stranger, read without belief, judged by its page of rules."""

from __future__ import annotations

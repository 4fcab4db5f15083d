"""Rendering: the text of a notice or letter from its facts, in a sandbox with bounds."""

from __future__ import annotations

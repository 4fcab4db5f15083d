"""People's words: sentences in the reader's language, and words for the names that programs use."""

from __future__ import annotations

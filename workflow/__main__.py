"""``python -m workflow`` is ``rectify``."""

from __future__ import annotations

from workflow.cli import main

main()

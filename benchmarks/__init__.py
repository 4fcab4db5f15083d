"""What rectify costs: measured against the same work done by hand, and against other libraries.

Each benchmark is a module, ``python -m benchmarks.NAME [--quick] [--json]``; ``make bench`` runs
them all and writes ``RESULTS.md``.
"""

from __future__ import annotations

NAMES = ("advance", "bulk", "due_scan", "delivery", "claim", "verify", "cli_start")
"""The benchmarks, in the order of the report."""

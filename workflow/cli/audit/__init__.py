"""The audit: seals, anchors, bundles and receipts, and what an auditor asks of the log."""

from __future__ import annotations

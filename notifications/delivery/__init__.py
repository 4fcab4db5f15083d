"""Delivery: when a notice goes out, its way step by step, and what follows from each answer."""

from __future__ import annotations

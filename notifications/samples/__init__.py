"""Samples: made-up facts of every kind of notice, and a try of all templates with them."""

from __future__ import annotations

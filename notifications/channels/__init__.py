"""The ways to reach people: a module each, which nothing loads but what sends by it."""

from __future__ import annotations

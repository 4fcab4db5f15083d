"""What everything follows from: the process in force, and the calendar."""

from __future__ import annotations

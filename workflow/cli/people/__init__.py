"""People: who is who, who may do what for whom, and what somebody holds."""

from __future__ import annotations

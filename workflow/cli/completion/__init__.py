"""After completion: duties that are kept up, and look-backs."""

from __future__ import annotations

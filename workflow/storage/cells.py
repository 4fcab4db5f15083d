"""Small values as they stand in a column of text."""

from __future__ import annotations

import json
from functools import lru_cache

from states.canonical import stamp

facts = json.JSONEncoder(ensure_ascii=False).encode
"""Return small facts as JSON text (``json.dumps`` makes an encoder anew at each call)."""

moment = lru_cache(maxsize=16)(stamp)
"""Return an instant as text; most of a transaction bears the same one."""

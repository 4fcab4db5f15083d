"""The frozen values that an issue is made of, and copies of them with some fields changed.

Folding a log is little else than making such values: as structs they are made and copied ten times
as fast as data classes, and the store reads them from its rows without a step in between.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import asdict
from msgspec.structs import force_setattr as put
from msgspec.structs import replace as changed

__all__ = ["Struct", "asdict", "changed", "put"]

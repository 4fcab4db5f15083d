"""TOML as people write it: what is broken is named with its line."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from states.errors import Invalid, Problem


def read_toml(text: str, source: str) -> dict[str, Any]:
    """Return what a TOML text holds. Raises ``Invalid`` with the line that cannot be read."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        line = int(place.group(1)) if place else len(text.rstrip("\n").split("\n"))
        facts = {"error": str(error)}
        problem = Problem("toml_broken", "not valid TOML: {error}", facts, source, line)
        raise Invalid(problem) from None
    except RecursionError:
        deep = Problem("toml_broken", "not valid TOML: nested too deeply", source=source, line=1)
        raise Invalid(deep) from None

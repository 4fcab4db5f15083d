"""What channels are told when they ask, right before it counts, whether they may go on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


def always(ref: str | None = None) -> bool:
    """Let the channel go on."""
    return True


def never(ref: str | None = None) -> bool:
    """Say that the claim is lost."""
    return False


@dataclass
class Asked:
    """Lets the channel go on after doing something; ``refs`` is what it said of each message."""

    doing: Callable[[], object] = lambda: None
    refs: list[str | None] = field(default_factory=list)

    def __call__(self, ref: str | None = None) -> bool:
        self.refs.append(ref)
        self.doing()
        return True

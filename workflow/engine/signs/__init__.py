"""Signs of paper rectification (纸面整改): questions that the log itself raises, never verdicts.

A check is a function of the material that yields signs; its name is their code. To add one, write
the function in the module of its family and list it there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from workflow.engine.signs.closing import CLOSING
from workflow.engine.signs.files import FILES
from workflow.engine.signs.gathering import Scope, gathered
from workflow.engine.signs.pace import PACE
from workflow.engine.signs.sign import Check, Limits, Sign
from workflow.engine.signs.texts import TEXTS
from workflow.ports import Session

__all__ = ["CHECKS", "Check", "Limits", "Scope", "Sign", "signs"]

CHECKS: Mapping[str, Check] = {check.__name__: check for check in (*FILES, *PACE, *TEXTS, *CLOSING)}


def signs(session: Session, scope: Scope, only: Sequence[str] = ()) -> list[Sign]:
    """Return the questions that the log raises, by check and then in the order of the issues.

    ``only`` names the checks that ask; none named: all.
    """
    return list(_asked(session, scope, only))


def _asked(session: Session, scope: Scope, only: Sequence[str]) -> Iterator[Sign]:
    material = gathered(session, scope)
    for code, check in CHECKS.items():
        if not only or code in only:
            yield from check(material)

"""The command line: every command calls the engine, and this package alone speaks to a terminal.

It is the only importer of ``click``. Nothing heavy is imported before the command that needs it.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from typing import NoReturn

_ALLOCATIONS = 100_000  # between two collections: more than a list makes until it ends


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run ``rectify`` with the arguments of the process and exit with a code of ``exits``.

    Most commands end before there is garbage worth looking for, while looking for it takes a fifth
    of their time: it is done seldom, and not once more at the end (benchmark ``cli_start``).
    """
    gc.set_threshold(_ALLOCATIONS)
    from workflow.cli.running import run

    code = run(sys.argv[1:] if arguments is None else arguments)
    gc.freeze()
    sys.exit(code)

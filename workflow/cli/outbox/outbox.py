"""``outbox``: the notices that were owed, to whom, what became of them, and what can be done."""

from __future__ import annotations

from workflow.cli.language import N_
from workflow.cli.speaking import Group, Place

_HERE = "workflow.cli.outbox"

outbox = Group(
    "outbox",
    help=N_(
        "The notices, and what became of them.\n\n"
        "What is wrong with sending is said by rectify doctor; what should have been sent on a "
        "day by rectify audit reconcile."
    ),
    sections={
        N_("To see"): {
            "list": Place(f"{_HERE}.listing:list_notices", N_("List the notices.")),
            "show": Place(f"{_HERE}.showing:show", N_("Show one notice, or its very bytes.")),
            "test": Place(f"{_HERE}.testing:test", N_("Send yourself a test message.")),
        },
        N_("To decide"): {
            "release": Place(f"{_HERE}.releasing:release", N_("Let go what is held back.")),
            "retry": Place(f"{_HERE}.settling:retry", N_("Send again what failed.")),
            "resolve": Place(f"{_HERE}.settling:resolve", N_("Settle what failed.")),
        },
    },
)

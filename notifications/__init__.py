"""Who must be told, and telling them: notices owed, rendered and delivered.

Importing this loads neither templates nor mail; ``notifications.rendering`` and the modules of
``notifications.channels`` do, and only what delivers needs them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from states.loading import on_demand

if TYPE_CHECKING:
    from notifications.audience import Audience
    from notifications.catalog import sentence, translate
    from notifications.delivery import Channel, Delivered, Job, Outbox, Outcome, Watch
    from notifications.notice import Notice
    from notifications.planning import for_rung, for_step
    from notifications.reconciling import reconcile_due
    from notifications.sending import Bounds, deliver_due

__all__ = [
    "Audience",
    "Bounds",
    "Channel",
    "Delivered",
    "Job",
    "Notice",
    "Outbox",
    "Outcome",
    "Watch",
    "deliver_due",
    "for_rung",
    "for_step",
    "reconcile_due",
    "sentence",
    "translate",
]

__getattr__ = on_demand(
    __name__,
    {
        "Audience": "notifications.audience",
        "Channel": "notifications.delivery",
        "Delivered": "notifications.delivery",
        "Job": "notifications.delivery",
        "Notice": "notifications.notice",
        "Outbox": "notifications.delivery",
        "Outcome": "notifications.delivery",
        "Watch": "notifications.delivery",
        "Bounds": "notifications.sending",
        "deliver_due": "notifications.sending",
        "reconcile_due": "notifications.reconciling",
        "for_rung": "notifications.planning",
        "for_step": "notifications.planning",
        "sentence": "notifications.catalog",
        "translate": "notifications.catalog",
    },
)

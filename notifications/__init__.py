"""Who must be told, and telling them: notices owed, rendered and delivered.

Importing this loads neither templates nor mail; ``notifications.rendering``,
``notifications.mail`` and ``notifications.channels`` do, and only what delivers needs them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from states.loading import on_demand

if TYPE_CHECKING:
    from notifications.delivery.protocol import Channel, Delivered, Job, Outbox, Outcome, Watch
    from notifications.delivery.reconciling import reconcile_due
    from notifications.delivery.sending import Bounds, deliver_due
    from notifications.notice import Notice
    from notifications.planning.audience import Audience
    from notifications.planning.owed import for_rung, for_step
    from notifications.words.catalog import sentence, translate

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
        "Audience": "notifications.planning.audience",
        "Channel": "notifications.delivery.protocol",
        "Delivered": "notifications.delivery.protocol",
        "Job": "notifications.delivery.protocol",
        "Notice": "notifications.notice",
        "Outbox": "notifications.delivery.protocol",
        "Outcome": "notifications.delivery.protocol",
        "Watch": "notifications.delivery.protocol",
        "Bounds": "notifications.delivery.sending",
        "deliver_due": "notifications.delivery.sending",
        "reconcile_due": "notifications.delivery.reconciling",
        "for_rung": "notifications.planning.owed",
        "for_step": "notifications.planning.owed",
        "sentence": "notifications.words.catalog",
        "translate": "notifications.words.catalog",
    },
)

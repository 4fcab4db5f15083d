"""What could not be handed over at once: a server that puts everything off, and what goes later."""

from __future__ import annotations

from datetime import date, timedelta

from notifications.delivery.protocol import Delivered, Job, Outcome, Watch
from notifications.delivery.sending import Bounds, deliver_due
from notifications.notice import RETRY_WAIT
from tests.delivering import AnyChannel
from tests.stage import Stage
from workflow.ports import Sent

SOON = date(2023, 3, 10)
"""A Friday; plans assigned in YX2023 are due on Wednesday 15 March."""


def away(stage: Stage) -> AnyChannel:
    """A server that puts everything off for half an hour."""
    later = stage.clock() + timedelta(minutes=30)
    return AnyChannel(lambda job: Outcome(status=RETRY_WAIT, cause="421", retry_at=later))


def sends(stage: Stage, channel: AnyChannel | None = None) -> Delivered:
    """Hand over what is due, as the program does."""
    desk = stage.engine.desk
    watch = Watch(now=stage.clock, elapsed=lambda: stage.clock().timestamp())
    bounds = Bounds(taken_back=stage.engine.take_back)
    channel = channel or AnyChannel()
    return deliver_due(desk.store.outbox, {channel.name: channel}, watch, bounds)


def ticked(stage: Stage) -> list[Job]:
    """Deliver and tick, as the daemon does again and again; return what was handed over."""
    channel = AnyChannel()
    sends(stage, channel)
    stage.engine.tick("a")
    sends(stage, channel)
    return channel.took


def said(job: Job) -> set[tuple[str, str]]:
    """Return the issues and dates of which a message reminds."""
    items = job.facts.get("items", [job.facts])
    return {(item["issue"], item["due"]) for item in items if "rung" in item}


def messages(stage: Stage) -> dict[str, Sent]:
    found = stage.engine.notices()
    return {s.notice.key: s for s in found if s.notice.key.startswith("digest/")}

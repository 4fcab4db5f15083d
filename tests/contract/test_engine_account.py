"""Accounting for a day tells what really became of each message, on every store."""

from __future__ import annotations

from datetime import date

import pytest

from notifications.delivery.protocol import LEASE, Outcome
from notifications.notice import ACCEPTED, DEAD
from tests.stage import ROUND, a_stage, acting
from workflow.engine.accounting import FAILED, OPEN, SETTLED
from workflow.ports import Store

DAY = date(2023, 3, 2)
NEWS = f"{ROUND}-1/2/assign"


@pytest.mark.parametrize(
    ("how", "status"), [("arrived", ACCEPTED), ("given_up", DEAD), (None, DEAD)]
)
def test_what_somebody_settled_is_never_shown_as_handed_over(store: Store, how, status) -> None:
    stage = a_stage(store)
    stage.planned()
    engine, clock = stage.engine, stage.clock

    def outcome() -> str:
        (due,) = [due for due in engine.account(DAY) if due.subject.cause == NEWS]
        return due.outcome

    assert outcome() == OPEN
    (job,) = [job for job in store.outbox.claim("mail", clock.at, LEASE, 100) if NEWS in job.key]
    refused = Outcome(status=DEAD, cause="recipient_refused: 550 unknown", blame="recipient")
    assert store.outbox.settle(job, refused, clock.at)
    assert outcome() == FAILED

    if how is not None:
        engine.resolve([job.id], how, "已电话告知", acting("li"))
        assert outcome() == SETTLED
    assert engine.notice(job.id).status == status

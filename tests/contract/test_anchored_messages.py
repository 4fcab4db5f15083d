"""On every store: what is rendered in a claim says how far the log was sealed just then."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from notifications.delivery.protocol import Stale
from notifications.notice import ACCEPTED
from notifications.rendering.letters import Letters
from tests.changes import a_notice, owed
from tests.outbox import LATER, NOW, SENT, claimed
from tests.sealed import adopting, sealing
from tests.stage import Stage, a_stage
from workflow.engine.anchoring import tell_auditors
from workflow.ports import Store


@pytest.fixture
def stage(store: Store) -> Stage:
    return a_stage(store)


def latest(store: Store) -> str:
    with store.reading() as session:
        sealed = session.checkpoint()
    return sealed.anchor if sealed else ""


def test_a_claim_brings_the_anchor_of_the_latest_checkpoint(
    store: Store, stage: Stage, tmp_path: Path
) -> None:
    owed(store, a_notice("a"))
    (job,) = claimed(store)
    assert job.anchor == ""
    store.outbox.settle(job, LATER, NOW)

    adopting(stage, tmp_path)
    sealing(stage, tmp_path)
    owed(store, a_notice("b"))
    (job,) = claimed(store)
    first = latest(store)
    assert job.anchor == first != ""
    store.outbox.settle(job, SENT, NOW)

    stage.does("li", "note", {"note": "一"})
    sealing(stage, tmp_path)
    (job,) = claimed(store, LATER.retry_at or NOW)  # tried again: it says what is so by now
    assert job.anchor == latest(store) != first


def test_a_letter_says_what_was_sealed_when_it_was_issued(store: Store, tmp_path: Path) -> None:
    office = a_stage(store, issues=1, letters=Letters())
    adopting(office, tmp_path)
    sealing(office, tmp_path)
    anchor = latest(store)

    office.clock.to(date(2023, 3, 16))
    office.engine.tick("a")
    sealing(office, tmp_path)

    (sent,) = office.engine.letters()
    text = office.engine.letter_text(sent.letter.sha256)
    assert text is not None
    assert anchor in text
    assert latest(store) not in text
    assert office.engine.verify().problems == ()


def test_the_note_is_owed_to_each_auditor_once_for_a_checkpoint(
    store: Store, stage: Stage, tmp_path: Path
) -> None:
    adopting(stage, tmp_path)
    sealing(stage, tmp_path)
    with store.reading() as session:
        sealed = session.checkpoint()
        office = session.office()
    assert sealed is not None
    assert office is not None
    auditors = office.in_role("auditor")
    assert auditors

    assert tell_auditors(stage.engine.desk, sealed) == (len(auditors), len(auditors))
    assert tell_auditors(stage.engine.desk, sealed) == (len(auditors), 0)

    with store.reading() as session:
        told = [n for n in session.notices() if n.notice.template == "anchor"]
    assert [n.notice.recipient for n in told] == list(auditors)
    assert {n.notice.facts["note_text"] for n in told} == {sealed.note}


def test_a_note_is_never_too_old_to_be_sent_and_never_bundled(
    store: Store, stage: Stage, tmp_path: Path
) -> None:
    adopting(stage, tmp_path)
    sealing(stage, tmp_path)
    with store.reading() as session:
        sealed = session.checkpoint()
    assert sealed is not None
    tell_auditors(stage.engine.desk, sealed)
    much_later = stage.clock().replace(year=stage.clock().year + 1)

    with store.writing() as session:
        session.reopen(much_later, much_later, much_later)
    stale = Stale(digests_before=much_later, singles_before=much_later)
    jobs = [
        j
        for c in stage.engine.desk.channels
        for j in claimed(store, much_later, channel=c, stale=stale)
    ]

    assert {job.template for job in jobs} == {"anchor"}
    assert store.outbox.settle(jobs[0], SENT, much_later)
    with store.reading() as session:
        assert ACCEPTED in {n.status for n in session.notices()}

"""A database of the second version becomes one of this: what became of notices stays known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from notifications.delivery.protocol import LEASE
from tests.migration.former import make_former, upgraded
from workflow.opening import open_engine
from workflow.ports import Beat, Sent
from workflow.storage import SchemaState, SqlStore, migrate, open_store, schema_state
from workflow.storage.database import Database

AT = "2023-05-01T01:00:00.000000Z"
NOW = datetime(2024, 1, 1, tzinfo=UTC)
NOTICE = text(
    "INSERT INTO notices (key, issue, template, recipient, channel, address, language, facts, "
    "message_id, status, cause, bundle, attempts, token, lease_until, retry_at, created_at, "
    "settled_at) VALUES (:key, 'YX2023-1', :template, 'wang', 'mail', 'w@x.example', 'zh', '{}', "
    "'00', :status, :cause, :bundle, 1, :token, :lease_until, :retry_at, :at, :settled_at)"
)
# What the second version could leave behind.
LEFT = (
    {"key": "pending", "status": "pending"},
    {"key": "letter", "status": "pending", "template": "letter"},
    {"key": "claimed", "status": "claimed", "token": "t", "lease_until": AT},
    {"key": "inflight", "status": "inflight", "token": "t", "lease_until": AT},
    {"key": "waits", "status": "retry_wait", "retry_at": AT},
    {"key": "dead", "status": "dead", "cause": "550", "settled_at": AT},
    {"key": "accepted", "status": "accepted", "settled_at": AT},
    {"key": "unknown", "status": "ambiguous", "cause": "crashed_inflight", "settled_at": AT},
    {"key": "asked", "status": "ambiguous", "retry_at": AT, "settled_at": AT, "token": "t"},
    {"key": "digest/wang", "status": "ambiguous", "cause": "broke_off", "settled_at": AT},
    {"key": "item", "status": "ambiguous", "bundle": "digest/wang", "settled_at": AT},
)
ABSENT = dict.fromkeys(("cause", "bundle", "token", "lease_until", "retry_at", "settled_at"))


@pytest.fixture
def store(empty: str):
    """A store of this version, made of one of the second with those notices."""
    make_former(empty)
    upgraded(empty, "0002")
    database = Database(empty)
    with database.changing() as connection:
        connection.execute(text("DELETE FROM notices"))
        connection.execute(text("DELETE FROM heartbeats"))
        for left in LEFT:
            connection.execute(NOTICE, ABSENT | {"template": "reminder", "at": AT} | left)
        connection.execute(text("INSERT INTO heartbeats VALUES ('here', :at)"), {"at": AT})
    database.close()
    assert schema_state(empty) is SchemaState.OLDER
    migrate(empty)
    opened = open_store(empty)
    yield opened
    # What a former version handed over has no trail; nothing is said of that, whatever is done.
    codes = {problem.code for problem in open_engine(opened).verify().problems}
    assert "trail_differs" not in codes
    opened.close()


def kept(store: SqlStore) -> dict[str, Sent]:
    with store.reading() as session:
        return {sent.notice.key: sent for sent in session.notices()}


def test_what_was_not_in_doubt_stays_as_it_was(store: SqlStore) -> None:
    now = kept(store)

    assert list(now) == [str(left["key"]) for left in LEFT]
    for left in LEFT[:7]:
        one = now[str(left["key"])]
        assert (one.status, one.cause, one.doubts) == (left["status"], left.get("cause"), 0)


def test_what_nobody_knows_is_left_to_a_person(store: SqlStore) -> None:
    for key in ("unknown", "asked", "digest/wang"):
        one = kept(store)[key]
        assert (one.status, one.retry_at, one.settled_at) == ("ambiguous", None, None)
        assert (one.doubts, one.decision, one.notice.if_unknown) == (1, "held", "hold")
    assert store.outbox.doubtful(NOW, LEASE, 100) == []
    with store.reading() as session:
        unresolved = [one.notice.key for one in session.unresolved()]
    assert unresolved == ["unknown", "asked", "digest/wang"]


def test_items_follow_the_message_that_a_person_decides(store: SqlStore) -> None:
    assert (kept(store)["item"].status, kept(store)["item"].settled_at) == ("bundled", None)
    with store.writing() as session:
        assert session.decide([kept(store)["digest/wang"].id], "accepted", "by_hand", NOW) == 1

    assert kept(store)["item"].status == "accepted"


def test_letters_are_not_sent_twice_without_a_person(store: SqlStore) -> None:
    policies = {key: one.notice.if_unknown for key, one in kept(store).items()}

    assert {key for key, policy in policies.items() if policy == "hold"} == {
        "letter",
        "unknown",
        "asked",
        "digest/wang",
    }


def test_nobody_is_told_of_failures_of_former_times(store: SqlStore) -> None:
    dead = kept(store)["dead"]

    assert dead.resolved_at == dead.settled_at == datetime(2023, 5, 1, 1, tzinfo=UTC)


def test_what_was_under_way_goes_on(store: SqlStore) -> None:
    assert store.outbox.strand(NOW, []) == 1

    claimed = {job.key for job in store.outbox.claim("mail", NOW, LEASE, 100)}
    assert claimed == {"pending", "letter", "claimed", "waits"}
    assert kept(store)["inflight"].doubts == 1
    assert len(store.outbox.doubtful(NOW + timedelta(hours=1), LEASE, 9)) == 1


def test_a_node_beat_by_its_tick(store: SqlStore) -> None:
    with store.reading() as session:
        assert session.beats() == [
            Beat(node="here", sweep="owe", at=datetime(2023, 5, 1, 1, tzinfo=UTC))
        ]

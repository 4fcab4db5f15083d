"""A notice that somebody has spoilt in the database ends by itself and keeps nobody waiting."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from notifications.channels.spool import Spool
from notifications.delivery.protocol import LEASE, Delivered, Watch
from notifications.delivery.sending import deliver_due
from notifications.delivery.window import Window
from notifications.mail.mime import Composer, Sender
from notifications.notice import (
    BUNDLED,
    DEAD,
    WAITING,
)
from notifications.rendering.renderer import Renderer
from tests.changes import a_notice, owed
from tests.outbox import NOW, a_digest, bundled
from tests.stage import ROUND, a_stage
from workflow.storage import open_store


def test_a_message_that_cannot_be_read_ends_with_its_items(
    migrated_file: Path, tmp_path: Path
) -> None:
    file = shutil.copy(migrated_file, tmp_path)
    store = open_store(str(file))
    digest = a_digest(store, "a")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE notices SET facts = '{' WHERE key = ?", (digest.key,))
        connection.commit()
    composer = Composer(Renderer(), Sender(address="office@yunxi.example"))
    watch = Watch(now=lambda: NOW, elapsed=lambda: 0.0)
    channels = {"mail": Spool(tmp_path / "spool", composer)}
    assert deliver_due(store.outbox, channels, watch) == Delivered(dead=1)
    with closing(sqlite3.connect(file)) as connection:
        ended = connection.execute("SELECT DISTINCT status, substr(cause, 1, 11) FROM notices")
        assert ended.fetchall() == [(DEAD, "unreadable:")]
    store.close()


def test_a_claim_that_cannot_be_read_does_not_stop_the_others(
    migrated_file: Path, tmp_path: Path
) -> None:
    file = shutil.copy(migrated_file, tmp_path)
    store = open_store(str(file))
    owed(store, a_notice("a"), a_notice("b"))
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE notices SET created_at = 'once' WHERE key = 'a'")
        connection.commit()
    assert [job.key for job in store.outbox.claim("mail", NOW, LEASE, 10)] == ["b"]
    with closing(sqlite3.connect(file)) as connection:
        found = connection.execute("SELECT status, cause FROM notices ORDER BY id").fetchall()
    store.close()

    assert found == [(DEAD, "unreadable"), ("claimed", None)]


def test_an_item_that_cannot_be_read_does_not_stop_the_others(
    migrated_file: Path, tmp_path: Path
) -> None:
    file = shutil.copy(migrated_file, tmp_path)
    store = open_store(str(file))
    owed(store, a_notice("a", status=WAITING), a_notice("b", status=WAITING))
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE notices SET facts = '{' WHERE key = 'a'")
        connection.commit()
    with store.reading() as session:
        assert len(session.waiting("wang", "mail")) == 1
    with store.writing() as session:
        bundled(session, NOW)
    store.close()

    with closing(sqlite3.connect(file)) as connection:
        found = connection.execute("SELECT key, status, cause FROM notices ORDER BY id").fetchall()
    assert found[:2] == [("a", DEAD, "unreadable"), ("b", BUNDLED, None)]


def test_an_issue_that_cannot_be_read_keeps_no_news_and_no_reminder_of_others_back(
    migrated_file: Path, tmp_path: Path
) -> None:
    file = shutil.copy(migrated_file, tmp_path)
    store = open_store(str(file))
    stage = a_stage(store, issues=2, window=Window.parse("08:30-17:30"))
    for number in (1, 2):
        naming = {"leader": "zhou", "department": "河长办", "person": "wang"}
        stage.does("li", "assign", naming, issue=f"{ROUND}-{number}")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE issues SET body = x'7b' WHERE number = 2")
        connection.commit()
    stage.engine.tick("a")
    told = [job for job in stage.delivers() if job.recipient == "wang"]
    store.close()
    assert [{item["issue"] for item in job.facts["items"]} for job in told] == [
        {f"{ROUND}-1", f"{ROUND}-2"}
    ]

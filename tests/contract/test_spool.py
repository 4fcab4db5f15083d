"""The spool holds each notice as one whole, private, durable file, whatever happens on the way."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta, timezone
from pathlib import Path

import pytest

from notifications.channels.spool import Spool, file_name
from notifications.mime import Composer, Sender
from notifications.notice import ACCEPTED, DEAD, RETRY_WAIT
from notifications.rendering import Renderer
from tests.letters import NOW, REMINDER, a_job

COMPOSER = Composer(Renderer(), Sender(address="o@yunxi.example"))
MESSAGE = COMPOSER.compose(a_job())


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "mail", COMPOSER)


def names(spool: Spool) -> list[str]:
    return sorted(path.name for path in spool.folder.iterdir())


def test_a_file_is_named_by_day_and_message_so_that_a_folder_reads_in_order(spool):
    spool.send(a_job(), MESSAGE, NOW)

    assert names(spool) == ["2023-04-08-0123456789abcdef0123456789abcdef01234567.eml"]


def test_the_name_is_the_same_at_every_attempt():
    shifted = NOW.astimezone(timezone(timedelta(hours=14)))
    for facts in (REMINDER, {**REMINDER, "today": None}, {**REMINDER, "today": "../../etc"}):
        one = file_name(a_job(facts=facts))
        assert one == file_name(a_job(facts=facts, created_at=shifted, attempts=7, id=3))
        assert one == "2023-04-08-0123456789abcdef0123456789abcdef01234567.eml"


def test_folder_and_files_are_for_their_owner_alone(spool):
    before = os.umask(0)
    try:
        spool.send(a_job(), MESSAGE, NOW)
    finally:
        os.umask(before)

    assert spool.folder.stat().st_mode & 0o777 == 0o700
    (path,) = spool.folder.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_was_handed_over_is_never_changed(spool):
    spool.send(a_job(), MESSAGE, NOW)

    assert spool.send(a_job(), b"something else", NOW).status == ACCEPTED
    (path,) = spool.folder.iterdir()
    assert path.read_bytes() == MESSAGE


def test_many_at_once_leave_one_file(spool):
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda _: spool.send(a_job(), MESSAGE, NOW), range(40)))

    assert {outcome.status for outcome in outcomes} == {ACCEPTED}
    assert len(names(spool)) == 1


def test_a_link_under_the_name_leads_nothing_elsewhere(spool, tmp_path):
    spool.folder.mkdir()
    elsewhere = tmp_path / "elsewhere"
    (spool.folder / file_name(a_job())).symlink_to(elsewhere)

    spool.send(a_job(), MESSAGE, NOW)

    assert not elsewhere.exists()


def test_a_file_system_without_links_holds_each_notice_once_too(spool, monkeypatch):
    def no_links(source: str, target: Path) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    for message in (MESSAGE, b"something else"):
        assert spool.send(a_job(), message, NOW).status == ACCEPTED

    (path,) = spool.folder.iterdir()
    assert path.read_bytes() == MESSAGE


def test_a_full_disk_is_tried_again_and_leaves_no_rubbish(spool, monkeypatch):
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        outcome = spool.send(a_job(), MESSAGE, NOW)

    assert outcome.status == RETRY_WAIT
    assert outcome.cause == "spool_unwritable: No space left on device"
    assert names(spool) == []
    assert spool.send(a_job(), MESSAGE, NOW).status == ACCEPTED


def test_after_too_many_attempts_it_is_given_up(spool):
    spool.folder.write_text("in the way")

    outcome = spool.send(a_job(attempts=99), MESSAGE, NOW)

    assert outcome.status == DEAD
    assert outcome.cause == "gave_up: spool_unwritable: File exists"


KILLED_BEFORE = """
import os, signal, sys
from pathlib import Path
from notifications.channels import spool
from tests.contract.test_spool import COMPOSER, MESSAGE
from tests.letters import NOW, a_job

def die(*arguments, **named):
    os.kill(os.getpid(), signal.SIGKILL)

where, name = sys.argv[1].rsplit(".", 1)
setattr({"os": os, "spool": spool}[where], name, die)
spool.Spool(Path(sys.argv[2]), COMPOSER).send(a_job(), MESSAGE, NOW)
"""


@pytest.mark.parametrize("point", ["os.fdopen", "os.fsync", "os.link", "spool._make_durable"])
def test_a_kill_at_any_point_leaves_a_whole_file_or_none(spool, point):
    root = Path(__file__).parents[2]
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_BEFORE, point, spool.folder], cwd=root, check=False
    )
    assert killed.returncode == -signal.SIGKILL

    left = list(spool.folder.glob("*.eml"))
    assert [path.read_bytes() for path in left] in ([], [MESSAGE])
    assert spool.send(a_job(), MESSAGE, NOW).status == ACCEPTED
    (path,) = spool.folder.glob("*.eml")
    assert path.read_bytes() == MESSAGE

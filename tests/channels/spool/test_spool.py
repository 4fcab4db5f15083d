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
from notifications.delivery.protocol import Outcome
from notifications.mail.mime import Composer, Sender
from notifications.notice import ACCEPTED, PENDING, RETRY_WAIT
from notifications.rendering.renderer import Renderer
from tests.handing import always
from tests.letters import NOW, REMINDER, a_job

COMPOSER = Composer(Renderer(), Sender(address="o@yunxi.example"))
MESSAGE = COMPOSER.compose(a_job())


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "mail", COMPOSER)


def names(spool: Spool) -> list[str]:
    return sorted(path.name for path in spool.folder.iterdir())


def test_a_file_is_named_by_day_and_message_so_that_a_folder_reads_in_order(spool):
    spool.send(a_job(), MESSAGE, always, NOW)

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
        spool.send(a_job(), MESSAGE, always, NOW)
    finally:
        os.umask(before)

    assert spool.folder.stat().st_mode & 0o777 == 0o700
    (path,) = spool.folder.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_was_handed_over_is_never_changed(spool):
    spool.send(a_job(), MESSAGE, always, NOW)

    assert spool.send(a_job(), b"something else", always, NOW).status == ACCEPTED
    (path,) = spool.folder.iterdir()
    assert path.read_bytes() == MESSAGE


def test_many_at_once_leave_one_file(spool):
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda _: spool.send(a_job(), MESSAGE, always, NOW), range(40)))

    assert {outcome.status for outcome in outcomes} == {ACCEPTED}
    assert len(names(spool)) == 1


def test_a_link_under_the_name_leads_nothing_elsewhere(spool, tmp_path):
    spool.folder.mkdir()
    elsewhere = tmp_path / "elsewhere"
    (spool.folder / file_name(a_job())).symlink_to(elsewhere)

    spool.send(a_job(), MESSAGE, always, NOW)

    assert not elsewhere.exists()


def test_a_file_system_without_links_holds_each_notice_once_too(spool, monkeypatch):
    def no_links(source: str, target: Path) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    for message in (MESSAGE, b"something else"):
        assert spool.send(a_job(), message, always, NOW).status == ACCEPTED

    (path,) = spool.folder.iterdir()
    assert path.read_bytes() == MESSAGE


def test_a_full_disk_is_tried_again_and_leaves_no_rubbish(spool, monkeypatch):
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        outcome = spool.send(a_job(), MESSAGE, always, NOW)

    assert outcome.status == RETRY_WAIT
    assert outcome.cause == "spool_unwritable: No space left on device"
    assert names(spool) == []
    assert spool.send(a_job(), MESSAGE, always, NOW).status == ACCEPTED


def test_what_cannot_be_written_is_our_own_fault_and_never_given_up(spool):
    spool.folder.write_text("in the way")

    outcome = spool.send(
        a_job(attempts=99, first_at=NOW - timedelta(days=30)), MESSAGE, always, NOW
    )

    assert (outcome.status, outcome.blame) == (RETRY_WAIT, "server")
    assert outcome.cause == "spool_unwritable: File exists"


def test_a_doubt_is_settled_by_a_look_into_the_folder(spool):
    assert spool.look_up(a_job(), NOW) == Outcome(
        status=PENDING, cause="not_in_spool", decision="absent"
    )

    spool.send(a_job(), MESSAGE, always, NOW)

    assert spool.look_up(a_job(), NOW) == Outcome(status=ACCEPTED, decision="found")


def test_a_folder_that_cannot_be_read_settles_no_doubt(spool):
    spool.folder.write_text("in the way")

    assert spool.look_up(a_job(), NOW) is None


KILLED_BEFORE = """
import os, signal, sys
from pathlib import Path
from notifications.channels.spool import channel
from tests.channels.spool.test_spool import COMPOSER, MESSAGE
from tests.handing import always
from tests.letters import NOW, a_job

def die(*arguments, **named):
    os.kill(os.getpid(), signal.SIGKILL)

where, name = sys.argv[1].rsplit(".", 1)
setattr({"os": os, "spool": channel}[where], name, die)
channel.Spool(Path(sys.argv[2]), COMPOSER).send(a_job(), MESSAGE, always, NOW)
"""


@pytest.mark.parametrize("point", ["os.fdopen", "os.fsync", "os.link", "spool._make_durable"])
def test_a_kill_at_any_point_leaves_a_whole_file_or_none(spool, point):
    root = Path(__file__).parents[3]
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_BEFORE, point, spool.folder], cwd=root, check=False
    )
    assert killed.returncode == -signal.SIGKILL

    left = list(spool.folder.glob("*.eml"))
    assert [path.read_bytes() for path in left] in ([], [MESSAGE])
    assert spool.send(a_job(), MESSAGE, always, NOW).status == ACCEPTED
    (path,) = spool.folder.glob("*.eml")
    assert path.read_bytes() == MESSAGE

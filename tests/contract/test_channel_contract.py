"""What every channel promises: the same bytes, one outcome, and nothing foreseen raised."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from notifications.channels.server import SmtpServer
from notifications.channels.smtp import Smtp
from notifications.channels.spool import Spool
from notifications.delivery import AddressError, Channel, RenderError
from notifications.mime import Composer, Sender
from notifications.notice import ACCEPTED, RETRY_WAIT
from notifications.rendering import Renderer
from tests.letters import NOW, STEP, a_job
from tests.servers.scripted_smtp import DROP, scripted_smtp


@dataclass
class Kind:
    """A channel, what has arrived by it, and how to put its far end out of order."""

    channel: Channel
    arrived: Callable[[], list[bytes]]
    break_down: Callable[[], Any]


def spool(composer: Composer, folder: Path) -> Iterator[Kind]:
    place = folder / "spool"
    yield Kind(
        Spool(place, composer),
        lambda: [path.read_bytes() for path in sorted(place.glob("*.eml"))],
        lambda: (folder / "spool").write_text("a file where the folder should be"),
    )


def smtp(composer: Composer, folder: Path) -> Iterator[Kind]:
    with scripted_smtp() as server:
        there = SmtpServer(host="127.0.0.1", port=server.port, security="none", timeout=5)
        with Smtp(there, composer) as channel:
            yield Kind(channel, lambda: server.stored, lambda: server.script.update(CONNECT=DROP))


@pytest.fixture(params=[spool, smtp], ids=lambda make: make.__name__)
def kind(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kind]:
    yield from request.param(Composer(Renderer(), Sender(address="o@yunxi.example")), tmp_path)


def test_the_same_job_has_the_same_bytes(kind):
    assert kind.channel.compose(a_job()) == kind.channel.compose(a_job(attempts=3, id=9))
    assert kind.channel.compose(a_job()) != kind.channel.compose(a_job(template="step", facts=STEP))


def test_what_is_accepted_has_arrived_byte_for_byte(kind):
    message = kind.channel.compose(a_job())

    assert kind.channel.send(a_job(), message, NOW).status == ACCEPTED
    assert kind.arrived() == [message]
    mail = message_from_bytes(kind.arrived()[0], policy=policy.default)
    assert mail["To"] == "王强 <wang@office.example>"


def test_several_are_kept_apart(kind):
    for number in range(3):
        job = a_job(message_id=f"{number:040x}")
        assert kind.channel.send(job, kind.channel.compose(job), NOW).status == ACCEPTED

    assert len(set(kind.arrived())) == 3


def test_an_idempotent_channel_holds_the_same_notice_once(kind):
    message = kind.channel.compose(a_job())
    for _ in range(3):
        assert kind.channel.send(a_job(), message, NOW).status == ACCEPTED

    assert len(kind.arrived()) == (1 if kind.channel.idempotent else 3)


def test_what_does_not_get_through_is_tried_again_later(kind):
    message = kind.channel.compose(a_job())
    kind.break_down()

    outcome = kind.channel.send(a_job(), message, NOW)

    assert outcome.status == RETRY_WAIT
    assert outcome.cause
    assert outcome.retry_at is not None
    assert outcome.retry_at > NOW


def test_an_address_that_is_none_is_refused_before_anything_is_written(kind):
    with pytest.raises(AddressError):
        kind.channel.compose(a_job(address="wang@office.example\r\nBcc: x@y.example"))


def test_a_text_that_cannot_be_rendered_is_refused(kind):
    with pytest.raises(RenderError):
        kind.channel.compose(a_job(facts={}))


def test_channels_bear_the_name_under_which_people_have_addresses(kind):
    assert kind.channel.name == "mail"

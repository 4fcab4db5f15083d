"""What every channel promises: the same bytes, one outcome, and nothing foreseen raised."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from notifications.channels.console import Console
from notifications.channels.server import SmtpServer
from notifications.channels.smtp import Smtp
from notifications.channels.spool import Spool
from notifications.delivery.protocol import LOST, AddressError, Channel, RenderError
from notifications.mail.mime import Composer, Sender
from notifications.notice import ACCEPTED, RETRY_WAIT
from notifications.rendering.renderer import Renderer
from tests.handing import Asked, always, never
from tests.letters import NOW, STEP, a_job
from tests.messengers import RESULT, VENDORS, Vendor, passed_on
from tests.servers.messengers import running_messenger, says, text
from tests.servers.scripted_smtp import DROP, scripted_smtp


@dataclass
class Kind:
    """A channel, what has arrived by it, and how to put its far end out of order."""

    channel: Channel
    arrived: Callable[[], list[bytes]]
    break_down: Callable[[], Any]
    name: str = "mail"


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


class Screen(io.StringIO):
    """Remembers what was written apart, and can be broken."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[bytes] = []

    def write(self, text: str) -> int:
        self.shown.append(text.encode())
        return len(text)


def console(composer: Composer, folder: Path) -> Iterator[Kind]:
    screen = Screen()
    yield Kind(Console(composer.renderer, screen, name="mail"), lambda: screen.shown, screen.close)


def messenger(vendor: Vendor) -> Callable[[Composer, Path], Iterator[Kind]]:
    def make(composer: Composer, folder: Path) -> Iterator[Kind]:
        with running_messenger() as server:
            channel = vendor.channel(server)
            server.on(RESULT, says(passed_on(a_job().address)))
            yield Kind(
                channel,
                lambda: [SIGNED.sub(b"{", heard.body) for heard in server.at(vendor.path)],
                lambda: server.on(vendor.path, text(b"", 503, Retry_After="60")),
                vendor.name,
            )

    make.__name__ = vendor.name
    return make


MAILS = [spool, smtp]
MESSENGERS = [messenger(vendor) for vendor in VENDORS]
SIGNED = re.compile(rb'\A\{"timestamp":"\d+","sign":"[^"]+",')


@pytest.fixture(params=[*MAILS, console, *MESSENGERS], ids=lambda make: make.__name__)
def kind(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kind]:
    yield from request.param(Composer(Renderer(), Sender(address="o@yunxi.example")), tmp_path)


@pytest.fixture(params=MAILS, ids=lambda make: make.__name__)
def mails(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kind]:
    yield from request.param(Composer(Renderer(), Sender(address="o@yunxi.example")), tmp_path)


def test_the_same_job_has_the_same_bytes(kind):
    assert kind.channel.compose(a_job()) == kind.channel.compose(a_job(attempts=3, id=9))
    assert kind.channel.compose(a_job()) != kind.channel.compose(a_job(template="step", facts=STEP))


def test_what_is_accepted_has_arrived_byte_for_byte(kind):
    message = kind.channel.compose(a_job())

    assert kind.channel.send(a_job(), message, always, NOW).status == ACCEPTED
    assert kind.arrived() == [message]


def test_a_mail_is_addressed_to_the_recipient(mails):
    message = mails.channel.compose(a_job())

    mails.channel.send(a_job(), message, always, NOW)

    mail = message_from_bytes(mails.arrived()[0], policy=policy.default)
    assert mail["To"] == "王强 <wang@office.example>"


def test_it_is_said_before_anything_can_arrive_and_nothing_does_if_the_claim_is_lost(kind):
    message = kind.channel.compose(a_job())
    before: list[int] = []
    asked = Asked(lambda: before.append(len(kind.arrived())))

    if kind.channel.traits.idempotent:
        assert kind.channel.send(a_job(), message, asked, NOW).status == ACCEPTED
        return  # whoever comes second changes nothing, so nobody need be asked

    assert kind.channel.send(a_job(), message, never, NOW) == LOST
    assert kind.arrived() == []
    assert kind.channel.send(a_job(), message, asked, NOW).status == ACCEPTED
    assert before == [0]


def test_a_channel_that_was_closed_opens_itself_anew(kind):
    for number in range(2):
        job = a_job(key=f"{number}", message_id=f"{number}" * 40)
        assert kind.channel.send(job, kind.channel.compose(job), always, NOW).status == ACCEPTED
        kind.channel.close()
        kind.channel.close()


def test_looking_up_decides_or_says_that_nobody_can(kind):
    for _ in range(2):
        found = kind.channel.look_up(a_job(doubts=1), NOW)
        assert found is None or found.decision or found.retry_at is not None
        kind.channel.send(a_job(), kind.channel.compose(a_job()), always, NOW)


def test_several_are_kept_apart(kind):
    for number in range(3):
        job = a_job(key=f"{number}", message_id=f"{number}" * 40)
        assert kind.channel.send(job, kind.channel.compose(job), always, NOW).status == ACCEPTED

    assert len(set(kind.arrived())) == 3


def test_an_idempotent_channel_holds_the_same_notice_once(kind):
    message = kind.channel.compose(a_job())
    for _ in range(3):
        assert kind.channel.send(a_job(), message, always, NOW).status == ACCEPTED

    assert len(kind.arrived()) == (1 if kind.channel.traits.idempotent else 3)


def test_what_does_not_get_through_is_tried_again_later(kind):
    message = kind.channel.compose(a_job())
    kind.break_down()

    outcome = kind.channel.send(a_job(), message, always, NOW)

    assert outcome.status == RETRY_WAIT
    assert outcome.cause
    assert outcome.retry_at is not None
    assert outcome.retry_at > NOW


def test_an_address_that_is_none_is_refused_before_anything_is_written(kind):
    if isinstance(kind.channel, Console):
        return  # shows whatever stands there
    with pytest.raises(AddressError):
        kind.channel.compose(a_job(address="wang@office.example\r\nBcc: x@y.example"))


def test_a_text_that_cannot_be_rendered_is_refused(kind):
    with pytest.raises(RenderError):
        kind.channel.compose(a_job(facts={}))


def test_channels_bear_the_name_under_which_people_have_addresses(kind):
    assert kind.channel.name == kind.name

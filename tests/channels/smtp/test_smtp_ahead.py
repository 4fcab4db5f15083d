"""The next mail is written while the server thinks about the one before it, and only then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from notifications.channels.server import SmtpServer
from notifications.channels.smtp import Smtp
from notifications.delivery.protocol import LOST, Begin, Job, Outcome, RenderError, Traits, Watch
from notifications.delivery.sending import deliver_due
from notifications.mail.mime import Composer, Sender
from notifications.notice import ACCEPTED, Notice
from notifications.rendering.renderer import Renderer, Text
from tests.handing import always, never
from tests.letters import NOW, a_job
from tests.servers.scripted_smtp import DROP, ScriptedServer, scripted_smtp
from workflow.memory import MemoryStore

FIRST = b"Subject: x\r\n\r\ny\r\n"


class Counting(Renderer):
    """Says what it was asked for, and of a broken template that it is one."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def render(self, template: str, language: str, facts: object) -> Text:
        self.asked.append(template)
        if template == "broken":
            raise RenderError("broken.txt.j2", 1, "x")
        return Text(subject=template, plain="x\n", html="<p>x\n")


@pytest.fixture
def scripted() -> Iterator[ScriptedServer]:
    with scripted_smtp() as server:
        yield server


@pytest.fixture
def renderer() -> Counting:
    return Counting()


@pytest.fixture
def channel(scripted: ScriptedServer, renderer: Counting) -> Iterator[Smtp]:
    there = SmtpServer(host="127.0.0.1", port=scripted.port, security="none", timeout=5)
    composer = Composer(renderer, Sender(address="office@yunxi.example"))
    with Smtp(there, composer) as opened:
        yield opened


def test_the_next_mail_is_there_when_its_turn_has_come(channel, renderer):
    following = a_job(template="second", message_id="2" * 40)
    channel.foresee(following)
    assert channel.send(a_job(), FIRST, always, NOW).status == ACCEPTED
    assert renderer.asked == ["second"]

    ahead = channel.compose(following)

    assert renderer.asked == ["second"]
    assert ahead == channel.compose(following)
    assert renderer.asked == ["second", "second"]


def test_it_is_written_under_no_other_job(channel, renderer):
    channel.foresee(a_job(template="second"))
    channel.send(a_job(), FIRST, always, NOW)

    assert b"Subject: third\r\n" in channel.compose(a_job(template="third"))
    assert renderer.asked == ["second", "third"]


@pytest.mark.parametrize("refused", ["MAIL", "RCPT", "DATA"])
def test_nothing_is_written_while_nobody_thinks(channel, renderer, scripted, refused):
    scripted.script[refused] = "451 later"
    channel.foresee(a_job(template="second"))

    channel.send(a_job(), FIRST, always, NOW)

    assert renderer.asked == []


def test_a_lost_claim_writes_nothing(channel, renderer):
    channel.foresee(a_job(template="second"))

    assert channel.send(a_job(), FIRST, never, NOW) == LOST
    assert renderer.asked == []


def test_a_mail_that_cannot_be_written_harms_only_itself(channel, renderer):
    broken = a_job(template="broken")
    channel.foresee(broken)

    assert channel.send(a_job(), FIRST, always, NOW).status == ACCEPTED
    with pytest.raises(RenderError):
        channel.compose(broken)


def test_what_is_foreseen_once_is_written_once(channel, renderer):
    channel.foresee(a_job(template="second"))
    for _ in range(3):
        channel.send(a_job(), FIRST, always, NOW)

    assert renderer.asked == ["second"]


def test_an_answer_that_is_lost_does_not_lose_the_next_mail(channel, scripted, renderer):
    following = a_job(template="second")
    scripted.script["DOT"] = [DROP]
    channel.foresee(following)

    assert channel.send(a_job(), FIRST, always, NOW).status == "ambiguous"
    assert channel.send(following, channel.compose(following), always, NOW).status == ACCEPTED
    assert b"Subject: second\r\n" in scripted.stored[1]


class Noting:
    """A channel that notes what it is told, and has no server."""

    name = "mail"
    traits = Traits()

    def __init__(self) -> None:
        self.told: list[str] = []

    def compose(self, job: Job) -> bytes:
        self.told.append(f"write {job.recipient}")
        return job.recipient.encode()

    def foresee(self, job: Job | None) -> None:
        self.told.append(f"next {job.recipient if job else '-'}")

    def send(self, job: Job, message: bytes, begin: Begin, now: datetime) -> Outcome:
        assert begin()
        return Outcome(status=ACCEPTED)

    def look_up(self, job: Job, now: datetime) -> Outcome | None:
        return None

    def close(self) -> None:
        """Do nothing."""


def test_delivery_tells_what_comes_next():
    store, channel = MemoryStore(), Noting()
    notices = [
        Notice(
            key=person,
            issue="YX2023-7",
            template="reminder",
            recipient=person,
            channel="mail",
            address=f"{person}@office.example",
            language="zh",
            created_at=NOW,
        )
        for person in ("wang", "zhou")
    ]
    with store.writing() as session:
        session.owe(notices)

    deliver_due(store.outbox, {"mail": channel}, Watch(now=lambda: NOW, elapsed=lambda: 0.0))

    assert channel.told == ["next zhou", "write wang", "next -", "write zhou"]

"""Connections that end at every step of the protocol, many mails, a real server and a real outbox.

The promise: nothing is missing, and nobody gets a mail twice, except where the connection ended
between the dot and its answer; and with an archive that can be asked, not even there.
"""

from __future__ import annotations

import shutil
import ssl
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import trustme

from notifications.channels.archive import Archive
from notifications.channels.server import ImapServer, SmtpServer
from notifications.channels.smtp import Smtp
from notifications.delivery.protocol import Job, Watch
from notifications.delivery.reconciling import reconcile_due
from notifications.delivery.sending import deliver_due
from notifications.mail.mime import Composer, Sender
from notifications.notice import ACCEPTED, AMBIGUOUS, HOLD, Notice
from notifications.rendering.renderer import Renderer, Text
from tests.letters import NOW, REMINDER
from tests.servers import imap
from tests.servers import smtp as mail
from workflow.ports import Sent
from workflow.storage import SqlStore, open_store

PEOPLE = 18
EVERY = 3  # of so many times that a step is reached, one ends the connection
RUNS = 60
COPIES = "copies@yunxi.example"


class Short(Renderer):
    """Says little: what is sent here is looked at by its envelope."""

    def render(self, template: str, language: str, facts: object) -> Text:
        return Text(subject="x", plain="x\n", html="<p>x\n")


COMPOSER = Composer(Short(), Sender(address="office@yunxi.example"))


@dataclass
class Clock:
    """Goes on by as much as any wait there is, whenever it is told to."""

    at: datetime = NOW

    def pass_by(self) -> None:
        self.at += timedelta(hours=7)

    @property
    def watch(self) -> Watch:
        return Watch(now=lambda: self.at, elapsed=lambda: 0.0)


@dataclass(frozen=True)
class Certified:
    """A certificate for this machine, and the file of who vouches for it."""

    context: ssl.SSLContext
    authority: Path


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> Certified:
    authority = trustme.CA()
    path = tmp_path_factory.mktemp("authority") / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return Certified(context, path)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("empty") / "rectify.db"
    open_store(str(file), create=True).close()
    return file


@pytest.fixture
def store(empty: Path, tmp_path: Path) -> Iterator[SqlStore]:
    opened = open_store(str(shutil.copy(empty, tmp_path)))
    yield opened
    opened.close()


def owe(store: SqlStore, if_unknown: str = "resend") -> None:
    notices = [
        Notice(
            key=f"YX2023-7/{number}",
            issue="YX2023-7",
            template="reminder",
            recipient=f"p{number}",
            channel="mail",
            address=f"p{number}@office.example",
            language="zh",
            created_at=NOW,
            facts=REMINDER,
            if_unknown=if_unknown,
        )
        for number in range(PEOPLE)
    ]
    with store.writing() as session:
        assert session.owe(notices) == PEOPLE


def kept(store: SqlStore) -> dict[str, Sent]:
    with store.reading() as session:
        return {sent.notice.address: sent for sent in session.notices()}


def doubted(store: SqlStore) -> set[str]:
    """Return to whom a mail was ever in doubt, by the trail."""
    with store.reading() as session:
        return {
            sent.notice.address
            for sent in session.notices()
            if any(line.status == AMBIGUOUS for line in session.deliveries(sent.id))
        }


def received(server: mail.SmtpServer) -> Counter[str]:
    """Return how many mails each person got; nobody else is in an envelope but the archive."""
    got: Counter[str] = Counter()
    for letter in server.letters:
        people = [address for address in letter.recipients if address != COPIES]
        assert len(people) == 1, letter.recipients
        got[people[0]] += 1
    return got


def ending(step: str) -> Callable[[str], bool]:
    """Return what ends connections at a step, until everybody has had a turn or two."""
    reached: Counter[str] = Counter()

    def cuts(at: str) -> bool:
        reached[at] += 1
        return at == step and reached[at] % EVERY == 1 and reached[at] <= PEOPLE

    return cuts


def reaching(port: int, certified: Certified, archive: Archive | None = None) -> Smtp:
    there = SmtpServer(host="127.0.0.1", port=port, authority=certified.authority, timeout=5)
    return Smtp(there, COMPOSER, archive=archive)


def run_until_done(
    store: SqlStore, channel: Smtp, clock: Clock, between: Callable[[], object] = lambda: None
) -> None:
    """Deliver and reconcile, as the daemon does, until nothing is left to be done."""
    for _ in range(RUNS):
        deliver_due(store.outbox, {"mail": channel}, clock.watch)
        between()
        clock.pass_by()
        reconcile_due(store.outbox, {"mail": channel}, clock.watch)
        if all(sent.settled_at is not None for sent in kept(store).values()):
            return
    raise AssertionError(Counter(sent.status for sent in kept(store).values()))


@pytest.mark.parametrize("step", mail.STEPS)
def test_wherever_connections_end_nothing_is_missing_and_only_doubt_makes_copies(
    store, certified, step
):
    owe(store)
    with mail.running_smtp(certified.context) as server:
        server.cuts = ending(step)
        with reaching(server.port, certified) as channel:
            run_until_done(store, channel, Clock())

    got = received(server)
    assert set(got) == set(kept(store))
    assert {sent.status for sent in kept(store).values()} == {ACCEPTED}
    twice = {address for address, count in got.items() if count > 1}
    assert twice <= doubted(store)
    if step == "DOT":
        assert len(twice) >= PEOPLE // EVERY
    else:
        assert twice == set()


def test_a_second_copy_says_so_and_is_the_same_mail(store, certified):
    owe(store)
    with mail.running_smtp(certified.context) as server:
        server.cuts = ending("DOT")
        with reaching(server.port, certified) as channel:
            run_until_done(store, channel, Clock())

    by_person: dict[str, list[mail.Letter]] = {}
    for letter in server.letters:
        by_person.setdefault(letter.recipients[0], []).append(letter)
    for letters in by_person.values():
        assert len({letter.message["Message-ID"] for letter in letters}) == 1


def test_with_an_archive_that_can_be_asked_there_is_no_second_copy_at_all(store, certified):
    owe(store)
    with ExitStack() as stack:
        mailbox = stack.enter_context(imap.running_imap(certified.context, tls_first=True))
        server = stack.enter_context(mail.running_smtp(certified.context))
        server.cuts = ending("DOT")
        archive = Archive(COPIES, archive_at(mailbox.port, certified))
        channel = stack.enter_context(reaching(server.port, certified, archive))
        filed: list[mail.Letter] = []

        def file() -> None:
            new = server.letters[len(filed) :]
            filed.extend(new)
            mailbox.put(*(letter.content for letter in new if COPIES in letter.recipients))

        run_until_done(store, channel, Clock(), file)

    assert received(server) == Counter(dict.fromkeys(kept(store), 1))
    assert {sent.status for sent in kept(store).values()} == {ACCEPTED}
    assert len(doubted(store)) >= PEOPLE // EVERY
    assert {kept(store)[address].decision for address in doubted(store)} == {"found"}


def archive_at(port: int, certified: Certified) -> ImapServer:
    return ImapServer(
        host="127.0.0.1",
        port=port,
        user=imap.USER,
        password=imap.SECRET,
        authority=certified.authority,
        timeout=5,
    )


def test_what_is_to_be_held_waits_for_a_person_and_is_not_sent_twice(store, certified):
    owe(store, if_unknown=HOLD)
    with mail.running_smtp(certified.context) as server:
        server.cuts = ending("DOT")
        with reaching(server.port, certified) as channel:
            run_for_long(store, channel)

    assert set(received(server).values()) == {1}
    held = {address for address, sent in kept(store).items() if sent.status == AMBIGUOUS}
    assert held == doubted(store)
    assert len(held) >= PEOPLE // EVERY


def run_for_long(store: SqlStore, channel: Smtp) -> None:
    """Deliver and reconcile until long after any wait there is, whatever is left."""
    clock = Clock()
    for _ in range(10):
        deliver_due(store.outbox, {"mail": channel}, clock.watch)
        clock.pass_by()
        reconcile_due(store.outbox, {"mail": channel}, clock.watch)


def test_a_mail_that_went_without_its_copy_is_never_taken_for_lost(store, certified):
    owe(store, if_unknown=HOLD)
    with ExitStack() as stack:
        mailbox = stack.enter_context(imap.running_imap(certified.context, tls_first=True))
        mailbox.put(b"Message-ID: <another@yunxi.example>\r\n\r\nx\r\n")
        server = stack.enter_context(mail.running_smtp(certified.context))
        server.refuse("RCPT", "452 4.2.2 mailbox full", recipient=COPIES)
        server.cuts = ending("DOT")
        archive = Archive(COPIES, archive_at(mailbox.port, certified))
        run_for_long(store, stack.enter_context(reaching(server.port, certified, archive)))

    assert received(server) == Counter(dict.fromkeys(kept(store), 1))
    held = {sent.status for address, sent in kept(store).items() if address in doubted(store)}
    assert held == {AMBIGUOUS}
    causes = {str(s.cause) for s in kept(store).values() if s.status == ACCEPTED}
    assert causes == {"archive_refused: 452 4.2.2 mailbox full"}


def test_jobs_carry_what_a_look_into_the_archive_needs(store, certified):
    """A process that is killed right after the dot leaves only what it had said before it."""
    owe(store)
    clock = Clock()
    job: Job = store.outbox.claim("mail", clock.at, timedelta(minutes=15), 1)[0]
    assert store.outbox.begin(job, clock.at, "archived x")
    clock.pass_by()
    store.outbox.strand(clock.at, [])
    clock.pass_by()

    (found,) = store.outbox.doubtful(clock.at, timedelta(minutes=15), 5)
    assert found.ref == "archived x"
    assert found.message is None

"""The archive, asked over a real IMAP server: what it says of a mail in doubt, and when nothing."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from notifications.channels.archive import UNARCHIVED, Archive
from notifications.channels.archive.looking import AGAIN, ENOUGH, PATIENCE
from notifications.channels.archive.mailbox import Mailbox, MailboxTrouble, quoted
from notifications.channels.secrets import Secret
from notifications.channels.server import ImapServer
from notifications.delivery.protocol import Outcome
from notifications.notice import ACCEPTED, AMBIGUOUS, PENDING
from states.errors import Invalid
from tests.letters import NOW, a_job
from tests.servers import imap

THERE = "<there@yunxi.example>"
FILED = "<filed@yunxi.example>"
NOWHERE = "<nowhere@yunxi.example>"
ADDRESS = "archive@yunxi.example"
LATER = NOW + ENOUGH


def mail(identifier: str) -> bytes:
    return f"Message-ID: {identifier}\r\nSubject: x\r\n\r\nx\r\n".encode()


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def trusted(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("authority") / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


def certified(authority: trustme.CA, name: str = "127.0.0.1") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


@pytest.fixture(scope="module")
def full(authority: trustme.CA) -> Iterator[imap.ImapServer]:
    """A server whose INBOX holds a mail, and another folder a second one."""
    with imap.running_imap(certified(authority), tls_first=True) as server:
        server.put(mail(THERE))
        server.put(mail(FILED), folder="rectify")
        yield server


def at(port: int, trusted: Path, **settings: Any) -> ImapServer:
    fields: dict[str, Any] = {
        "host": "127.0.0.1",
        "user": imap.USER,
        "password": Secret(imap.PASSWORD),
        "authority": trusted,
        "timeout": 5,
    }
    return ImapServer(port=port, **(fields | settings))


# --- asking the mailbox --------------------------------------------------------------------------


def asked(server: ImapServer, identifier: str) -> bool:
    with closing(Mailbox(server)) as mailbox:
        return mailbox.holds(identifier)


def test_a_mailbox_says_what_it_holds(full, trusted):
    with closing(Mailbox(at(full.port, trusted))) as mailbox:
        assert mailbox.holds(THERE)
        assert not mailbox.holds(NOWHERE)
        assert not mailbox.holds("<there@yunxi.exampl>")


def test_a_mail_that_comes_later_is_seen_over_the_same_connection(authority, trusted):
    with (
        imap.running_imap(certified(authority), tls_first=True) as server,
        closing(Mailbox(at(server.port, trusted))) as mailbox,
    ):
        server.put(mail(FILED))
        assert not mailbox.holds(THERE)
        server.put(mail(THERE))
        assert mailbox.holds(THERE)


def test_only_the_folder_that_is_named_is_looked_into(full, trusted):
    assert asked(at(full.port, trusted, folder="rectify"), FILED)
    assert not asked(at(full.port, trusted), FILED)


def test_a_protected_connection_can_be_asked_for(authority, trusted):
    with imap.running_imap(certified(authority)) as server:
        server.put(mail(THERE))
        assert asked(at(server.port, trusted, security="starttls"), THERE)


@pytest.mark.parametrize("server_holds", [(), ("no identifier",)])
def test_a_search_that_finds_nothing_at_all_proves_nothing(authority, trusted, server_holds):
    with imap.running_imap(certified(authority), tls_first=True) as server:
        for subject in server_holds:
            server.put(f"Subject: {subject}\r\n\r\nx\r\n".encode())
        with pytest.raises(MailboxTrouble, match="archive_unproven"):
            asked(at(server.port, trusted), NOWHERE)


def wrong_password(port: int, trusted: Path) -> ImapServer:
    return at(port, trusted, password=Secret("wrong"))


def missing_folder(port: int, trusted: Path) -> ImapServer:
    return at(port, trusted, folder="no such folder")


def wrong_protection(port: int, trusted: Path) -> ImapServer:
    return at(port, trusted, security="starttls", timeout=0.5)


def unknown_authority(port: int, trusted: Path) -> ImapServer:
    return at(port, trusted, authority=None)


def nobody_there(port: int, trusted: Path) -> ImapServer:
    return at(1, trusted)


TROUBLES = [wrong_password, missing_folder, wrong_protection, unknown_authority, nobody_there]


@pytest.mark.parametrize("settings", TROUBLES, ids=lambda make: make.__name__)
def test_whatever_keeps_from_asking_is_no_answer(full, trusted, settings):
    with pytest.raises(MailboxTrouble, match=r"^archive_unreachable: ") as caught:
        asked(settings(full.port, trusted), THERE)

    assert imap.PASSWORD not in str(caught.value)
    assert str(caught.value).isprintable()


def test_a_mailbox_of_another_name_is_not_logged_in_to(authority, trusted):
    context = certified(authority, "mail.elsewhere.example")
    with (
        imap.running_imap(context, tls_first=True) as server,
        pytest.raises(MailboxTrouble, match="SSLCertVerificationError"),
    ):
        asked(at(server.port, trusted), THERE)


def test_after_a_trouble_the_mailbox_is_asked_anew(authority, trusted):
    with imap.running_imap(certified(authority), tls_first=True) as server:
        mailbox = Mailbox(at(server.port, trusted, folder="rectify"))
        with closing(mailbox):
            with pytest.raises(MailboxTrouble):
                mailbox.holds(FILED)
            server.put(mail(FILED), folder="rectify")
            assert mailbox.holds(FILED)


@pytest.mark.parametrize(
    ("folder", "wire"),
    [
        ("INBOX", '"INBOX"'),
        ("Sent Mail", '"Sent Mail"'),
        ('a"b\\c', '"a\\"b\\\\c"'),
        ("A&B", '"A&-B"'),
        ("整改", '"&ZXRlOQ-"'),
        ("归档/整改 1", '"&X1JoYw-/&ZXRlOQ- 1"'),
        # the example of RFC 3501, 5.1.3
        ("~peter/mail/台北/日本語", '"~peter/mail/&U,BTFw-/&ZeVnLIqe-"'),
    ],
)
def test_a_folder_is_named_as_the_protocol_wants_it(folder, wire):
    assert quoted(folder) == wire


def test_certificates_that_cannot_be_read_are_found_at_once(tmp_path):
    with pytest.raises(Invalid, match=r"archive: the certificates in .* cannot be read"):
        Archive(ADDRESS, at(993, tmp_path / "missing.pem"))


def test_an_address_that_is_none_is_found_at_once(trusted):
    with pytest.raises(Invalid, match="archive: copies is not an e-mail address"):
        Archive("copies", at(993, trusted))


# --- what follows for a mail in doubt ------------------------------------------------------------


def looked_up(server: ImapServer, identifier: str, now: Any, **changes: Any) -> Outcome | None:
    archive = Archive(ADDRESS, server)
    granted = {"ref": archive.ref(NOW), "first_at": NOW}
    with closing(archive):
        return archive.look_up(a_job(**(granted | changes)), identifier, now)


def test_a_copy_that_is_there_shows_that_the_mail_was_taken(full, trusted):
    server = at(full.port, trusted)
    for ref in (Archive(ADDRESS, server).ref(NOW), UNARCHIVED, None):
        assert looked_up(server, THERE, NOW, ref=ref) == Outcome(
            status=ACCEPTED, decision="found", ref=ref
        )


def test_a_copy_that_never_came_shows_that_the_mail_was_not_taken(full, trusted):
    assert looked_up(at(full.port, trusted), NOWHERE, LATER) == Outcome(
        status=PENDING, cause="not_in_archive", decision="absent"
    )


def test_a_copy_has_its_time_to_come(full, trusted):
    outcome = looked_up(at(full.port, trusted), NOWHERE, LATER - timedelta(seconds=1))

    assert outcome is not None
    assert (outcome.status, outcome.retry_at) == (AMBIGUOUS, LATER)
    assert outcome.ref == Archive(ADDRESS, at(full.port, trusted)).ref(NOW)


def test_a_mail_of_which_no_copy_was_granted_is_never_taken_for_absent(full, trusted):
    with closing(Archive(ADDRESS, at(full.port, trusted))) as archive:
        for ref in (UNARCHIVED, None, "archived then", "archived 2023-04-08"):
            for now in (NOW, NOW + 2 * PATIENCE):
                assert archive.look_up(a_job(ref=ref, first_at=NOW), NOWHERE, now) is None


def test_a_clock_that_stepped_back_shows_no_absence(full, trusted):
    assert looked_up(at(full.port, trusted), NOWHERE, NOW - timedelta(hours=1)) is None


@pytest.mark.parametrize("settings", TROUBLES, ids=lambda make: make.__name__)
def test_an_archive_that_cannot_be_asked_is_asked_again_for_a_day(full, trusted, settings):
    server = settings(full.port, trusted)
    last = NOW + PATIENCE

    outcome = looked_up(server, THERE, last)

    assert outcome is not None
    assert (outcome.status, outcome.retry_at) == (AMBIGUOUS, last + AGAIN)
    assert outcome.cause is not None
    assert outcome.cause.startswith("archive_unreachable: ")
    assert looked_up(server, THERE, last + timedelta(seconds=1)) is None


def test_an_archive_that_is_down_costs_one_time_out_not_one_for_every_mail(trusted, monkeypatch):
    tries: list[Mailbox] = []

    def fails(mailbox: Mailbox) -> None:
        tries.append(mailbox)
        raise TimeoutError("timed out")

    monkeypatch.setattr(Mailbox, "_connected", fails)
    with closing(Archive(ADDRESS, at(1, trusted))) as archive:
        for _ in range(5):
            assert archive.look_up(a_job(), THERE, NOW) is not None
        assert len(tries) == 1
        archive.look_up(a_job(), THERE, NOW + AGAIN)
        assert len(tries) == 2


def test_the_time_is_kept_whatever_zone_it_was_told_in(full, trusted):
    archive = Archive(ADDRESS, at(full.port, trusted))

    assert archive.ref(NOW) == "archived 2023-04-08T01:30:00+00:00"

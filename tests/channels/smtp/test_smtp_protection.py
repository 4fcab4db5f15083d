"""Mail and logins travel protected, or not at all; real servers and certificates show it."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme

from notifications.channels.secrets import Secret
from notifications.channels.server import SmtpServer
from notifications.channels.smtp import Smtp
from notifications.delivery.protocol import Outcome
from notifications.mail.mime import Composer, Sender
from notifications.notice import ACCEPTED, RETRY_WAIT
from notifications.rendering.renderer import Renderer
from states.errors import Invalid
from tests.handing import always
from tests.letters import NOW, a_job
from tests.servers.meddling import meddling
from tests.servers.scripted_smtp import ScriptedServer, scripted_smtp
from tests.servers.smtp import running_smtp

COMPOSER = Composer(Renderer(), Sender(address="office@yunxi.example", name="整改办"))
MESSAGE = COMPOSER.compose(a_job())
PASSWORD = "correct horse battery"  # noqa: S105 - of a server that lives for one test


def reaching(port: int, **settings: Any) -> Smtp:
    return Smtp(SmtpServer(host="127.0.0.1", port=port, timeout=5, **settings), COMPOSER)


def sent(server: ScriptedServer, **settings: Any) -> Outcome:
    with reaching(server.port, **settings) as channel:
        return channel.send(a_job(), MESSAGE, always, NOW)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path) -> Path:
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


def certified(
    authority: trustme.CA, name: str = "127.0.0.1", until: datetime | None = None
) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, not_after=until).configure_cert(context)
    return context


def self_signed(folder: Path) -> ssl.SSLContext:
    """Return a server that vouches for itself."""
    ca = trustme.CA()
    ca.private_key_pem.write_to_path(str(folder / "self.key"))
    ca.cert_pem.write_to_path(str(folder / "self.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "self.pem", folder / "self.key")
    return context


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_mail_and_a_login_travel_protected(authority, trusted, security):
    with scripted_smtp(
        context=certified(authority), tls_first=security == "tls", offers=("AUTH PLAIN",)
    ) as server:
        outcome = sent(
            server,
            security=security,
            authority=trusted,
            user="office",
            password=Secret(PASSWORD),
        )

    assert outcome == Outcome(status=ACCEPTED)
    assert server.stored == [MESSAGE]
    assert any(line.startswith("AUTH PLAIN ") for line in server.commands)
    assert [line.split()[0].upper() for line in server.clear] in (["EHLO", "STARTTLS"], [])


def refused_for_protection(server: ScriptedServer, **settings: Any) -> None:
    outcome = sent(server, user="office", password=Secret(PASSWORD), **settings)

    assert outcome.status == RETRY_WAIT
    assert outcome.cause is not None
    assert outcome.cause.startswith("tls_failed: ")
    assert server.stored == []
    assert {line.split()[0].upper() for line in server.clear} <= {"EHLO", "STARTTLS"}
    assert not [line for line in server.commands if line.startswith(("AUTH", "MAIL"))]


def test_where_protection_is_not_offered_nothing_is_said(trusted):
    """Somebody on the way may have stripped the offer."""
    with scripted_smtp(offers=("AUTH PLAIN",)) as server:
        refused_for_protection(server, security="starttls", authority=trusted)


def test_where_protection_is_refused_nothing_is_said(authority, trusted):
    with scripted_smtp(context=certified(authority), offers=("AUTH PLAIN",)) as server:
        server.script["STARTTLS"] = "454 TLS not available"
        refused_for_protection(server, security="starttls", authority=trusted)


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("wrong", ["unknown authority", "another name", "expired", "self-signed"])
def test_a_server_that_does_not_prove_its_name_gets_nothing(
    authority, trusted, security, wrong, tmp_path
):
    context = {
        "unknown authority": lambda: certified(trustme.CA()),
        "another name": lambda: certified(authority, "mail.elsewhere.example"),
        "expired": lambda: certified(authority, until=datetime(2020, 1, 1, tzinfo=UTC)),
        "self-signed": lambda: self_signed(tmp_path),
    }[wrong]()
    with scripted_smtp(
        context=context, tls_first=security == "tls", offers=("AUTH PLAIN",)
    ) as server:
        refused_for_protection(server, security=security, authority=trusted)


# --- somebody on the way -------------------------------------------------------------------------


def without_offer(answer: bytes) -> bytes:
    return answer.replace(b"250-STARTTLS\r\n", b"")


def offer_renamed(answer: bytes) -> bytes:
    return answer.replace(b"STARTTLS", b"XXXXXXXX")


def refusal(answer: bytes) -> bytes:
    return b"454 4.7.0 not now\r\n" if answer.startswith(b"220 Ready") else answer


def consent_without_protection(answer: bytes) -> bytes:
    return answer if b"STARTTLS" in answer else b"220 go ahead\r\n250 fine\r\n"


def slipped_in(answer: bytes) -> bytes:
    """Add what the client would take for the protected server's words."""
    return answer + b"250 AUTH PLAIN\r\n" if answer.startswith(b"220 Ready") else answer


MEDDLING = [without_offer, offer_renamed, refusal, consent_without_protection, slipped_in]


@pytest.mark.parametrize("change", MEDDLING, ids=lambda change: change.__name__)
def test_somebody_on_the_way_who_prevents_protection_gets_to_see_nothing(
    authority, trusted, change
):
    with running_smtp(certified(authority)) as server, meddling(server.port, change) as way:
        channel = reaching(
            way.port,
            security="starttls",
            authority=trusted,
            user="office",
            password=Secret(PASSWORD),
        )
        with channel:
            outcome = channel.send(a_job(), MESSAGE, always, NOW)

    assert (outcome.status, outcome.blame) == (RETRY_WAIT, "server")
    assert server.letters == []
    for word in (
        b"AUTH",
        b"MAIL",
        b"RCPT",
        b"yunxi.example>",
        b"office.example",
        PASSWORD.encode(),
    ):
        assert word not in way.seen
    assert way.seen.startswith(b"ehlo ")


def test_somebody_on_the_way_who_only_listens_hears_nothing(authority, trusted):
    with (
        running_smtp(certified(authority)) as server,
        meddling(server.port, bytes) as way,
        reaching(way.port, security="starttls", authority=trusted) as channel,
    ):
        assert channel.send(a_job(), MESSAGE, always, NOW).status == ACCEPTED

    assert [letter.content for letter in server.letters] == [MESSAGE]
    assert b"MAIL" not in way.seen
    assert b"office.example" not in way.seen


# --- logins --------------------------------------------------------------------------------------


def test_a_refused_login_is_tried_again_and_shows_no_password(authority, trusted):
    with scripted_smtp(context=certified(authority), offers=("AUTH PLAIN",)) as server:
        server.script["AUTH"] = "535 5.7.8 wrong credentials"
        outcome = sent(
            server,
            security="starttls",
            authority=trusted,
            user="office",
            password=Secret(PASSWORD),
        )

    assert (outcome.status, outcome.blame) == (RETRY_WAIT, "sender")
    assert outcome.cause == "login_refused: 535 5.7.8 wrong credentials"
    assert PASSWORD not in repr(outcome)


@pytest.mark.parametrize(
    ("answer", "blame"),
    [
        ("454 4.7.0 not now", "server"),
        ("421 4.3.2 closing", "server"),
        ("535 5.7.8 wrong", "sender"),
        ("534 5.7.9 too weak", "sender"),
        ("538 5.7.11 encrypt", "sender"),
        ("530 5.7.0 no", "sender"),
        ("504 5.5.4 unknown mechanism", "sender"),
    ],
)
def test_a_login_that_cannot_be_now_is_the_servers_fault_else_ours(
    authority, trusted, answer, blame
):
    with scripted_smtp(context=certified(authority), offers=("AUTH PLAIN",)) as server:
        server.script["AUTH"] = answer
        outcome = sent(
            server,
            security="starttls",
            authority=trusted,
            user="office",
            password=Secret(PASSWORD),
        )

    assert (outcome.status, outcome.blame) == (RETRY_WAIT, blame)
    assert server.stored == []


def test_a_server_without_logins_refuses_the_login(authority, trusted):
    with scripted_smtp(context=certified(authority)) as server:
        outcome = sent(
            server,
            security="starttls",
            authority=trusted,
            user="office",
            password=Secret(PASSWORD),
        )

    assert outcome.cause is not None
    assert outcome.cause.startswith("login_refused: SMTPNotSupportedError")


@pytest.mark.parametrize("content", [None, "not a certificate"])
def test_certificates_that_cannot_be_read_are_found_before_any_mail(tmp_path, content):
    path = tmp_path / "authority.pem"
    if content:
        path.write_text(content)

    with pytest.raises(Invalid, match=r"the certificates in .* cannot be read"):
        reaching(25, security="starttls", authority=path)

"""Mail and logins travel protected, or not at all; real servers and certificates show it."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import pytest
import trustme

from notifications.channels.server import Secret, SmtpServer
from notifications.channels.smtp import Smtp
from notifications.delivery import Outcome
from notifications.mime import Composer, Sender
from notifications.notice import ACCEPTED, RETRY_WAIT
from notifications.rendering import Renderer
from states.errors import Invalid
from tests.letters import NOW, a_job
from tests.servers.scripted_smtp import ScriptedServer, scripted_smtp

COMPOSER = Composer(Renderer(), Sender(address="office@yunxi.example", name="整改办"))
MESSAGE = COMPOSER.compose(a_job())
PASSWORD = "correct horse battery"  # noqa: S105 - of a server that lives for one test


def reaching(port: int, **settings: Any) -> Smtp:
    return Smtp(SmtpServer(host="127.0.0.1", port=port, timeout=5, **settings), COMPOSER)


def sent(server: ScriptedServer, **settings: Any) -> Outcome:
    with reaching(server.port, **settings) as channel:
        return channel.send(a_job(), MESSAGE, NOW)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path) -> Path:
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


def certified(authority: trustme.CA, name: str = "127.0.0.1") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
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
@pytest.mark.parametrize("wrong", ["unknown authority", "another name"])
def test_a_server_that_does_not_prove_its_name_gets_nothing(authority, trusted, security, wrong):
    if wrong == "another name":
        context = certified(authority, "mail.elsewhere.example")
    else:
        context = certified(trustme.CA())
    with scripted_smtp(
        context=context, tls_first=security == "tls", offers=("AUTH PLAIN",)
    ) as server:
        refused_for_protection(server, security=security, authority=trusted)


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

    assert outcome.status == RETRY_WAIT
    assert outcome.cause == "login_refused: 535 5.7.8 wrong credentials"


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

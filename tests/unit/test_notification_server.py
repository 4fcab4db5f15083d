"""A mail server's settings: nothing unprotected by mistake, and a password that stays hidden."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from notifications.channels.secrets import Secret, secret_from_environment, secret_from_file
from notifications.channels.server import (
    SmtpServer,
)
from states.errors import Invalid

HIDDEN = Secret("hunter2")


def faults(**settings: Any) -> list[str]:
    with pytest.raises(Invalid) as caught:
        SmtpServer(**settings)
    return [problem.code for problem in caught.value.problems]


def test_protection_is_the_default_and_is_required():
    assert SmtpServer(host="mail.example").security == "starttls"


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "::1"])
def test_mail_may_go_unprotected_within_this_machine(host):
    assert SmtpServer(host=host, security="none").host == host


@pytest.mark.parametrize(
    "host", ["mail.example", "10.0.0.1", "127.evil.example", "localhost.example", "::2"]
)
def test_mail_to_another_machine_is_protected_unless_it_is_said_twice(host):
    assert faults(host=host, security="none") == ["server_unprotected"]
    assert SmtpServer(host=host, security="none", unprotected=True).unprotected


def test_a_login_is_never_sent_unprotected():
    login: dict[str, Any] = {"user": "office", "password": HIDDEN}
    assert faults(host="localhost", security="none", **login) == ["server_login"]
    assert faults(host="a.example", security="none", unprotected=True, **login) == ["server_login"]


def test_every_fault_is_named_at_once():
    assert faults(host="mail.example", security="ssl", user="王", timeout=0) == [
        "server_security",
        "server_half",
        "server_user",
        "server_timeout",
    ]
    assert faults(host="mail.example", password=HIDDEN, timeout=61) == [
        "server_half",
        "server_timeout",
    ]


def test_a_secret_shows_itself_nowhere():
    server = SmtpServer(host="mail.example", user="office", password=HIDDEN)

    for shown in (repr(HIDDEN), str(HIDDEN), f"{HIDDEN}", repr(server), str(server)):
        assert "hunter2" not in shown
    assert HIDDEN.reveal() == "hunter2"
    with pytest.raises(TypeError):
        pickle.dumps(HIDDEN)


def test_a_secret_comes_from_the_environment():
    assert secret_from_environment("X", {"X": "hunter2"}).reveal() == "hunter2"
    for environment in ({}, {"X": ""}):
        with pytest.raises(Invalid, match="the environment variable X is not set"):
            secret_from_environment("X", environment)


def test_a_secret_comes_from_the_first_line_of_a_private_file(tmp_path):
    path = tmp_path / "password"
    path.write_bytes(b"hunter2\r\nand a remark\n")
    path.chmod(0o600)

    assert secret_from_file(path).reveal() == "hunter2"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_file_that_others_can_read_holds_no_secret(tmp_path, mode):
    path = tmp_path / "password"
    path.write_text("hunter2")
    path.chmod(mode)

    with pytest.raises(Invalid, match="can be read by others"):
        secret_from_file(path)


@pytest.mark.parametrize("content", [b"", b"\nhunter2", b"\xff\xfe", "密码".encode(), b"a\x00b"])
def test_a_file_without_a_usable_password_is_refused_without_showing_it(tmp_path, content):
    path = tmp_path / "password"
    path.write_bytes(content)
    path.chmod(0o600)

    with pytest.raises(Invalid) as caught:
        secret_from_file(path)

    assert str(path) in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert "密" not in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(Invalid, match="missing cannot be read"):
        secret_from_file(tmp_path / "missing")

"""The door to HTTP: what was certainly not sent, what may be taken, and nothing in between."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from notifications.channels.http import Answer, Door, NotSent, Request, Unanswered
from notifications.channels.site import Site
from states.errors import Invalid
from tests.servers.messengers import (
    MessengerServer,
    certified,
    closes,
    raw,
    running_messenger,
    says,
    text,
)

ASKED = Request(path="/send", query={"token": "canary/1"}, body=b"{}")


def site(base: str, **settings: Any) -> Site:
    return Site(**{"section": "dingtalk", "base": base, "timeout": 2.0, **settings})


def asked(base: str, **settings: Any) -> Answer | None:
    return Door(site(base, **settings)).exchange(ASKED)


@contextmanager
def protected(folder: Path, host: str = "localhost") -> Iterator[tuple[MessengerServer, Path]]:
    certificate, authority = certified(host, folder)
    with running_messenger(certificate) as server:
        server.on("/send", says({"errcode": 0}))
        yield server, authority


def at_localhost(server: MessengerServer) -> str:
    return f"https://localhost:{server.port}"


# --- what is sent ---------------------------------------------------------------------------------


def test_a_request_goes_out_once_as_it_is_told():
    with running_messenger() as server:
        server.on("/base/send", says({"errcode": 0}))
        answer = Door(site(f"{server.base}/base/")).exchange(ASKED)

    (heard,) = server.heard
    assert (heard.method, heard.path) == ("POST", "/base/send")
    assert heard.query == {"token": "canary/1"}
    assert heard.body == b"{}"
    assert heard.headers["content-type"] == "application/json; charset=utf-8"
    assert answer is not None
    assert (answer.status, answer.body) == (200, b'{"errcode": 0}')


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_is_not_followed(status):
    with running_messenger() as server, running_messenger() as elsewhere:
        server.on("/send", text(b"", status, Location=f"{elsewhere.base}/send"))
        answer = asked(server.base)

    assert answer is not None
    assert answer.status == status
    assert elsewhere.heard == []


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_nothing_is_tried_again(status):
    with running_messenger() as server:
        server.on("/send", text(b"", status, Retry_After="0"))
        asked(server.base)

    assert len(server.heard) == 1


def test_without_leave_nothing_is_sent():
    with running_messenger() as server:
        assert Door(site(server.base)).exchange(ASKED, lambda: False) is None

    assert server.heard == []


# --- protection -----------------------------------------------------------------------------------


def test_a_certificate_of_the_trusted_authority_is_accepted(tmp_path):
    with protected(tmp_path) as (server, authority):
        answer = asked(at_localhost(server), authority=authority)

    assert answer is not None
    assert answer.status == 200


@pytest.mark.parametrize("host", ["another.example", "localhost.example"])
def test_a_certificate_for_somebody_else_gets_no_request(host, tmp_path):
    with protected(tmp_path, host) as (server, authority):
        with pytest.raises(NotSent, match="tls_failed"):
            asked(at_localhost(server), authority=authority)
        assert server.heard == []


def test_a_certificate_that_the_system_does_not_know_gets_no_request(tmp_path):
    with protected(tmp_path) as (server, _):
        with pytest.raises(NotSent, match="tls_failed"):
            asked(at_localhost(server))
        assert server.heard == []


def test_a_server_without_tls_gets_no_request_where_tls_is_asked_for():
    with running_messenger() as server:
        with pytest.raises(NotSent, match=r"tls_failed|unreachable"):
            asked(at_localhost(server), timeout=0.3)
        assert [heard.body for heard in server.heard] == []


def test_a_handshake_that_never_ends_is_not_waited_for():
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(NotSent):
        asked(f"https://localhost:{silent.getsockname()[1]}", timeout=0.2)


def test_certificates_that_cannot_be_read_are_named_at_once(tmp_path):
    with pytest.raises(Invalid, match="missing"):
        Door(site("https://oapi.example", authority=tmp_path / "missing.pem"))


# --- what failed ----------------------------------------------------------------------------------


def test_a_name_that_nobody_knows_was_not_sent():
    with pytest.raises(NotSent, match="unreachable"):
        asked("https://no-such-host.invalid")


def test_a_closed_port_was_not_sent():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(NotSent, match="unreachable: Connection refused"):
        asked(f"http://127.0.0.1:{port}")


@pytest.mark.parametrize(
    "reply",
    [
        closes,
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}"),
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}"),
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}"),
        raw(b"nonsense\r\n\r\n"),
        raw(b"HTTP/1.1 2x0 OK\r\n\r\n"),
        raw(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n"),
    ],
    ids=["closed", "short", "half a chunk", "no chunk", "no HTTP", "no status", "many headers"],
)
def test_what_is_out_and_not_answered_may_be_taken(reply):
    with running_messenger() as server:
        server.on("/send", reply)
        with pytest.raises(Unanswered, match="answer_lost"):
            asked(server.base)


def test_an_answer_longer_than_any_is_not_read_to_its_end():
    with running_messenger() as server:
        server.on("/send", text(b" " * 10_000_000 + b"{}"))
        with pytest.raises(Unanswered, match="answer_unclear"):
            asked(server.base)


def test_an_answer_that_says_of_no_length_is_read_until_its_end():
    with running_messenger() as server:
        server.on("/send", raw(b"HTTP/1.1 200 OK\r\n\r\n{}"))
        answer = asked(server.base)

    assert answer is not None
    assert answer.body == b"{}"


def test_no_error_and_no_line_of_a_log_shows_the_address(caplog):
    caplog.set_level(0)
    broken = raw(b"HTTP/1.1 200 OK\r\n: no name\r\n no header\r\nContent-Length: 2\r\n\r\n{}")
    errors = []
    with running_messenger() as server:
        for reply in (closes, broken, raw(b"\x00"), text(b"{}", Content_Type="a\r\n\tb")):
            server.on("/send", reply)
            try:
                asked(server.base)
            except Unanswered as error:
                errors.append(f"{error!r} {error}")
    try:
        asked("https://no-such-host.invalid")
    except NotSent as error:
        errors.append(f"{error!r} {error}")

    assert len(errors) >= 3
    assert "canary" not in caplog.text + "".join(errors) + repr(ASKED)


# --- proxies --------------------------------------------------------------------------------------


@contextmanager
def proxy(answer: bytes, port: int) -> Iterator[tuple[str, list[bytes]]]:
    """A proxy that leads every tunnel to a port of this machine."""
    asked_for: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        here, _ = listener.accept()
        with here, here.makefile("rb") as stream:
            asked_for.append(stream.readline().strip())
            while stream.readline().strip():
                pass
            here.sendall(answer)
            if b" 200 " not in answer:
                return
            with socket.create_connection(("127.0.0.1", port)) as there:
                back = threading.Thread(target=_pump, args=(there, here))
                back.start()
                _pump(here, there)
                back.join(10)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", asked_for
    finally:
        listener.close()
        thread.join(10)


def _pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(4096):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def test_a_proxy_leads_to_the_site_and_sees_nothing_of_it(tmp_path):
    with protected(tmp_path) as (server, authority):
        opened = b"HTTP/1.1 200 Connection established\r\n\r\n"
        with proxy(opened, server.port) as (address, asked_for):
            answer = asked(at_localhost(server), authority=authority, proxy=address)

    assert answer is not None
    assert answer.status == 200
    assert asked_for == [f"CONNECT localhost:{server.port} HTTP/1.0".encode()]


def test_a_proxy_that_refuses_sends_nothing(tmp_path):
    with protected(tmp_path) as (server, authority):
        refused = b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"
        with proxy(refused, server.port) as (address, _), pytest.raises(NotSent):
            asked(at_localhost(server), authority=authority, proxy=address)
        assert server.heard == []


def test_proxies_of_the_environment_are_not_used(monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with running_messenger() as server:
        server.on("/send", says({}))
        assert asked(server.base) is not None


def test_a_wait_is_told_in_seconds_or_as_a_date():
    now = datetime(2026, 11, 30, 1, 5, tzinfo=UTC)
    waits = {
        "120": 120,
        "Mon, 30 Nov 2026 01:06:00 GMT": 60,
        "Mon, 30 Nov 2026 01:06:00": 60,
        "Mon, 30 Nov 2026 01:05:00 GMT": None,
        "1.5": None,
        "": None,
        "٣": None,
    }
    for said, seconds in waits.items():
        wait = Answer(status=429, headers={"retry-after": said}, body=b"").wait(now)
        assert (None if wait is None else wait.total_seconds()) == seconds, said

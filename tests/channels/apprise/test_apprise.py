"""The channel for apprise: best effort, said so, and silent about its addresses."""

from __future__ import annotations

import builtins
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from notifications.channels.apprise import Apprise
from notifications.channels.secrets import Secret
from notifications.delivery.protocol import AddressError, Job
from notifications.notice import ACCEPTED, RETRY_WAIT
from notifications.samples.trying import sample_facts
from states.errors import Invalid
from tests.handing import always, never
from tests.letters import a_job
from tests.messengers import NOW
from tests.servers.messengers import MessengerServer, closes, running_messenger, says, text

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # its own, at import


@pytest.fixture
def server() -> Iterator[MessengerServer]:
    with running_messenger() as running:
        yield running


def job(**changes: Any) -> Job:
    return a_job(
        **{"channel": "apprise", "address": "desk", "facts": sample_facts("reminder")} | changes
    )


def channel(server: MessengerServer) -> Apprise:
    return Apprise({"desk": Secret(url(server))}, timeout=2.0)


def url(server: MessengerServer) -> str:
    return f"json://canary:hunter2@127.0.0.1:{server.port}/hook?+X-Token=canary"


def test_a_message_that_apprise_calls_sent_is_accepted_as_best_effort(server):
    server.on("/hook", says({}))
    apprise = channel(server)

    outcome = apprise.send(job(), apprise.compose(job()), always, NOW)

    assert (outcome.status, outcome.cause) == (ACCEPTED, "best_effort")
    said = server.heard[0].json
    assert said["title"] == json.loads(apprise.compose(job()))["title"]
    assert "YX2023-7" in said["message"]


@pytest.mark.parametrize("reply", [text(b"", 500), text(b"", 404), closes], ids=["500", "404", "–"])
def test_what_apprise_calls_failed_is_tried_again(reply, server):
    server.on("/hook", reply)
    apprise = channel(server)

    outcome = apprise.send(job(), apprise.compose(job()), always, NOW)

    assert (outcome.status, outcome.blame) == (RETRY_WAIT, "server")
    assert str(outcome.cause).startswith("apprise_failed")


def test_a_plugin_that_breaks_down_is_tried_again_and_shows_nothing(server, monkeypatch):
    apprise = channel(server)

    def broken(**_: object) -> bool:
        raise RuntimeError(f"cannot reach {url(server)}")

    monkeypatch.setattr(apprise._services["desk"], "notify", broken)
    outcome = apprise.send(job(), apprise.compose(job()), always, NOW)

    assert outcome.status == RETRY_WAIT
    assert "RuntimeError" in str(outcome.cause)
    assert "hunter2" not in str(outcome.cause)


def test_without_the_claim_nothing_is_sent(server):
    apprise = channel(server)

    assert apprise.send(job(), apprise.compose(job()), never, NOW).cause == "claim_lost"
    assert server.heard == []
    assert apprise.look_up(job(), NOW) is None
    apprise.close()


def test_an_address_is_the_name_of_one_that_is_configured(server):
    with pytest.raises(AddressError):
        channel(server).compose(job(address="json://elsewhere"))

    message = channel(server).compose(job())
    outcome = Apprise({}).send(job(), message, always, NOW)
    assert outcome.status == RETRY_WAIT  # the setting was taken away meanwhile


def test_no_log_and_no_error_shows_an_address(server, caplog):
    caplog.set_level(logging.NOTSET)
    for reply in (says({}), text(b"", 500), closes):
        server.on("/hook", reply)
        apprise = channel(server)
        shown = repr(apprise.send(job(), apprise.compose(job()), always, NOW))
        assert "canary" not in shown + repr(apprise) + str(apprise.traits)
    with pytest.raises(Invalid) as caught:
        Apprise({"desk": Secret("nonsense://canary:hunter2@host")})

    assert "desk" in str(caught.value)
    for hidden in ("canary", "hunter2"):
        assert hidden not in caplog.text
        assert hidden not in str(caught.value)


def test_faults_of_settings_are_named_together():
    with pytest.raises(Invalid) as caught:
        Apprise({"a": Secret("nonsense://x"), "b": Secret("json://ok")}, timeout=99)

    assert [problem.code for problem in caught.value.problems] == ["apprise_url", "server_timeout"]


def test_without_the_extra_it_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def absent(name: str, *rest: Any) -> Any:
        if name == "apprise":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(Invalid, match=r'pip install "rectification\[apprise\]"'):
        Apprise({"desk": Secret("json://host")})

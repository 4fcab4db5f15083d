"""Tokens, keys and passwords show themselves nowhere, whatever goes wrong."""

from __future__ import annotations

import logging
import traceback
from typing import Any

import pytest

from notifications.channels import dingtalk, feishu, wecom
from notifications.channels.secrets import (
    Secret,
    masked,
    secret_from_file,
    secrets_from_environment,
    secrets_from_file,
)
from notifications.notice import ACCEPTED
from states.errors import Invalid
from tests.messengers import CANARY, SIGN, TOKENS, VENDORS, Vendor, handed
from tests.servers.messengers import Reply, closes, raw, running_messenger, says, text

HIDDEN = ("canary", "7f3b", "9c2d")


def quoting(vendor: Vendor) -> list[Reply]:
    """Return answers that repeat what was asked, as errors of gateways do."""
    quoted = f"https://x/?access_token={CANARY.reveal()} canary%2F7f3b%2B9c2d%3Dtoken "
    quoted += "canary-access" if vendor.keyed else ""
    quoted += SIGN.reveal() if vendor.name in ("dingtalk_robot", "feishu_robot") else ""
    return [
        says({**vendor.yes, vendor.code: 7777777, "errmsg": quoted, "msg": quoted}),
        says({**vendor.yes, vendor.code: 40014, "errmsg": quoted, "msg": quoted}),
        says({**vendor.yes, vendor.code: 99991663, "errmsg": quoted, "msg": quoted}),
        text(quoted.encode(), 500),
        text(b"", 302, Location=quoted),
        raw(f"HTTP/1.1 200 {quoted}\r\n\x00bad {quoted}\r\n\r\n".encode()),
        raw(quoted.encode()),
        closes,
    ]


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
def test_nothing_that_goes_wrong_shows_a_secret(vendor, caplog):
    caplog.set_level(logging.NOTSET)
    shown: list[str] = []
    with running_messenger() as server:
        for reply in quoting(vendor):
            channel = vendor.channel(server)
            server.on(vendor.path, reply)
            outcome = handed(channel, vendor.job())
            assert outcome.status != ACCEPTED
            shown += [repr(outcome), repr(channel), repr(channel.traits), str(vars(channel))]
        for path in TOKENS:  # the token itself is refused, or not given
            channel = vendor.channel(server)
            said = f"invalid secret {CANARY.reveal()}"
            server.on(path, says({"errcode": 40001, "code": 10003, "errmsg": said, "msg": said}))
            shown.append(repr(handed(channel, vendor.job())))
    channel = vendor.channel(server)
    shown.append(repr(handed(channel, vendor.job())))

    everything = "\n".join([*shown, caplog.text])
    assert not [part for part in HIDDEN if part in everything], everything


def test_the_keys_themselves_show_nothing():
    keys: list[Any] = [
        dingtalk.RobotKeys(token=CANARY, secret=SIGN),
        dingtalk.AppKeys(key="k", secret=CANARY, agent=1),
        wecom.RobotKeys(key=CANARY),
        wecom.AppKeys(corp="c", secret=CANARY, agent=1),
        feishu.RobotKeys(token=CANARY, secret=SIGN),
        feishu.AppKeys(app="a", secret=CANARY),
    ]
    for key in keys:
        try:
            raise ValueError(key)
        except ValueError:
            shown = f"{key!r} {key} {traceback.format_exc()}"
        assert not [part for part in HIDDEN if part in shown]


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
def test_a_credential_is_known_outside_by_a_digest_alone(vendor):
    with running_messenger() as server:
        traits = vendor.channel(server).traits

    assert traits.server == f"{vendor.name}@127.0.0.1"
    assert traits.credential.startswith(f"{vendor.name}:")
    assert len(traits.credential) == len(vendor.name) + 13
    assert not traits.idempotent


def test_a_secret_is_masked_also_where_an_address_quotes_it():
    assert masked("of abc, hunter2, hunter22", [Secret("abc"), Secret("hunter2")]) == (
        "of abc, …, …2"
    )
    assert masked("x=a%2Fb%2Bc&y=a/b+c", [Secret("a/b+c")]) == "x=…&y=…"


# --- files ----------------------------------------------------------------------------------------


def test_secrets_by_name_come_from_a_private_file_or_the_environment(tmp_path):
    content = "# of the office\nsms = json://a:b@host/x?y=1\n\nbell=bark://key@host\n"
    path = tmp_path / "apprise"
    path.write_text(content)
    path.chmod(0o600)

    for found in (secrets_from_file(path), secrets_from_environment("X", {"X": content})):
        assert {name: secret.reveal() for name, secret in found.items()} == {
            "sms": "json://a:b@host/x?y=1",
            "bell": "bark://key@host",
        }


@pytest.mark.parametrize("line", ["canary", "= canary", "a b = canary", "a = x\na = canary", "a ="])
def test_a_line_that_names_no_secret_is_refused_without_showing_it(line):
    with pytest.raises(Invalid) as caught:
        secrets_from_environment("X", {"X": line})

    assert "X" in str(caught.value)
    assert "canary" not in str(caught.value)


def test_a_service_manager_may_show_its_own_right_as_the_groups(tmp_path, monkeypatch):
    path = tmp_path / "token"
    path.write_text("hunter2")
    path.chmod(0o440)
    with pytest.raises(Invalid, match="can be read by others"):
        secret_from_file(path)

    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert secret_from_file(path).reveal() == "hunter2"

    for mode in (0o444, 0o460, 0o441):
        path.chmod(mode)
        with pytest.raises(Invalid, match="can be read by others"):
            secret_from_file(path)

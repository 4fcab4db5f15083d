"""What settings need, or forbid, of one another is found when they are read, with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from states.errors import Invalid
from workflow.config import Config, parse_config

SMTP = '[mail]\ntransport = "smtp"\n[smtp]\n'
ROBOTS = ("dingtalk_robot", "wecom_robot", "feishu_robot")


def complaints(text: str) -> list[tuple[int | None, str]]:
    with pytest.raises(Invalid) as invalid:
        parse_config(text, "config.toml", Path())
    return [(problem.line, problem.code) for problem in invalid.value.problems]


def read(text: str) -> Config:
    return parse_config(text, "config.toml", Path())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('[mail]\nfrom = "nobody"\n', [(2, "config_address")]),
        ('[mail]\nfrom_name = "a\\nb"\n', [(2, "config_name")]),
        (SMTP + 'host = "mx.example"\nsecurity = "none"\n', [(5, "server_unprotected")]),
        (SMTP + 'security = "none"\nuser = "a"\n', [(5, "server_login")]),
        (SMTP + 'password_file = "secret"\n', [(3, "server_half")]),
        (SMTP + 'user = "a"\npassword_env = ""\n', [(4, "secret_unnamed")]),
        (SMTP + '[archive]\naddress = "a"\n', [(4, "setting_needed"), (5, "config_address")]),
        (
            SMTP + '[archive]\naddress = "a@b.example"\nhost = "imap.example"\nsecurity = "none"\n',
            [(7, "server_unprotected")],
        ),
        ('[notices]\nchannels = ["wecom"]\n', [(2, "setting_needed")]),
        ('[notices]\nchannels = ["wecom"]\n[wecom]\ncorp = "c"\n', [(3, "setting_needed")]),
        ('[notices]\nchannels = ["feishu"]\n[feishu]\nsecret_env = ""\n', None),
        (
            '[notices]\nchannels = ["dingtalk_robot"]\n[dingtalk_robot]\n'
            'base = "http://elsewhere.example"\nproxy = "socks://x"\n',
            [(4, "site_unprotected"), (5, "site_proxy")],
        ),
    ],
)
def test_what_one_setting_needs_of_another_is_named_where_it_stands(
    text: str, found: list[tuple[int | None, str]] | None
) -> None:
    if found is None:
        found = [(3, "setting_needed"), (4, "secret_unnamed")]
    assert complaints(text) == found


def test_faults_of_one_setting_and_of_several_are_named_together_in_order() -> None:
    text = '[smtp]\nport = 0\nhost = "mx.example"\nsecurity = "none"\n[mail]\ntransport = "smtp"\n'
    assert complaints(text) == [(2, "config_value"), (4, "server_unprotected")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        SMTP + 'host = "mx.example"\nuser = "a"\n',  # the password is asked for when it is needed
        SMTP + 'host = "127.0.0.1"\nsecurity = "none"\n',
        SMTP + 'host = "mx.example"\nsecurity = "none"\nunprotected = true\n',
        '[smtp]\nhost = "mx.example"\nsecurity = "none"\n',  # not used: mail goes into a folder
        '[wecom]\ncorp = "c"\n',  # not used either
        '[notices]\nchannels = ["wecom", "mail"]\n[wecom]\ncorp = "c"\nagent = 7\n',
        *(f'[notices]\nchannels = ["{robot}"]\n' for robot in ROBOTS),
    ],
)
def test_what_is_not_used_or_not_yet_needed_is_no_fault(text: str) -> None:
    assert isinstance(read(text), Config)


def test_no_secret_is_looked_for_when_the_configuration_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("RECTIFY_WECOM_ROBOT_KEY", raising=False)
    config = read('[notices]\nchannels = ["wecom_robot"]\n[wecom_robot]\nkey_file = "absent"\n')
    assert config.wecom_robot.key_file == "absent"

"""The configuration: the sample says the defaults, every fault is named with its line."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from notifications.channels import dingtalk, feishu, wecom
from states import merkle
from states.errors import Invalid
from workflow.config import Config, every_setting, load_config, parse_config
from workflow.settings import SECTIONS

SAMPLE = Path(__file__).parents[2] / "config.toml"


def complaints(text: str) -> list[tuple[int | None, str]]:
    with pytest.raises(Invalid) as invalid:
        parse_config(text, "config.toml", Path())
    return [(problem.line, problem.code) for problem in invalid.value.problems]


def test_the_sample_shows_every_setting_with_its_default() -> None:
    table = tomllib.loads(SAMPLE.read_text(encoding="utf-8"))
    shown = {(section, key) for section, rows in table.items() for key in rows}
    assert shown == set(every_setting())
    assert load_config(SAMPLE) == Config(base=SAMPLE.parent)


def test_every_section_is_a_field_of_the_configuration() -> None:
    assert set(SECTIONS) | {"base"} == set(Config.__struct_fields__)


def test_every_setting_arrives_where_it_is_read() -> None:
    for (section, key), setting in every_setting().items():
        config = parse_config(f"[{section}]\n{key} = {json.dumps(setting.default)}", "x", Path())
        assert getattr(getattr(config, section), setting.name) == setting.default
    config = parse_config('[mail]\nfrom = "a@b.example"\n[run]\nlog = "json"\n', "x", Path())
    assert (config.mail.sender, config.run.log) == ("a@b.example", "json")


def test_the_addresses_of_messengers_are_those_of_their_channels() -> None:
    config = Config()
    assert config.dingtalk.base == config.dingtalk_robot.base == dingtalk.HOST
    assert config.wecom.base == config.wecom_robot.base == wecom.HOST
    assert config.feishu.base == config.feishu_robot.base == feishu.HOST


def test_a_secret_in_place_of_its_name_is_refused_and_not_shown() -> None:
    with pytest.raises(Invalid) as invalid:
        parse_config('[smtp]\npassword_env = "hunter2"\n', "config.toml", Path())
    assert "environment variable" in str(invalid.value)
    assert "hunter2" not in str(invalid.value)


def test_a_section_that_does_not_exist_is_named() -> None:
    assert complaints('[dingding]\nkey = "x"\n') == [(1, "config_key")]


@pytest.mark.parametrize("channels", ['["post"]', '["mail", "mail"]', '"mail"', "[]", "[1]"])
def test_channels_are_different_ones_that_there_are(channels: str) -> None:
    assert complaints(f"[notices]\nchannels = {channels}\n") == [(2, "config_value")]


def test_every_fault_is_named_with_its_line_at_once() -> None:
    text = (
        "speed = 9\n"
        "[office]\n"
        'zone = "Atlantis/Centre"\n'
        'colour = "red"\n'
        "[smtp]\n"
        "port = 70000\n"
        'security = "maybe"\n'
        "[notices]\n"
        "channels = []\n"
        'hours = "17:30-08:30"\n'
        'workdays_only = "yes"\n'
        "[calendar]\n"
        "name = 2026\n"
    )
    assert sorted(complaints(text)) == [
        (1, "config_key"),
        (3, "config_value"),
        (4, "config_key"),
        (6, "config_value"),
        (7, "config_value"),
        (9, "config_value"),
        (10, "config_value"),
        (11, "config_value"),
        (13, "config_value"),
    ]


@pytest.mark.parametrize(
    "hours", ["08:30", "08:30-08:30", "17:30-08:30", "8.30-17.30", "08:30-25:00"]
)
def test_hours_are_two_times_of_a_day_the_earlier_first(hours: str) -> None:
    assert complaints(f'[notices]\nhours = "{hours}"\n') == [(2, "config_value")]


def test_broken_toml_names_its_line() -> None:
    assert complaints("[office]\nzone = Asia\n") == [(2, "toml_broken")]


def test_a_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"none\.toml: cannot be read"):
        load_config(tmp_path / "none.toml")


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Invalid, match="not UTF-8"):
        load_config(path)


def test_without_a_file_the_defaults_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RECTIFY_CONFIG", raising=False)
    assert load_config(None) == Config()


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    config = parse_config('[mail]\nspool = "out"\n', "config.toml", tmp_path)
    assert config.path(config.mail.spool) == tmp_path / "out"


def test_the_suites_that_can_be_set_are_those_that_there_are():
    """They stand as words among the settings: every command reads these, and few hash anything."""
    for suite in merkle.SUITES:
        config = parse_config(f'[seal]\nsuite = "{suite}"\n', "config.toml", Path())
        assert config.seal.suite == suite
    with pytest.raises(Invalid, match=" / ".join(merkle.SUITES)):
        parse_config('[seal]\nsuite = "md5"\n', "config.toml", Path())

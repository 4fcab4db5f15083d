"""Configuration → channels: each with its server, its secrets and its templates.

What a channel needs is imported when it is made: an office pays for what it uses.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from states.errors import Invalid, Problem

if TYPE_CHECKING:
    from notifications.channels.archive import Archive
    from notifications.channels.secrets import Secret
    from notifications.channels.site import Site
    from notifications.delivery.protocol import Channel
    from workflow.config import Config


def made_channels(config: Config) -> dict[str, Channel]:
    """Return the configured channels by name, the preferred first.

    Raises ``Invalid`` with everything that keeps one of them from being made.
    """
    found: dict[str, Channel] = {}
    problems: list[Problem] = []
    for name in config.notices.channels:
        try:
            found[name] = _MAKERS[name](config)
        except Invalid as error:
            problems += error.problems
    if problems:
        raise Invalid(*problems)
    return found


def made_channel(config: Config, name: str) -> Channel:
    """Return one channel, configured as one to use or not. Raises ``Invalid`` with every fault."""
    return _MAKERS[name](config)


def templates_of(config: Config) -> Path | None:
    """Return the folder of the office's own templates, None if it has none."""
    return config.path(config.notices.templates) if config.notices.templates else None


# ---------------------------------------------------------------- secrets


def _secret(config: Config, section: str, what: str) -> Secret:
    """Return a secret: of the file named, else of the variable. Raises ``Invalid``."""
    secret = _optional_secret(config, section, what)
    if secret is None:
        facts = {"section": section, "key": what}
        text = "{section}: set {key}_env or {key}_file"
        raise Invalid(Problem("secret_unnamed", text, facts))
    return secret


def _optional_secret(config: Config, section: str, what: str) -> Secret | None:
    """Return a secret, None if neither file nor variable is named."""
    from notifications.channels.secrets import secret_from_environment, secret_from_file

    said: Any = getattr(config, section)
    file, variable = getattr(said, f"{what}_file"), getattr(said, f"{what}_env")
    if file:
        return secret_from_file(config.path(file))
    return secret_from_environment(variable, os.environ) if variable else None


def _needed(section: str, settings: Mapping[str, object]) -> None:
    """Raise ``Invalid`` for settings that are empty."""
    empty = tuple(f"{section}.{name}" for name, value in settings.items() if not value)
    if empty:
        raise Invalid(Problem("setting_needed", "not set: {names}", {"names": empty}))


def _authority(config: Config, name: str) -> Path | None:
    return config.path(name) if name else None


# ---------------------------------------------------------------- mail


def _mail(config: Config) -> Channel:
    from notifications.mail.mime import Composer, Sender
    from notifications.rendering.renderer import Renderer

    sender = Sender(address=config.mail.sender, name=config.mail.from_name)
    composer = Composer(Renderer(templates_of(config)), sender)
    if config.mail.transport == "spool":
        from notifications.channels.spool import Spool

        return Spool(config.path(config.mail.spool), composer)
    from notifications.channels.smtp import Smtp

    return Smtp(_server(config, "smtp"), composer, archive=_archive(config))


def _server(config: Config, section: str, **more: Any) -> Any:
    """Return the server of a section, as it is configured."""
    from notifications.channels.server import ImapServer, SmtpServer

    said: Any = getattr(config, section)
    kind: Any = SmtpServer if section == "smtp" else ImapServer
    return kind(
        host=said.host,
        port=said.port,
        security=said.security,
        user=said.user,
        password=_password(config, section),
        authority=_authority(config, said.authority),
        timeout=said.timeout,
        unprotected=said.unprotected,
        **more,
    )


def _password(config: Config, section: str) -> Secret | None:
    """Return the password: of the file named, else of the variable; None where nobody logs in."""
    said: Any = getattr(config, section)
    if said.user or said.password_file:
        return _optional_secret(config, section, "password")
    return None


def _archive(config: Config) -> Archive | None:
    """Return the mailbox of copies, None if there is none."""
    said = config.archive
    if not said.address:
        return None
    from notifications.channels.archive import Archive

    _needed("archive", {"host": said.host})
    return Archive(said.address, _server(config, "archive", folder=said.folder))


def _console(config: Config) -> Channel:
    from notifications.channels.console import Console
    from notifications.rendering.renderer import Renderer

    return Console(Renderer(templates_of(config)), sys.stderr)  # standard output is for results


# ---------------------------------------------------------------- messengers


def _site(config: Config, section: str) -> Site:
    from notifications.channels.site import Site

    said: Any = getattr(config, section)
    return Site(
        section=section,
        base=said.base,
        timeout=said.timeout,
        authority=_authority(config, said.authority),
        proxy=said.proxy,
    )


def _dingtalk(config: Config) -> Channel:
    from notifications.channels.dingtalk import AppKeys, DingTalk

    said = config.dingtalk
    _needed("dingtalk", {"key": said.key, "agent": said.agent})
    keys = AppKeys(key=said.key, secret=_secret(config, "dingtalk", "secret"), agent=said.agent)
    return DingTalk(keys, _site(config, "dingtalk"), templates_of(config))


def _dingtalk_robot(config: Config) -> Channel:
    from notifications.channels.dingtalk import DingTalkRobot, RobotKeys

    token = _secret(config, "dingtalk_robot", "token")
    secret = _optional_secret(config, "dingtalk_robot", "secret")
    keys = RobotKeys(token=token, secret=secret)
    return DingTalkRobot(keys, _site(config, "dingtalk_robot"), templates_of(config))


def _wecom(config: Config) -> Channel:
    from notifications.channels.wecom import AppKeys, WeCom

    said = config.wecom
    _needed("wecom", {"corp": said.corp, "agent": said.agent})
    keys = AppKeys(corp=said.corp, secret=_secret(config, "wecom", "secret"), agent=said.agent)
    return WeCom(keys, _site(config, "wecom"), templates_of(config))


def _wecom_robot(config: Config) -> Channel:
    from notifications.channels.wecom import RobotKeys, WeComRobot

    keys = RobotKeys(key=_secret(config, "wecom_robot", "key"))
    return WeComRobot(keys, _site(config, "wecom_robot"), templates_of(config))


def _feishu(config: Config) -> Channel:
    from notifications.channels.feishu import AppKeys, Feishu

    _needed("feishu", {"app": config.feishu.app})
    keys = AppKeys(app=config.feishu.app, secret=_secret(config, "feishu", "secret"))
    return Feishu(keys, _site(config, "feishu"), templates_of(config))


def _feishu_robot(config: Config) -> Channel:
    from notifications.channels.feishu import FeishuRobot, RobotKeys

    token = _secret(config, "feishu_robot", "token")
    secret = _optional_secret(config, "feishu_robot", "secret")
    keys = RobotKeys(token=token, secret=secret)
    return FeishuRobot(keys, _site(config, "feishu_robot"), templates_of(config))


def _apprise(config: Config) -> Channel:
    from notifications.channels.apprise import Apprise
    from notifications.channels.secrets import secrets_from_environment, secrets_from_file

    said = config.apprise
    if said.urls_file:
        urls = secrets_from_file(config.path(said.urls_file))
    else:
        urls = secrets_from_environment(said.urls_env, os.environ)
    return Apprise(urls, said.timeout, templates_of(config))


_MAKERS: Mapping[str, Callable[[Config], Channel]] = {
    "mail": _mail,
    "console": _console,
    "dingtalk": _dingtalk,
    "dingtalk_robot": _dingtalk_robot,
    "wecom": _wecom,
    "wecom_robot": _wecom_robot,
    "feishu": _feishu,
    "feishu_robot": _feishu_robot,
    "apprise": _apprise,
}

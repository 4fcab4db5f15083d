"""What can be set, section by section: each setting with its default and what it must be.

The defaults here are the truth; ``config.toml`` at the top of the project shows them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from states.errors import Message
from workflow.setting_kinds import (
    HOUR,
    HOURS,
    SPAN,
    VARIABLE,
    ZONE,
    Kind,
    is_text,
    one_of,
    seconds,
    section,
    setting,
    whole,
)

CHANNELS = (
    "mail",
    "console",
    "dingtalk",
    "dingtalk_robot",
    "wecom",
    "wecom_robot",
    "feishu",
    "feishu_robot",
    "apprise",
)
"""Every way to reach people; the same names as those of people's addresses."""


def _is_channels(value: Any) -> bool:
    good = isinstance(value, list | tuple) and value and all(map(is_text, value))
    return bool(good) and len(set(value)) == len(value) and set(value) <= set(CHANNELS)


_SOME_CHANNELS = Kind(
    _is_channels,
    Message(
        "config_value",
        "{key} must be a list of different channels among {channels}, not {value}",
        {"channels": ", ".join(CHANNELS)},
    ),
)


@section
class DatabaseSettings:
    """Where everything is kept."""

    url: str = setting("rectify.db")


@section
class OfficeSettings:
    """The office's time and language."""

    zone: str = setting("Asia/Shanghai", ZONE)
    language: str = setting("", one_of("", "zh", "en"))


@section
class CalendarSettings:
    """By what a new office counts working days."""

    name: str = setting("china")


@section
class NoticeSettings:
    """How, when and how much people are told."""

    channels: tuple[str, ...] = setting(("mail",), _SOME_CHANNELS)
    templates: str = setting("")
    hours: str = setting("08:30-17:30", HOURS)
    workdays_only: bool = setting(True)
    hold_imports: bool = setting(True)
    per_person: int = setting(5, whole(0, 1000))
    storm: int = setting(500, whole(0, 1_000_000))


@section
class LetterSettings:
    """What the letters that rungs issue state: until when they are to be answered, and who signs.

    Where ``signature`` is empty that is the unit of whoever supervises the issue.
    """

    answer: str = setting("5 workdays", SPAN)
    hour: str = setting("17:30", HOUR)
    signature: str = setting("")


@section
class MailSettings:
    """How mail leaves, and in whose name."""

    transport: str = setting("spool", one_of("spool", "smtp"))
    spool: str = setting("mail")
    sender: str = setting("rectify@localhost", key="from")
    from_name: str = setting("")


@section
class SmtpSettings:
    """The server that takes our mail."""

    host: str = setting("localhost")
    port: int = setting(587, whole(1, 65535))
    security: str = setting("starttls", one_of("starttls", "tls", "none"))
    user: str = setting("")
    password_env: str = setting("RECTIFY_SMTP_PASSWORD", VARIABLE)
    password_file: str = setting("")
    authority: str = setting("")
    timeout: float = setting(30, seconds(60))
    unprotected: bool = setting(False)


@section
class ArchiveSettings:
    """The mailbox that gets a copy of each mail, and where it is looked for (IMAP)."""

    address: str = setting("")
    host: str = setting("")
    port: int = setting(993, whole(1, 65535))
    security: str = setting("tls", one_of("starttls", "tls", "none"))
    user: str = setting("")
    password_env: str = setting("RECTIFY_ARCHIVE_PASSWORD", VARIABLE)
    password_file: str = setting("")
    folder: str = setting("INBOX")
    authority: str = setting("")
    timeout: float = setting(30, seconds(60))
    unprotected: bool = setting(False)


@section
class SiteSettings:
    """How a messenger's address is reached."""

    timeout: float = setting(10, seconds(15))
    authority: str = setting("")
    proxy: str = setting("")


@section
class DingTalkSettings(SiteSettings):
    """An app of DingTalk, for work notifications to one person."""

    key: str = setting("")
    secret_env: str = setting("RECTIFY_DINGTALK_SECRET", VARIABLE)
    secret_file: str = setting("")
    agent: int = setting(0, whole(0, 2**53))
    base: str = setting("https://oapi.dingtalk.com")


@section
class DingTalkRobotSettings(SiteSettings):
    """A robot in a group of DingTalk; the secret is that of its signature, if it has one."""

    token_env: str = setting("RECTIFY_DINGTALK_ROBOT_TOKEN", VARIABLE)
    token_file: str = setting("")
    secret_env: str = setting("", VARIABLE)
    secret_file: str = setting("")
    base: str = setting("https://oapi.dingtalk.com")


@section
class WeComSettings(SiteSettings):
    """An app of WeCom, for messages to one person."""

    corp: str = setting("")
    secret_env: str = setting("RECTIFY_WECOM_SECRET", VARIABLE)
    secret_file: str = setting("")
    agent: int = setting(0, whole(0, 2**53))
    base: str = setting("https://qyapi.weixin.qq.com")


@section
class WeComRobotSettings(SiteSettings):
    """A robot in a group of WeCom."""

    key_env: str = setting("RECTIFY_WECOM_ROBOT_KEY", VARIABLE)
    key_file: str = setting("")
    base: str = setting("https://qyapi.weixin.qq.com")


@section
class FeishuSettings(SiteSettings):
    """An app of Feishu (Lark), for messages to one person."""

    app: str = setting("")
    secret_env: str = setting("RECTIFY_FEISHU_SECRET", VARIABLE)
    secret_file: str = setting("")
    base: str = setting("https://open.feishu.cn")


@section
class FeishuRobotSettings(SiteSettings):
    """A robot in a group of Feishu; the secret is that of its signature, if it has one."""

    token_env: str = setting("RECTIFY_FEISHU_ROBOT_TOKEN", VARIABLE)
    token_file: str = setting("")
    secret_env: str = setting("", VARIABLE)
    secret_file: str = setting("")
    base: str = setting("https://open.feishu.cn")


@section
class AppriseSettings:
    """The addresses of other services, a secret each; an optional package, best effort."""

    urls_env: str = setting("RECTIFY_APPRISE_URLS", VARIABLE)
    urls_file: str = setting("")
    timeout: float = setting(10, seconds(15))


@section
class EvidenceSettings:
    """Where files of proof are kept, and from which level they are not kept but only known."""

    folder: str = setting("evidence")
    limit_mb: int = setting(200, whole(1, 100_000))
    apart_from: str = setting("confidential", one_of("open", "internal", "secret", "confidential"))


@section
class SealSettings:
    """How the log is sealed: by which key, with which hash, how often, how much at once."""

    key_file: str = setting("seal.key")
    suite: str = setting("sha256", one_of("sha256", "sm3"))
    every_seconds: int = setting(60, whole(1, 86_400))
    batch: int = setting(1000, whole(1, 100_000))


@section
class AnchorSettings:
    """Where checkpoints' notes are kept outside the database, and how often by the daemon."""

    folder: str = setting("")
    git: str = setting("")
    mail: bool = setting(False)
    every_hours: int = setting(24, whole(0, 8760))


@section
class RunSettings:
    """The daemon."""

    tick_seconds: int = setting(60, whole(1, 86_400))
    log: str = setting("text", one_of("text", "json"))
    metrics: str = setting("")


SECTIONS: Mapping[str, type[Any]] = {
    "database": DatabaseSettings,
    "office": OfficeSettings,
    "calendar": CalendarSettings,
    "notices": NoticeSettings,
    "letters": LetterSettings,
    "mail": MailSettings,
    "smtp": SmtpSettings,
    "archive": ArchiveSettings,
    "dingtalk": DingTalkSettings,
    "dingtalk_robot": DingTalkRobotSettings,
    "wecom": WeComSettings,
    "wecom_robot": WeComRobotSettings,
    "feishu": FeishuSettings,
    "feishu_robot": FeishuRobotSettings,
    "apprise": AppriseSettings,
    "evidence": EvidenceSettings,
    "seal": SealSettings,
    "anchor": AnchorSettings,
    "run": RunSettings,
}
"""The sections of the file, by name."""

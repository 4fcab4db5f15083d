"""What can be set, section by section: each setting with its default and what it must be.

The defaults here are the truth; ``config.toml`` at the top of the project shows them all. What a
value must be (``workflow.setting_kinds``) stands in its annotation, which nobody evaluates unless a
file is read; a setting without one is a text, or true or false, as its default is.
"""

# ruff: noqa: S105 - what is named so here are environment variables, never the secrets themselves

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from states.frozen import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workflow.setting_kinds import (
        HOUR,
        HOURS,
        SPAN,
        VARIABLE,
        ZONE,
        named,
        one_of,
        seconds,
        some_of,
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


class DatabaseSettings(Struct, frozen=True, kw_only=True):
    """Where everything is kept."""

    url: str = "rectify.db"


class OfficeSettings(Struct, frozen=True, kw_only=True):
    """The office's time and language."""

    zone: Annotated[str, ZONE] = "Asia/Shanghai"
    language: Annotated[str, one_of("", "zh", "en")] = ""


class CalendarSettings(Struct, frozen=True, kw_only=True):
    """By what a new office counts working days."""

    name: str = "china"


class NoticeSettings(Struct, frozen=True, kw_only=True):
    """How, when and how much people are told."""

    channels: Annotated[tuple[str, ...], some_of(*CHANNELS)] = ("mail",)
    templates: str = ""
    hours: Annotated[str, HOURS] = "08:30-17:30"
    workdays_only: bool = True
    hold_imports: bool = True
    per_person: Annotated[int, whole(0, 1000)] = 5
    storm: Annotated[int, whole(0, 1_000_000)] = 500


class LetterSettings(Struct, frozen=True, kw_only=True):
    """What the letters that rungs issue state: until when they are to be answered, and who signs.

    Where ``signature`` is empty that is the unit of whoever supervises the issue.
    """

    answer: Annotated[str, SPAN] = "5 workdays"
    hour: Annotated[str, HOUR] = "17:30"
    signature: str = ""


class MailSettings(Struct, frozen=True, kw_only=True):
    """How mail leaves, and in whose name."""

    transport: Annotated[str, one_of("spool", "smtp")] = "spool"
    spool: str = "mail"
    sender: Annotated[str, named("from")] = "rectify@localhost"
    from_name: str = ""


class SmtpSettings(Struct, frozen=True, kw_only=True):
    """The server that takes our mail."""

    host: str = "localhost"
    port: Annotated[int, whole(1, 65535)] = 587
    security: Annotated[str, one_of("starttls", "tls", "none")] = "starttls"
    user: str = ""
    password_env: Annotated[str, VARIABLE] = "RECTIFY_SMTP_PASSWORD"
    password_file: str = ""
    authority: str = ""
    timeout: Annotated[float, seconds(60)] = 30
    unprotected: bool = False


class ArchiveSettings(Struct, frozen=True, kw_only=True):
    """The mailbox that gets a copy of each mail, and where it is looked for (IMAP)."""

    address: str = ""
    host: str = ""
    port: Annotated[int, whole(1, 65535)] = 993
    security: Annotated[str, one_of("starttls", "tls", "none")] = "tls"
    user: str = ""
    password_env: Annotated[str, VARIABLE] = "RECTIFY_ARCHIVE_PASSWORD"
    password_file: str = ""
    folder: str = "INBOX"
    authority: str = ""
    timeout: Annotated[float, seconds(60)] = 30
    unprotected: bool = False


class SiteSettings(Struct, frozen=True, kw_only=True):
    """How a messenger's address is reached."""

    timeout: Annotated[float, seconds(15)] = 10
    authority: str = ""
    proxy: str = ""


class DingTalkSettings(SiteSettings, frozen=True, kw_only=True):
    """An app of DingTalk, for work notifications to one person."""

    key: str = ""
    secret_env: Annotated[str, VARIABLE] = "RECTIFY_DINGTALK_SECRET"
    secret_file: str = ""
    agent: Annotated[int, whole(0, 2**53)] = 0
    base: str = "https://oapi.dingtalk.com"


class DingTalkRobotSettings(SiteSettings, frozen=True, kw_only=True):
    """A robot in a group of DingTalk; the secret is that of its signature, if it has one."""

    token_env: Annotated[str, VARIABLE] = "RECTIFY_DINGTALK_ROBOT_TOKEN"
    token_file: str = ""
    secret_env: Annotated[str, VARIABLE] = ""
    secret_file: str = ""
    base: str = "https://oapi.dingtalk.com"


class WeComSettings(SiteSettings, frozen=True, kw_only=True):
    """An app of WeCom, for messages to one person."""

    corp: str = ""
    secret_env: Annotated[str, VARIABLE] = "RECTIFY_WECOM_SECRET"
    secret_file: str = ""
    agent: Annotated[int, whole(0, 2**53)] = 0
    base: str = "https://qyapi.weixin.qq.com"


class WeComRobotSettings(SiteSettings, frozen=True, kw_only=True):
    """A robot in a group of WeCom."""

    key_env: Annotated[str, VARIABLE] = "RECTIFY_WECOM_ROBOT_KEY"
    key_file: str = ""
    base: str = "https://qyapi.weixin.qq.com"


class FeishuSettings(SiteSettings, frozen=True, kw_only=True):
    """An app of Feishu (Lark), for messages to one person."""

    app: str = ""
    secret_env: Annotated[str, VARIABLE] = "RECTIFY_FEISHU_SECRET"
    secret_file: str = ""
    base: str = "https://open.feishu.cn"


class FeishuRobotSettings(SiteSettings, frozen=True, kw_only=True):
    """A robot in a group of Feishu; the secret is that of its signature, if it has one."""

    token_env: Annotated[str, VARIABLE] = "RECTIFY_FEISHU_ROBOT_TOKEN"
    token_file: str = ""
    secret_env: Annotated[str, VARIABLE] = ""
    secret_file: str = ""
    base: str = "https://open.feishu.cn"


class AppriseSettings(Struct, frozen=True, kw_only=True):
    """The addresses of other services, a secret each; an optional package, best effort."""

    urls_env: Annotated[str, VARIABLE] = "RECTIFY_APPRISE_URLS"
    urls_file: str = ""
    timeout: Annotated[float, seconds(15)] = 10


_LEVELS = ("open", "internal", "secret", "confidential")


class EvidenceSettings(Struct, frozen=True, kw_only=True):
    """Where files of proof are kept, and from which level they are not kept but only known."""

    folder: str = "evidence"
    limit_mb: Annotated[int, whole(1, 100_000)] = 200
    apart_from: Annotated[str, one_of("open", "internal", "secret", "confidential")] = (
        "confidential"
    )


class SealSettings(Struct, frozen=True, kw_only=True):
    """How the log is sealed: by which key, with which hash, how often, how much at once."""

    key_file: str = "seal.key"
    suite: Annotated[str, one_of("sha256", "sm3")] = "sha256"
    every_seconds: Annotated[int, whole(1, 86_400)] = 60
    batch: Annotated[int, whole(1, 100_000)] = 1000


class AnchorSettings(Struct, frozen=True, kw_only=True):
    """Where checkpoints' notes are kept outside the database, and how often by the daemon."""

    folder: str = ""
    git: str = ""
    mail: bool = False
    every_hours: Annotated[int, whole(0, 8760)] = 24


class RunSettings(Struct, frozen=True, kw_only=True):
    """The daemon."""

    tick_seconds: Annotated[int, whole(1, 86_400)] = 60
    log: Annotated[str, one_of("text", "json")] = "text"
    metrics: str = ""


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

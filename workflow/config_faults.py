"""What is wrong with settings taken together: what one of them needs, or forbids, of another.

Each fault comes with the setting at which it stands, or with its section where none is there yet.
Whatever can be known without a network, a secret or a certificate is found before anything acts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from states.errors import Invalid, Problem

Place = tuple[str, str]
"""Section and key of a setting; key "" for the section as such."""

Found = tuple[Place, Problem]

_NEEDED: Mapping[str, tuple[str, ...]] = {
    "dingtalk": ("key", "agent"),
    "wecom": ("corp", "agent"),
    "feishu": ("app",),
}
"""What must be set for a channel, beside its secrets."""

_SECRETS: Mapping[str, str] = {
    "dingtalk": "secret",
    "dingtalk_robot": "token",
    "wecom": "secret",
    "wecom_robot": "key",
    "feishu": "secret",
    "feishu_robot": "token",
    "apprise": "urls",
}
"""The secret without which a channel cannot be used."""

_SITES = ("dingtalk", "dingtalk_robot", "wecom", "wecom_robot", "feishu", "feishu_robot")

_STANDS_AT: Mapping[str, str] = {
    "server_security": "security",
    "server_unprotected": "security",
    "server_login": "user",
    "server_half": "user",
    "server_user": "user",
    "server_timeout": "timeout",
    "archive_folder": "folder",
    "site_base": "base",
    "site_unprotected": "base",
    "site_proxy": "proxy",
}
"""At which key the faults of a server or a site stand."""


def faults(sections: Mapping[str, Any]) -> Iterator[Found]:
    """Yield what is wrong with the settings, whose sections are given by name."""
    channels = sections["notices"].channels
    if "mail" in channels:
        yield from _of_mail(sections)
    for name in channels:
        if name in _SECRETS:
            yield from _of_channel(name, sections[name])


def _of_mail(sections: Mapping[str, Any]) -> Iterator[Found]:
    mail, archive = sections["mail"], sections["archive"]
    yield from _address("mail", "from", mail.sender)
    if not mail.from_name.isprintable():
        text = "{key} must be printable text in one line"
        yield ("mail", "from_name"), Problem("config_name", text, {"key": "mail.from_name"})
    if mail.transport != "smtp":
        return
    yield from _of_server("smtp", sections["smtp"])
    if archive.address:
        yield from _address("archive", "address", archive.address)
        yield from _missing("archive", archive, ("host",))
        yield from _of_server("archive", archive)


def _address(section: str, key: str, address: str) -> Iterator[Found]:
    from notifications.mail.mailboxes import is_mailbox

    if not is_mailbox(address):
        facts = {"key": f"{section}.{key}", "value": repr(address)[:60]}
        text = "{key} must be a mail address, not {value}"
        yield (section, key), Problem("config_address", text, facts)


def _missing(section: str, said: Any, keys: Iterable[str]) -> Iterator[Found]:
    empty = tuple(f"{section}.{key}" for key in keys if not getattr(said, key))
    if empty:
        yield (section, ""), Problem("setting_needed", "not set: {names}", {"names": empty})


def _of_server(section: str, said: Any) -> Iterator[Found]:
    """Yield what a mail server refuses to be made of; whether its password is there is not asked.

    A password that is named without a user would never be used.
    """
    from notifications.channels.secrets import Secret
    from notifications.channels.server import ImapServer, SmtpServer

    kind, more = (SmtpServer, {}) if section == "smtp" else (ImapServer, {"folder": said.folder})
    stand_in = Secret("stand-in") if said.user or said.password_file else None
    try:
        kind(
            host=said.host,
            port=said.port,
            security=said.security,
            user=said.user,
            password=stand_in,
            timeout=said.timeout,
            unprotected=said.unprotected,
            **more,
        )
    except Invalid as error:
        yield from _placed(section, error)
    if said.user and not (said.password_file or said.password_env):
        yield (section, "user"), _unnamed(section, "password")


def _of_channel(name: str, said: Any) -> Iterator[Found]:
    yield from _missing(name, said, _NEEDED.get(name, ()))
    secret = _SECRETS[name]
    if not (getattr(said, f"{secret}_env") or getattr(said, f"{secret}_file")):
        yield (name, f"{secret}_env"), _unnamed(name, secret)
    if name in _SITES:
        from notifications.channels.site import Site

        try:
            Site(section=name, base=said.base, timeout=said.timeout, proxy=said.proxy)
        except Invalid as error:
            yield from _placed(name, error)


def _unnamed(section: str, key: str) -> Problem:
    facts = {"section": section, "key": key}
    return Problem("secret_unnamed", "{section}: set {key}_env or {key}_file", facts)


def _placed(section: str, error: Invalid) -> Iterator[Found]:
    for problem in error.problems:
        yield (section, _STANDS_AT.get(problem.code, "")), problem

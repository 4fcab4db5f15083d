"""Passwords, keys and tokens: where they come from, and that they never show themselves."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NoReturn

from states.errors import Invalid, Problem

_MASK = "…"
_SHORTEST_MASKED = 4
"""Shorter ones would be found everywhere, and protect nothing."""


class Secret:
    """A text that appears in no log, no error and no representation."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written down")

    def reveal(self) -> str:
        """Return the text itself."""
        return self._text


def masked(text: str, secrets: Iterable[Secret]) -> str:
    """Return a text in which none of these secrets can be read, as they are or quoted in a URL."""
    from urllib.parse import quote, quote_plus

    hidden = {
        form
        for secret in secrets
        for form in (secret.reveal(), quote(secret.reveal(), safe=""), quote_plus(secret.reveal()))
        if len(form) >= _SHORTEST_MASKED
    }
    for form in sorted(hidden, key=len, reverse=True):
        text = text.replace(form, _MASK)
    return text


def secret_from_environment(name: str, environment: Mapping[str, str]) -> Secret:
    """Return the secret in an environment variable. Raises ``Invalid``."""
    return _secret(_variable(name, environment), name)


def secret_from_file(path: Path) -> Secret:
    """Return the secret in the first line of a file that only its owner may read.

    Raises ``Invalid``.
    """
    return _secret(_private(path).partition("\n")[0].rstrip("\r"), str(path))


def secrets_from_environment(name: str, environment: Mapping[str, str]) -> dict[str, Secret]:
    """Return the secrets by name in an environment variable, one ``name = secret`` a line.

    Raises ``Invalid``.
    """
    return _named(_variable(name, environment), name)


def secrets_from_file(path: Path) -> dict[str, Secret]:
    """Return the secrets by name in a file that only its owner may read, ``name = secret`` a line.

    Empty lines, and those that begin with ``#``, say nothing. Raises ``Invalid``.
    """
    return _named(_private(path), str(path))


def _variable(name: str, environment: Mapping[str, str]) -> str:
    if not environment.get(name):
        facts = {"name": name}
        raise Invalid(Problem("secret_unset", "the environment variable {name} is not set", facts))
    return environment[name]


def _private(path: Path) -> str:
    facts = {"name": str(path)}
    try:
        if stat.S_IMODE(path.stat().st_mode) & _forbidden(path):
            raise Invalid(
                Problem("secret_open", "{name} can be read by others (chmod 600 {name})", facts)
            )
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        facts["error"] = type(error).__name__
        raise Invalid(
            Problem("secret_unreadable", "{name} cannot be read ({error})", facts)
        ) from None  # a decoding error would show the bytes


def _forbidden(path: Path) -> int:
    """Return the rights that nobody else may have.

    In the folder of a service's credentials, which that service alone can enter, systemd lets the
    group bits show the rights of the service itself (systemd.exec(5), LoadCredential).
    """
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    return 0o037 if folder and path.parent == Path(folder) else 0o077


def _named(text: str, name: str) -> dict[str, Secret]:
    lines = [line.strip() for line in text.splitlines()]
    found: dict[str, Secret] = {}
    for number, line in enumerate(lines, start=1):
        if not line or line.startswith("#"):
            continue
        key, equals, value = (part.strip() for part in line.partition("="))
        if not (equals and key.isidentifier()) or key in found:
            facts = {"name": name, "line": number}
            raise Invalid(
                Problem("secret_line", "{name}, line {line}: expected NAME = SECRET, once", facts)
            )
        found[key] = _secret(value, name)
    return found


def _secret(text: str, name: str) -> Secret:
    if not (text and text.isascii() and text.isprintable()):
        facts = {"name": name}
        raise Invalid(
            Problem("secret_unusable", "the password in {name} must be printable ASCII", facts)
        )
    return Secret(text)

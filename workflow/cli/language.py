"""Which language is spoken here, and the two marks of a text: ``_`` translates it, ``N_`` waits."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

LANGUAGES = ("zh", "en")
_spoken = "en"


def N_(text: str) -> str:  # the name that the collector of texts looks for
    """Mark a text for translation where it is shown."""
    return text


def _(text: str) -> str:
    """Return an English text in the language spoken."""
    if _spoken == "en" or not text:
        return text
    from notifications.words.catalog import translate

    return translate(text, _spoken)


def spoken() -> str:
    """Return the language spoken: ``zh`` or ``en``."""
    return _spoken


def speak(language: str) -> None:
    """Speak a language from now on; so does click, whose phrases stand in our catalog."""
    global _spoken
    _spoken = language if language in LANGUAGES else "en"
    import gettext

    if _spoken == "en":
        gettext.textdomain("messages")
        return
    from notifications.words.catalog import DOMAIN, LOCALE

    gettext.bindtextdomain(DOMAIN, str(LOCALE))
    gettext.textdomain(DOMAIN)
    os.environ["LANGUAGE"] = _spoken  # the only way to tell ``gettext.gettext``, which click calls


def chosen(arguments: Sequence[str], environment: Mapping[str, str]) -> str | None:
    """Return the language asked for by ``--lang`` or ``RECTIFY_LANG``, or None.

    Looked for before the arguments are parsed: help and usage errors are texts too.
    """
    asked = environment.get("RECTIFY_LANG")
    for position, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument.startswith("--lang="):
            asked = argument.partition("=")[2]
        elif argument == "--lang" and position + 1 < len(arguments):
            asked = arguments[position + 1]
    return asked if asked in LANGUAGES else None


def of_terminal(environment: Mapping[str, str]) -> str:
    """Return the language of the user's terminal: ``zh`` where the locale is Chinese, else ``en``.

    The order is that of POSIX: ``LC_ALL``, ``LC_MESSAGES``, ``LANG``.
    """
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((value for name in names if (value := environment.get(name))), "")
    return "zh" if locale.lower().startswith("zh") else "en"


CLICK_PHRASES = (
    N_("Error: {message}"),
    N_("Missing argument"),
    N_("Missing option"),
    N_("Missing command."),
    N_("No such option {name!r}."),
    N_("No such command {name!r}."),
    N_("Invalid value: {message}"),
    N_("Invalid value for {param_hint}: {message}"),
    N_("{value!r} is not a valid {number_type}."),
    N_("{value} is not in the range {range}."),
    N_("Option {name!r} does not take a value."),
    N_("Try '{command} {option}' for help."),
    N_("default: {default}"),
    N_("required"),
)
"""What click says itself. It asks the catalog for these very texts."""

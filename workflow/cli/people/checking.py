"""What may be said of a person: every fault is named at once, typed or read from a file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from states.attempt import ROLES
from states.errors import Invalid, Message, Problem
from states.office import Person
from workflow.cli.language import LANGUAGES

ROLE_WORDS = {
    **{role: role for role in ROLES},
    "责任人员": "responsible",
    "责任人": "responsible",
    "责任领导": "leader",
    "主要负责人": "principal",
    "督办人": "supervisor",
    "审计": "auditor",
    "审计人员": "auditor",
}
_ID = re.compile(r"(?!-$)[^\s,;、；，@*]{1,40}")
_ID_WRONG = Message("id_wrong", "{value} is no short name: 1 to 40 signs without spaces or commas")
_MAIL_WRONG = Message("mail_wrong", "{value} is no mail address")
_ZONE_WRONG = Message("zone_wrong", "there is no time zone {value} (such as Asia/Urumqi)")
_LANGUAGE_WRONG = Message("language_wrong", "the language is zh or en, not {value}")
_ROLE_WRONG = Message(
    "role_wrong", "there is no role {value} (responsible, leader, principal, supervisor, auditor)"
)
_ROLE_NOWHERE = Message("role_nowhere", "a role needs a unit; * means every unit ({value})")

Fault = tuple[Message, str]
"""What is wrong, and the text in which it is."""


def id_faults(id: str) -> Iterator[Fault]:
    """Yield what is wrong with an id: commands and files must be able to name it."""
    if not _ID.fullmatch(id):
        yield _ID_WRONG, id


def detail_faults(person: Person) -> Iterator[Fault]:
    """Yield what is wrong with a person's addresses, language and time zone."""
    for channel, address in person.addresses.items():
        if not _can_be_reached(channel, address):
            yield _wrong_address(channel), address
    if person.language not in LANGUAGES:
        yield _LANGUAGE_WRONG, person.language
    if person.zone and not _is_zone(person.zone):
        yield _ZONE_WRONG, person.zone


def role_faults(words: Sequence[str], unit: str) -> Iterator[Fault]:
    """Yield what is wrong with roles, as they were written, that shall hold for a unit."""
    yield from ((_ROLE_WRONG, word) for word in words if word not in ROLE_WORDS)
    if words and not unit:
        yield _ROLE_NOWHERE, ";".join(words)


def refuse(faults: Sequence[Fault]) -> None:
    """Do nothing if there is no fault. Raises ``Invalid`` with every fault."""
    if faults:
        raise Invalid(*(problem(fault) for fault in faults))


def problem(fault: Fault, source: str = "", line: int | None = None) -> Problem:
    """Return a fault with the place where it stands."""
    message, value = fault
    return Problem(message.code, message.text, {**message.facts, "value": value}, source, line)


def _can_be_reached(channel: str, address: str) -> bool:
    """Return whether an address can be one: checked here as it is when it is sent to."""
    from notifications.channels.addressing import fits

    return fits(channel, address)


def _wrong_address(channel: str) -> Message:
    if channel == "mail":
        return _MAIL_WRONG
    facts = {"channel": channel}
    return Message("channel_address_wrong", "{value} is no address for {channel}", facts)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True

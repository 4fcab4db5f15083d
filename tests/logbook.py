"""A log as it grows in tests of proof: entries in the order of writing, and what lies beside."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from states.administration import administer
from states.attempt import CLOCK, CLOCK_PERSON, Actor, Attempt
from states.calendar import WEEKDAYS
from states.canonical import commitment
from states.decision import decide, register
from states.errors import Refused
from states.frozen import replace
from states.issue import Issue
from states.log import Entry
from states.office import Office
from states.process import Process
from states.process_file import default_process
from states.rules import Rules
from states.signed_note import NoteKey, sign
from tests.cast import moment

START = date(2025, 3, 3)
TEXTS = ("修订制度", "汛期", "河长办", "再次发现", "Café 复核", "开展专项检查", "第3次会议", "é")


@dataclass
class Signer:
    """A private key drawn from a seed, and how the log names it once its origin is known."""

    private: Ed25519PrivateKey

    @classmethod
    def drawn(cls, lots: random.Random) -> Signer:
        """Return a key drawn by lot."""
        return cls(Ed25519PrivateKey.from_private_bytes(lots.randbytes(32)))

    def named(self, origin: str) -> NoteKey:
        """Return the public key under a log's name."""
        return NoteKey(origin, self.private.public_key().public_bytes_raw())

    def signs(self, text: str, origin: str) -> str:
        """Return the signed note of a text."""
        return str(sign(text, self.named(origin), self.private.sign))


@dataclass
class Log:
    """A log in the order of writing, with all that lies beside it.

    ``signers`` are the keys in the order in which they were adopted, ``adopted`` the indices of
    the entries that did so; ``spares`` are recovery keys likewise. ``people`` holds details and
    salt by person.
    """

    lots: random.Random
    office: Office
    entries: list[Entry]
    day: date = START
    issues: dict[str, Issue] = field(default_factory=dict)
    signers: list[Signer] = field(default_factory=list)
    adopted: list[int] = field(default_factory=list)
    spares: list[Signer] = field(default_factory=list)
    processes: dict[str, bytes] = field(default_factory=dict)
    calendars: dict[str, bytes] = field(default_factory=dict)
    letters: dict[str, bytes] = field(default_factory=dict)
    evidence: dict[str, bytes] = field(default_factory=dict)
    people: dict[str, tuple[dict[str, Any], bytes]] = field(default_factory=dict)
    rules: Rules = field(default_factory=lambda: Rules(default_process(), WEEKDAYS))

    def attempt(self, person: str, event: str, facts: dict[str, Any]) -> Attempt:
        """Return an attempt of today, under a request id never used before."""
        auth = CLOCK if person == CLOCK_PERSON else "test"
        at = moment(self.day) + timedelta(seconds=self.lots.randrange(30_000))
        return Attempt(
            event=event,
            actor=Actor(person=person, account=f"{person}@office", auth=auth),
            at=at,
            day=self.day,
            request_id=f"{self.lots.getrandbits(64):016x}/{len(self.entries)}",
            facts=facts,
        )

    def acts(self, event: str, facts: dict[str, Any]) -> None:
        """Let Li take an act of the office. Raises ``Refused``."""
        entry, self.office = administer(self.office, self.attempt("li", event, facts))
        self.entries.append(entry)

    def tries(self, key: str, person: str, event: str, facts: dict[str, Any]) -> bool:
        """Let somebody attempt an event of an issue; return whether it was accepted."""
        tried = self.attempt(person, event, facts)
        try:
            if key in self.issues:
                decision = decide(self.rules, self.issues[key], tried, self.office)
            else:
                decision = register(self.rules, key, tried, self.office)
        except Refused:
            return False
        self.issues[key] = decision.issue
        self.entries.append(decision.entry)
        return True

    def details(self, person: str) -> str:
        """Draw details of a person, keep them, and return the commitment to them."""
        salt = self.lots.randbytes(32)
        number = f"138{self.lots.randrange(10**8):08d}"
        details = {"name": f"王{person}", "title": "科长", "addresses": {"console": number}}
        self.people[person] = (details, salt)
        return commitment(salt, details)

    def text(self) -> str:
        """Draw a few words."""
        return f"{self.lots.choice(TEXTS)}{self.lots.randrange(100)}"

    def soon(self, most: int = 90) -> str:
        """Draw a day to come."""
        return (self.day + timedelta(days=self.lots.randrange(1, most))).isoformat()


@cache
def second_process() -> Process:
    """Return a process that differs from the default one by its name alone."""
    return replace(default_process(), name="巡察整改（修订）")

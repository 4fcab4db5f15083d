"""What a judge of a bundle finds: a code, the index where it shows, how bad it is, a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from states.errors import Message

SOUND, TAMPERED, INCOMPLETE = "sound", "tampered", "incomplete"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a bundle; ``grade`` is tampered or incomplete."""

    message: Message
    index: int
    grade: str = TAMPERED

    @property
    def code(self) -> str:
        """The name of what was found."""
        return self.message.code


def found(index: int, code: str, text: str, **facts: object) -> Finding:
    """Return a finding that makes a bundle tampered."""
    return Finding(Message(code, text, facts), index)


def lacking(index: int, code: str, text: str, **facts: object) -> Finding:
    """Return a finding that makes a bundle incomplete."""
    return Finding(Message(code, text, facts), index, INCOMPLETE)


@dataclass(slots=True)
class Findings:
    """All that was found; of each code the one with the smallest index, and how many there were."""

    first: dict[tuple[str, str], Finding] = field(default_factory=dict)
    counts: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, finding: Finding) -> None:
        """Add a finding."""
        kind = (finding.code, finding.grade)
        self.counts[kind] = self.counts.get(kind, 0) + 1
        if kind not in self.first or finding.index < self.first[kind].index:
            self.first[kind] = finding

    def copy(self) -> Findings:
        """Return a copy, to which more can be added."""
        return Findings(dict(self.first), dict(self.counts))

    def ordered(self) -> tuple[Finding, ...]:
        """Return the findings by index, tampered ones first."""
        return tuple(
            sorted(self.first.values(), key=lambda f: (f.index, f.grade != TAMPERED, f.code))
        )


def verdict_of(findings: Mapping[tuple[str, str], Finding]) -> str:
    """Return the verdict: the worst grade of all findings."""
    grades = {finding.grade for finding in findings.values()}
    return TAMPERED if TAMPERED in grades else INCOMPLETE if grades else SOUND


def first_bad_of(findings: Mapping[tuple[str, str], Finding]) -> int | None:
    """Return the smallest index of the worst findings, None for a sound bundle."""
    worst = verdict_of(findings)
    return min((f.index for f in findings.values() if f.grade == worst), default=None)

"""What was read out of a report, before anybody has agreed to it: frozen values without behaviour.

A draft holds the report's own words with the line of each, and the questions that its words
raise. Nothing in it is a correction, and nothing in it names a person.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from states.errors import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many aspects, issues and measures a text declares, or were found in it."""

    aspects: int | None = None
    issues: int | None = None
    measures: int | None = None


@dataclass(frozen=True, slots=True)
class Removed:
    """Noise that was cut out of a line; ``text`` is what stood there."""

    line: int
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class AspectDraft:
    """A heading under which the report groups its issues."""

    title: str
    line: int


@dataclass(frozen=True, slots=True)
class MeasureDraft:
    """One measure of an issue; ``label`` is the mark it carries in the text (一是, ①, or none)."""

    number: int
    text: str
    line: int
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueDraft:
    """One issue as the report words it.

    ``title`` is the wording inside the heading's outer quotes, ``heading`` the whole heading.
    ``claim`` is what the report says was done (整改情况): a claim with its line, not evidence.
    ``completed`` says that this issue's own text calls it completed.
    """

    number: int
    title: str
    heading: str
    aspect: str
    line: int
    claim: str = ""
    claim_line: int | None = None
    completed: bool = False
    measures: tuple[MeasureDraft, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Who inspected whom and when, as far as the text says it; what it does not say stays empty."""

    unit: str = ""
    group: str = ""
    round_name: str = ""
    kind: str = ""
    inspection_from: date | None = None
    inspection_to: date | None = None
    feedback: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDraft:
    """A whole report: its origin, its issues, the questions it raises and the noise cut out of it.

    ``source`` is the file's name, ``sha256`` the digest of the file's bytes. Lines count from 1;
    in a ``.docx`` they count paragraphs in document order.
    """

    source: str
    sha256: str
    title: str = ""
    origin: Origin = field(default_factory=Origin)
    declared: Counts = field(default_factory=Counts)
    aspects: tuple[AspectDraft, ...] = ()
    issues: tuple[IssueDraft, ...] = ()
    problems: tuple[Problem, ...] = ()
    removed: tuple[Removed, ...] = ()

    @property
    def unit(self) -> str:
        """The inspected unit in the report's words, or ``""``."""
        return self.origin.unit

    @property
    def group(self) -> str:
        """The inspection group in the report's words, or ``""``."""
        return self.origin.group

    @property
    def round_name(self) -> str:
        """The round in the report's words (十四届县委第三轮), or ``""``."""
        return self.origin.round_name

    @property
    def kind(self) -> str:
        """The kind of inspection (常规巡察), or ``""``."""
        return self.origin.kind

    @property
    def inspection_from(self) -> date | None:
        """First day of the inspection."""
        return self.origin.inspection_from

    @property
    def inspection_to(self) -> date | None:
        """Last day of the inspection."""
        return self.origin.inspection_to

    @property
    def feedback(self) -> date | None:
        """The day on which the group fed its findings back."""
        return self.origin.feedback

    @property
    def found(self) -> Counts:
        """What was found, to be held against ``declared``."""
        return Counts(
            aspects=len(self.aspects),
            issues=len(self.issues),
            measures=sum(len(issue.measures) for issue in self.issues),
        )

"""A notice in words: what it is about, for whom, what became of it, and what happens next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from notifications.notice import (
    ACCEPTED,
    AMBIGUOUS,
    DEAD,
    DIGEST,
    RETRY_WAIT,
    STATUSES,
    WAITING,
)
from notifications.planning.audience import NOBODY
from notifications.planning.digest import OF_THE_OFFICE
from workflow.cli.language import N_, _, spoken
from workflow.cli.naming import Names, names_of
from workflow.cli.terminal.screen import Ink, Part

if TYPE_CHECKING:
    from notifications.notice import Notice
    from states.office import Office
    from workflow.bootstrap import App
    from workflow.ports import Sent

__all__ = ["ATTENTION", "FIELDS", "STATUSES", "Words", "notice_json", "recipient", "words_of"]

ATTENTION: Mapping[str, str] = {
    DEAD: "red",
    AMBIGUOUS: "red",
    RETRY_WAIT: "yellow",
    ACCEPTED: "green",
}
"""The colours of outcomes."""

_ABOUT: Mapping[str, str] = {
    "undelivered": N_("report of a failure"),
    "calendar_missing": N_("calendar of a year missing"),
    "stopped": N_("alarm: sending stopped"),
    "anchor": N_("anchor of the log"),
}

FIELDS = (
    "id, key, issue, template, rung, recipient, channel, address, language, status, cause, "
    "attempts, created_at, first_at, retry_at, settled_at, resolved_at, doubts, decision, "
    "if_unknown, ref, held, bundle, bundle_id, facts"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of an office for its notices.

    ``messages`` are the numbers of messages by their keys, so far as notices went in them.
    """

    names: Names
    office: Office
    messages: Mapping[str, int] = field(default_factory=dict)

    def is_held(self, sent: Sent) -> bool:
        """Return whether a notice waits for its round to be let go."""
        return sent.status == WAITING and self.office.holds(sent.notice.issue)

    def round(self, sent: Sent) -> str:
        """Return the code of the round that a notice is of."""
        return sent.notice.issue.rpartition("-")[0]

    def about(self, notice: Notice) -> str:
        """Return what a notice is about."""
        facts = notice.facts
        if notice.template == DIGEST:
            return _("message of the day: {count}").format(count=facts.get("count", "–"))
        if notice.template in OF_THE_OFFICE:
            return _(_ABOUT.get(notice.template, notice.template))
        if "event" in facts:
            return self.names.event(str(facts["event"]))
        kind = facts.get("kind") or _kind(notice)
        return self.names.kind(str(kind)) if kind else notice.template

    def outcome(self, sent: Sent) -> Ink:
        """Return what became of a notice, and why, in the colour of how bad that is."""
        if self.is_held(sent):
            text = _("held back with round {code}").format(code=self.round(sent))
            return Ink(text, "yellow")
        text = self.status(sent.status, sent.cause)
        if sent.status == AMBIGUOUS and sent.retry_at is None:
            text = _("{outcome}; somebody has to decide").format(outcome=text)
        return Ink(text + self._within(sent), ATTENTION.get(sent.status, ""))

    def status(self, status: str, cause: str | None) -> str:
        """Return a status with its cause."""
        from notifications.words.catalog import cause_text, status_label

        said = status_label(status, spoken())
        return said if cause is None else f"{said}{_(': ')}{cause_text(cause, spoken())}"

    def _within(self, sent: Sent) -> str:
        """Return in which message a notice went, if it did not go alone."""
        number = self.messages.get(sent.notice.bundle or "")
        return "" if number is None else _(" (in no. {id})").format(id=number)

    def row(self, sent: Sent) -> list[Part]:
        """Return a notice as a row of a table: number, since, key, what, to, channel, outcome."""
        notice = sent.notice
        return [
            str(sent.id),
            self.names.when(notice.created_at),
            notice.issue or "–",
            self.about(notice),
            "–" if notice.recipient == NOBODY else self.names.person(notice.recipient),
            "–" if notice.channel == NOBODY else notice.channel,
            self.outcome(sent),
        ]


def words_of(app: App, found: Sequence[Sent]) -> Words:
    """Return the words for notices."""
    from workflow.seeking import Seeking

    keys = sorted({sent.notice.bundle for sent in found if sent.notice.bundle})
    wholes = app.engine.seek(Seeking(keys=tuple(keys))) if keys else []
    messages = {whole.notice.key: whole.id for whole in wholes}
    return Words(names=names_of(app), office=app.engine.office(), messages=messages)


def recipient(notice: Notice, names: Names) -> str:
    """Return for whom a notice is, and where it goes."""
    from notifications.words.catalog import channel_label

    if notice.recipient == NOBODY:
        return _("nobody")
    if notice.channel == NOBODY:
        return names.full(notice.recipient)
    channel = channel_label(notice.channel, spoken())
    return f"{names.full(notice.recipient)}  {channel}  {notice.address}".rstrip()


def _kind(notice: Notice) -> str | None:
    """Return the kind of what a notice is about, which stands in the obligation's id."""
    parts = (notice.obligation or "").removeprefix(f"{notice.issue}/").split("/")
    return parts[1] if len(parts) > 1 else None


def notice_json(sent: Sent, words: Words) -> dict[str, Any]:
    """Return a notice for programs: ``FIELDS``."""
    notice = sent.notice
    names = ("key", "issue", "template", "rung", "recipient", "channel", "address", "language")
    instants = ("first_at", "retry_at", "settled_at", "resolved_at")
    when = {name: getattr(sent, name) for name in instants}
    return {
        "id": sent.id,
        **{name: getattr(notice, name) for name in names},
        "status": sent.status,
        "cause": sent.cause,
        "attempts": sent.attempts,
        "created_at": notice.created_at.isoformat(),
        **{name: at.isoformat() if at else None for name, at in when.items()},
        "doubts": sent.doubts,
        "decision": sent.decision,
        "if_unknown": notice.if_unknown,
        "ref": sent.ref,
        "held": words.is_held(sent),
        "bundle": notice.bundle,
        "bundle_id": words.messages.get(notice.bundle or ""),
        "facts": dict(notice.facts),
    }

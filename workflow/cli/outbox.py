"""``outbox``: the notices that were owed, to whom, and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from notifications.audience import NOBODY
from notifications.digest import DIGEST
from workflow.cli.language import N_, _, spoken
from workflow.cli.naming import Names, names_of
from workflow.cli.opening import opened
from workflow.cli.options import json_option
from workflow.cli.screen import Ink, Part, err, out, out_json, paragraph, room
from workflow.cli.speaking import Group, OneOf, Place, command, option
from workflow.cli.tables import Column, table
from workflow.cli.wording import padded, width

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from notifications.notice import Notice
    from workflow.bootstrap import App
    from workflow.ports import Sent

STATUSES = (
    "waiting",
    "bundled",
    "pending",
    "claimed",
    "inflight",
    "retry_wait",
    "ambiguous",
    "accepted",
    "dead",
    "suppressed",
    "superseded",
)
_ATTENTION = {"dead": "red", "ambiguous": "red", "retry_wait": "yellow", "accepted": "green"}
_FIELDS = (
    "id, key, issue, template, rung, recipient, channel, address, language, status, cause, "
    "attempts, created_at, settled_at, bundle, bundle_id, facts"
)


@command(
    "list",
    help=N_("List the notices, oldest first, with what became of them."),
    fields=f"a list of {{{_FIELDS}}}",
)
@option("--status", type=OneOf(STATUSES), help=N_("Only notices with this status."))
@option("--issue", metavar="ISSUE", help=N_("Only notices about this issue."))
@json_option
def list_notices(status: str | None, issue: str | None, as_json: bool) -> None:
    """List the notices."""
    app = opened()
    key = None if issue is None else app.engine.key_of(issue)
    found = [n for n in app.engine.notices(key) if status in (None, n.status)]
    messages = _messages(app, found)
    names = names_of(app)
    if as_json:
        out_json([_json(sent, messages) for sent in found])
        return
    heads = [
        Column(title=_("no."), right=True),
        Column(title=_("since"), spare=2),
        Column(title=_("key")),
        Column(title=_("what"), least=8),
        Column(title=_("to"), least=6),
        Column(title=_("channel"), spare=3),
        Column(title=_("outcome"), least=10),
    ]
    rows = [_row(sent, names, messages) for sent in found]
    for parts in table(heads, rows, room()) if found else ():
        out(*parts)
    err(_("Notices: {count}").format(count=len(found)) if found else _("There is no such notice."))


def _messages(app: App, found: Sequence[Sent]) -> dict[str, int]:
    """Return the numbers of the messages in which notices went, by the messages' keys."""
    if not any(sent.notice.bundle for sent in found):
        return {}
    return {sent.notice.key: sent.id for sent in app.engine.notices()}


def _row(sent: Sent, names: Names, messages: Mapping[str, int]) -> list[Part]:
    notice = sent.notice
    return [
        str(sent.id),
        names.when(notice.created_at),
        notice.issue or "–",
        _what(sent, names),
        "–" if notice.recipient == NOBODY else names.person(notice.recipient),
        "–" if notice.channel == NOBODY else notice.channel,
        Ink(_outcome(sent) + _within(sent, messages), _ATTENTION.get(sent.status, "")),
    ]


def _what(sent: Sent, names: Names) -> str:
    facts = sent.notice.facts
    if sent.notice.template == DIGEST:
        return _("message of the day: {count}").format(count=facts.get("count", "–"))
    if "event" in facts:
        return names.event(str(facts["event"]))
    kind = facts.get("kind") or _kind(sent.notice)
    return names.kind(str(kind)) if kind else sent.notice.template


def _kind(notice: Notice) -> str | None:
    """Return the kind of what a notice is about, which stands in the obligation's id."""
    parts = (notice.obligation or "").removeprefix(f"{notice.issue}/").split("/")
    return parts[1] if len(parts) > 1 else None


def _within(sent: Sent, messages: Mapping[str, int]) -> str:
    """Return in which message a notice went, if it did not go alone."""
    number = messages.get(sent.notice.bundle or "")
    return "" if number is None else _(" (in no. {id})").format(id=number)


def _outcome(sent: Sent) -> str:
    from notifications.catalog import cause_text, status_label

    status = status_label(sent.status, spoken())
    if sent.cause is None:
        return status
    return f"{status}{_(': ')}{cause_text(sent.cause, spoken())}"


@command("show", help=N_("Show one notice with everything it says."), fields=_FIELDS)
@click.argument("id", metavar="ID", type=int)
@json_option
def show_notice(id: int, as_json: bool) -> None:
    """Show one notice."""
    from states.errors import Message, NotFound

    app = opened()
    known = app.engine.notices()
    sent = next((one for one in known if one.id == id), None)
    if sent is None:
        text = N_("there is no notice {id} (rectify outbox list)")
        raise NotFound(Message("no_notice", text, {"id": id}))
    messages = {one.notice.key: one.id for one in known}
    if as_json:
        out_json(_json(sent, messages))
        return
    _show(app, sent, messages)


def _show(app: App, sent: Sent, messages: Mapping[str, int]) -> None:
    notice, names = sent.notice, names_of(app)
    settled = names.when(sent.settled_at) if sent.settled_at else "–"
    rows = [
        (_("no."), str(sent.id)),
        (_("key"), notice.issue or "–"),
        (_("what"), _what(sent, names)),
        (_("to"), _recipient(notice, names)),
        (_("since"), names.when(notice.created_at)),
        (_("outcome"), _outcome(sent) + _within(sent, messages)),
        (_("settled"), settled),
        (_("attempts"), str(sent.attempts)),
    ]
    indent = max(width(name) for name, _text in rows) + 2
    for name, text in rows:
        paragraph(text, indent, mark=padded(name, indent))
    out()
    _show_text(app, notice)


def _recipient(notice: Notice, names: Names) -> str:
    if notice.recipient == NOBODY:
        return "–"
    return f"{names.full(notice.recipient)}  {notice.channel} {notice.address}".rstrip()


def _show_text(app: App, notice: Notice) -> None:
    """Print what the notice says, or its bare facts where there is nothing to be said."""
    from notifications.delivery import RenderError
    from notifications.rendering import Renderer

    folder = app.config.path(app.config.templates) if app.config.templates else None
    try:
        text = Renderer(folder).render(notice.template, notice.language, notice.facts)
    except RenderError:
        for name, value in notice.facts.items():
            out(f"{name}  {value}")
        return
    out(Ink(text.subject, "bold"))
    out()
    for line in text.plain.splitlines():
        out(line)


def _json(sent: Sent, messages: Mapping[str, int]) -> dict[str, Any]:
    notice = sent.notice
    names = ("key", "issue", "template", "rung", "recipient", "channel", "address", "language")
    return {
        "id": sent.id,
        **{name: getattr(notice, name) for name in names},
        "status": sent.status,
        "cause": sent.cause,
        "attempts": sent.attempts,
        "created_at": notice.created_at.isoformat(),
        "settled_at": sent.settled_at.isoformat() if sent.settled_at else None,
        "bundle": notice.bundle,
        "bundle_id": messages.get(notice.bundle or ""),
        "facts": dict(notice.facts),
    }


outbox = Group(
    "outbox",
    help=N_("The notices, and what became of them."),
    sections={
        N_("Commands"): {
            "list": Place(f"{__name__}:list_notices", N_("List the notices.")),
            "show": Place(f"{__name__}:show_notice", N_("Show one notice.")),
        }
    },
)

"""``outbox show``: one notice with its trail, what happens to it next, and its very bytes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from workflow.cli.language import N_, _, spoken
from workflow.cli.opening import opened
from workflow.cli.options import as_of_option, json_option
from workflow.cli.outbox.next_step import next_step
from workflow.cli.outbox.words import ATTENTION, FIELDS, notice_json, recipient, words_of
from workflow.cli.speaking import command, option
from workflow.cli.terminal.screen import Ink, Part, err, out, out_json, paragraph, room
from workflow.cli.terminal.tables import Column, table
from workflow.cli.terminal.wording import padded, width

if TYPE_CHECKING:
    from notifications.delivery.protocol import Job
    from notifications.notice import Notice
    from workflow.bootstrap import App
    from workflow.cli.outbox.words import Words
    from workflow.ports import Delivery, Sent


@command(
    "show",
    help=N_(
        "Show one notice: what it says, every attempt to send it, and what happens to it next.\n\n"
        "With --bytes the message itself is written, exactly as it was or would be handed over: "
        "rectify outbox show 12 --bytes > 12.eml"
    ),
    fields=f"{FIELDS}, next, items: [id], trail: [{{n, at, status, cause, ref}}]",
)
@click.argument("id", metavar="ID", type=int)
@option("--bytes", "as_bytes", is_flag=True, help=N_("Write the message itself."))
@as_of_option
@json_option
def show(id: int, as_bytes: bool, as_json: bool) -> None:
    """Show one notice."""
    if as_bytes and as_json:
        raise click.UsageError(_("--bytes and --json exclude each other"))
    app = opened()
    sent = app.engine.notice(id)
    if as_bytes:
        write_bytes(message_of(app, sent))
        return
    words, trail = words_of(app, [sent]), app.engine.trail(id)
    items = app.engine.items(id)
    if as_json:
        out_json(
            {
                **notice_json(sent, words),
                "next": next_step(app, sent, words) or None,
                "items": [item.id for item in items],
                "trail": [_delivery_json(step) for step in trail],
            }
        )
        return
    rows = [(label, text) for label, text in _rows(app, sent, words) if text]
    indent = max(width(label) for label, _text in rows) + 2
    for label, text in rows:
        paragraph(text, indent, mark=padded(label, indent))
    _show_trail(trail, words)
    if items:
        numbers = _(", ").join(str(item.id) for item in items)
        out()
        paragraph(_("Its parts: {numbers}").format(numbers=numbers))
    out()
    _show_text(app, sent.notice)


def _rows(app: App, sent: Sent, words: Words) -> Iterator[tuple[str, str]]:
    from notifications.words.catalog import decision_label

    notice, names = sent.notice, words.names
    yield _("no."), str(sent.id)
    yield _("key"), notice.issue
    yield _("what"), words.about(notice)
    yield _("to"), recipient(notice, names)
    yield _("since"), names.when(notice.created_at)
    yield _("outcome"), words.outcome(sent).text
    yield _("what next"), next_step(app, sent, words)
    yield _("attempts"), str(sent.attempts)
    if sent.doubts:
        yield _("doubts"), _("{count}; {policy}").format(count=sent.doubts, policy=_policy(notice))
    if sent.decision:
        yield _("decision"), decision_label(sent.decision, spoken())
    yield _("settled"), names.when(sent.settled_at) if sent.settled_at else ""
    yield _("taken note of"), names.when(sent.resolved_at) if sent.resolved_at else ""
    yield _("reference"), sent.ref or ""


def _policy(notice: Notice) -> str:
    """Return what its rule says of a doubt that nobody can clear up."""
    from notifications.notice import HOLD

    if notice.if_unknown == HOLD:
        return _("its rule: if it stays unclear, somebody decides")
    return _("its rule: if it stays unclear, it is sent again as a possible copy")


def _show_trail(trail: list[Delivery], words: Words) -> None:
    if not trail:
        return
    heads = [
        Column(title=_("no."), right=True),
        Column(title=_("at")),
        Column(title=_("outcome"), least=12, wrap=True),
    ]
    rows: list[list[Part]] = [
        [str(step.n), words.names.when(step.at), _step(step, words)] for step in trail
    ]
    out()
    for parts in table(heads, rows, room()):
        out(*parts)


def _step(step: Delivery, words: Words) -> Ink:
    return Ink(words.status(step.status, step.cause), ATTENTION.get(step.status, ""))


def _delivery_json(step: Delivery) -> dict[str, object]:
    return {
        "n": step.n,
        "at": step.at.isoformat(),
        "status": step.status,
        "cause": step.cause,
        "ref": step.ref,
    }


def _show_text(app: App, notice: Notice) -> None:
    """Print what the notice says, or its bare facts where there is nothing to be said."""
    from notifications.delivery.protocol import RenderError
    from notifications.rendering.renderer import Renderer
    from workflow.channels import templates_of

    try:
        renderer = Renderer(templates_of(app.config))
        text = renderer.render(notice.template, notice.language, notice.facts)
    except RenderError:
        for name, value in notice.facts.items():
            out(f"{name}  {value}")
        return
    out(Ink(text.subject, "bold"))
    out()
    for line in text.plain.splitlines():
        out(line)


# ---------------------------------------------------------------- the very bytes


def write_bytes(message: bytes) -> None:
    """Write a message to standard output as it is."""
    sys.stdout.flush()
    sys.stdout.buffer.write(message)
    sys.stdout.buffer.flush()


def message_of(app: App, sent: Sent) -> bytes:
    """Return the bytes of a message: as they were handed over, else as they would be now.

    Those of a notice that went in a message of the day are the bytes of that one. Raises
    ``NotFound`` if there are none and its channel is not configured; ``RenderError``.
    """
    from states.errors import Message, NotFound

    sent = _whole(app, sent)
    kept = app.engine.message(sent.id)
    if kept is not None:
        return kept
    name = sent.notice.channel
    if name not in app.config.notices.channels:
        facts = {"id": sent.id, "channel": name}
        text = "{id} has no message yet, and the channel {channel} is not configured"
        raise NotFound(Message("no_message", text, facts))
    err(_("Not written yet: this is what would be handed over now."))
    return app.channel(name).compose(_job_of(sent))


def _whole(app: App, sent: Sent) -> Sent:
    """Return the message of the day in which a notice went, or else the notice itself."""
    from workflow.seeking import Seeking

    key = sent.notice.bundle
    found = app.engine.seek(Seeking(keys=(key,))) if key else []
    for whole in found:
        text = _("{id} went in a message of the day, no. {whole}; that is the one written here.")
        err(text.format(id=sent.id, whole=whole.id))
        return whole
    return sent


def _job_of(sent: Sent) -> Job:
    from notifications.delivery.protocol import Job

    notice = sent.notice
    return Job(
        id=sent.id,
        key=notice.key,
        message_id=notice.message_id,
        template=notice.template,
        recipient=notice.recipient,
        channel=notice.channel,
        address=notice.address,
        language=notice.language,
        facts=notice.facts,
        created_at=notice.created_at,
        attempts=sent.attempts,
        token="",
        first_at=sent.first_at,
        doubts=sent.doubts,
        if_unknown=notice.if_unknown,
        ref=sent.ref,
    )

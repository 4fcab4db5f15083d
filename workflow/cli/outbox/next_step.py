"""What happens to a notice next, and what keeps it, in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from notifications.notice import (
    AMBIGUOUS,
    BUNDLED,
    CLAIMED,
    DEAD,
    INFLIGHT,
    PENDING,
    RETRY_WAIT,
    WAITING,
)
from notifications.planning.audience import NOBODY
from workflow.cli.language import _
from workflow.cli.operating.sweeping import stopped, waiting_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from workflow.bootstrap import App
    from workflow.cli.outbox.words import Words
    from workflow.ports import Sent


def next_step(app: App, sent: Sent, words: Words) -> str:
    """Return what happens to a notice next, "" where nothing does."""
    say = _SAYING.get(sent.status)
    return say(app, sent, words) if say else ""


def _waiting(app: App, sent: Sent, words: Words) -> str:
    if words.is_held(sent):
        text = _("sent once its round is let go: rectify outbox release {code}")
        return text.format(code=words.round(sent))
    opens = app.engine.next_message(sent)
    if opens is None:
        return _("in the message of the day that the next tick makes")
    text = _("in the message of the day, from {when} on")
    return text.format(when=words.names.when(opens))


def is_open(app: App) -> bool:
    """Return whether the office's hours of sending are just now."""
    window = app.engine.desk.window
    return window is None or window.is_open(app.clock(), app.zone, app.engine.calendar())


def _bundled(app: App, sent: Sent, words: Words) -> str:
    number = words.messages.get(sent.notice.bundle or "")
    text = _("it goes with the message of the day: rectify outbox show {id}")
    return "" if number is None else text.format(id=number)


def _pending(app: App, sent: Sent, words: Words) -> str:
    return _kept(app, sent, words) or _("sent by the next rectify tick, or by rectify run")


def _retried(app: App, sent: Sent, words: Words) -> str:
    if kept := _kept(app, sent, words):
        return kept
    if sent.retry_at is None:
        return _("tried again by the next rectify tick, or by rectify run")
    return _("tried again from {when} on").format(when=words.names.when(sent.retry_at))


def _kept(app: App, sent: Sent, words: Words) -> str:
    """Return what keeps a notice that is ready, "" if nothing does."""
    from notifications.notice import ALARMS

    if sent.notice.template in ALARMS:
        return ""
    if (halt := app.engine.halt()) is not None:
        return stopped(halt.cause)
    if is_too_old(app, sent):
        return _("too old to be sent as it is: the next rectify tick says it anew")
    return _left_alone(app, sent, words)


def is_too_old(app: App, sent: Sent) -> bool:
    """Return whether a notice that is to be sent is not sent as it stands any more."""
    from notifications.planning.digest import is_digest

    digests_before, singles_before = app.engine.stale()
    notice = sent.notice
    return notice.created_at < (digests_before if is_digest(notice.key) else singles_before)


def _left_alone(app: App, sent: Sent, words: Words) -> str:
    """Return until when the server that a notice goes to is left alone, "" if it is not."""
    config, channel = app.config, sent.notice.channel
    for circuit in app.engine.circuits():
        ours = circuit.server.startswith(f"{channel}@") or (
            channel == "mail" and circuit.server == f"{config.smtp.host}:{config.smtp.port}"
        )
        if ours and circuit.open_until is not None and circuit.open_until > app.clock():
            return waiting_for(circuit.server, words.names.when(circuit.open_until))
    return ""


def _under_way(app: App, sent: Sent, words: Words) -> str:
    return _("a process is about it; should it have died, another one takes over soon")


def _doubtful(app: App, sent: Sent, words: Words) -> str:
    if sent.retry_at is not None:
        return _("looked into from {when} on").format(when=words.names.when(sent.retry_at))
    if sent.resolved_at is not None:
        return ""
    text = _(
        "somebody has to find out and say so: rectify outbox resolve {id} --how "
        'arrived|given-up|send-again --reason "…"'
    )
    return text.format(id=sent.id)


def _failed(app: App, sent: Sent, words: Words) -> str:
    if sent.resolved_at is not None:
        return ""
    if sent.notice.recipient == NOBODY:
        return _("nothing by itself: name who is responsible (rectify assign, rectify people)")
    if sent.notice.channel == NOBODY:
        text = _(
            "nothing by itself: rectify people edit {person} --mail ADDRESS, then rectify outbox "
            'retry {id} --reason "…"'
        )
        return text.format(person=sent.notice.recipient, id=sent.id)
    text = _('nothing by itself: mend the cause, then rectify outbox retry {id} --reason "…"')
    return text.format(id=sent.id)


_SAYING: Mapping[str, Callable[[App, Sent, Words], str]] = {
    WAITING: _waiting,
    BUNDLED: _bundled,
    PENDING: _pending,
    RETRY_WAIT: _retried,
    CLAIMED: _under_way,
    INFLIGHT: _under_way,
    AMBIGUOUS: _doubtful,
    DEAD: _failed,
}

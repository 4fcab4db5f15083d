"""What sweeps did, in words: for ``tick``, and for the lines of the daemon."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from workflow.cli.language import N_, _, spoken
from workflow.cli.naming import Names
from workflow.engine.caution import ANCHOR, DELIVER, DUTIES, OWE, RECONCILE, SEAL, WATCH

if TYPE_CHECKING:
    from workflow.bootstrap import App
    from workflow.engine.releasing import HeldRound

_DOUBTS = {
    "found": N_("arrived: {count}"),
    "absent": N_("not taken, sent again: {count}"),
    "same_key": N_("sent again under the same key: {count}"),
    "resent": N_("sent again as a possible copy: {count}"),
    "held": N_("to be decided by a person: {count} (rectify doctor)"),
    "failed": N_("not deliverable: {count}"),
    "later": N_("to be looked into again: {count}"),
}

_TOLD = {
    "undelivered": N_("failures told to those who supervise: {count}"),
    "stopped": N_("told of the stop: {count}"),
    "calendar": N_("told that a year is missing in the calendar: {count}"),
}


def opening(app: App) -> datetime | None:
    """Return when messages go out next: after today's hours if these have begun already.

    It is said in the office's own zone; people elsewhere have their own hours.
    """
    window, now = app.engine.desk.window, app.clock()
    if window is None:
        return None
    calendar = app.engine.calendar()
    return window.next_open(window.end_of(now, app.zone, calendar), app.zone, calendar)


def said(sweep: str, result: Any, opens: str = "") -> list[str]:
    """Return what a sweep did, a line each; nothing where nothing happened.

    ``opens`` says when messages go out next.
    """
    return list(_SAYING[sweep](result, opens))


def _owed(ticked: Any, opens: str) -> Iterator[str]:
    owed = _("{day}: {owed} new reminders").format(
        day=ticked.day, owed=ticked.owed + ticked.unreachable
    )
    if ticked.unreachable:
        owed += _("; {count} of them reach nobody").format(count=ticked.unreachable)
    if ticked.superseded:
        owed += _("; {count} earlier ones replaced").format(count=ticked.superseded)
    yield owed
    if ticked.clock_back:
        yield _("the clock is behind the last tick: nothing is due that was not (rectify doctor)")
    yield from _brought(ticked)
    if ticked.waiting:
        text = _("waiting for the sending hours: {count}, which begin {when}")
        yield text.format(count=ticked.waiting, when=opens or "–")
    if ticked.held:
        text = _("held back with their round: {count} (rectify outbox release)")
        yield text.format(count=ticked.held)


def _brought(ticked: Any) -> Iterator[str]:
    """Yield what time alone brought about."""
    counts = (
        (ticked.missed, N_("occurrences of duties missed: {count}")),
        (ticked.letters, N_("letters issued: {count}")),
        (ticked.remade, N_("not sent on their day, to be said anew: {count}")),
        (ticked.messages, N_("messages of the day made: {count}")),
        (ticked.failed, N_("steps of the clock that failed: {count}; each is tried again")),
    )
    for count, text in counts:
        if count:
            yield _(text).format(count=count)


def _spawned(ticked: Any, opens: str) -> Iterator[str]:
    yield from _brought(ticked)


def _delivered(delivered: Any, opens: str) -> Iterator[str]:
    parts = [_("handed over: {count}").format(count=delivered.accepted)]
    if delivered.retry_wait:
        parts.append(_("to be tried again: {count}").format(count=delivered.retry_wait))
    if delivered.dead:
        parts.append(_("not deliverable: {count}").format(count=delivered.dead))
    if delivered.ambiguous:
        parts.append(_("unclear: {count}").format(count=delivered.ambiguous))
    yield _(", ").join(parts)
    if delivered.trouble:
        yield _("the last of these: {why}").format(why=_why(delivered.trouble))
    if delivered.put_back:
        text = _("waiting for a provider's limit or a server: {count}")
        yield text.format(count=delivered.put_back)
    if delivered.stopped:
        yield stopped(delivered.stopped)


def _why(cause: str) -> str:
    """Return a cause in words, without the addresses that a server may repeat in its answer."""
    from notifications.cleaning import without_addresses
    from notifications.words.catalog import cause_text

    return without_addresses(cause_text(cause, spoken()))


def stopped(cause: str) -> str:
    """Return that nothing is sent, why, and what is to be done."""
    from notifications.words.catalog import cause_text

    text = _(
        "Nothing is sent: {why}. First look (rectify outbox list), then: "
        "rectify outbox release --stop"
    )
    return text.format(why=cause_text(cause, spoken()))


def left_alone(app: App) -> Iterator[str]:
    """Yield each server that is left alone because it failed, and until when."""
    names = Names(zone=app.zone)
    for circuit in app.engine.circuits():
        if circuit.open_until is not None and circuit.open_until > app.clock():
            yield waiting_for(circuit.server, names.when(circuit.open_until))


def waiting_for(server: str, when: str) -> str:
    """Return that a server takes nothing, whyever, and when it is asked again."""
    text = _("{server} takes nothing at present; it is asked again from {when} on (rectify doctor)")
    return text.format(server=server, when=when)


def held(found: HeldRound) -> str:
    """Return that nothing is sent of a round, and what is to be done."""
    text = _(
        "Round {code} is held back since its import: {count} notices for {people} people. "
        "First look (rectify outbox list), then: rectify outbox release {code}"
    )
    return text.format(code=found.code, count=found.notices, people=found.people)


def _reconciled(reconciled: Any, opens: str) -> Iterator[str]:
    parts = _parts(reconciled, _DOUBTS)
    if parts:
        yield _("doubts looked into: {parts}").format(parts=_(", ").join(parts))


def _watched(watched: Any, opens: str) -> Iterator[str]:
    yield from _parts(watched, _TOLD)


def _sealed(swept: Any, opens: str) -> Iterator[str]:
    if swept.sealed:
        yield _("entries sealed: {count}").format(count=swept.sealed)
    if swept.unsound:
        text = _("streams not sealed, because they are not sound: {count} (rectify verify)")
        yield text.format(count=swept.unsound)


def _anchored(swept: Any, opens: str) -> Iterator[str]:
    if swept.anchored:
        yield _("places that have the latest anchor: {count}").format(count=swept.anchored)
    if swept.contradicted:
        text = _("places that refuse the anchor or contradict it: {count} (rectify audit anchor)")
        yield text.format(count=swept.contradicted)


def _parts(result: Any, texts: Mapping[str, str]) -> list[str]:
    counts = ((getattr(result, name), text) for name, text in texts.items())
    return [_(text).format(count=count) for count, text in counts if count]


_SAYING: Mapping[str, Callable[[Any, str], Iterator[str]]] = {
    OWE: _owed,
    DUTIES: _spawned,
    WATCH: _watched,
    DELIVER: _delivered,
    RECONCILE: _reconciled,
    SEAL: _sealed,
    ANCHOR: _anchored,
}


def when_open(app: App, result: Any) -> str:
    """Return in words when messages go out next, "" where nothing waits for it."""
    opens = opening(app) if getattr(result, "waiting", 0) else None
    return Names(zone=app.zone).when(opens) if opens else ""

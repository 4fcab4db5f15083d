"""``outbox test``: a real message to oneself through a real channel; nothing is written down."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from notifications.notice import ACCEPTED, AMBIGUOUS
from notifications.planning.audience import NOBODY
from workflow.cli.exits import DONE, UNSOUND
from workflow.cli.language import N_, _, spoken
from workflow.cli.naming import names_of
from workflow.cli.opening import opened
from workflow.cli.outbox.showing import write_bytes
from workflow.cli.outbox.words import ATTENTION
from workflow.cli.speaking import command, option
from workflow.cli.terminal.screen import Ink, err, out

if TYPE_CHECKING:
    from notifications.delivery.protocol import Job, Outcome
    from states.office import Person
    from workflow.bootstrap import App


@command(
    "test",
    help=N_(
        "Send yourself a test message, by the channel on which you are reached, or by another one "
        "with --channel, and say what the other side answered. Nothing of it is written into the "
        "log or the outbox. The robot of a group writes into the group.\n\n"
        "Ends with 6 if the message was not handed over."
    ),
)
@option("--channel", metavar="CHANNEL", help=N_("By this channel, configured or not yet in use."))
@option(
    "--bytes",
    "as_bytes",
    is_flag=True,
    help=N_("Also write the message itself to standard output, as it was handed over."),
)
def test(channel: str | None, as_bytes: bool) -> int:
    """Send yourself a test message."""
    app = opened()
    me = _myself(app)
    way = _way(app, me, channel)
    job = _job(app, me, way)
    say = err if as_bytes else out
    from notifications.words.catalog import channel_label

    with closing(app.channel(way.channel)) as door:
        message = door.compose(job)
        say(_("To"), _(": "), me.name, f"  {channel_label(way.channel, spoken())}  {way.address}")
        outcome = door.send(job, message, lambda ref=None: True, app.clock())
    if as_bytes:
        write_bytes(message)
    for line in (*_said(outcome), *_advice(app, way.channel, outcome)):
        say(line)
    return DONE if outcome.status == ACCEPTED else UNSOUND


@dataclass(frozen=True, slots=True)
class _Way:
    channel: str
    address: str


def _myself(app: App) -> Person:
    """Return who acts. Raises ``Denied`` for an account that is nobody's."""
    actor = app.identity.actor(app.engine.office())
    return app.engine.people()[actor.principal]


def _way(app: App, me: Person, wanted: str | None) -> _Way:
    """Return by which channel to which address. Raises ``Invalid``."""
    from notifications.channels.addressing import RULES
    from states.errors import Invalid, Problem

    channels = app.config.notices.channels if wanted is None else (wanted,)
    facts = {"person": me.id, "id": me.id, "channels": tuple(channels), "known": tuple(RULES)}
    if wanted is not None and wanted not in RULES:
        raise Invalid(
            Problem("channel_unknown", "there is no channel {channels} (known: {known})", facts)
        )
    found = next((c for c in channels if me.addresses.get(c)), NOBODY)
    if found == NOBODY:
        text = (
            "{person} has no address for {channels} "
            "(rectify people edit {id} --address CHANNEL=ADDRESS)"
        )
        raise Invalid(Problem("no_address_for", text, facts))
    return _Way(found, me.addresses[found])


def _job(app: App, me: Person, way: _Way) -> Job:
    import hashlib

    from notifications.delivery.protocol import Job

    now = app.clock()
    local = now.astimezone(app.zone)
    key = f"test/{me.id}/{way.channel}/{now.isoformat()}"
    names = names_of(app)
    with app.store.reading() as session:
        sealed = session.checkpoint()
    return Job(
        id=0,
        key=key,
        message_id=hashlib.sha256(key.encode()).hexdigest()[:40],
        template="test",
        recipient=me.id,
        channel=way.channel,
        address=way.address,
        language=me.language,
        facts={
            "recipient": me.name,
            "recipient_title": me.title,
            "issue": "",
            "contacts": [],
            "today": local.date().isoformat(),
            "at": local.strftime("%Y-%m-%dT%H:%M"),
            "channel": way.channel,
            "address": way.address,
            "actor": names.person(app.identity.actor(app.engine.office()).person),
        },
        created_at=now,
        attempts=1,
        token="test",  # noqa: S106 - of a claim, not a password
        first_at=now,
        anchor=sealed.anchor if sealed else "",
    )


def _said(outcome: Outcome) -> list[Ink]:
    """Return what became of the message: nothing tries again what was not handed over."""
    from notifications.words.catalog import cause_text, status_label

    status = _("not handed over")
    if outcome.status in (ACCEPTED, AMBIGUOUS):
        status = status_label(outcome.status, spoken())
    lines = [Ink(status, ATTENTION.get(outcome.status, "red"))]
    if outcome.cause:
        lines.append(Ink(cause_text(outcome.cause, spoken())))
    if outcome.ref:
        lines.append(Ink(_("Reference: {ref}").format(ref=outcome.ref)))
    return lines


_COMPARE = {
    "unreachable": N_("Compare smtp.host and smtp.port; may this machine reach the server?"),
    "tls_failed": N_(
        "Compare smtp.port with smtp.security: 465 goes with tls, 587 with starttls. For a "
        "certificate of your own office name its authority: smtp.authority"
    ),
    "login_refused": N_(
        "Compare smtp.user with the password (smtp.password_file, smtp.password_env); many "
        "providers ask for one of its own for programs"
    ),
    "sender_refused": N_("May this login send as mail.from, and to this address?"),
}
"""What is to be looked at in the configuration, by the code of the cause."""


def _advice(app: App, channel: str, outcome: Outcome) -> list[Ink]:
    """Return what to compare where a mail server does not take our mail."""
    code = (outcome.cause or "").partition(":")[0]
    if channel != "mail" or app.config.mail.transport != "smtp" or code not in _COMPARE:
        return []
    return [Ink(_(_COMPARE[code]))]

"""What keeps messages from arriving: failures, servers that are away, a stop, rounds held back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from notifications.cleaning import without_addresses
from notifications.notice import ALARMS, AMBIGUOUS, DEAD, RETRY_WAIT, UNDELIVERED
from notifications.planning.audience import NOBODY
from states.errors import Message
from workflow.doctor.findings import Finding, note, warning, wrong
from workflow.doctor.patient import Patient
from workflow.ports import Sent
from workflow.seeking import Seeking

PATIENCE = timedelta(hours=1)
"""So long a message may be put off (greylisting takes minutes) before it is worth a word."""

EXAMPLES = 5
"""So many numbers are named of what may be many."""


def stopped(patient: Patient) -> Iterator[Finding]:
    """All sending is stopped until somebody releases it."""
    halt = patient.standing.halt
    if halt is not None:
        facts = {"since": patient.when(halt.since), "cause": without_addresses(halt.cause)}
        yield wrong(
            Message("sending_stopped", "nothing is sent since {since} ({cause})", facts),
            Message(
                "release_stop",
                "look at what is ready (rectify outbox list --status pending); if it is right: "
                "rectify outbox release --stop",
            ),
        )


def servers(patient: Patient) -> Iterator[Finding]:
    """Servers that do not take our messages, or refuse our login."""
    for circuit in patient.standing.open_circuits:
        until = circuit.open_until
        facts = {
            "server": circuit.server,
            "cause": without_addresses(circuit.cause or "–"),
            "failures": circuit.failures,
            "until": "–" if until is None else patient.when(until),
        }
        yield wrong(
            Message(
                "server_away",
                "{server} does not take our messages ({cause}; {failures} times in a row); it is "
                "left alone until {until}",
                facts,
            ),
            Message(
                "mend_server",
                "see that it runs and that our settings and login are right; what waits is sent "
                "by itself then (rectify outbox test)",
            ),
        )


def untold(patient: Patient) -> Iterator[Finding]:
    """Words of failures that did not reach those who supervise: nobody else is told of these."""
    counts, app = patient.standing.counts, patient.app
    if app is None or not (counts.get(DEAD) or counts.get(AMBIGUOUS)):
        return
    found = [
        sent
        for sent in app.engine.seek(Seeking(statuses=(DEAD, AMBIGUOUS)))
        if sent.notice.template in (UNDELIVERED, *ALARMS)
        and sent.notice.bundle is None
        and sent.notice.channel != NOBODY  # that somebody has no address is said elsewhere
        and sent.resolved_at is None
        and sent.retry_at is None
    ]
    if found:
        yield wrong(
            Message(
                "failures_untold",
                "those who supervise could not be told of a failure, or nobody knows whether they "
                "were: {count} (no. {numbers})",
                _several(found),
            ),
            Message(
                "settle_untold",
                "mend their address (rectify people edit) and look at what failed (rectify outbox "
                "list --status dead); then: rectify outbox resolve NUMBER --how given-up "
                "--reason …",
            ),
        )


def put_off(patient: Patient) -> Iterator[Finding]:
    """Messages that were refused for now, again and again: in the end they are given up."""
    since = patient.standing.put_off_since
    if since is None or patient.now - since < PATIENCE:
        return
    count = patient.standing.counts.get(RETRY_WAIT, 0)
    yield warning(
        Message(
            "put_off",
            "messages that were not taken at once are tried again: {count}, the oldest since "
            "{since}",
            {"count": count, "since": patient.when(since)},
        ),
        Message(
            "put_off_do",
            "see what the server says of them (rectify outbox list --status retry_wait); a "
            "mailbox that is full or an address that is wrong is given up after three working "
            "days, and told to those who supervise",
        ),
    )


def spooled(patient: Patient) -> Iterator[Finding]:
    """Mail that only lies in a folder: the default, and easily taken for mail that was sent."""
    config = patient.config
    if config is None or "mail" not in config.notices.channels or config.mail.transport != "spool":
        return
    yield note(
        Message(
            "mail_spooled",
            "mail is put into the folder {folder}, and goes to nobody from there by itself",
            {"folder": str(config.path(config.mail.spool))},
        ),
        Message("send_by_smtp", 'to send it: mail.transport = "smtp", and the section [smtp]'),
    )


def failures(patient: Patient) -> Iterator[Finding]:
    """Messages that failed, or of which nobody knows, and of which nobody has taken note."""
    app = patient.app
    if app is None or not (patient.standing.dead or patient.standing.in_doubt):
        return
    found = app.engine.unresolved()
    dead = [sent for sent in found if sent.status == DEAD]
    if dead:
        yield wrong(
            Message(
                "undelivered",
                "messages that could not be delivered, and that nobody has taken note of: {count} "
                "(no. {numbers})",
                _several(dead),
            ),
            Message(
                "settle_undelivered",
                "mend the address, then: rectify outbox retry NUMBER --reason …; or tell the "
                "person otherwise, then: rectify outbox resolve NUMBER --how arrived --reason …",
            ),
        )
    doubtful = [sent for sent in found if sent.status != DEAD]
    if doubtful:
        yield wrong(
            Message(
                "undecided",
                "messages of which nobody knows whether they arrived: {count} (no. {numbers})",
                _several(doubtful),
            ),
            Message(
                "decide_undecided",
                "ask the person, then: rectify outbox resolve NUMBER --how arrived --reason …, or "
                "--how send-again",
            ),
        )


def _several(found: Sequence[Sent]) -> dict[str, object]:
    numbers = [str(sent.id) for sent in found[:EXAMPLES]]
    more = ["…"] if len(found) > EXAMPLES else []
    return {"count": len(found), "numbers": (*numbers, *more)}


def held(patient: Patient) -> Iterator[Finding]:
    """Rounds of which nothing is sent since their import."""
    for found in patient.standing.held:
        facts = {
            "round": found.code,
            "since": "–" if found.since is None else patient.when(found.since),
            "count": found.notices,
            "people": found.people,
        }
        level = wrong if found.people else warning
        yield level(
            Message(
                "round_held",
                "nothing is sent of the round {round}, imported {since}: {count} notices wait for "
                "{people} people",
                facts,
            ),
            Message(
                "release_round",
                "look at it (rectify outbox release {round} --dry-run); if it is right: "
                "rectify outbox release {round}",
                facts,
            ),
        )

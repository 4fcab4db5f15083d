"""People's words for what becomes of a notice: channels, statuses, causes, decisions, sweeps.

The English word is the key of its translation. A name that is not listed is shown as it is.
"""

from __future__ import annotations

from collections.abc import Mapping

from notifications.notice import (
    ACCEPTED,
    AMBIGUOUS,
    BUNDLED,
    CLAIMED,
    DEAD,
    INFLIGHT,
    PENDING,
    RETRY_WAIT,
    SUPERSEDED,
    SUPPRESSED,
    WAITING,
)
from notifications.words.labels import N_

CHANNELS: Mapping[str, str] = {
    "mail": N_("mail"),
    "console": N_("screen"),
    "dingtalk": N_("DingTalk work notification"),
    "dingtalk_robot": N_("DingTalk group robot"),
    "wecom": N_("WeCom app message"),
    "wecom_robot": N_("WeCom group robot"),
    "feishu": N_("Feishu app message"),
    "feishu_robot": N_("Feishu group robot"),
    "apprise": N_("other channel (apprise)"),
    "-": N_("no channel"),
}

SWEEPS: Mapping[str, str] = {
    "owe": N_("owing reminders"),
    "duties": N_("looking for duties that lapsed"),
    "watch": N_("watching for failures"),
    "deliver": N_("sending messages"),
    "reconcile": N_("looking into unclear messages"),
    "seal": N_("sealing the log"),
    "anchor": N_("anchoring the log"),
}
"""What the daemon does, each at its own interval."""

DECISIONS: Mapping[str, str] = {
    "found": N_("found: it had arrived"),
    "absent": N_("not found: it is sent once more"),
    "same_key": N_("sent once more under its key, which leaves one"),
    "resent": N_("sent once more, as a possible copy"),
    "held": N_("held: somebody has to decide"),
    "by_hand": N_("decided by a person"),
    "arrived": N_("it had arrived"),
    "given_up": N_("given up"),
    "send_again": N_("to be sent again"),
}
"""How it was decided what became of a message: by the program, or by a person."""

REPEATED_MARK = N_("[Possibly a copy] ")
REPEATED = N_(
    "This may be a copy: it could not be found out whether this message had arrived before. "
    "If you have it already, there is nothing more to do."
)
SLIM = N_("The calendar file was left out, because the mail server takes no message of that size.")
"""What is said at the beginning of a possible copy, and at the end of a mail made smaller."""

STATUSES: Mapping[str, str] = {
    WAITING: N_("waiting for the sending hours"),
    BUNDLED: N_("in a message of the day"),
    PENDING: N_("to be sent"),
    CLAIMED: N_("taken up"),
    INFLIGHT: N_("being handed over"),
    RETRY_WAIT: N_("waiting to be tried again"),
    AMBIGUOUS: N_("unclear whether it arrived"),
    ACCEPTED: N_("handed over"),
    DEAD: N_("not deliverable"),
    SUPPRESSED: N_("held back"),
    SUPERSEDED: N_("replaced by a later one"),
}

CAUSES: Mapping[str, str] = {
    "nobody_to_tell": N_("nobody holds a role that could be told"),
    "no_address": N_("the person has no address for any channel"),
    "caught_up": N_("a later reminder of the same work stands for it"),
    "closed": N_("it was no longer owed when it was to be sent"),
    "reassigned": N_("somebody else owed it when it was to be sent"),
    "crashed_inflight": N_("the program ended while the message was being handed over"),
    "unreadable": N_("what is stored of the notice cannot be read"),
    "channel_unknown": N_("the channel is not configured"),
    "template_broken": N_("the template cannot be rendered"),
    "address_wrong": N_("the address is not valid"),
    "unreachable": N_("the server cannot be reached"),
    "tls_failed": N_("no protected connection to the server"),
    "login_refused": N_("the server refuses the login"),
    "sender_refused": N_("the server refuses the sender, or its policy forbids the message"),
    "recipient_refused": N_("the server refuses the recipient"),
    "message_refused": N_("the server refuses the message"),
    "try_later": N_("the server asks to try later"),
    "answer_unclear": N_("the server's answer is not understood"),
    "answer_lost": N_("the connection broke before the server confirmed"),
    "spool_unwritable": N_("the folder for messages cannot be written"),
    "broke_off": N_("an unexpected error"),
    "gave_up": N_("tried too often without success"),
    "by_hand": N_("decided by a person"),
    "remade": N_("said anew in a later message"),
    "claim_lost": N_("another process has taken it over"),
    "sent_again": N_("it was not certain that it arrived; a copy was sent that says so"),
    "held_for_decision": N_("it is not certain that it arrived; somebody has to decide"),
    "storm": N_("more messages were ready than are sent at once"),
    "restored": N_("a backup was restored: what went out since would go out again"),
    "redacted": N_("the recipient's details were erased"),
    "held_import": N_("its round was imported and waits to be let go"),
    "too_large": N_("the message is too large for the mail server"),
    "archive_refused": N_(
        "handed over, but without the copy to the archive: its mailbox refused it"
    ),
    "archive_unreachable": N_("the archive mailbox cannot be asked"),
    "archive_unproven": N_("the search of the archive mailbox cannot be relied on"),
    "not_in_archive": N_("the archive mailbox has no copy of it"),
    "not_in_spool": N_("the folder for messages does not hold it"),
    "console_closed": N_("the screen cannot be written to"),
    "rate_limited": N_("too many messages for the messenger; later again"),
    "result_unknown": N_("the messenger does not know yet whether it was passed on"),
    "account_wrong": N_("the address is no account of the messenger"),
    "best_effort": N_("handed over; whether it was taken is not checked"),
    "apprise_failed": N_("apprise reports a failure"),
    "printed_again": N_("shown again, for it may not have been seen"),
}
"""Why a notice is not, or not yet, delivered: by the code that stands before the first colon."""

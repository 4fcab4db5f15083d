"""People's words for the names that programs use: roles, facts, statuses, causes.

The English word is the key of its translation. A name that is not listed is shown as it is.
"""

from __future__ import annotations

from collections.abc import Mapping

from notifications.notice import (
    ACCEPTED,
    AMBIGUOUS,
    CLAIMED,
    DEAD,
    INFLIGHT,
    PENDING,
    RETRY_WAIT,
    SUPERSEDED,
    SUPPRESSED,
)
from states.attempt import AUDITOR, LEADER, RESPONSIBLE, SUPERVISOR


def N_(text: str) -> str:  # the name that the collector of texts looks for
    """Mark a text for translation where it is shown."""
    return text


ROLES: Mapping[str, str] = {
    RESPONSIBLE: N_("responsible person"),
    LEADER: N_("responsible leader"),
    SUPERVISOR: N_("supervisor"),
    AUDITOR: N_("auditor"),
}

STATUSES: Mapping[str, str] = {
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
    "caught_up": N_("its day passed while nothing was running; a later reminder counts it"),
    "crashed_inflight": N_("the program ended while the message was being handed over"),
    "unreadable": N_("what is stored of the notice cannot be read"),
    "channel_unknown": N_("the channel is not configured"),
    "template_broken": N_("the template cannot be rendered"),
    "address_wrong": N_("the address is not valid"),
    "unreachable": N_("the mail server cannot be reached"),
    "tls_failed": N_("no protected connection to the mail server"),
    "login_refused": N_("the mail server refuses the login"),
    "sender_refused": N_("the mail server refuses the sender or its policy forbids the message"),
    "recipient_refused": N_("the mail server refuses the recipient"),
    "message_refused": N_("the mail server refuses the message"),
    "try_later": N_("the mail server asks to try later"),
    "answer_unclear": N_("the mail server's answer is not understood"),
    "answer_lost": N_("the connection broke before the mail server confirmed"),
    "spool_unwritable": N_("the folder for messages cannot be written"),
    "broke_off": N_("an unexpected error"),
    "gave_up": N_("tried too often without success"),
}
"""Why a notice is not, or not yet, delivered: by the code that stands before the first colon."""

FACTS: Mapping[str, str] = {
    "account": N_("account"),
    "aspect": N_("aspect"),
    "basis": N_("basis"),
    "by": N_("by whom"),
    "claim": N_("claim"),
    "code": N_("code"),
    "commitment": N_("commitment"),
    "declared_aspects": N_("aspects declared"),
    "declared_issues": N_("issues declared"),
    "department": N_("department"),
    "due": N_("date"),
    "due_source": N_("source of the date"),
    "duties": N_("maintenance duties"),
    "duty": N_("maintenance duty"),
    "every_days": N_("interval in days"),
    "feedback": N_("date of feedback"),
    "first_due": N_("first date"),
    "found_aspects": N_("aspects found"),
    "found_issues": N_("issues found"),
    "group": N_("inspection group"),
    "inspection_from": N_("beginning of the inspection"),
    "inspection_to": N_("end of the inspection"),
    "kind": N_("kind"),
    "language": N_("language"),
    "leader": N_("leader"),
    "line": N_("line"),
    "measure": N_("measure"),
    "measures": N_("measures"),
    "name": N_("name"),
    "no_duties": N_("reason why no duty is needed"),
    "note": N_("note"),
    "number": N_("number"),
    "on": N_("day"),
    "person": N_("person"),
    "principal": N_("person recorded for"),
    "process": N_("process"),
    "reason": N_("reason"),
    "recorder": N_("recording person"),
    "remains": N_("what remains"),
    "role": N_("role"),
    "round": N_("round"),
    "sha256": N_("SHA-256"),
    "size": N_("size"),
    "source": N_("source"),
    "text": N_("wording"),
    "title": N_("title"),
    "trial": N_("trial"),
    "unit": N_("unit"),
    "until": N_("until when"),
    "verdict": N_("verdict"),
}

ACTS: Mapping[str, str] = {
    "found_office": N_("setting up the office"),
    "add_person": N_("adding a person"),
    "edit_person": N_("changing a person"),
    "grant_role": N_("granting a role"),
    "revoke_role": N_("revoking a role"),
    "bind_account": N_("binding an account"),
    "delegate": N_("a delegation"),
    "end_delegation": N_("ending a delegation"),
    "register_round": N_("registering a round"),
    "adopt_process": N_("adopting a process"),
}
"""The acts of the office; the events of a process are named in the process itself."""

SORTS: Mapping[str, str] = {
    "state": N_("state"),
    "role": N_("role"),
    "guard": N_("guard"),
    "effect": N_("effect"),
    "part": N_("part"),
    "ladder": N_("ladder"),
    "anchor": N_("anchor"),
}
"""What a name in a process file may be of."""

KINDS: Mapping[str, str] = {
    phrase: phrase
    for phrase in (
        N_("text"),
        N_("a text that is not empty"),
        N_("true or false"),
        N_("yes or no"),
        N_("a table"),
        N_("a list of texts"),
        N_("a list of tables"),
        N_("a list of records"),
        N_("a whole number"),
        N_("a whole number above 0"),
        N_("a whole number below 40000"),
        N_("a number of days from 1 to 3660"),
        N_("a date (YYYY-MM-DD, 1900 to 2999)"),
        N_("a SHA-256 in hex"),
        N_("completed or basically_completed"),
        N_("one of responsible, leader, supervisor, auditor"),
    )
}
"""What the rules ask a value to be; they say it as a fact of the message."""

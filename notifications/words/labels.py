"""People's words for the names that programs use: roles, facts, statuses, causes.

The English word is the key of its translation. A name that is not listed is shown as it is.
"""

from __future__ import annotations

from collections.abc import Mapping

from states.attempt import AUDITOR, CLOCK, LEADER, PRINCIPAL, RESPONSIBLE, SUPERVISOR


def N_(text: str) -> str:  # the name that the collector of texts looks for
    """Mark a text for translation where it is shown."""
    return text


ROLES: Mapping[str, str] = {
    RESPONSIBLE: N_("responsible person"),
    LEADER: N_("responsible leader"),
    PRINCIPAL: N_("principal of the unit"),
    SUPERVISOR: N_("supervisor"),
    AUDITOR: N_("auditor"),
    CLOCK: N_("the clock"),
}

FACTS: Mapping[str, str] = {
    "account": N_("account"),
    "after": N_("term"),
    "anchor": N_("anchor"),
    "apart": N_("kept elsewhere"),
    "asked": N_("date asked for"),
    "aspect": N_("aspect"),
    "backup": N_("backup"),
    "basis": N_("basis"),
    "by": N_("by whom"),
    "calendar": N_("calendar"),
    "claim": N_("claim"),
    "code": N_("code"),
    "commitment": N_("commitment"),
    "dates": N_("dates"),
    "decision": N_("decision"),
    "declared_aspects": N_("aspects declared"),
    "declared_issues": N_("issues declared"),
    "department": N_("department"),
    "due": N_("date"),
    "due_source": N_("source of the date"),
    "duties": N_("maintenance duties"),
    "duty": N_("maintenance duty"),
    "entries": N_("number of entries"),
    "every_days": N_("interval in days"),
    "feedback": N_("date of feedback"),
    "first": N_("first date"),
    "first_due": N_("first date"),
    "found_aspects": N_("aspects found"),
    "found_issues": N_("issues found"),
    "from_person": N_("who hands over"),
    "granted": N_("date granted"),
    "group": N_("inspection group"),
    "held": N_("held back"),
    "inspection_from": N_("beginning of the inspection"),
    "inspection_to": N_("end of the inspection"),
    "issues": N_("number of issues"),
    "lost": N_("seals that are lost"),
    "keep_roles": N_("keeps the roles"),
    "kind": N_("kind"),
    "key": N_("key"),
    "language": N_("language"),
    "leader": N_("leader"),
    "letter": N_("letter"),
    "level": N_("level"),
    "line": N_("line"),
    "long_term": N_("long-term maintenance"),
    "look_back": N_("look-back"),
    "look_backs": N_("look-backs"),
    "measure": N_("measure"),
    "measures": N_("measures"),
    "missed": N_("dates missed"),
    "name": N_("name"),
    "next": N_("next date"),
    "no_duties": N_("reason why no duty is needed"),
    "note": N_("note"),
    "notices": N_("messages"),
    "number": N_("number"),
    "obligation": N_("what is owed"),
    "on": N_("day"),
    "person": N_("person"),
    "principal": N_("person recorded for"),
    "process": N_("process"),
    "progress": N_("progress so far"),
    "provisional": N_("provisional"),
    "published_on": N_("published on"),
    "reason": N_("reason"),
    "recovery": N_("recovery key"),
    "recorder": N_("recording person"),
    "remains": N_("what remains"),
    "replaces": N_("evidence replaced"),
    "role": N_("role"),
    "round": N_("round"),
    "rounds": N_("rounds"),
    "rung": N_("rung"),
    "sha256": N_("SHA-256"),
    "since": N_("from when"),
    "size": N_("size"),
    "source": N_("source"),
    "stop": N_("end of the stop"),
    "successor": N_("successor"),
    "text": N_("wording"),
    "title": N_("title"),
    "to": N_("addressed to"),
    "to_person": N_("who takes over"),
    "trial": N_("trial"),
    "type": N_("type"),
    "unit": N_("unit"),
    "until": N_("until when"),
    "url": N_("web address"),
    "verdict": N_("verdict"),
    "visit": N_("visit"),
    "when": N_("when it recurs"),
    "years": N_("years"),
    "zone": N_("time zone"),
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
    "substitute": N_("a substitution"),
    "leave": N_("leaving"),
    "rejoin": N_("coming back"),
    "unbind_account": N_("unbinding an account"),
    "hand_over": N_("a handover"),
    "adopt_calendar": N_("adopting a calendar"),
    "migrate_issues": N_("moving issues to another process"),
    "release": N_("letting messages go"),
    "retry_notices": N_("sending messages again"),
    "resolve_notices": N_("settling failed messages"),
    "redact": N_("erasing personal details"),
    "restore": N_("restoring a backup"),
    "adopt_key": N_("adopting a key for seals"),
    "adopt_recovery": N_("adopting a recovery key"),
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
    "type": N_("type"),
    "colour": N_("colour"),
    "sort": N_("sort"),
    "rung": N_("rung"),
    "letter": N_("letter"),
    "rule": N_("rule"),
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
        N_("a whole number from 0 to 1000"),
        N_("a number of days from 1 to 3660"),
        N_("a date (YYYY-MM-DD, 1900 to 2999)"),
        N_("a term such as 10 workdays, 20 days or 3 months"),
        N_("a list of terms such as 10 workdays, 20 days or 3 months"),
        N_("a term (such as 10 workdays, 30 days, 3 months)"),
        N_("when it recurs (such as 每月, 每季度末, every quarter)"),
        N_("a SHA-256 in hex"),
        N_("the id of a person, which does not begin with @"),
        N_("completed or basically_completed"),
        N_("one of dated, immediate, staged"),
        N_("one of holds, slipping, rebound"),
        N_("one of arrived, given_up, send_again"),
        N_("one of open, internal, secret, confidential (公开, 内部, 秘密, 机密)"),
        N_("a signed note"),
        N_("resend or hold"),
        N_("one of responsible, leader, principal, supervisor, auditor"),
    )
}
"""What the rules ask a value to be; they say it as a fact of the message."""

LETTERS: Mapping[str, str] = {
    "提醒函": N_("letter of reminder"),
    "提示函": N_("letter of notice"),
    "督办函": N_("letter of supervision"),
    "告诫函": N_("letter of admonition"),
}
"""Kinds of letters; their Chinese names are the keys, and need no translation."""

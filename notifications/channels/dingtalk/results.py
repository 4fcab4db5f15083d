"""What became of a work notification (钉钉开放平台《获取工作通知消息的发送结果》)."""

from __future__ import annotations

from datetime import datetime

from notifications.channels.dingtalk.codes import DUPLICATE, FORBIDDEN
from notifications.channels.judging import NOBODY, UNWANTED, Fields, Verdict
from notifications.delivery.protocol import Job, Outcome
from notifications.delivery.reconciling import FOUND
from notifications.notice import ACCEPTED

_PASSED_ON = ("read_user_id_list", "unread_user_id_list")


def result(fields: Fields, job: Job, now: datetime) -> Outcome | None:
    """Return what became of the notification for this person, None as long as it says nothing.

    A text that was dropped because it had been sent that day already has arrived if this is a
    message in doubt: then that text was its own.
    """
    found = fields.get("send_result")
    if not isinstance(found, dict):
        return None
    if _names(found, "invalid_user_id_list", job.address):
        return _refused("unknown user").outcome(job, now)
    if _names(found, "failed_user_id_list", job.address):
        return _refused("not passed on").outcome(job, now)
    if _names(found, "forbidden_user_id_list", job.address) or _reason(found, job.address):
        return _forbidden(_reason(found, job.address), job, now)
    if any(_names(found, name, job.address) for name in _PASSED_ON):
        return Outcome(status=ACCEPTED)
    return None


def _forbidden(code: int, job: Job, now: datetime) -> Outcome:
    if code == DUPLICATE and job.doubts:
        return Outcome(status=ACCEPTED, decision=FOUND)
    meaning = UNWANTED if code == DUPLICATE else FORBIDDEN.get(code, NOBODY)
    return Verdict(meaning=meaning, said=f"{code} forbidden").outcome(job, now)


def _refused(said: str) -> Verdict:
    return Verdict(meaning=NOBODY, said=said)


def _names(found: Fields, name: str, address: str) -> bool:
    people = found.get(name)
    return isinstance(people, list) and address in people


def _reason(found: Fields, address: str) -> int:
    """Return the number that says why a person was left out, 0 if none does."""
    reasons = found.get("forbidden_list")
    for reason in reasons if isinstance(reasons, list) else []:
        if isinstance(reason, dict) and reason.get("userid") == address:
            code = str(reason.get("code"))
            return int(code[:9]) if code.isascii() and code.isdigit() else 0
    return 0

"""The outbox through the command line: to see what became of messages, and to decide about them."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_string, policy
from typing import Any

import pytest

from tests.servers.smtp import SmtpServer
from tests.terminal import Terminal, posting

WHY = ("--reason", "the mailbox was full")


def assigned(office: Terminal) -> None:
    for issue in (1, 2):
        naming = ("--leader", "luo", "--department", "公路股", "--person", "wang")
        office.does("assign", issue, *naming)


def listed(office: Terminal, *options: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = office.does("outbox", "list", *options, "--json").json
    return found


def shown(office: Terminal, id: int) -> dict[str, Any]:
    found: dict[str, Any] = office.does("outbox", "show", id, "--json").json
    return found


@pytest.fixture
def sent(round_: Terminal) -> Terminal:
    """A round whose first messages lie in the folder ``mail``."""
    assigned(round_)
    round_.does("tick")
    return round_


@pytest.fixture
def failed(round_: Terminal, smtp_server: SmtpServer) -> tuple[Terminal, int]:
    """A round of which a message to Wang came back, and the number of that message."""
    posting(round_, smtp_server)
    assigned(round_)
    smtp_server.refuse("RCPT", "550 5.1.1 no such user", "wang@qingxi.example")
    round_.does("tick")
    (dead,) = (n for n in listed(round_, "--status", "dead") if n["key"].startswith("digest/"))
    smtp_server.accept()
    return round_, dead["id"]


# ---------------------------------------------------------------- to see


def test_the_list_is_narrowed_by_what_one_looks_for(sent: Terminal) -> None:
    everything = listed(sent)
    to_wang = listed(sent, "--person", "wang")
    assert {n["recipient"] for n in to_wang} == {"wang"}
    assert listed(sent, "--person", "王海涛") == to_wang
    about_one = listed(sent, "--issue", 1)
    assert {n["issue"] for n in about_one} == {"R2025-1"}
    assert listed(sent, "--channel", "wecom") == []
    accepted, others = (
        listed(sent, "--status", "accepted"),
        listed(sent, "--status", "pending", "--status", "dead"),
    )
    assert {n["status"] for n in accepted} == {"accepted"}
    assert len(accepted) + len(others) == len(everything)
    assert sent("outbox", "list", "--person", "nobody").code == 4


def test_the_list_is_narrowed_by_days_of_the_office(sent: Terminal) -> None:
    before = len(listed(sent))
    sent.at += timedelta(hours=15, minutes=30)  # 0:30 of the next day in Beijing
    sent.does("note", 1, "seen")
    sent.does("people", "add", "sun", "--name", "孙晓梅")
    sent.does("assign", 3, "--leader", "luo", "--department", "公路股", "--person", "wang")
    today = len(listed(sent, "--on", "2025-05-27"))
    assert today > 0
    assert len(listed(sent, "--on", "2025-05-26")) == before
    assert len(listed(sent, "--since", "2025-05-26")) == before + today
    assert listed(sent, "--since", "2025-05-28") == []


def test_a_long_list_shows_the_newest_and_counts_all(sent: Terminal) -> None:
    total = len(listed(sent))
    short = sent.does("outbox", "list", "--limit", 1)
    assert len(short.out.splitlines()) == 2
    assert f"Notices: {total}: " in short.err
    assert "handed over" in short.err
    assert "the newest 1" in short.err
    assert [n["id"] for n in listed(sent, "--limit", 1)] == [n["id"] for n in listed(sent)[-1:]]


def test_one_notice_shows_its_trail(failed: tuple[Terminal, int]) -> None:
    office, id = failed
    found = shown(office, id)
    assert [(step["n"], step["status"]) for step in found["trail"]] == [(1, "dead")]
    assert "550" in found["trail"][0]["cause"]
    page = office.does("outbox", "show", id).out
    assert "not deliverable" in page
    assert f"rectify outbox retry {id}" in page
    assert "no such user" in page


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_nobody_can_be_told_says_what_to_do(round_: Terminal, language: str) -> None:
    round_.does("people", "edit", "wang", "--mail", "")
    assigned(round_)
    round_.does("tick")
    lost = [n for n in listed(round_, "--status", "dead") if n["recipient"] == "wang"]
    round_.language = language
    page = round_.does("outbox", "show", lost[0]["id"]).out
    assert "rectify people edit wang --mail" in page


def test_a_message_that_waits_for_its_next_attempt_says_when(
    round_: Terminal, smtp_server: SmtpServer
) -> None:
    posting(round_, smtp_server)
    assigned(round_)
    smtp_server.refuse("RCPT", "450 4.2.1 greylisted")
    round_.does("tick")
    waiting = listed(round_, "--status", "retry_wait")
    page = round_.does("outbox", "show", waiting[0]["id"])
    assert "tried again from 2025-05-26 09:" in page.out


def test_the_bytes_are_those_that_were_handed_over(sent: Terminal) -> None:
    message = next(n for n in listed(sent) if n["template"] == "digest")
    letters = [path.read_bytes() for path in (sent.folder / "mail").glob("*.eml")]
    written = sent.does("outbox", "show", message["id"], "--bytes")
    assert written.out.encode() in letters
    assert written.err == ""
    item = next(n for n in listed(sent) if n["bundle_id"] == message["id"])
    within = sent.does("outbox", "show", item["id"], "--bytes")
    assert within.out == written.out
    assert f"no. {message['id']}" in within.err


def test_bytes_that_were_never_written_are_written_to_look_at(round_: Terminal) -> None:
    assigned(round_)
    waiting = next(n for n in listed(round_) if n["recipient"] == "wang")
    first = round_.does("outbox", "show", waiting["id"], "--bytes")
    assert "Not written yet" in first.err
    mail = message_from_string(first.out, policy=policy.default)
    assert "wang@qingxi.example" in mail["To"]
    assert shown(round_, waiting["id"])["status"] == waiting["status"]


def test_a_notice_that_is_not_there_is_said_to_be_so(office: Terminal) -> None:
    assert office("outbox", "show", 99).code == 4
    assert office("outbox", "show", 99, "--bytes").code == 4


# ---------------------------------------------------------------- to decide


def test_what_failed_goes_again_to_the_address_that_was_mended(
    failed: tuple[Terminal, int], smtp_server: SmtpServer
) -> None:
    office, id = failed
    office.does("people", "edit", "wang", "--mail", "wang@new.example")
    again = office.does("outbox", "retry", id, *WHY)
    assert "wang@new.example" in again.out
    office.does("tick")
    assert shown(office, id)["status"] == "accepted"
    assert ("wang@new.example",) in [letter.recipients for letter in smtp_server.letters]
    entry = office.log()[-1]
    assert (entry["event"], entry["facts"]["reason"]) == ("retry_notices", WHY[1])
    refused = office("outbox", "retry", id, *WHY)
    assert refused.code == 3
    assert "delivered already" in refused.err


def test_a_repeated_request_decides_once(failed: tuple[Terminal, int]) -> None:
    office, id = failed
    command = ("outbox", "retry", id, *WHY, "--request-id", "mend-1")
    office.does(*command)
    entries = office.entries()
    assert "already done" in office.does(*command).err
    assert office.entries() == entries


def test_all_that_failed_is_looked_at_before_it_goes_again(failed: tuple[Terminal, int]) -> None:
    office, id = failed
    entries = office.entries()
    look = office.does(
        "outbox", "retry", "--status", "dead", "--channel", "mail", *WHY, "--dry-run"
    )
    assert str(id) in look.out
    unasked = office("outbox", "retry", "--status", "dead", *WHY)
    assert unasked.code == 2
    assert "--yes" in unasked.err
    assert office.entries() == entries
    assert shown(office, id)["status"] == "dead"
    office.does("outbox", "retry", "--status", "dead", "--channel", "mail", *WHY, "--yes")
    assert shown(office, id)["status"] == "pending"
    none = office.does("outbox", "retry", "--status", "dead", "--channel", "mail", *WHY, "--yes")
    assert "no such notice" in none.err


def test_numbers_and_filters_exclude_each_other(failed: tuple[Terminal, int]) -> None:
    office, id = failed
    for wrong in ((), (id, "--status", "dead"), (id, "--person", "wang")):
        assert office("outbox", "retry", *wrong, *WHY).code == 2
    assert office("outbox", "retry", id).code == 2  # without a reason
    assert office("outbox", "resolve", id, *WHY).code == 2


@pytest.mark.parametrize(
    ("how", "status"), [("arrived", "accepted"), ("given-up", "dead"), ("send-again", "pending")]
)
def test_what_failed_is_settled_by_who_knows(
    failed: tuple[Terminal, int], how: str, status: str
) -> None:
    office, id = failed
    look = office.does("outbox", "resolve", id, "--how", how, *WHY, "--dry-run")
    assert "nothing was changed" in look.out
    assert shown(office, id)["resolved_at"] is None
    office.does("outbox", "resolve", id, "--how", how, *WHY)
    found = shown(office, id)
    assert (found["status"], found["next"] is None) == (status, status != "pending")
    assert found["resolved_at"] is not None
    entry = office.log()[-1]
    assert entry["facts"]["decision"] == how.replace("-", "_")
    assert "messages: 1" in office.does("log", "@office").out


def test_only_who_supervises_may_decide(failed: tuple[Terminal, int]) -> None:
    office, id = failed
    entries = office.entries()
    refused = office("--as", "wang", "outbox", "resolve", id, "--how", "arrived", *WHY)
    assert refused.code == 3
    unknown = office("--as", "wang", "outbox", "retry", 999, id, *WHY)
    assert unknown.code == 3
    assert "no message 999" in unknown.err
    assert office.entries() == entries


def test_what_is_sent_again_on_a_later_day_is_said_to_go_with_the_next_message(
    failed: tuple[Terminal, int],
) -> None:
    office, id = failed
    office.later(1)
    said = office.does("outbox", "retry", id, *WHY).err
    assert "said anew in its person's next message of a day" in said
    office.does("tick")
    assert shown(office, id)["status"] == "superseded"
    assert [n["status"] for n in listed(office, "--person", "wang")][-1] == "accepted"


def test_what_is_sent_again_on_the_same_day_goes_as_it_is(failed: tuple[Terminal, int]) -> None:
    office, id = failed
    assert "said anew" not in office.does("outbox", "retry", id, *WHY).err
    office.does("tick")
    assert shown(office, id)["status"] == "accepted"


def test_what_comes_after_the_message_of_the_day_is_said_to_wait_for_the_next(
    sent: Terminal,
) -> None:
    sent.does("change-due", 1, "2025-12-31", "--reason", "汛期")
    (news,) = listed(sent, "--status", "waiting", "--person", "wang")
    assert "from 2025-05-27 08:30 on" in shown(sent, news["id"])["next"]
    sent.later(1)
    assert "the next tick makes" in shown(sent, news["id"])["next"]


def test_what_went_out_in_the_time_that_a_restore_lost_is_not_sent_again(
    round_: Terminal, smtp_server: SmtpServer
) -> None:
    posting(round_, smtp_server)
    assigned(round_)
    copy = round_.folder / "copy.db"
    round_.does("db", "backup", copy)
    round_.does("tick")
    assert [letter.recipients for letter in smtp_server.letters] == [("wang@qingxi.example",)]
    round_.at += timedelta(minutes=30)
    round_.does("db", "restore", copy, "--reason", "磁盘损坏", "--yes")
    assert "a backup was restored" in round_.does("tick").out
    ready = [n["id"] for n in listed(round_, "--status", "pending") if n["recipient"] == "wang"]
    round_.does("outbox", "resolve", *ready, "--how", "arrived", "--reason", "恢复前已送达")
    round_.does("outbox", "release", "--stop", "--yes")
    round_.does("tick")
    assert len(smtp_server.letters) == 1

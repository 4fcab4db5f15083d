"""The bytes of a mail, read back by the standard library's own parser."""

from __future__ import annotations

import re
from base64 import b64decode
from datetime import UTC, date, datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from notifications.mail.mime import Composer, Sender
from notifications.rendering.renderer import Renderer, Text
from states.frozen import replace
from tests.letters import NOW, OVERDUE, REMINDER, STEP, a_job

COMPOSER = Composer(Renderer(), Sender(address="office@yunxi.example", name="云溪县整改办"))
HEADERS = [
    "Date",
    "From",
    "To",
    "Subject",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Thread-Topic",
    "List-Id",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "MIME-Version",
    "Content-Type",
]
OF_AN_ISSUE = {"In-Reply-To", "References", "Thread-Topic"}
PARTS = ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar"]


def kinds(mail: EmailMessage) -> list[str]:
    return [part.get_content_type() for part in mail.walk()]


def read(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)


def test_a_mail_says_who_when_what_and_to_whom():
    mail = read(COMPOSER.compose(a_job()))

    assert mail.keys() == HEADERS
    assert mail["From"] == "云溪县整改办 <office@yunxi.example>"
    assert mail["To"] == "王强 <wang@office.example>"
    assert mail["Subject"] == "【整改即将到期】YX2023-7 剩余 7 天：关于“河道巡查流于形式”问题"
    assert mail["Date"].datetime == NOW
    assert mail["Message-ID"] == "<0123456789abcdef0123456789abcdef01234567@yunxi.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.defects == []


def test_a_mail_carries_the_same_text_plainly_and_in_html():
    job = a_job(template="step", facts={**STEP, "owed": []})
    mail = read(COMPOSER.compose(job))
    text = Renderer().render("step", "zh", job.facts)

    assert kinds(mail) == ["multipart/alternative", "text/plain", "text/html"]
    plain, html = mail.iter_parts()
    assert plain.get_content().replace("\r\n", "\n") == text.plain
    assert html.get_content().replace("\r\n", "\n") == text.html


def attached(mail: EmailMessage) -> EmailMessage:
    (found,) = mail.iter_attachments()
    assert isinstance(found, EmailMessage)
    return found


def events_in(mail: EmailMessage) -> list[Any]:
    content = attached(mail).get_payload(decode=True)
    assert isinstance(content, bytes)
    return list(Calendar.from_ical(content).walk("VEVENT"))


def test_a_deadline_is_attached_as_a_calendar():
    mail = read(COMPOSER.compose(a_job()))

    assert kinds(mail) == PARTS
    part = attached(mail)
    assert part.get_filename() == "deadlines.ics"
    assert part.get_content_disposition() == "attachment"
    assert part["Content-Type"].params == {
        "charset": "utf-8",
        "method": "PUBLISH",
        "name": "deadlines.ics",
    }
    (event,) = events_in(mail)
    assert event["DTSTART"].dt == date(2023, 4, 15)
    assert event["ORGANIZER"] == "mailto:office@yunxi.example"
    assert event["UID"].endswith("@yunxi.example")


def test_a_mail_that_was_too_large_goes_without_its_calendar_and_says_so():
    slim, whole = (read(COMPOSER.compose(a_job(slim=slim))) for slim in (True, False))

    assert kinds(slim) == PARTS[1:4]
    assert plainly(slim) != plainly(whole)
    assert plainly(whole) == plainly(read(COMPOSER.compose(a_job())))
    nothing_left_out = a_job(template="step", facts={**STEP, "owed": []})
    assert COMPOSER.compose(replace(nothing_left_out, slim=True)) == COMPOSER.compose(
        nothing_left_out
    )


@pytest.mark.parametrize(("language", "words"), [("zh", "可能重复"), ("en", "copy")])
def test_a_mail_that_may_have_arrived_before_says_so_under_the_same_identifier(language, words):
    first, again = (
        read(COMPOSER.compose(a_job(doubts=doubts, language=language))) for doubts in (0, 1)
    )

    assert words in again["Subject"]
    assert words not in first["Subject"]
    assert words in plainly(again)
    assert words not in plainly(first)
    assert again["Message-ID"] == first["Message-ID"]


def plainly(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_the_notices_of_an_issue_are_one_conversation():
    one = read(COMPOSER.compose(a_job()))
    two = read(COMPOSER.compose(a_job(template="step", facts=STEP, message_id="ff" * 20)))
    other = read(COMPOSER.compose(a_job(facts={**REMINDER, "issue": "YX2023-8"})))

    for header in ("References", "In-Reply-To"):
        assert one[header] == two[header] == "<issue.YX2023-7@yunxi.example>"
        assert other[header] == "<issue.YX2023-8@yunxi.example>"
    assert one["Thread-Topic"] == two["Thread-Topic"] == "YX2023-7 关于“河道巡查流于形式”问题"
    assert one["Subject"] != two["Subject"]
    assert one["List-Id"] == other["List-Id"] == "<rectify.yunxi.example>"


def test_a_report_that_an_address_is_dead_is_not_asked_to_stay_away():
    mail = read(COMPOSER.compose(a_job()))

    assert mail["X-Auto-Response-Suppress"] == "OOF, AutoReply"


def test_a_message_of_the_day_is_no_part_of_a_conversation():
    items = [{**REMINDER, "template": "reminder"}, {**STEP, "template": "step", "colour": ""}]
    facts = {"recipient": "王强", "today": "2023-04-08", "issue": "", "items": items}

    mail = read(
        Composer(ShortRenderer(), COMPOSER.sender).compose(a_job(template="digest", facts=facts))
    )

    assert mail.keys() == [h for h in HEADERS if h not in OF_AN_ISSUE]
    assert len(events_in(mail)) == 2


class ShortRenderer(Renderer):
    """Says next to nothing: only what is around the texts is looked at."""

    def render(self, template: str, language: str, facts: Any) -> Text:
        return Text(subject="x", plain="x\n", html="<p>x\n")


def test_the_identifier_that_was_written_counts_even_if_the_sender_is_another_one_now():
    other = Composer(Renderer(), Sender(address="office@elsewhere.example"))
    job = a_job()

    assert other.message_id(job) == f"<{job.message_id}@elsewhere.example>"
    sent = replace(job, message=COMPOSER.compose(job))
    assert other.message_id(sent) == f"<{job.message_id}@yunxi.example>"


def test_the_same_notice_has_the_same_bytes_wherever_and_whenever_it_is_written():
    elsewhere = NOW.astimezone(timezone(timedelta(hours=8)))
    again = Composer(Renderer(), Sender(address="office@yunxi.example", name="云溪县整改办"))

    assert COMPOSER.compose(a_job()) == again.compose(
        a_job(created_at=elsewhere, attempts=5, id=99)
    )


def test_lines_are_short_and_end_as_mail_demands():
    content = COMPOSER.compose(a_job(facts={**OVERDUE, "title": "长" * 3000}))

    assert content.isascii()
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
    assert max(map(len, content.split(b"\r\n"))) <= 76


def test_the_date_is_that_of_the_rfc():
    mail = COMPOSER.compose(a_job(created_at=datetime(2024, 2, 29, 23, 5, 9, 999999, tzinfo=UTC)))

    assert mail.startswith(b"Date: Thu, 29 Feb 2024 23:05:09 +0000\r\n")


names = st.text(st.characters(), max_size=120)


@given(names, names, names)
def test_no_text_adds_a_header_a_recipient_or_a_part(name, title, issue):
    facts = {**REMINDER, "recipient": name, "title": title, "issue": issue}
    composer = Composer(COMPOSER.renderer, Sender(address="office@yunxi.example", name=title))

    mail = read(composer.compose(a_job(facts=facts)))

    expected = [h for h in HEADERS if issue or h not in OF_AN_ISSUE]
    assert mail.keys() == expected
    assert [a.addr_spec for a in mail["To"].addresses] == ["wang@office.example"]
    assert [a.addr_spec for a in mail["From"].addresses] == ["office@yunxi.example"]
    assert kinds(mail) == PARTS
    assert mail.defects == []


@pytest.mark.parametrize(
    "name",
    [
        "王\r\nBcc: x@y.example",
        "王\nSubject: x",
        'a" <x@y.example>, "b',
        "Wang, Qiang",
        "=?utf-8?q?x?=",
    ],
)
def test_a_display_name_stays_a_name(name):
    mail = read(COMPOSER.compose(a_job(facts={**REMINDER, "recipient": name})))

    assert mail.keys() == HEADERS
    (to,) = mail["To"].addresses
    assert to.addr_spec == "wang@office.example"
    assert to.display_name == " ".join(name.split())


@pytest.mark.parametrize("shift", range(4))
def test_each_word_of_a_header_is_whole_in_itself(shift):
    name = "a" * shift + "整𠮷" * 30

    mail = COMPOSER.compose(a_job(facts={**REMINDER, "recipient": name, "title": name}))

    words = re.findall(rb"=\?utf-8\?B\?([^?]+)\?=", mail)
    assert len(words) > 10
    for word in words:
        b64decode(word, validate=True).decode()


def test_a_nameless_recipient_has_a_bare_address():
    mail = COMPOSER.compose(a_job(facts={**REMINDER, "recipient": ""}))

    assert b"\r\nTo: wang@office.example\r\n" in mail


def test_a_message_id_stays_one_whatever_the_notice_is_called():
    mail = read(COMPOSER.compose(a_job(message_id="x>\r\nBcc: y")))

    assert mail.keys() == HEADERS
    assert mail["Message-ID"].count("@") == 1
    assert mail["Message-ID"] != read(COMPOSER.compose(a_job(message_id="y")))["Message-ID"]

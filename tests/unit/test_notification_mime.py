"""The bytes of a mail, read back by the standard library's own parser."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.delivery import AddressError
from notifications.mime import Composer, Sender, mailbox
from notifications.rendering import Renderer
from states.errors import Invalid
from tests.letters import NOW, OVERDUE, REMINDER, STEP, a_job

COMPOSER = Composer(Renderer(), Sender(address="office@yunxi.example", name="云溪县整改办"))
HEADERS = [
    "Date",
    "From",
    "To",
    "Subject",
    "Message-ID",
    "References",
    "List-Id",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "MIME-Version",
    "Content-Type",
]


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
    job = a_job()
    mail = read(COMPOSER.compose(job))
    text = Renderer().render("reminder", "zh", job.facts)

    assert mail.get_content_type() == "multipart/alternative"
    plain, html = mail.iter_parts()
    assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert plain.get_content().replace("\r\n", "\n") == text.plain
    assert html.get_content().replace("\r\n", "\n") == text.html


def test_the_notices_of_an_issue_are_one_conversation():
    one = read(COMPOSER.compose(a_job()))
    two = read(COMPOSER.compose(a_job(template="step", facts=STEP, message_id="ff" * 20)))
    other = read(COMPOSER.compose(a_job(facts={**REMINDER, "issue": "YX2023-8"})))

    assert one["References"] == two["References"] == "<issue.YX2023-7@yunxi.example>"
    assert other["References"] != one["References"]
    assert one["List-Id"] == other["List-Id"] == "<rectify.yunxi.example>"


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
    assert max(map(len, content.split(b"\r\n"))) <= 78


def test_the_date_is_that_of_the_rfc():
    mail = COMPOSER.compose(a_job(created_at=datetime(2024, 2, 29, 23, 5, 9, 999999, tzinfo=UTC)))

    assert mail.startswith(b"Date: Thu, 29 Feb 2024 23:05:09 +0000\r\n")


names = st.text(st.characters(), max_size=120)


@given(names, names, names)
def test_no_text_adds_a_header_a_recipient_or_a_part(name, title, issue):
    facts = {**REMINDER, "recipient": name, "title": title, "issue": issue}
    composer = Composer(COMPOSER.renderer, Sender(address="office@yunxi.example", name=title))

    mail = read(composer.compose(a_job(facts=facts)))

    expected = [h for h in HEADERS if issue or h != "References"]
    assert mail.keys() == expected
    assert [a.addr_spec for a in mail["To"].addresses] == ["wang@office.example"]
    assert [a.addr_spec for a in mail["From"].addresses] == ["office@yunxi.example"]
    assert [p.get_content_type() for p in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
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


def test_a_nameless_recipient_has_a_bare_address():
    mail = COMPOSER.compose(a_job(facts={**REMINDER, "recipient": ""}))

    assert b"\r\nTo: wang@office.example\r\n" in mail


def test_a_message_id_stays_one_whatever_the_notice_is_called():
    mail = read(COMPOSER.compose(a_job(message_id="x>\r\nBcc: y")))

    assert mail.keys() == HEADERS
    assert mail["Message-ID"].count("@") == 1
    assert mail["Message-ID"] != read(COMPOSER.compose(a_job(message_id="y")))["Message-ID"]


@pytest.mark.parametrize(
    ("address", "wire"),
    [
        ("wang@office.example", "wang@office.example"),
        ("a.b+c_d-e@x.y-z.example", "a.b+c_d-e@x.y-z.example"),
        ("root@localhost", "root@localhost"),
        ("wang@例子.测试", "wang@xn--fsqu00a.xn--0zwm56d"),
    ],
)
def test_an_address_goes_over_the_wire_in_ascii(address, wire):
    assert mailbox(address) == wire


@pytest.mark.parametrize(
    "address",
    [
        "",
        "wang",
        "@x.example",
        "wang@",
        "王@x.example",
        "a@b@x.example",
        "a b@x.example",
        "a..b@x.example",
        ".a@x.example",
        "a@x..example",
        "a@-x.example",
        "a@x.example\r\nRCPT TO:<b@x.example>",
        "a@x.example,b@x.example",
        "<a@x.example>",
        '"a"@x.example',
        "a@[127.0.0.1]",
        "a@x.example ",
        "a@x.example\n",
        "a" * 65 + "@x.example",
        "a@" + "x" * 300 + ".example",
        "a@\u202ex.example",
        "a@" + "水" * 100 + ".中国",
    ],
)
def test_what_is_no_plain_address_is_refused(address):
    with pytest.raises(AddressError) as caught:
        COMPOSER.compose(a_job(address=address))

    assert caught.value.message.code == "address_wrong"
    assert len(str(caught.value).splitlines()) == 1


def test_a_sender_without_an_address_is_refused_before_any_mail():
    with pytest.raises(Invalid, match="the sender office is not an e-mail address"):
        Sender(address="office")

"""Whoever words a title or a name adds no header, no recipient and no element to a mail.

Every example is tried in every kind of notice in both languages, in every place for a text at once,
and the mail is held against its twin, which is of the same shape and harmless.
"""

from __future__ import annotations

import email
import re
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from notifications.delivery.protocol import AddressError
from notifications.mail.mime import Composer, Sender
from notifications.rendering.renderer import Renderer, Text
from tests.hostile import KINDS, poisoned, texts, twin
from tests.letters import a_job

RENDERER = Renderer()
COMPOSER = Composer(RENDERER, Sender(address="office@yunxi.example", name="整改办"))
HEADERS = ["Date", "From", "To", "Subject", "Message-ID"]
ADDRESS = "wang@office.example"


def mail_of(template: str, language: str, text: str, address: str = ADDRESS) -> EmailMessage:
    """Return a mail as a strict reader reads it; it raises at the first defect."""
    facts = poisoned(template, text)
    job = a_job(template=template, language=language, facts=facts, address=address)
    written = COMPOSER.compose(job)
    head = written.partition(b"\r\n\r\n")[0]
    assert max(map(len, head.split(b"\r\n"))) <= 998
    assert b"\n" not in head.replace(b"\r\n", b"")
    mail = email.message_from_bytes(written, policy=policy.strict)
    assert isinstance(mail, EmailMessage)
    return mail


def shape_of(mail: EmailMessage) -> list[object]:
    """Return the names of all headers of all parts, and what each part is."""
    return [(list(part.keys()), part.get_content_type()) for part in mail.walk()]


@cache
def harmless_shape(template: str, language: str, something: bool) -> list[object]:
    """Return the shape of a mail of which every text is one letter, or nothing at all."""
    return shape_of(mail_of(template, language, "x" if something else ""))


@given(text=texts)
@settings(max_examples=100)
@example(text="\r\nBcc: x@evil.example\r\n\r\n<script>")
@example(text="")
def test_a_mail_has_our_headers_and_its_one_recipient(text):
    for template, language in KINDS:
        mail = mail_of(template, language, text)

        assert shape_of(mail) == harmless_shape(template, language, bool(text))
        assert list(mail.keys())[:5] == HEADERS
        assert addresses(mail, "To") == [ADDRESS]
        assert addresses(mail, "From") == ["office@yunxi.example"]
        for name in ("Cc", "Bcc", "Reply-To", "Sender", "Return-Path"):
            assert mail[name] is None
        assert not re.search(
            r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]", mail["Subject"]
        )


def addresses(mail: EmailMessage, name: str) -> list[str]:
    found: tuple[Address, ...] = mail[name].addresses
    return [address.addr_spec for address in found]


@given(
    address=st.lists(
        st.sampled_from(
            ["wang", "@", "office.example", ",", " ", "\r\n", "<", ">", '"', ";", "Bcc:"]
        )
        | st.text(max_size=3),
        max_size=6,
    ).map("".join)
)
@settings(max_examples=1500)
@example(address="wang@office.example\r\nBcc: x@evil.example")
@example(address="wang@office.example, x@evil.example")
def test_an_address_is_one_address_or_none(address):
    try:
        mail = mail_of("test", "zh", "x", address)
    except AddressError:
        return
    assert len(mail["To"].addresses) == 1
    assert mail["To"].addresses[0].addr_spec.partition("@")[0] == address.partition("@")[0]


def said(template: str, language: str, text: str) -> Text:
    return RENDERER.render(template, language, poisoned(template, text))


def tags_of(html: str) -> list[str]:
    """Return every tag as it stands, with its attributes; what is escaped has none."""
    return re.findall(r"<[^>]*>?", html)


@given(text=texts)
@settings(max_examples=220)
@example(text='"><a href="javascript:x">\n</td></tr></table><script>')
def test_the_html_has_our_elements_with_our_attributes_alone(text):
    for template, language in KINDS:
        html = said(template, language, text).html

        assert tags_of(html) == tags_of(said(template, language, twin(text)).html), template
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e]", html)


class _Structure(HTMLParser):
    """Collects what a browser would build."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Any] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(tag)

    def handle_comment(self, data: str) -> None:
        self.found.append(f"comment {data}")

    def unknown_decl(self, data: str) -> None:
        self.found.append(f"declaration {data}")

    def handle_pi(self, data: str) -> None:
        self.found.append(f"instruction {data}")


def structure_of(html: str) -> list[Any]:
    parser = _Structure()
    parser.feed(html)
    parser.close()
    return parser.found


@given(text=texts)
@settings(max_examples=20)
def test_a_parser_of_html_finds_the_same_document(text):
    for template, language in KINDS:
        found = structure_of(said(template, language, text).html)

        assert found == structure_of(said(template, language, twin(text)).html)
        for tag in found:
            if isinstance(tag, tuple):
                assert tag[0] not in ("a", "img", "script", "iframe", "link", "form", "object")
                assert not [name for name, _ in tag[1] if name.startswith("on") or name == "src"]


@given(text=texts)
@settings(max_examples=110)
def test_no_text_is_a_template_nor_breaks_out_of_its_line(text):
    for template, language in KINDS:
        hostile, harmless = said(template, language, text), said(template, language, twin(text))

        assert len(hostile.subject.splitlines()) == 1
        assert len(hostile.subject) <= 120
        for part in (hostile.subject, hostile.plain):
            assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", part)
            assert "49" not in part or "49" in text or "49" in harmless.plain
            part.encode()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_fetched_and_nothing_runs(language):
    for template, _ in KINDS:
        html = said(template, language, "整改").html
        assert not re.search(r"(?i)<script|<img|<link|<iframe|url\(|@import|src=|javascript:", html)
        assert re.findall(r"https?://[^\"' ]+", html) == ["http://www.w3.org/1999/xhtml"]

"""Which addresses mail can be sent to, and how they go over the wire."""

from __future__ import annotations

import pytest

from notifications.delivery.protocol import AddressError
from notifications.mail.mailboxes import mailbox
from notifications.mail.mime import Sender
from states.errors import Invalid


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
        mailbox(address)

    assert caught.value.message.code == "address_wrong"
    assert len(str(caught.value).splitlines()) == 1


def test_a_sender_without_an_address_is_refused_before_any_mail():
    with pytest.raises(Invalid, match="the sender office is not an e-mail address"):
        Sender(address="office")

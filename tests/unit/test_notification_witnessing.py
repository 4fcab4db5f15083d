"""The anchor in the foot of every message, and the notice that brings a checkpoint's note."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from notifications.channels.chatting import fitted, in_bytes
from notifications.channels.site import Site
from notifications.mail.mime import Composer, Sender
from notifications.planning.audience import Staff
from notifications.planning.warning import anchored
from notifications.rendering.letters import Letters
from notifications.rendering.renderer import Renderer
from notifications.rendering.witnessing import HEADER, sealed
from notifications.samples.facts import ANCHORED, NOTE, SHORT_FORM, WRITTEN_LETTER
from notifications.samples.trying import (
    LANGUAGES,
    TEMPLATES,
    check_templates,
    in_language,
    sample_facts,
)
from tests.anchoring import a_log
from tests.cast import an_office
from tests.letters import REMINDER, a_job
from tests.messengers import VENDORS
from tests.owed import PEOPLE
from workflow.proof.anchors.held import in_bytes as anchors_in

COMPOSER = Composer(Renderer(), Sender(address="office@yunxi.example"))


def text_in(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_mail_says_the_anchor_in_text_html_and_header(template, language):
    facts = in_language(sample_facts(template), language)
    mail = COMPOSER.compose(
        a_job(template=template, facts=facts, language=language, anchor=SHORT_FORM)
    )

    parsed = message_from_bytes(mail, policy=policy.default)
    plain, html = text_in(parsed, "plain"), text_in(parsed, "html")
    assert plain.count(SHORT_FORM) == html.count(SHORT_FORM) == 1
    assert plain.rstrip().splitlines()[-1] == sealed(SHORT_FORM, language) or template == "digest"
    assert parsed[HEADER] == SHORT_FORM
    assert SHORT_FORM in {f"{h.anchor.size}:{h.anchor.root[:16]}" for h in anchors_in("x", mail)}


def test_where_nothing_is_sealed_nothing_is_said():
    mail = message_from_bytes(COMPOSER.compose(a_job()), policy=policy.default)

    assert HEADER not in mail
    assert "封存" not in text_in(mail, "plain")
    assert "font-size:12px" not in text_in(mail, "html")


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
def test_every_messenger_says_the_anchor_beside_its_mark(vendor):
    channel = vendor.make(Site(section=vendor.name, base="http://localhost"))
    message = channel.compose(vendor.unwritten(anchor=SHORT_FORM)).decode()
    assert message.count(SHORT_FORM) == 1
    assert SHORT_FORM not in channel.compose(vendor.unwritten()).decode()


def test_a_text_that_is_cut_short_keeps_the_anchor():
    cut = fitted("长" * 4000, a_job(anchor=SHORT_FORM), in_bytes, 2048)
    assert cut.endswith(SHORT_FORM)
    assert in_bytes(cut) <= 2048


def test_own_templates_that_know_nothing_of_anchors_still_carry_it(tmp_path):
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "reminder.txt.j2").write_text("{{ issue }}\n", encoding="utf-8")
    own = Renderer(tmp_path)

    assert own.render("reminder", "zh", REMINDER).plain == "YX2023-7\n"
    with_anchor = own.render("reminder", "zh", {**REMINDER, "anchor": SHORT_FORM})
    assert with_anchor.plain == f"YX2023-7\n{sealed(SHORT_FORM, 'zh')}\n"


def test_own_templates_may_place_the_anchor_themselves(tmp_path):
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "reminder.txt.j2").write_text("[{{ anchor }}] {{ issue }}", encoding="utf-8")
    own = Renderer(tmp_path)

    assert own.render("reminder", "zh", {**REMINDER, "anchor": SHORT_FORM}).plain == (
        f"[{SHORT_FORM}] YX2023-7\n"
    )
    assert own.render("reminder", "zh", REMINDER).plain == "[] YX2023-7\n"
    assert check_templates(own) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_says_what_was_sealed_when_it_was_issued(language):
    facts = in_language(WRITTEN_LETTER, language)
    plain = Letters().write("督办函", facts, language)
    witnessed = Letters().write("督办函", {**facts, "anchor": SHORT_FORM}, language)

    assert SHORT_FORM not in plain
    assert witnessed.startswith(plain.rstrip("\n"))
    assert sealed(SHORT_FORM, language) in witnessed.splitlines()[-1]


def test_the_note_goes_to_everybody_who_audits_once_for_each_checkpoint():
    log = a_log(9)
    at = log.checkpoint(7).at
    staff = Staff(office=an_office(), people=PEOPLE, channels=("mail",), now=at, today=at.date())

    notices = anchored(staff, log.checkpoint(7), log.note(7))

    auditors = staff.office.in_role("auditor")
    assert auditors
    assert [n.recipient for n in notices] == list(auditors)
    assert [n.key for n in notices] == [f"anchor/7/{p}/mail" for p in auditors]
    assert {n.status for n in notices} == {"pending"}  # a mail of its own, in no digest


def test_the_mail_of_a_note_has_it_in_the_text_and_attached_as_it_is():
    log = a_log(9)
    facts = {**ANCHORED, "note_text": log.note(7), "note_name": "7-0123456789abcdef.note"}
    content = COMPOSER.compose(a_job(template="anchor", facts=facts))
    mail = message_from_bytes(content, policy=policy.default)

    (attached,) = mail.iter_attachments()
    assert attached.get_filename() == "7-0123456789abcdef.note"
    assert attached.get_payload(decode=True) == log.note(7).encode()
    (held,) = anchors_in("x", text_in(mail, "plain").encode())
    assert str(held.note) == log.note(7)


def test_a_note_never_brings_a_name_of_somebodys_choice():
    facts = {**ANCHORED, "note_name": 'x"\r\nEvil: yes'}
    mail = message_from_bytes(COMPOSER.compose(a_job(template="anchor", facts=facts)))
    assert "Evil" not in mail.as_string()
    assert NOTE.encode() in [p.get_payload(decode=True) for p in mail.walk()]

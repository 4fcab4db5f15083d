"""Anchors found in whatever people keep them in: notes, mails, mailboxes, folders, paper."""

from __future__ import annotations

import os
from email.message import EmailMessage
from pathlib import Path

import pytest

from states.errors import Invalid, NotFound
from tests.anchoring import a_log
from workflow.proof.anchors.gathering import gathered
from workflow.proof.anchors.held import Held, in_bytes, in_text, typed
from workflow.proof.qr import qr_svg, qr_terminal

LOG = a_log(9)
NOTE = LOG.note(7)
SHORT = str(LOG.checkpoint(7).anchor)


def sizes(found: object) -> list[tuple[int, bool]]:
    assert isinstance(found, list)
    return [(held.anchor.size, held.is_whole) for held in found]


def test_a_note_is_found_as_it_is():
    (held,) = in_text("x", NOTE)

    assert held.checkpoint == LOG.checkpoint(7)
    assert str(held.note) == NOTE
    assert held.anchor.root == LOG.checkpoint(7).root.hex()


@pytest.mark.parametrize(
    "kept",
    [
        NOTE.replace("\n", "\r\n"),
        "".join(f"> {line}\n" for line in NOTE.splitlines()),
        "".join(f">> > {line}\n" for line in NOTE.splitlines()),
        "".join(f"      {line}   \n" for line in NOTE.splitlines()),
        f"请留存：\n\n{NOTE}\n此致",
        NOTE.replace("\n\n", "\n"),  # copied from where empty lines are lost
        NOTE[:-50] + "\n" + NOTE[-50:] + "regards\n",  # a long line broken by a mail program
        NOTE[:-50] + "\n> " + NOTE[-50:],
    ],
)
def test_a_note_is_found_however_it_was_passed_on(kept):
    found = [held for held in in_text("x", kept) if held.is_whole]
    assert [str(held.note) for held in found] == [NOTE]


@pytest.mark.parametrize(
    "torn",
    [
        NOTE[:110],
        NOTE[:-8] + "\n",
        NOTE.replace("suite sha256\n", ""),
        NOTE.replace("\n7\n", "\n07\n"),
        NOTE.replace("suite sha256", "suite md5"),
    ],
)
def test_what_looks_like_a_note_and_is_none_is_told(torn):
    (held,) = in_text("x", torn)
    assert held.fault
    assert not held.anchor.root


@pytest.mark.parametrize(
    "text",
    [
        f"日志封存 7 条，留证码 {SHORT}",
        f"<div>Log sealed: 7 entries, anchor {SHORT}</div>",
        f"№ 0123456789 · 日志封存 {SHORT}",
        f"({SHORT})",
    ],
)
def test_a_short_form_is_found_in_the_foot_of_a_message(text):
    assert [held.anchor for held in in_text("x", text)] == [LOG.checkpoint(7).anchor]


@pytest.mark.parametrize(
    "text",
    [
        "at 12:30",
        "7:0123456789abcde",
        f"x{SHORT}",
        f"{SHORT}g",
        "0" + SHORT,
        "fe80:0123456789abcdef0",
    ],
)
def test_what_is_no_anchor_is_none(text):
    assert not list(in_text("x", text))


@pytest.mark.parametrize(
    ("text", "size"),
    [(SHORT, 7), (f" {SHORT.upper()} ", 7), (SHORT.replace("7:", "12,007："), 12007)],
)
def test_what_somebody_types_from_paper_is_taken_kindly(text, size):
    held = typed(text)
    assert held is not None
    assert (held.anchor.size, held.anchor.root) == (size, SHORT.partition(":")[2])


def test_what_somebody_types_wrongly_is_no_anchor():
    assert typed("7:xyz") is None
    assert typed("0:e3b0c44298fc1c14") is None  # nothing is witnessed by it


def a_mail(**headers: str) -> EmailMessage:
    mail = EmailMessage()
    mail["Message-ID"] = "<1@x>"
    mail["Subject"] = "留证"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    return mail


def test_a_mail_is_searched_in_its_header_its_texts_and_its_attachments():
    by_header, by_text, by_file = (a_mail() for _ in range(3))
    by_header["X-Rectify-Anchor"] = SHORT
    by_header.set_content("-")
    by_text.set_content(f"日志封存 7 条，留证码 {SHORT}", cte="base64")
    by_file.set_content("-")
    by_file.add_attachment(
        NOTE.encode(), maintype="application", subtype="octet-stream", filename="7.note"
    )

    assert sizes(list(in_bytes("a", by_header.as_bytes()))) == [(7, False)]
    assert sizes(list(in_bytes("b", by_text.as_bytes()))) == [(7, False)]
    assert sizes(list(in_bytes("c", by_file.as_bytes()))) == [(7, True)]


def test_a_mail_with_note_and_foot_counts_once_and_a_forwarded_one_as_well():
    inner = a_mail(X_Rectify_Anchor=SHORT)
    inner.set_content(NOTE)
    outer = a_mail()
    outer.set_content("fyi")
    outer.add_attachment(inner)

    assert sizes(list(in_bytes("x", outer.as_bytes()))) == [(7, True)]


def test_a_mailbox_gives_the_anchors_of_all_its_mails():
    mails = []
    for size in (3, 5):
        mail = a_mail(X_Rectify_Anchor=str(LOG.checkpoint(size).anchor))
        mail.set_content("-")
        mails.append(b"From a@b Mon Nov 23 04:00:00 2026\n" + mail.as_bytes() + b"\n")

    found = list(in_bytes("box", b"".join(mails)))

    assert [(held.source, held.anchor.size) for held in found] == [("box#1", 3), ("box#2", 5)]


def gather(*words: object) -> list[Held]:
    return list(gathered([str(word) for word in words]))


def test_files_folders_and_typed_anchors_are_gathered(tmp_path: Path):
    (tmp_path / "notes" / "deep").mkdir(parents=True)
    (tmp_path / "notes" / "deep" / "a.note").write_text(LOG.note(3))
    (tmp_path / "notes" / "photo.jpg").write_bytes(b"\xff\xd8" + bytes(100))
    (tmp_path / "notes" / "link.note").symlink_to("/etc/hostname")
    (tmp_path / "b.txt").write_text(NOTE)

    found = gather(tmp_path / "notes", tmp_path / "b.txt", SHORT)

    assert [held.anchor.size for held in found] == [3, 7, 7]


def test_a_file_without_any_anchor_and_a_word_that_is_nothing_are_refused(tmp_path: Path):
    empty = tmp_path / "empty.txt"
    empty.write_text("nothing")
    folder = tmp_path / "folder"
    folder.mkdir()
    places = ((empty, "no_anchor_in"), (folder, "no_anchor_in"), ("nowhere", "no_anchor"))
    for word, code in places:
        with pytest.raises(NotFound) as caught:
            gather(word)
        assert caught.value.message.code == code


def test_a_note_under_the_name_of_another_one_states_both(tmp_path: Path):
    path = tmp_path / LOG.checkpoint(5).anchor.file_name
    path.write_text(NOTE)

    found = gather(tmp_path)

    assert [(held.anchor.size, held.source) for held in found] == [
        (7, str(path)),
        (5, f"{path} (name)"),
    ]


def test_a_whole_note_and_a_short_form_fit_a_qr_code():
    for text in (NOTE, SHORT):
        svg = qr_svg(text)
        assert svg.startswith("<svg ")
        assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")
        assert max(map(len, qr_terminal(text).splitlines())) <= 80
    with pytest.raises(ValueError, match="too long"):
        qr_svg("x" * 5000)


def test_a_pipe_is_not_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(Invalid, match="not a regular file"):
        gather(tmp_path / "pipe")

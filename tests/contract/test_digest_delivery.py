"""A message of the day on its way, on every store: handed over once, with everything in it."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from notifications.channels.spool import Spool
from notifications.delivery.protocol import Delivered, Watch
from notifications.delivery.sending import deliver_due
from notifications.mail.mime import Composer, Sender
from notifications.notice import ACCEPTED, WAITING, Notice
from notifications.planning.digest import bundled
from notifications.rendering.renderer import Renderer
from states.calendar import WEEKDAYS
from tests.changes import a_notice, owed
from tests.letters import LETTER, NOW, OVERDUE, REMINDER, STEP
from workflow.ports import Store

WATCH = Watch(now=lambda: NOW, elapsed=lambda: 0.0)
ITEMS = (
    a_notice("news", template="step", facts=STEP, status=WAITING),
    a_notice("soon", template="reminder", facts=REMINDER, status=WAITING),
    a_notice("late", template="reminder", facts=OVERDUE, status=WAITING),
    a_notice("letter", template="letter", facts=LETTER, status=WAITING),
)


def spooled(store: Store, folder: Path, *items: Notice) -> EmailMessage:
    """Bundle items, deliver twice, and return the one mail that came of it."""
    owed(store, *items)
    with store.writing() as session:
        waiting = session.waiting("wang", "mail")
        digest = bundled([w.notice for w in waiting], NOW, NOW.date(), WEEKDAYS)
        assert session.bundle(digest, [w.id for w in waiting])
    spool = Spool(folder, Composer(Renderer(), Sender(address="office@yunxi.example")))
    assert deliver_due(store.outbox, {"mail": spool}, WATCH) == Delivered(accepted=1)
    assert deliver_due(store.outbox, {"mail": spool}, WATCH) == Delivered()
    with store.reading() as session:
        sent = session.notices()
    assert len(sent) == len(items) + 1
    assert {(one.status, one.settled_at) for one in sent} == {(ACCEPTED, NOW)}
    (file,) = folder.glob("*.eml")
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    text: str = part.get_content()
    return text


def test_it_is_handed_over_once_and_says_everything(store: Store, tmp_path: Path) -> None:
    mail = spooled(store, tmp_path / "spool", *ITEMS)

    assert mail["To"].addresses[0].addr_spec == "wang@office.example"
    for kind in ("plain", "html"):
        said = body(mail, kind)
        assert said.count(str(REMINDER["subject"])) == 3
        assert str(STEP["reason"]) in said
        assert "请予办理" in said  # of the letter, which is there in its very words


def test_an_only_item_is_sent_as_what_it_is(store: Store, tmp_path: Path) -> None:
    mail = spooled(store, tmp_path / "spool", ITEMS[3])

    assert str(LETTER["letter_reference"]) in mail["Subject"]
    assert "请予办理" in body(mail, "plain")

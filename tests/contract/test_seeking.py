"""What every store promises of notices looked for: the wanted ones, the newest, and how many."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import product

import pytest

from notifications.notice import DEAD, PENDING, WAITING
from states.frozen import replace
from tests.changes import CREATED_AT, a_notice, owed
from workflow.ports import Sent, Store
from workflow.seeking import Seeking

HOUR = timedelta(hours=1)


@pytest.fixture
def many(store: Store) -> Store:
    """A store with a notice of each kind, an hour after the other."""
    kinds = product(("A-1", "A-2"), ("wang", "zhou"), ("mail", "feishu"), (PENDING, WAITING, DEAD))
    owed(
        store,
        *(
            replace(
                a_notice(f"n{number:02}", status=status, recipient=person, channel=channel),
                issue=issue,
                created_at=CREATED_AT + number * HOUR,
            )
            for number, (issue, person, channel, status) in enumerate(kinds)
        ),
    )
    return store


def _fits(sent: Sent, seeking: Seeking) -> bool:
    notice = sent.notice
    return (
        (not seeking.keys or notice.key in seeking.keys)
        and (not seeking.statuses or sent.status in seeking.statuses)
        and seeking.issue in ("", notice.issue)
        and seeking.recipient in ("", notice.recipient)
        and seeking.channel in ("", notice.channel)
        and (seeking.since is None or notice.created_at >= seeking.since)
        and (seeking.before is None or notice.created_at < seeking.before)
    )


@pytest.mark.parametrize(
    "seeking",
    [
        Seeking(),
        Seeking(most=3),
        Seeking(most=100),
        Seeking(statuses=(WAITING,), most=2),
        Seeking(statuses=(WAITING, DEAD), recipient="wang"),
        Seeking(keys=("n03", "n07", "none")),
        Seeking(issue="A-2", channel="feishu"),
        Seeking(since=CREATED_AT + 5 * HOUR, before=CREATED_AT + 9 * HOUR),
        Seeking(since=CREATED_AT + 5 * HOUR, most=4, statuses=(PENDING,)),
        Seeking(recipient="nobody"),
    ],
)
def test_what_is_looked_for_is_found_and_counted(many: Store, seeking: Seeking) -> None:
    with many.reading() as session:
        wanted = [sent for sent in session.notices() if _fits(sent, seeking)]
        assert session.seek(seeking) == wanted[-seeking.most :]
        assert session.seek_count(seeking) == Counter((s.status, s.notice.issue) for s in wanted)

"""The office of the case in Django: one atomic block per move, or one for all of them.

Its work differs in its favour: entry, request id and log line are one row, nobody's account is
kept with it, and nothing but a unique key would notice that somebody else was faster.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction
from django_fsm import has_transition_perm

from benchmarks import case
from benchmarks.durability import Durability
from benchmarks.peers import ruling

PACKAGES = ("Django", "django-fsm-2", "django-fsm-log")


def _set_up() -> Any:
    if not settings.configured:
        settings.configure(
            DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ""}},
            INSTALLED_APPS=[
                "django.contrib.contenttypes",
                "django.contrib.auth",
                "django_fsm_log",
                "benchmarks.peers.fsm",
            ],
            DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
            USE_TZ=True,
        )
        django.setup()
    from benchmarks.peers.fsm import models

    return models


class Peer:
    """The office of the case on a file of its own."""

    def __init__(self, path: Path, durability: Durability, issues: int) -> None:
        self.models = _set_up()
        connections["default"].close()
        connections.databases["default"] |= {
            "NAME": str(path),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "init_command": "; ".join(durability.pragmas),
            },
        }
        del connections["default"]
        call_command("migrate", run_syncdb=True, verbosity=0)
        self._fill(issues)

    def advance(self, move: case.Move) -> None:
        """Make a move, in a transaction of its own."""
        with transaction.atomic():
            issue = self.models.Issue.objects.get(key=move.issue)
            people = self._people()
            self._take(issue, move, people)

    def advance_all(self, moves: Sequence[case.Move]) -> None:
        """Make moves in one transaction."""
        with transaction.atomic():
            keys = [move.issue for move in moves]
            found = self.models.Issue.objects.filter(key__in=keys)
            issues = {issue.key: issue for issue in found}
            people = self._people()
            writes = [self._moved(issues[m.issue], m, people) for m in moves]
            self.models.Issue.objects.bulk_update(issues.values(), ["state", "n", "hash"], 100)
            self._close([write.closed for write in writes])
            self._owe([row for w in writes for row in w.opened])
            self._tell([row for w in writes for row in w.notices])

    def _take(self, issue: Any, move: case.Move, people: Sequence[Any]) -> None:
        write = self._moved(issue, move, people)
        issue.save(update_fields=["state", "n", "hash"])
        self._close([write.closed])
        self._owe(write.opened)
        self._tell(write.notices)

    def _moved(self, issue: Any, move: case.Move, people: Sequence[Any]) -> ruling.Written:
        """Move the issue, which writes its line of the log; return what else is to be written."""
        role = next(p.role for p in people if p.id == move.person)
        write = ruling.written(issue, move, people)
        step = getattr(issue, move.event)
        assert has_transition_perm(step, role)
        step(description=write.entry["body"].decode())
        issue.n, issue.hash = write.entry["n"], write.entry["hash"]
        return write

    def _people(self) -> list[Any]:
        return list(self.models.Worker.objects.filter(unit=case.UNIT).order_by("id"))

    def _close(self, closed: Sequence[ruling.Values]) -> None:
        alike: dict[tuple[Any, ...], list[str]] = {}
        for row in closed:
            alike.setdefault((row["done"], row["n"], row["because"]), []).append(row["of"])
        for (kind, n, because), keys in alike.items():
            self.models.Obligation.objects.filter(issue__in=keys, kind=kind, closed_by=None).update(
                closed_by=n, closed_because=because
            )

    def _owe(self, rows: Sequence[ruling.Values]) -> None:
        self.models.Obligation.objects.bulk_create(self.models.Obligation(**row) for row in rows)

    def _tell(self, rows: Sequence[ruling.Values]) -> None:
        self.models.Notice.objects.bulk_create(self.models.Notice(**row) for row in rows)

    def _fill(self, issues: int) -> None:
        self.models.Worker.objects.bulk_create(
            self.models.Worker(id=w.id, name=w.name, role=w.role, unit=case.UNIT, address=w.address)
            for w in case.WORKERS
        )
        self.models.Issue.objects.bulk_create(
            self.models.Issue(
                key=case.key(number),
                title=case.title(number),
                unit=case.UNIT,
                person=case.RESPONSIBLE,
                leader=case.LEADER,
                measures=len(case.MEASURES),
                n=4,
                hash="0" * 64,
            )
            for number in range(1, issues + 1)
        )
        self._owe(
            [
                row
                for number in range(1, issues + 1)
                for row in ruling.first_obligations(case.key(number))
            ]
        )

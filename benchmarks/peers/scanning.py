"""SQLAlchemy's ORM on the same rows: once by the index, once looking at everything that is open.

Both get each issue as the plain JSON of its body; neither makes values of it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase):
    """Where the ORM keeps what it knows."""


class Issue(Base):
    """A row of issues."""

    __tablename__ = "issues"

    key: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=False)


class Obligation(Base):
    """A row of obligations."""

    __tablename__ = "obligations"

    id: Mapped[str] = mapped_column(primary_key=True)
    issue: Mapped[str] = mapped_column(ForeignKey("issues.key"))
    kind: Mapped[str]
    subject: Mapped[str]
    role: Mapped[str]
    person: Mapped[str | None]
    due: Mapped[str]
    ladder: Mapped[str]
    opened_by: Mapped[int]
    opened_on: Mapped[str]
    wake_on: Mapped[str | None]
    closed_by: Mapped[int | None]
    of: Mapped[Issue] = relationship(lazy="joined", innerjoin=True)


_OPEN = select(Obligation).where(Obligation.closed_by.is_(None))


class Scan:
    """The ORM on a database that rectify made."""

    def __init__(self, path: Path) -> None:
        self._engine = create_engine(f"sqlite:///{path}")

    def indexed(self, today: date, limit: int) -> Sequence[Any]:
        """Return what is due, found by the index, with its issues."""
        due = _OPEN.where(Obligation.wake_on <= today.isoformat())
        ordered = due.order_by(Obligation.wake_on, Obligation.id).limit(limit)
        with Session(self._engine) as session:
            return [(o, json.loads(o.of.body)) for o in session.scalars(ordered)]

    def everything(self, today: date, limit: int) -> Sequence[Any]:
        """Return the same, having looked at the date of whatever is open."""
        day = today.isoformat()
        with Session(self._engine) as session:
            found = [o for o in session.scalars(_OPEN) if o.wake_on and o.wake_on <= day]
            found.sort(key=lambda o: (o.wake_on, o.id))
            return [(o, json.loads(o.of.body)) for o in found[:limit]]

"""The tables: the log, what is computed from it, and what the office keeps beside it.

Days and instants are text in one format that sorts by time, on both databases: what a row says
does not depend on a driver's idea of dates or on a session's time zone.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

UNSETTLED = ("pending", "waiting", "bundled", "claimed", "inflight", "retry_wait", "ambiguous")
SETTLED = ("accepted", "dead", "suppressed", "superseded")

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "uq": "%(table_name)s_%(column_0_name)s_key",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    }
)

# Sorted by code point everywhere, so that the two databases and Python agree on every order.
TEXT = Text(collation="C").with_variant(Text(), "sqlite")
# SQLite numbers rows by itself only in a column of exactly this type.
NUMBER = BigInteger().with_variant(Integer(), "sqlite")


def _text(name: str, *rest: ForeignKey, **options: bool) -> Column[str]:
    return Column(name, TEXT, *rest, **{"nullable": False, **options})  # type: ignore[arg-type]


def _listed(words: tuple[str, ...]) -> str:
    return "(" + ", ".join(f"'{word}'" for word in words) + ")"


entries = Table(
    "entries",
    metadata,
    _text("stream", primary_key=True),
    Column("n", Integer, primary_key=True),
    _text("request_id", unique=True),
    _text("at"),
    _text("hash"),
    Column("body", LargeBinary, nullable=False),
    CheckConstraint("n >= 1", "n"),
    CheckConstraint("length(at) = 27", "at"),
    CheckConstraint("length(hash) = 64", "hash"),
)

issues = Table(
    "issues",
    metadata,
    _text("key", primary_key=True),
    _text("round"),
    Column("number", Integer, nullable=False),
    _text("title"),
    _text("aspect"),
    _text("unit"),
    _text("state"),
    Column("cycle", Integer, nullable=False),
    _text("due", nullable=True),
    _text("due_original", nullable=True),
    _text("next_due", nullable=True),
    Column("provisional", Integer, nullable=False),
    _text("lights"),
    _text("type"),
    Column("long_term", Integer, nullable=False),
    Column("suspended", Integer, nullable=False),
    _text("completed_on", nullable=True),
    Column("acceptances", Integer, nullable=False),
    _text("leader", nullable=True),
    _text("department", nullable=True),
    _text("person", nullable=True),
    Column("remains", Integer, nullable=False),
    Column("voided", Integer, nullable=False),
    Column("n", Integer, nullable=False),
    _text("hash"),
    Column("body", LargeBinary, nullable=False),
    CheckConstraint("number >= 1", "number"),
    CheckConstraint("cycle >= 1", "cycle"),
    CheckConstraint("length(due) = 10", "due"),
    CheckConstraint("length(due_original) = 10", "due_original"),
    CheckConstraint("length(next_due) = 10", "next_due"),
    CheckConstraint("provisional IN (0, 1)", "provisional"),
    CheckConstraint("long_term IN (0, 1)", "long_term"),
    CheckConstraint("suspended IN (0, 1)", "suspended"),
    CheckConstraint("length(completed_on) = 10", "completed_on"),
    CheckConstraint("acceptances >= 0", "acceptances"),
    CheckConstraint("remains IN (0, 1)", "remains"),
    CheckConstraint("voided IN (0, 1)", "voided"),
    CheckConstraint("n >= 1", "n"),
    CheckConstraint("length(hash) = 64", "hash"),
)

obligations = Table(
    "obligations",
    metadata,
    _text("id", primary_key=True),
    _text("issue", ForeignKey("issues.key", ondelete="RESTRICT")),
    _text("kind"),
    _text("subject"),
    _text("role"),
    _text("person", nullable=True),
    _text("due"),
    _text("ladder"),
    Column("opened_by", Integer, nullable=False),
    _text("opened_on"),
    _text("anchor", nullable=True),
    Column("provisional", Integer, nullable=False),
    _text("owed_since", nullable=True),
    _text("lapses_on", nullable=True),
    _text("wake_on", nullable=True),
    Column("closed_by", Integer),
    _text("closed_because", nullable=True),
    CheckConstraint("length(due) = 10", "due"),
    CheckConstraint("length(opened_on) = 10", "opened_on"),
    CheckConstraint("length(anchor) = 10", "anchor"),
    CheckConstraint("provisional IN (0, 1)", "provisional"),
    CheckConstraint("length(owed_since) = 10", "owed_since"),
    CheckConstraint("length(lapses_on) = 10", "lapses_on"),
    CheckConstraint("length(wake_on) = 10", "wake_on"),
    CheckConstraint("opened_by >= 1", "opened_by"),
    CheckConstraint("(closed_by IS NULL) = (closed_because IS NULL)", "closed"),
)

notices = Table(
    "notices",
    metadata,
    Column("id", NUMBER, Identity(always=True), primary_key=True),
    _text("key", unique=True),
    _text("issue"),
    _text("obligation", nullable=True),
    _text("rung", nullable=True),
    _text("template"),
    _text("recipient"),
    _text("channel"),
    _text("address"),
    _text("language"),
    _text("facts"),
    _text("message_id"),
    _text("status"),
    _text("cause", nullable=True),
    _text("bundle", nullable=True),
    Column("attempts", Integer, nullable=False),
    _text("token", nullable=True),
    _text("lease_until", nullable=True),
    _text("retry_at", nullable=True),
    _text("created_at"),
    _text("settled_at", nullable=True),
    Column("message", LargeBinary),
    _text("if_unknown"),
    _text("first_at", nullable=True),
    Column("doubts", Integer, nullable=False),
    _text("decision", nullable=True),
    Column("slim", Integer, nullable=False),
    _text("ref", nullable=True),
    _text("resolved_at", nullable=True),
    CheckConstraint(f"status IN {_listed(UNSETTLED + SETTLED)}", "status"),
    CheckConstraint(f"(settled_at IS NULL) = (status IN {_listed(UNSETTLED)})", "settled"),
    CheckConstraint(
        "status NOT IN ('claimed', 'inflight') OR (token IS NOT NULL AND lease_until IS NOT NULL)",
        "claim",
    ),
    CheckConstraint("status <> 'bundled' OR bundle IS NOT NULL", "bundle"),
    CheckConstraint("attempts >= 0", "attempts"),
    CheckConstraint("if_unknown IN ('resend', 'hold')", "if_unknown"),
    CheckConstraint("doubts >= 0", "doubts"),
    CheckConstraint("slim IN (0, 1)", "slim"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("notice", NUMBER, ForeignKey("notices.id", ondelete="CASCADE"), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    _text("at"),
    _text("status"),
    _text("cause", nullable=True),
    _text("ref", nullable=True),
    CheckConstraint("n >= 1", "n"),
)

circuits = Table(
    "circuits",
    metadata,
    _text("server", primary_key=True),
    Column("failures", Integer, nullable=False),
    _text("open_until", nullable=True),
    _text("cause", nullable=True),
    _text("at"),
    CheckConstraint("failures >= 0", "failures"),
)

# Levels in thousandths of a token, so that refilling by the second needs no fractions.
buckets = Table(
    "buckets",
    metadata,
    _text("credential", primary_key=True),
    Column("level", BigInteger, nullable=False),
    _text("at"),
    CheckConstraint("level >= 0", "level"),
)

halts = Table(
    "halts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    _text("since"),
    _text("cause"),
    _text("released_at", nullable=True),
    CheckConstraint("id = 1", "one"),
)

people = Table(
    "people",
    metadata,
    _text("id", primary_key=True),
    _text("name"),
    _text("title"),
    _text("unit"),
    _text("department"),
    _text("language"),
    _text("zone"),
    _text("addresses"),
    Column("salt", LargeBinary, nullable=False),
)

office = Table(
    "office",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("n", Integer, nullable=False),
    _text("hash"),
    Column("body", LargeBinary, nullable=False),
    CheckConstraint("id = 1", "one"),
    CheckConstraint("n >= 1", "n"),
)

processes = Table(
    "processes",
    metadata,
    _text("hash", primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

calendars = Table(
    "calendars",
    metadata,
    _text("hash", primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

letters = Table(
    "letters",
    metadata,
    _text("sha256", primary_key=True),
    Column("text", LargeBinary, nullable=False),
)

heartbeats = Table(
    "heartbeats",
    metadata,
    _text("node", primary_key=True),
    _text("at"),
    _text("sweep", primary_key=True),
)

"""The first schema: the log, the projections, obligations, notices, and the office."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create every table, and the triggers that keep the log append-only."""
    _entries()
    _issues()
    _obligations()
    _notices()
    _office()
    op.create_table(
        "heartbeats",
        _text("node"),
        _text("at"),
        sa.PrimaryKeyConstraint("node", name="heartbeats_pkey"),
    )
    for statement in TRIGGERS[op.get_bind().dialect.name]:
        op.execute(statement)


def _text(name: str, nullable: bool = False) -> sa.Column[str]:
    kind = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
    return sa.Column(name, kind, nullable=nullable)


def _bytes(name: str, nullable: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=nullable)


def _integer(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=nullable)


def _entries() -> None:
    op.create_table(
        "entries",
        _text("stream"),
        _integer("n"),
        _text("request_id"),
        _text("at"),
        _text("hash"),
        _bytes("body"),
        sa.CheckConstraint("n >= 1", name="entries_n_check"),
        sa.CheckConstraint("length(at) = 27", name="entries_at_check"),
        sa.CheckConstraint("length(hash) = 64", name="entries_hash_check"),
        sa.PrimaryKeyConstraint("stream", "n", name="entries_pkey"),
        sa.UniqueConstraint("request_id", name="entries_request_id_key"),
    )


def _issues() -> None:
    op.create_table(
        "issues",
        _text("key"),
        _text("round"),
        _integer("number"),
        _text("title"),
        _text("aspect"),
        _text("unit"),
        _text("state"),
        _integer("cycle"),
        _text("due", nullable=True),
        _text("due_original", nullable=True),
        _text("next_due", nullable=True),
        _text("leader", nullable=True),
        _text("department", nullable=True),
        _text("person", nullable=True),
        _integer("remains"),
        _integer("voided"),
        _integer("n"),
        _text("hash"),
        _bytes("body"),
        sa.CheckConstraint("number >= 1", name="issues_number_check"),
        sa.CheckConstraint("cycle >= 1", name="issues_cycle_check"),
        sa.CheckConstraint("length(due) = 10", name="issues_due_check"),
        sa.CheckConstraint("length(due_original) = 10", name="issues_due_original_check"),
        sa.CheckConstraint("length(next_due) = 10", name="issues_next_due_check"),
        sa.CheckConstraint("remains IN (0, 1)", name="issues_remains_check"),
        sa.CheckConstraint("voided IN (0, 1)", name="issues_voided_check"),
        sa.CheckConstraint("n >= 1", name="issues_n_check"),
        sa.CheckConstraint("length(hash) = 64", name="issues_hash_check"),
        sa.PrimaryKeyConstraint("key", name="issues_pkey"),
    )


def _obligations() -> None:
    op.create_table(
        "obligations",
        _text("id"),
        _text("issue"),
        _text("kind"),
        _text("subject"),
        _text("role"),
        _text("person", nullable=True),
        _text("due"),
        _text("ladder"),
        _integer("opened_by"),
        _text("opened_on"),
        _text("remind_on", nullable=True),
        _integer("closed_by", nullable=True),
        _text("closed_because", nullable=True),
        sa.CheckConstraint("length(due) = 10", name="obligations_due_check"),
        sa.CheckConstraint("length(opened_on) = 10", name="obligations_opened_on_check"),
        sa.CheckConstraint("length(remind_on) = 10", name="obligations_remind_on_check"),
        sa.CheckConstraint("opened_by >= 1", name="obligations_opened_by_check"),
        sa.CheckConstraint(
            "(closed_by IS NULL) = (closed_because IS NULL)", name="obligations_closed_check"
        ),
        sa.PrimaryKeyConstraint("id", name="obligations_pkey"),
        sa.ForeignKeyConstraint(
            ["issue"], ["issues.key"], name="obligations_issue_fkey", ondelete="RESTRICT"
        ),
    )
    op.create_index(
        "obligations_awaited",
        "obligations",
        ["remind_on", "id"],
        sqlite_where=sa.text("closed_by IS NULL"),
        postgresql_where=sa.text("closed_by IS NULL"),
    )


def _notices() -> None:
    op.create_table(
        "notices",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=True),
            nullable=False,
        ),
        *(_text(name) for name in ("key", "issue")),
        *(_text(name, nullable=True) for name in ("obligation", "rung")),
        *(_text(name) for name in ("template", "recipient", "channel", "address", "language")),
        *(_text(name) for name in ("facts", "message_id", "status")),
        _text("cause", nullable=True),
        _integer("attempts"),
        *(_text(name, nullable=True) for name in ("token", "lease_until", "retry_at")),
        _text("created_at"),
        _text("settled_at", nullable=True),
        _bytes("message", nullable=True),
        sa.CheckConstraint(
            "status IN ('pending', 'claimed', 'inflight', 'retry_wait', 'ambiguous', 'accepted', "
            "'dead', 'suppressed', 'superseded')",
            name="notices_status_check",
        ),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (status IN ('pending', 'claimed', 'inflight', 'retry_wait'))",
            name="notices_settled_check",
        ),
        sa.CheckConstraint(
            "status NOT IN ('claimed', 'inflight') "
            "OR (token IS NOT NULL AND lease_until IS NOT NULL)",
            name="notices_claim_check",
        ),
        sa.CheckConstraint("attempts >= 0", name="notices_attempts_check"),
        sa.PrimaryKeyConstraint("id", name="notices_pkey"),
        sa.UniqueConstraint("key", name="notices_key_key"),
    )
    op.create_index(
        "notices_unsettled",
        "notices",
        ["id"],
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )


def _office() -> None:
    op.create_table(
        "people",
        *(_text(name) for name in ("id", "name", "title", "unit", "department", "language")),
        _text("addresses"),
        _bytes("salt"),
        sa.PrimaryKeyConstraint("id", name="people_pkey"),
    )
    op.create_table(
        "office",
        _integer("id"),
        _integer("n"),
        _text("hash"),
        _bytes("body"),
        sa.CheckConstraint("id = 1", name="office_one_check"),
        sa.CheckConstraint("n >= 1", name="office_n_check"),
        sa.PrimaryKeyConstraint("id", name="office_pkey"),
    )
    op.create_table(
        "processes",
        _text("hash"),
        _bytes("body"),
        sa.PrimaryKeyConstraint("hash", name="processes_pkey"),
    )


_SQLITE = (
    """
CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries
BEGIN
    SELECT RAISE(ABORT, 'the log is append-only');
END
""",
    """
CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries
BEGIN
    SELECT RAISE(ABORT, 'the log is append-only');
END
""",
    # INSERT OR REPLACE deletes what is in its way, and calls the trigger above only where the
    # connection has recursive_triggers on. An unset rowid is -1 here, which no row has.
    """
CREATE TRIGGER entries_no_replace BEFORE INSERT ON entries
WHEN EXISTS (
    SELECT 1 FROM entries
    WHERE (stream = NEW.stream AND n = NEW.n)
    OR request_id = NEW.request_id
    OR rowid = NEW.rowid
)
BEGIN
    SELECT RAISE(ABORT, 'the log is append-only');
END
""",
)

_POSTGRESQL = (
    """
CREATE FUNCTION entries_refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    RAISE EXCEPTION 'the log is append-only' USING ERRCODE = 'restrict_violation';
END
$$
""",
    """
CREATE TRIGGER entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
FOR EACH STATEMENT EXECUTE FUNCTION entries_refuse()
""",
    # Also where a session poses as a replica, which switches ordinary triggers off.
    "ALTER TABLE entries ENABLE ALWAYS TRIGGER entries_append_only",
)

TRIGGERS = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}

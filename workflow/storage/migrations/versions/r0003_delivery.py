"""Delivery: doubts and how they were decided, the trail of each notice, limits that nodes share.

What was ambiguous before is held for a person, as it was; failures of former times count as taken
note of, so that nobody is told of them only now.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables of the second schema to the third, with their rows."""
    if op.get_bind().dialect.name == "sqlite":
        _on_sqlite()
    else:
        _on_postgresql()
    _create_indexes()
    _create_tables()


def _text(name: str, nullable: bool = False) -> sa.Column[str]:
    kind = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
    return sa.Column(name, kind, nullable=nullable)


def _bytes(name: str, nullable: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=nullable)


def _integer(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=nullable)


def _number(name: str) -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, autoincrement=False, nullable=False)


def _create_indexes() -> None:
    unsettled, failed = (
        sa.text("settled_at IS NULL"),
        sa.text("status = 'dead' AND resolved_at IS NULL"),
    )
    op.create_index(
        "notices_unsettled",
        "notices",
        ["channel", "id"],
        sqlite_where=unsettled,
        postgresql_where=unsettled,
    )
    op.create_index(
        "notices_failed", "notices", ["id"], sqlite_where=failed, postgresql_where=failed
    )
    op.create_index("notices_created", "notices", ["created_at"])


def _create_tables() -> None:
    op.create_table(
        "deliveries",
        _number("notice"),
        _integer("n"),
        *(_text(name) for name in ("at", "status")),
        *(_text(name, nullable=True) for name in ("cause", "ref")),
        sa.CheckConstraint("n >= 1", name="deliveries_n_check"),
        sa.PrimaryKeyConstraint("notice", "n", name="deliveries_pkey"),
        sa.ForeignKeyConstraint(
            ["notice"], ["notices.id"], name="deliveries_notice_fkey", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "circuits",
        _text("server"),
        _integer("failures"),
        *(_text(name, nullable=True) for name in ("open_until", "cause")),
        _text("at"),
        sa.CheckConstraint("failures >= 0", name="circuits_failures_check"),
        sa.PrimaryKeyConstraint("server", name="circuits_pkey"),
    )
    op.create_table(
        "buckets",
        _text("credential"),
        sa.Column("level", sa.BigInteger(), autoincrement=False, nullable=False),
        _text("at"),
        sa.CheckConstraint("level >= 0", name="buckets_level_check"),
        sa.PrimaryKeyConstraint("credential", name="buckets_pkey"),
    )
    op.create_table(
        "halts",
        _integer("id"),
        *(_text(name) for name in ("since", "cause")),
        _text("released_at", nullable=True),
        sa.CheckConstraint("id = 1", name="halts_one_check"),
        sa.PrimaryKeyConstraint("id", name="halts_pkey"),
    )


# --- PostgreSQL: the tables stay, and with them what was granted on them -----------------------

_POSTGRESQL = """
ALTER TABLE notices
    ADD COLUMN if_unknown text COLLATE "C" NOT NULL DEFAULT 'resend',
    ADD COLUMN first_at text COLLATE "C",
    ADD COLUMN doubts integer NOT NULL DEFAULT 0,
    ADD COLUMN decision text COLLATE "C",
    ADD COLUMN slim integer NOT NULL DEFAULT 0,
    ADD COLUMN ref text COLLATE "C",
    ADD COLUMN resolved_at text COLLATE "C",
    DROP CONSTRAINT notices_settled_check;
UPDATE notices SET status = 'bundled', cause = NULL, settled_at = NULL
    WHERE status = 'ambiguous' AND bundle IS NOT NULL;
UPDATE notices SET settled_at = NULL, retry_at = NULL, doubts = 1, decision = 'held',
        if_unknown = 'hold'
    WHERE status = 'ambiguous';
UPDATE notices SET if_unknown = 'hold' WHERE template = 'letter';
UPDATE notices SET resolved_at = settled_at WHERE status = 'dead';
ALTER TABLE notices
    ALTER COLUMN if_unknown DROP DEFAULT,
    ALTER COLUMN doubts DROP DEFAULT,
    ALTER COLUMN slim DROP DEFAULT,
    ADD CONSTRAINT notices_settled_check CHECK ((settled_at IS NULL) = (status IN ('pending',
        'waiting', 'bundled', 'claimed', 'inflight', 'retry_wait', 'ambiguous'))),
    ADD CONSTRAINT notices_if_unknown_check CHECK (if_unknown IN ('resend', 'hold')),
    ADD CONSTRAINT notices_doubts_check CHECK (doubts >= 0),
    ADD CONSTRAINT notices_slim_check CHECK (slim IN (0, 1));
ALTER TABLE heartbeats ADD COLUMN sweep text COLLATE "C" NOT NULL DEFAULT 'owe';
ALTER TABLE heartbeats
    ALTER COLUMN sweep DROP DEFAULT,
    DROP CONSTRAINT heartbeats_pkey,
    ADD CONSTRAINT heartbeats_pkey PRIMARY KEY (node, sweep);
DROP INDEX notices_unsettled
"""


def _on_postgresql() -> None:
    for statement in _POSTGRESQL.split(";"):
        op.execute(statement)


# --- SQLite: it cannot change a constraint, so the tables are made anew ------------------------

_MADE_ANEW = ("notices", "heartbeats")


def _on_sqlite() -> None:
    for index in ("notices_unsettled", "notices_bundle"):
        op.drop_index(index)
    for table in _MADE_ANEW:
        op.rename_table(table, f"former_{table}")
    _notices()
    op.create_table(
        "heartbeats",
        *(_text(name) for name in ("node", "at", "sweep")),
        sa.PrimaryKeyConstraint("node", "sweep", name="heartbeats_pkey"),
    )
    for statement in _COPIED:
        op.execute(statement)
    for table in _MADE_ANEW:
        op.drop_table(f"former_{table}")


_COPIED = (
    """
INSERT INTO notices
SELECT id, key, issue, obligation, rung, template, recipient, channel, address, language, facts,
       message_id,
       CASE WHEN status = 'ambiguous' AND bundle IS NOT NULL THEN 'bundled' ELSE status END,
       CASE WHEN status = 'ambiguous' AND bundle IS NOT NULL THEN NULL ELSE cause END,
       bundle, attempts, token, lease_until,
       CASE WHEN status = 'ambiguous' THEN NULL ELSE retry_at END, created_at,
       CASE WHEN status = 'ambiguous' THEN NULL ELSE settled_at END,
       message,
       CASE WHEN template = 'letter' OR (status = 'ambiguous' AND bundle IS NULL)
            THEN 'hold' ELSE 'resend' END,
       NULL,
       CASE WHEN status = 'ambiguous' AND bundle IS NULL THEN 1 ELSE 0 END,
       CASE WHEN status = 'ambiguous' AND bundle IS NULL THEN 'held' END,
       0, NULL,
       CASE WHEN status = 'dead' THEN settled_at END
FROM former_notices ORDER BY id
""",
    "INSERT INTO heartbeats SELECT node, at, 'owe' FROM former_heartbeats ORDER BY rowid",
)


_UNSETTLED = "'pending', 'waiting', 'bundled', 'claimed', 'inflight', 'retry_wait', 'ambiguous'"
_SETTLED = "'accepted', 'dead', 'suppressed', 'superseded'"


def _notices() -> None:
    op.create_table(
        "notices",
        _integer("id"),
        *(_text(name) for name in ("key", "issue")),
        *(_text(name, nullable=True) for name in ("obligation", "rung")),
        *(_text(name) for name in ("template", "recipient", "channel", "address", "language")),
        *(_text(name) for name in ("facts", "message_id", "status")),
        *(_text(name, nullable=True) for name in ("cause", "bundle")),
        _integer("attempts"),
        *(_text(name, nullable=True) for name in ("token", "lease_until", "retry_at")),
        _text("created_at"),
        _text("settled_at", nullable=True),
        _bytes("message", nullable=True),
        _text("if_unknown"),
        _text("first_at", nullable=True),
        _integer("doubts"),
        _text("decision", nullable=True),
        _integer("slim"),
        *(_text(name, nullable=True) for name in ("ref", "resolved_at")),
        sa.CheckConstraint(f"status IN ({_UNSETTLED}, {_SETTLED})", name="notices_status_check"),
        sa.CheckConstraint(
            f"(settled_at IS NULL) = (status IN ({_UNSETTLED}))", name="notices_settled_check"
        ),
        sa.CheckConstraint(
            "status NOT IN ('claimed', 'inflight') "
            "OR (token IS NOT NULL AND lease_until IS NOT NULL)",
            name="notices_claim_check",
        ),
        sa.CheckConstraint(
            "status <> 'bundled' OR bundle IS NOT NULL", name="notices_bundle_check"
        ),
        sa.CheckConstraint("attempts >= 0", name="notices_attempts_check"),
        sa.CheckConstraint("if_unknown IN ('resend', 'hold')", name="notices_if_unknown_check"),
        sa.CheckConstraint("doubts >= 0", name="notices_doubts_check"),
        sa.CheckConstraint("slim IN (0, 1)", name="notices_slim_check"),
        sa.PrimaryKeyConstraint("id", name="notices_pkey"),
        sa.UniqueConstraint("key", name="notices_key_key"),
    )
    op.create_index(
        "notices_bundle", "notices", ["bundle"], sqlite_where=sa.text("bundle IS NOT NULL")
    )

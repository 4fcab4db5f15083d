"""Proof: which entries wait to be sealed, the index of those that are, and the checkpoints.

Every entry of former times waits to be sealed: the office's first one first, then as they were
written. The clock alone does not order a stream, so no entry comes before the one it follows.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables of the third schema to the fourth, with their rows."""
    _create_tables()
    op.execute(_WAITING)
    on = op.get_bind()
    statements: tuple[str, ...] = _SQLITE
    if on.dialect.name != "sqlite":
        schema = on.exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one()
        statements = tuple(each.replace("SCHEMA_OF_OURS", schema) for each in _POSTGRESQL)
    for statement in statements:
        on.exec_driver_sql(statement)


def _text(name: str) -> sa.Column[str]:
    kind = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
    return sa.Column(name, kind, nullable=False)


def _integer(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=False)


def _number(name: str, *rest: sa.Identity) -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, *rest, autoincrement=bool(rest), nullable=False)


def _create_tables() -> None:
    op.create_table(
        "unsealed",
        _number("id", sa.Identity(always=True)),
        _text("stream"),
        _integer("n"),
        sa.PrimaryKeyConstraint("id", name="unsealed_pkey"),
    )
    op.create_table(
        "leaves",
        _number("idx"),
        _text("stream"),
        _integer("n"),
        sa.CheckConstraint("idx >= 0", name="leaves_idx_check"),
        sa.PrimaryKeyConstraint("idx", name="leaves_pkey"),
        sa.UniqueConstraint("stream", "n", name="leaves_stream_key"),
    )
    op.create_table(
        "checkpoints",
        _number("size"),
        *(_text(name) for name in ("at", "root", "suite", "note")),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("size >= 1", name="checkpoints_size_check"),
        sa.CheckConstraint("length(at) = 27", name="checkpoints_at_check"),
        sa.CheckConstraint("length(root) = 64", name="checkpoints_root_check"),
        sa.PrimaryKeyConstraint("size", name="checkpoints_pkey"),
    )


_WAITING = """
INSERT INTO unsealed (stream, n)
SELECT stream, n FROM (
    SELECT stream, n,
           CASE WHEN stream = '@office' THEN CASE n WHEN 1 THEN 0 ELSE 1 END ELSE 2 END AS rank,
           max(at) OVER (PARTITION BY stream ORDER BY n) AS by
    FROM entries
) AS written
ORDER BY CASE rank WHEN 0 THEN 0 ELSE 1 END, by, rank, stream, n
"""

# Whoever holds an ordinary login need not be able to write into the list by themselves.
_LIST = """
CREATE FUNCTION entries_list() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO SCHEMA_OF_OURS.unsealed (stream, n) VALUES (NEW.stream, NEW.n);
    RETURN NULL;
END
$$
"""

_POSTGRESQL = (
    _LIST,
    """
CREATE TRIGGER entries_listed AFTER INSERT ON entries
FOR EACH ROW EXECUTE FUNCTION entries_list()
""",
    """
CREATE TRIGGER leaves_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON leaves
FOR EACH STATEMENT EXECUTE FUNCTION entries_refuse()
""",
    "ALTER TABLE leaves ENABLE ALWAYS TRIGGER leaves_append_only",
    """
CREATE TRIGGER checkpoints_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoints
FOR EACH STATEMENT EXECUTE FUNCTION entries_refuse()
""",
    "ALTER TABLE checkpoints ENABLE ALWAYS TRIGGER checkpoints_append_only",
)

_SQLITE = (
    """
CREATE TRIGGER entries_listed AFTER INSERT ON entries
BEGIN
    INSERT INTO unsealed (stream, n) VALUES (NEW.stream, NEW.n);
END
""",
    """
CREATE TRIGGER leaves_no_update BEFORE UPDATE ON leaves
BEGIN
    SELECT RAISE(ABORT, 'the log is append-only');
END
""",
    """
CREATE TRIGGER leaves_no_delete BEFORE DELETE ON leaves
BEGIN
    SELECT RAISE(ABORT, 'the log is append-only');
END
""",
    """
CREATE TRIGGER leaves_no_replace BEFORE INSERT ON leaves
WHEN EXISTS (
    SELECT 1 FROM leaves
    WHERE idx = NEW.idx OR (stream = NEW.stream AND n = NEW.n)
)
BEGIN
    SELECT RAISE(ABORT, 'the log is append-only');
END
""",
    """
CREATE TRIGGER checkpoints_no_update BEFORE UPDATE ON checkpoints
BEGIN
    SELECT RAISE(ABORT, 'the log is append-only');
END
""",
    """
CREATE TRIGGER checkpoints_no_delete BEFORE DELETE ON checkpoints
BEGIN
    SELECT RAISE(ABORT, 'the log is append-only');
END
""",
    """
CREATE TRIGGER checkpoints_no_replace BEFORE INSERT ON checkpoints
WHEN EXISTS (
    SELECT 1 FROM checkpoints
    WHERE size = NEW.size
)
BEGIN
    SELECT RAISE(ABORT, 'the log is append-only');
END
""",
)

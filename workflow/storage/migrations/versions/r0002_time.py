"""Time: when to look at what is owed, lights, calendars, letters, and messages that wait.

The new columns of issues and obligations are filled from the log after this, by the code of the
day; here they only get what is true of every row that the former version wrote.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables of the first schema to the second, with their rows."""
    if op.get_bind().dialect.name == "sqlite":
        _on_sqlite()
    else:
        _on_postgresql()
    _create_calendars_and_letters()


def _create_calendars_and_letters() -> None:
    op.create_table(
        "calendars",
        _text("hash"),
        _bytes("body"),
        sa.PrimaryKeyConstraint("hash", name="calendars_pkey"),
    )
    op.create_table(
        "letters",
        _text("sha256"),
        _bytes("text"),
        sa.PrimaryKeyConstraint("sha256", name="letters_pkey"),
    )
    op.create_index(
        "notices_bundle",
        "notices",
        ["bundle"],
        sqlite_where=sa.text("bundle IS NOT NULL"),
        postgresql_where=sa.text("bundle IS NOT NULL"),
    )


def _text(name: str, nullable: bool = False) -> sa.Column[str]:
    kind = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
    return sa.Column(name, kind, nullable=nullable)


# --- PostgreSQL: the tables stay, and with them what was granted on them -----------------------

_POSTGRESQL = """
ALTER TABLE issues
    ADD COLUMN provisional integer NOT NULL DEFAULT 0,
    ADD COLUMN lights text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN type text COLLATE "C" NOT NULL DEFAULT 'dated',
    ADD COLUMN long_term integer NOT NULL DEFAULT 0,
    ADD COLUMN suspended integer NOT NULL DEFAULT 0,
    ADD COLUMN completed_on text COLLATE "C",
    ADD COLUMN acceptances integer NOT NULL DEFAULT 0,
    ADD CONSTRAINT issues_provisional_check CHECK (provisional IN (0, 1)),
    ADD CONSTRAINT issues_long_term_check CHECK (long_term IN (0, 1)),
    ADD CONSTRAINT issues_suspended_check CHECK (suspended IN (0, 1)),
    ADD CONSTRAINT issues_completed_on_check CHECK (length(completed_on) = 10),
    ADD CONSTRAINT issues_acceptances_check CHECK (acceptances >= 0);
ALTER TABLE issues
    ALTER COLUMN provisional DROP DEFAULT,
    ALTER COLUMN lights DROP DEFAULT,
    ALTER COLUMN type DROP DEFAULT,
    ALTER COLUMN long_term DROP DEFAULT,
    ALTER COLUMN suspended DROP DEFAULT,
    ALTER COLUMN acceptances DROP DEFAULT;
ALTER TABLE obligations RENAME COLUMN remind_on TO wake_on;
ALTER TABLE obligations RENAME CONSTRAINT obligations_remind_on_check TO obligations_wake_on_check;
ALTER TABLE obligations
    ADD COLUMN anchor text COLLATE "C",
    ADD COLUMN provisional integer NOT NULL DEFAULT 0,
    ADD COLUMN owed_since text COLLATE "C",
    ADD COLUMN lapses_on text COLLATE "C",
    ADD CONSTRAINT obligations_anchor_check CHECK (length(anchor) = 10),
    ADD CONSTRAINT obligations_provisional_check CHECK (provisional IN (0, 1)),
    ADD CONSTRAINT obligations_owed_since_check CHECK (length(owed_since) = 10),
    ADD CONSTRAINT obligations_lapses_on_check CHECK (length(lapses_on) = 10);
ALTER TABLE obligations ALTER COLUMN provisional DROP DEFAULT;
ALTER TABLE notices
    ADD COLUMN bundle text COLLATE "C",
    DROP CONSTRAINT notices_status_check,
    DROP CONSTRAINT notices_settled_check,
    ADD CONSTRAINT notices_status_check CHECK (status IN ('pending', 'waiting', 'bundled',
        'claimed', 'inflight', 'retry_wait', 'ambiguous', 'accepted', 'dead', 'suppressed',
        'superseded')),
    ADD CONSTRAINT notices_settled_check CHECK ((settled_at IS NULL) = (status IN ('pending',
        'waiting', 'bundled', 'claimed', 'inflight', 'retry_wait'))),
    ADD CONSTRAINT notices_bundle_check CHECK (status <> 'bundled' OR bundle IS NOT NULL);
ALTER TABLE people ADD COLUMN zone text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE people ALTER COLUMN zone DROP DEFAULT
"""


def _on_postgresql() -> None:
    for statement in _POSTGRESQL.split(";"):
        op.execute(statement)


# --- SQLite: it cannot change a constraint, so the tables are made anew ------------------------
# The former ones step aside first: a table that was renamed itself would stand in the schema
# otherwise than one that was made so.

_MADE_ANEW = ("obligations", "issues", "notices", "people")


def _on_sqlite() -> None:
    op.drop_index("obligations_awaited")
    op.drop_index("notices_unsettled")
    for table in _MADE_ANEW:
        op.rename_table(table, f"former_{table}")
    _issues()
    _obligations()
    _notices()
    _people()
    for statement in _COPIED:
        op.execute(statement)
    for table in _MADE_ANEW:
        op.drop_table(f"former_{table}")


_COPIED = (
    """
INSERT INTO issues
SELECT key, round, number, title, aspect, unit, state, cycle, due, due_original, next_due,
       0, '', 'dated', 0, 0, NULL, 0,
       leader, department, person, remains, voided, n, hash, body
FROM former_issues ORDER BY rowid
""",
    """
INSERT INTO obligations
SELECT id, issue, kind, subject, role, person, due, ladder, opened_by, opened_on,
       NULL, 0, NULL, NULL,
       remind_on, closed_by, closed_because
FROM former_obligations ORDER BY rowid
""",
    """
INSERT INTO notices
SELECT id, key, issue, obligation, rung, template, recipient, channel, address, language, facts,
       message_id, status, cause, NULL,
       attempts, token, lease_until, retry_at, created_at, settled_at, message
FROM former_notices ORDER BY id
""",
    """
INSERT INTO people
SELECT id, name, title, unit, department, language, '', addresses, salt
FROM former_people ORDER BY rowid
""",
)


def _bytes(name: str, nullable: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=nullable)


def _integer(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=nullable)


def _issues() -> None:
    op.create_table(
        "issues",
        _text("key"),
        _text("round"),
        _integer("number"),
        *(_text(name) for name in ("title", "aspect", "unit", "state")),
        _integer("cycle"),
        *(_text(name, nullable=True) for name in ("due", "due_original", "next_due")),
        _integer("provisional"),
        *(_text(name) for name in ("lights", "type")),
        *(_integer(name) for name in ("long_term", "suspended")),
        _text("completed_on", nullable=True),
        _integer("acceptances"),
        *(_text(name, nullable=True) for name in ("leader", "department", "person")),
        *(_integer(name) for name in ("remains", "voided", "n")),
        _text("hash"),
        _bytes("body"),
        sa.CheckConstraint("number >= 1", name="issues_number_check"),
        sa.CheckConstraint("cycle >= 1", name="issues_cycle_check"),
        sa.CheckConstraint("length(due) = 10", name="issues_due_check"),
        sa.CheckConstraint("length(due_original) = 10", name="issues_due_original_check"),
        sa.CheckConstraint("length(next_due) = 10", name="issues_next_due_check"),
        sa.CheckConstraint("provisional IN (0, 1)", name="issues_provisional_check"),
        sa.CheckConstraint("long_term IN (0, 1)", name="issues_long_term_check"),
        sa.CheckConstraint("suspended IN (0, 1)", name="issues_suspended_check"),
        sa.CheckConstraint("length(completed_on) = 10", name="issues_completed_on_check"),
        sa.CheckConstraint("acceptances >= 0", name="issues_acceptances_check"),
        sa.CheckConstraint("remains IN (0, 1)", name="issues_remains_check"),
        sa.CheckConstraint("voided IN (0, 1)", name="issues_voided_check"),
        sa.CheckConstraint("n >= 1", name="issues_n_check"),
        sa.CheckConstraint("length(hash) = 64", name="issues_hash_check"),
        sa.PrimaryKeyConstraint("key", name="issues_pkey"),
    )


def _obligations() -> None:
    op.create_table(
        "obligations",
        *(_text(name) for name in ("id", "issue", "kind", "subject", "role")),
        _text("person", nullable=True),
        *(_text(name) for name in ("due", "ladder")),
        _integer("opened_by"),
        _text("opened_on"),
        _text("anchor", nullable=True),
        _integer("provisional"),
        *(_text(name, nullable=True) for name in ("owed_since", "lapses_on", "wake_on")),
        _integer("closed_by", nullable=True),
        _text("closed_because", nullable=True),
        sa.CheckConstraint("length(due) = 10", name="obligations_due_check"),
        sa.CheckConstraint("length(opened_on) = 10", name="obligations_opened_on_check"),
        sa.CheckConstraint("length(anchor) = 10", name="obligations_anchor_check"),
        sa.CheckConstraint("provisional IN (0, 1)", name="obligations_provisional_check"),
        sa.CheckConstraint("length(owed_since) = 10", name="obligations_owed_since_check"),
        sa.CheckConstraint("length(lapses_on) = 10", name="obligations_lapses_on_check"),
        sa.CheckConstraint("length(wake_on) = 10", name="obligations_wake_on_check"),
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
        ["wake_on", "id"],
        sqlite_where=sa.text("closed_by IS NULL"),
    )


_UNSETTLED = "('pending', 'waiting', 'bundled', 'claimed', 'inflight', 'retry_wait')"
_SETTLED = "'ambiguous', 'accepted', 'dead', 'suppressed', 'superseded'"


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
        sa.CheckConstraint(
            f"status IN {_UNSETTLED[:-1]}, {_SETTLED})", name="notices_status_check"
        ),
        sa.CheckConstraint(
            f"(settled_at IS NULL) = (status IN {_UNSETTLED})", name="notices_settled_check"
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
        sa.PrimaryKeyConstraint("id", name="notices_pkey"),
        sa.UniqueConstraint("key", name="notices_key_key"),
    )
    op.create_index(
        "notices_unsettled", "notices", ["id"], sqlite_where=sa.text("settled_at IS NULL")
    )


def _people() -> None:
    op.create_table(
        "people",
        *(_text(name) for name in ("id", "name", "title", "unit", "department", "language")),
        *(_text(name) for name in ("zone", "addresses")),
        _bytes("salt"),
        sa.PrimaryKeyConstraint("id", name="people_pkey"),
    )

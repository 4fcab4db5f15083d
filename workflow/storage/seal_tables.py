"""The tables of what is sealed: what waits, the index of each sealed entry, the checkpoints."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Identity,
    Integer,
    LargeBinary,
    Table,
    UniqueConstraint,
)

from workflow.storage.tables import NUMBER, TEXT, metadata

# Every entry that waits to be sealed, in order of writing; a trigger lists it.
unsealed = Table(
    "unsealed",
    metadata,
    Column("id", NUMBER, Identity(always=True), primary_key=True),
    Column("stream", TEXT, nullable=False),
    Column("n", Integer, nullable=False),
)

leaves = Table(
    "leaves",
    metadata,
    Column("idx", NUMBER, primary_key=True, autoincrement=False),
    Column("stream", TEXT, nullable=False),
    Column("n", Integer, nullable=False),
    CheckConstraint("idx >= 0", "idx"),
    UniqueConstraint("stream", "n"),
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("size", NUMBER, primary_key=True, autoincrement=False),
    Column("at", TEXT, nullable=False),
    Column("root", TEXT, nullable=False),
    Column("suite", TEXT, nullable=False),
    Column("note", TEXT, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
    CheckConstraint("size >= 1", "size"),
    CheckConstraint("length(at) = 27", "at"),
    CheckConstraint("length(root) = 64", "root"),
)

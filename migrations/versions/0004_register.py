"""The public register, its counters, its head and its word index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SHOWN = sa.text("status IN ('active', 'suspended')")
WORDS = "array_to_tsvector(string_to_array(search, ' '))"


def upgrade() -> None:
    """Make the tables; the words are indexed by FTS5 on SQLite and by a GIN index on PostgreSQL."""
    op.create_table(
        "register_entries",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("charter", sa.String(60), nullable=False),
        sa.Column("charter_version", sa.Integer, nullable=False),
        sa.Column("capacity", sa.String(20), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("official_name", sa.String(300), nullable=False),
        sa.Column("latin_name", sa.String(300), nullable=False),
        sa.Column("acronym", sa.String(40), nullable=False),
        sa.Column("aliases", sa.String(500), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("organisation_form", sa.String(40), nullable=False),
        sa.Column("category", sa.String(60), nullable=False),
        sa.Column("website", sa.String(300), nullable=False),
        sa.Column("description", sa.String(400), nullable=False),
        sa.Column("representative", sa.String(200), nullable=False),
        sa.Column("signed_on", sa.Date, nullable=False),
        sa.Column("published_on", sa.Date, nullable=False),
        sa.Column("ended_on", sa.Date),
        sa.Column("name_key", sa.String(300), nullable=False),
        sa.Column("search", sa.String(2500), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_register_entries"),
        sa.UniqueConstraint("number", name="uq_register_entries_number"),
        sa.CheckConstraint(
            "status IN ('active', 'suspended', 'withdrawn', 'delisted')", name="ck_register_entries_status"
        ),
    )
    _partial_index("uq_register_entries_live_name", ["charter", "capacity", "name_key", "country"], unique=True)
    _partial_index("ix_register_entries_shown", ["id"])
    _partial_index("ix_register_entries_country", ["country", "id"])
    _partial_index("ix_register_entries_category", ["category", "id"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE register_words USING fts5("
            "words, content='', tokenize=\"unicode61 remove_diacritics 0 categories 'L* N* M* Co'\", prefix='2 3')"
        )
    else:
        op.execute(f"CREATE INDEX ix_register_entries_words ON register_entries USING gin ({WORDS})")
    _counters()


def _partial_index(name: str, columns: list[str], *, unique: bool = False) -> None:
    op.create_index(name, "register_entries", columns, unique=unique, sqlite_where=SHOWN, postgresql_where=SHOWN)


def _counters() -> None:
    op.create_table(
        "register_counts",
        sa.Column("charter", sa.String(60), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("category", sa.String(60), nullable=False),
        sa.Column("active", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("charter", "country", "category", name="pk_register_counts"),
    )
    op.create_table(
        "register_heads",
        sa.Column("prefix", sa.String(20), nullable=False),
        sa.Column("last_number", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("prefix", name="pk_register_heads"),
    )


def downgrade() -> None:
    """Take it all away again."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE register_words")
    for table in ("register_heads", "register_counts", "register_entries"):
        op.drop_table(table)

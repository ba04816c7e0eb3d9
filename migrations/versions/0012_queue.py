"""What the queue rests on: words of names to find likenesses and applications by, filters kept, figures counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from coalition.organisations.keys import keys_of, person_words

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
WORDS = "array_to_tsvector(string_to_array(btrim(search), ' '))"
TOKENS = "unicode61 remove_diacritics 0 categories 'L* N* M* Co'"
NAMES = ("official_name", "latin_name", "acronym", "aliases", "country", "website", "registration_number")
ADDED = "INSERT INTO application_words (rowid, search) VALUES (new.id, new.search)"
TAKEN = "INSERT INTO application_words (application_words, rowid, search) VALUES ('delete', old.id, old.search)"
TRIGGERS = {
    "added AFTER INSERT": ADDED,
    "taken AFTER DELETE": TAKEN,
    "changed AFTER UPDATE OF search": f"{TAKEN}; {ADDED}",
}


def upgrade() -> None:
    """Add the tables, fill the words of what is there, and index what the queue is filtered by."""
    _words()
    _distinctions()
    _filters()
    _figures()
    op.create_index("ix_signatures_charter_queue", "signatures", ["charter", "state", "clock_at", "id"])
    op.create_index("ix_signatures_charter_id", "signatures", ["charter", "id"])
    op.create_index("ix_organisations_country", "organisations", ["country", "id"])
    _index_applications()
    _fill()


def _words() -> None:
    collation = "C" if op.get_bind().dialect.name == "postgresql" else None
    op.create_table(
        "organisation_words",
        sa.Column("word", sa.String(60, collation), nullable=False),
        sa.Column("organisation_id", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("word", "organisation_id", name="pk_organisation_words"),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name="fk_organisation_words_organisation_id_organisations",
            ondelete="CASCADE",
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_organisation_words_organisation_id", "organisation_words", ["organisation_id"])
    op.create_table(
        "representative_words",
        sa.Column("word", sa.String(60, collation), nullable=False),
        sa.Column("signature_id", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("word", "signature_id", name="pk_representative_words"),
        sa.ForeignKeyConstraint(
            ["signature_id"],
            ["representatives.signature_id"],
            name="fk_representative_words_signature_id_representatives",
            ondelete="CASCADE",
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_representative_words_signature_id", "representative_words", ["signature_id"])


def _distinctions() -> None:
    op.create_table(
        "organisation_distinctions",
        sa.Column("organisation_id", sa.Integer, nullable=False),
        sa.Column("other_id", sa.Integer, nullable=False),
        sa.Column("officer_id", sa.Integer, nullable=False),
        sa.Column("told_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "other_id", name="pk_organisation_distinctions"),
        sa.CheckConstraint("organisation_id < other_id", name="ck_organisation_distinctions_order"),
        *(
            sa.ForeignKeyConstraint(
                [name], ["organisations.id"], name=f"fk_organisation_distinctions_{name}_organisations"
            )
            for name in ("organisation_id", "other_id")
        ),
        _officer("organisation_distinctions"),
    )
    op.create_index("ix_organisation_distinctions_other_id", "organisation_distinctions", ["other_id"])


def _filters() -> None:
    op.create_table(
        "review_filters",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("officer_id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("query", sa.String(600), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_review_filters"),
        sa.UniqueConstraint("public_id", name="uq_review_filters_public_id"),
        sa.UniqueConstraint("officer_id", "name", name="uq_review_filters_officer_id_name"),
        _officer("review_filters"),
    )


def _figures() -> None:
    op.create_table(
        "review_figures",
        sa.Column("charter", sa.String(60), nullable=False),
        sa.Column("counted_at", MOMENT, nullable=False),
        sa.Column("figures", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("charter", name="pk_review_figures"),
    )
    op.create_table(
        "review_digests",
        sa.Column("officer_id", sa.Integer, nullable=False),
        sa.Column("sent_on", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("officer_id", "sent_on", name="pk_review_digests"),
        _officer("review_digests"),
    )


def _officer(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=f"fk_{table}_officer_id_officers")


def _index_applications() -> None:
    """Index `signatures.search` by words; on SQLite triggers keep the index, so that no writer can forget it."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE INDEX ix_signatures_words ON signatures USING gin ({WORDS})")
        return
    op.execute(
        "CREATE VIRTUAL TABLE application_words USING fts5("
        f"search, content='signatures', content_rowid='id', tokenize=\"{TOKENS}\", prefix='2 3')"
    )
    for name, acts in TRIGGERS.items():
        op.execute(f"CREATE TRIGGER application_words_{name} ON signatures BEGIN {acts}; END")
    op.execute("INSERT INTO application_words (application_words) VALUES ('rebuild')")


def _fill() -> None:
    connection = op.get_bind()
    organisations = sa.table("organisations", *(sa.column(name) for name in ("id", *NAMES)))
    rows = connection.execute(sa.select(organisations)).mappings()
    _insert("organisation_words", "organisation_id", ((row["id"], keys_of(row)) for row in rows))
    people = sa.table("representatives", sa.column("signature_id"), sa.column("full_name"), sa.column("email"))
    named = connection.execute(sa.select(people)).all()
    _insert("representative_words", "signature_id", ((row[0], person_words(row[1], row[2])) for row in named))


def _insert(table: str, key: str, found: Any) -> None:
    target = sa.table(table, sa.column("word"), sa.column(key))
    for rows in _batches({"word": word, key: owner} for owner, words in found for word in sorted(words)):
        op.get_bind().execute(sa.insert(target), rows)


def _batches(rows: Iterator[dict[str, Any]], size: int = 2000) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def downgrade() -> None:
    """Take it all away again."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("ix_signatures_words", "signatures")
    else:
        for name in TRIGGERS:
            op.execute(f"DROP TRIGGER application_words_{name.split()[0]}")
        op.execute("DROP TABLE application_words")
    op.drop_index("ix_organisations_country", "organisations")
    op.drop_index("ix_signatures_charter_id", "signatures")
    op.drop_index("ix_signatures_charter_queue", "signatures")
    for table in ("review_digests", "review_figures", "review_filters", "organisation_distinctions"):
        op.drop_table(table)
    for table in ("representative_words", "organisation_words"):
        op.drop_table(table)

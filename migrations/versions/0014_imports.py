"""Lists that are brought in: imports with their problems and remembered columns; what lists say of organisations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
PARTY = sa.text("is_party")


def upgrade() -> None:
    """Add the tables."""
    _imports()
    _problems()
    _sources()
    _names()


def _imports() -> None:
    op.create_table(
        "imports",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("charter", sa.String(60), nullable=False),
        sa.Column("charter_version", sa.Integer),
        sa.Column("landing", sa.String(20), nullable=False),
        sa.Column("list_title", sa.String(200), nullable=False),
        sa.Column("listed_on", sa.Date),
        sa.Column("filename", sa.String(200), nullable=False),
        sa.Column("file_sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("encoding", sa.String(20), nullable=False),
        sa.Column("storage_key", sa.String(140)),
        sa.Column("headings", sa.JSON, nullable=False),
        sa.Column("header_sha256", sa.String(64), nullable=False),
        sa.Column("mapping", sa.JSON, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("run", sa.Integer, nullable=False),
        sa.Column("rows_total", sa.Integer, nullable=False),
        sa.Column("rows_done", sa.Integer, nullable=False),
        sa.Column("rows_new", sa.Integer, nullable=False),
        sa.Column("rows_known", sa.Integer, nullable=False),
        sa.Column("rows_bad", sa.Integer, nullable=False),
        sa.Column("leaves_out", sa.Boolean, nullable=False),
        sa.Column("failure", sa.String(60), nullable=False),
        sa.Column("officer_id", sa.Integer),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("touched_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_imports"),
        sa.UniqueConstraint("public_id", name="uq_imports_public_id"),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name="fk_imports_officer_id_officers"),
    )
    op.create_index("ix_imports_file_sha256", "imports", ["file_sha256"])
    op.create_table(
        "import_mappings",
        sa.Column("header_sha256", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("mapping", sa.JSON, nullable=False),
        sa.Column("used_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("header_sha256", "kind", name="pk_import_mappings"),
    )


def _problems() -> None:
    op.create_table(
        "import_problems",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("import_id", sa.Integer, nullable=False),
        sa.Column("row_number", sa.Integer, nullable=False),
        sa.Column("heading", sa.String(200), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("detail", sa.String(320), nullable=False),
        sa.Column("text", sa.String(120), nullable=False),
        sa.Column("is_notice", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_import_problems"),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name="fk_import_problems_import_id_imports", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_import_problems_import_id", "import_problems", ["import_id", "id"])


def _sources() -> None:
    op.create_table(
        "organisation_sources",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("organisation_id", sa.Integer, nullable=False),
        sa.Column("import_id", sa.Integer, nullable=False),
        sa.Column("row_number", sa.Integer, nullable=False),
        sa.Column("listed_name", sa.String(300), nullable=False),
        sa.Column("listed_class", sa.String(120), nullable=False),
        sa.Column("umbrella_id", sa.Integer),
        sa.Column("is_first", sa.Boolean, nullable=False),
        sa.Column("is_party", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisation_sources"),
        sa.UniqueConstraint("import_id", "row_number", name="uq_organisation_sources_import_id_row_number"),
        *_organisations("organisation_sources", "organisation_id", "umbrella_id"),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name="fk_organisation_sources_import_id_imports"),
    )
    op.create_index("ix_organisation_sources_organisation_id", "organisation_sources", ["organisation_id"])
    op.create_index("ix_organisation_sources_umbrella_id", "organisation_sources", ["umbrella_id"])
    op.create_index(
        "ix_organisation_sources_party",
        "organisation_sources",
        ["organisation_id"],
        sqlite_where=PARTY,
        postgresql_where=PARTY,
    )


def _names() -> None:
    op.create_table(
        "organisation_names",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("organisation_id", sa.Integer, nullable=False),
        sa.Column("import_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("name_key", sa.String(300), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisation_names"),
        *_organisations("organisation_names", "organisation_id"),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name="fk_organisation_names_import_id_imports"),
    )
    op.create_index("ix_organisation_names_name_key", "organisation_names", ["name_key", "organisation_id"])
    op.create_index("ix_organisation_names_organisation_id", "organisation_names", ["organisation_id"])
    op.create_index("ix_organisation_names_import_id", "organisation_names", ["import_id"])
    op.create_table(
        "organisation_joins",
        sa.Column("organisation_id", sa.Integer, nullable=False),
        sa.Column("into_organisation_id", sa.Integer, nullable=False),
        sa.Column("import_id", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "import_id", name="pk_organisation_joins"),
        *_organisations("organisation_joins", "organisation_id", "into_organisation_id"),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name="fk_organisation_joins_import_id_imports"),
    )
    op.create_index("ix_organisation_joins_into_organisation_id", "organisation_joins", ["into_organisation_id"])
    op.create_index("ix_organisation_joins_import_id", "organisation_joins", ["import_id"])


def _organisations(table: str, *columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], ["organisations.id"], name=f"fk_{table}_{column}_organisations")
        for column in columns
    ]


def downgrade() -> None:
    """Drop the tables again; the organisations that lists alone had named go with them."""
    op.execute(
        "CREATE TEMPORARY TABLE named_by_lists AS SELECT organisation_id FROM organisation_sources WHERE is_first"
    )
    for table in (
        "organisation_joins",
        "organisation_names",
        "organisation_sources",
        "import_problems",
        "import_mappings",
        "imports",
    ):
        op.drop_table(table)
    op.execute(
        "DELETE FROM organisations WHERE id IN (SELECT organisation_id FROM named_by_lists) "
        "AND id NOT IN (SELECT organisation_id FROM signatures)"
    )
    op.execute("DROP TABLE named_by_lists")

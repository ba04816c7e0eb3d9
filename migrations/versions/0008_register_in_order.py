"""Orders and filters of the register: names to sort by, the year of signing, the charters' own choices as marks."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from alembic import op

from coalition.register.entry import mark_values, name_to_sort_by

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLE = "register_entries"
SHOWN = sa.text("status IN ('active', 'suspended')")
NOT_ACTIVE = sa.text("status <> 'active'")
FORMER = {"shown": ["id"], "country": ["country", "id"], "category": ["category", "id"]}
FILTERS = ("country", "category", "charter", "signed_year")


def indexes() -> dict[str, list[str]]:
    """Return name and columns of one index a filter and order; each list is of one capacity."""
    found = {"newest": ["capacity", "id"], "name": ["capacity", "sort_name", "id"]}
    for field in FILTERS:
        found[f"{field}_newest"] = ["capacity", field, "id"]
        found[f"{field}_name"] = ["capacity", field, "sort_name", "id"]
    return {f"ix_register_entries_{name}": columns for name, columns in found.items()}


def upgrade() -> None:
    """Add the columns, fill them from what is there, and index every order that is offered."""
    collation = "C" if op.get_bind().dialect.name == "postgresql" else None
    op.add_column(TABLE, sa.Column("sort_name", sa.String(120, collation), nullable=False, server_default=""))
    op.add_column(TABLE, sa.Column("signed_year", sa.Integer, nullable=False, server_default="0"))
    op.create_table(
        "register_marks",
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("value", sa.String(60), nullable=False),
        sa.Column("entry_id", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("key", "value", "entry_id", name="pk_register_marks"),
        sa.ForeignKeyConstraint(["entry_id"], [f"{TABLE}.id"], name="fk_register_marks_entry_id_register_entries"),
    )
    _fill()
    for name in FORMER:
        op.drop_index(f"ix_register_entries_{name}", TABLE)
    for name, columns in indexes().items():
        op.create_index(name, TABLE, columns, sqlite_where=SHOWN, postgresql_where=SHOWN)
    for order, column in (("newest", "id"), ("name", "sort_name")):
        columns = ["capacity", "status", *dict.fromkeys((column, "id"))]
        name = f"ix_register_entries_status_{order}"
        op.create_index(name, TABLE, columns, sqlite_where=NOT_ACTIVE, postgresql_where=NOT_ACTIVE)


def _fill() -> None:
    """Fold the names as publishing does: a page's order is made once, by one function."""
    entries = sa.table(
        TABLE,
        *(sa.column(name) for name in ("id", "official_name", "latin_name", "sort_name", "signed_year")),
        sa.column("signed_on", sa.Date),
        sa.column("extra", sa.JSON),
    )
    marks = sa.table("register_marks", *(sa.column(name) for name in ("key", "value", "entry_id")))
    connection = op.get_bind()
    columns = [entries.c[name] for name in ("id", "official_name", "latin_name", "signed_on", "extra")]
    for row in connection.execute(sa.select(*columns)).all():
        signed_on: date = row.signed_on
        values = {"sort_name": name_to_sort_by(row.official_name, row.latin_name), "signed_year": signed_on.year}
        connection.execute(sa.update(entries).where(entries.c.id == row.id).values(**values))
        for key, value in mark_values(row.extra).items():
            connection.execute(sa.insert(marks).values(key=key, value=value, entry_id=row.id))


def downgrade() -> None:
    """Take it away again and index as before."""
    for order in ("newest", "name"):
        op.drop_index(f"ix_register_entries_status_{order}", TABLE)
    for name in indexes():
        op.drop_index(name, TABLE)
    for name, columns in FORMER.items():
        op.create_index(f"ix_register_entries_{name}", TABLE, columns, sqlite_where=SHOWN, postgresql_where=SHOWN)
    op.drop_table("register_marks")
    op.drop_column(TABLE, "signed_year")
    op.drop_column(TABLE, "sort_name")

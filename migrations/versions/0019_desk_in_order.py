"""What the desk's pages need to stay quick: letters found by their words, applications compared by their names.

And the Latin name that an organisation bore, so that the register of a past day can show that day's names.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

WORDS = "array_to_tsvector(string_to_array(btrim(search), ' '))"
TOKENS = "unicode61 remove_diacritics 0 categories 'L* N* M* Co'"
ADDED = "INSERT INTO enquiry_words (rowid, search) VALUES (new.id, new.search)"
TAKEN = "INSERT INTO enquiry_words (enquiry_words, rowid, search) VALUES ('delete', old.id, old.search)"
LETTERS = {
    "added AFTER INSERT": ADDED,
    "taken AFTER DELETE": TAKEN,
    "changed AFTER UPDATE OF search": f"{TAKEN}; {ADDED}",
}
OWN_NAME = "(SELECT name_key FROM organisations WHERE id = new.organisation_id)"
FOLLOW = "UPDATE signatures SET name_key = new.name_key WHERE organisation_id = new.id"
TAKE = f"UPDATE signatures SET name_key = {OWN_NAME} WHERE id = new.id"  # noqa: S608 - words of our own
NAMES = {
    "signatures_are_named": f"INSERT ON signatures BEGIN {TAKE}",
    "organisations_are_renamed": f"UPDATE OF name_key ON organisations BEGIN {FOLLOW}",
}
NAMED = f"BEGIN new.name_key := coalesce({OWN_NAME}, ''); RETURN new; END"
RENAMED = f"BEGIN {FOLLOW}; RETURN NULL; END"
OPEN = sa.text("state IN ('in_review', 'needs_information', 'referred', 'submitted')")
LIVE = sa.text("state IN ('active', 'in_review', 'needs_information', 'referred', 'submitted', 'suspended')")
JUDGED = ["state", "clock_at", "id", "charter", "capacity", "name_key", "register_number"]


def upgrade() -> None:
    """Add what is looked for, and triggers that keep it, so that no writer can forget it."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    op.add_column("register_former_names", sa.Column("latin_name", sa.String(300), nullable=False, server_default=""))
    op.add_column("signatures", sa.Column("name_key", sa.String(300), nullable=False, server_default=""))
    op.execute(
        "UPDATE signatures SET name_key = "
        "(SELECT name_key FROM organisations WHERE organisations.id = signatures.organisation_id)"
    )
    _index("ix_signatures_open_names", JUDGED, OPEN)
    _index("ix_signatures_live_names", ["charter", "name_key", "id"], LIVE)
    if is_postgresql:
        op.execute(f"CREATE INDEX ix_enquiries_words ON enquiries USING gin ({WORDS})")
        _follow_on_postgresql()
        return
    op.execute(
        "CREATE VIRTUAL TABLE enquiry_words USING fts5("
        f"search, content='enquiries', content_rowid='id', tokenize=\"{TOKENS}\", prefix='2 3')"
    )
    for name, acts in LETTERS.items():
        op.execute(f"CREATE TRIGGER enquiry_words_{name} ON enquiries BEGIN {acts}; END")
    op.execute("INSERT INTO enquiry_words (enquiry_words) VALUES ('rebuild')")
    for name, acts in NAMES.items():
        op.execute(f"CREATE TRIGGER {name} AFTER {acts}; END")


def _index(name: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, "signatures", columns, sqlite_where=where, postgresql_where=where)


def _follow_on_postgresql() -> None:
    for name, acts in (("name_a_signature", NAMED), ("rename_signatures", RENAMED)):
        op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {acts} $$")
    op.execute(
        "CREATE TRIGGER signatures_are_named BEFORE INSERT ON signatures "
        "FOR EACH ROW EXECUTE FUNCTION name_a_signature()"
    )
    op.execute(
        "CREATE TRIGGER organisations_are_renamed AFTER UPDATE OF name_key ON organisations "
        "FOR EACH ROW EXECUTE FUNCTION rename_signatures()"
    )


def downgrade() -> None:
    """Take it all away again."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("ix_enquiries_words", "enquiries")
        op.execute("DROP TRIGGER signatures_are_named ON signatures")
        op.execute("DROP TRIGGER organisations_are_renamed ON organisations")
        op.execute("DROP FUNCTION name_a_signature()")
        op.execute("DROP FUNCTION rename_signatures()")
    else:
        for name in [f"enquiry_words_{name.split()[0]}" for name in LETTERS] + list(NAMES):
            op.execute(f"DROP TRIGGER {name}")
        op.execute("DROP TABLE enquiry_words")
    op.drop_index("ix_signatures_live_names", "signatures")
    op.drop_index("ix_signatures_open_names", "signatures")
    op.drop_column("signatures", "name_key")
    op.drop_column("register_former_names", "latin_name")

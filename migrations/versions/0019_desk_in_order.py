"""What the desk's pages need to stay quick: letters to the secretariat found by their words."""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

WORDS = "array_to_tsvector(string_to_array(btrim(search), ' '))"
TOKENS = "unicode61 remove_diacritics 0 categories 'L* N* M* Co'"
ADDED = "INSERT INTO enquiry_words (rowid, search) VALUES (new.id, new.search)"
TAKEN = "INSERT INTO enquiry_words (enquiry_words, rowid, search) VALUES ('delete', old.id, old.search)"
TRIGGERS = {
    "added AFTER INSERT": ADDED,
    "taken AFTER DELETE": TAKEN,
    "changed AFTER UPDATE OF search": f"{TAKEN}; {ADDED}",
}


def upgrade() -> None:
    """Index `enquiries.search` by words; on SQLite triggers keep the index, so that no writer can forget it."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE INDEX ix_enquiries_words ON enquiries USING gin ({WORDS})")
        return
    op.execute(
        "CREATE VIRTUAL TABLE enquiry_words USING fts5("
        f"search, content='enquiries', content_rowid='id', tokenize=\"{TOKENS}\", prefix='2 3')"
    )
    for name, acts in TRIGGERS.items():
        op.execute(f"CREATE TRIGGER enquiry_words_{name} ON enquiries BEGIN {acts}; END")
    op.execute("INSERT INTO enquiry_words (enquiry_words) VALUES ('rebuild')")


def downgrade() -> None:
    """Take the index away again."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("ix_enquiries_words", "enquiries")
        return
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER enquiry_words_{name.split()[0]}")
    op.execute("DROP TABLE enquiry_words")

"""The words of names made again: the lexicon knows more languages, and keys are made of compounds and other scripts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from coalition.organisations.keys import keys_of

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

NAMES = ("official_name", "latin_name", "acronym", "aliases", "country", "website", "registration_number")
ORGANISATIONS = sa.table("organisations", sa.column("id"), *(sa.column(name) for name in NAMES))
WORDS = sa.table("organisation_words", sa.column("word"), sa.column("organisation_id"))
BATCH = 1000


def upgrade() -> None:
    """Write the words of every organisation anew, a thousand organisations at a time."""
    connection = op.get_bind()
    for rows in _batches(connection):
        connection.execute(sa.delete(WORDS).where(WORDS.c.organisation_id.between(rows[0]["id"], rows[-1]["id"])))
        words = [{"word": word, "organisation_id": row["id"]} for row in rows for word in sorted(keys_of(row))]
        if words:
            connection.execute(sa.insert(WORDS), words)


def _batches(connection: sa.Connection) -> Iterator[Sequence[Any]]:
    last = 0
    asked = sa.select(ORGANISATIONS).order_by(ORGANISATIONS.c.id).limit(BATCH)
    while rows := connection.execute(asked.where(ORGANISATIONS.c.id > last)).mappings().all():
        last = rows[-1]["id"]
        yield rows


def downgrade() -> None:
    """Leave the words as they are: former words can be made by the former code alone, `indexing.renew` makes them."""

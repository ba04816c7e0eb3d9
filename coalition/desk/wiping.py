"""How do bytes that were deleted leave the disk too? The database's files are rewritten, outside of any transaction.

A database only marks what is deleted as free. SQLite copies itself and empties its write-ahead log; PostgreSQL rewrites
the tables that name people, and what it has noted of their columns to plan by. Its write-ahead log and your backups
keep older pages until they are overwritten or thrown away: that is the operator's to do (docs/erase.md).
"""

from __future__ import annotations

import time

from sqlalchemy import Connection, text

from coalition.desk.personal_data import PERSONAL
from coalition.errors import Unavailable, mark
from coalition.extensions import db

PATIENCE_SECONDS = 30.0
PAUSE_SECONDS = 0.1
WORD_INDEXES = ("enquiry_words",)  # those that name people
STILL_READ = mark("The database is being read just now; erased data leave its files a little later.")
_PRESENT = text("SELECT CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS xid) AS text)")
_OLDER_READERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND age(backend_xmin) > age(CAST(:present AS xid))"
)


def wipe() -> None:
    """Rewrite what holds people's data; writers wait meanwhile, readers of SQLite do not.

    Raises Unavailable while somebody reads what was there before: done again later, it succeeds.
    """
    db.session.rollback()
    with db.engine.connect() as connection:
        free = connection.execution_options(isolation_level="AUTOCOMMIT")
        if free.dialect.name == "sqlite":
            _wipe_sqlite(free)
        else:
            _wipe_postgresql(free)


def _wipe_sqlite(connection: Connection) -> None:
    connection.execute(text("PRAGMA secure_delete = ON"))
    for index in WORD_INDEXES:  # a word that is taken out of one is only marked as gone
        connection.execute(text(f"INSERT INTO {index} ({index}) VALUES ('rebuild')"))  # noqa: S608 - names of our own
    connection.execute(text("VACUUM"))
    busy = connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).one()[0]
    if busy:
        raise Unavailable(STILL_READ)


def _wipe_postgresql(connection: Connection) -> None:
    _await_older_readers(connection)
    for table in sorted(PERSONAL):
        connection.execute(text(f"VACUUM (FULL, ANALYZE) {table}"))
    _await_older_readers(connection)  # who began before the new statistics would keep the old ones along
    connection.execute(text("VACUUM (FULL) pg_catalog.pg_statistic"))


def _await_older_readers(connection: Connection) -> None:
    """Wait for whoever began to read before, an analysis by the database itself too: its rows would be copied along."""
    present, until = connection.execute(_PRESENT).scalar_one(), time.monotonic() + PATIENCE_SECONDS
    while connection.execute(_OLDER_READERS, {"present": present}).scalar_one():
        if time.monotonic() > until:
            raise Unavailable(STILL_READ)
        time.sleep(PAUSE_SECONDS)

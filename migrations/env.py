"""How do migrations reach the database? Over the application's own engine, in one transaction a migration."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy.engine import Connection

from coalition.extensions import db


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=True,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


@contextmanager
def _rebuilding(connection: Connection) -> Iterator[None]:
    """Let SQLite make a table anew to which others refer: dropping the old one would count as deleting its rows.

    Its keys are switched off on the driver's own connection, because within a transaction that has no effect.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        connection.rollback()
        if broken := driver.execute("PRAGMA foreign_key_check").fetchone():
            raise RuntimeError(f"a migration has left rows of {broken[0]} that refer to nothing")
    finally:
        connection.rollback()
        driver.execute("PRAGMA foreign_keys=ON")


with current_app.app_context():
    engine = db.engine
    if isinstance(engine, Connection):
        _run(engine)
    else:
        with engine.connect().execution_options(writes=True) as connection, _rebuilding(connection):
            _run(connection)

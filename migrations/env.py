"""How do migrations reach the database? Over the application's own engine, in one transaction a migration."""

from __future__ import annotations

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


with current_app.app_context():
    engine = db.engine
    if isinstance(engine, Connection):
        _run(engine)
    else:
        with engine.connect().execution_options(writes=True) as connection:
            _run(connection)

"""How does an empty data folder become a running platform? Safe to repeat: what is there already is left alone."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade

from coalition import clock
from coalition.audit.record import Actor
from coalition.charters import definition, operations
from coalition.transactions import transaction


def prepare() -> None:
    """Bring the database to the newest migration and load the built-in charters."""
    current_app.config["STORAGE_DIR"].mkdir(parents=True, exist_ok=True)
    upgrade()
    for folder in sorted(path for path in definition.LIBRARY.iterdir() if path.is_dir()):
        found = definition.load(folder)
        with transaction():
            operations.load_charter(folder=found, actor=Actor.system("init"), now=clock.now())


@click.command()
@with_appcontext
def init() -> None:
    """Create the database and folders and load the built-in charters."""
    prepare()
    click.echo(f"Ready: {current_app.config['DATA_DIR']}")

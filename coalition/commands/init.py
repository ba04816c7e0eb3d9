"""How does an empty data folder become a running platform? Safe to repeat: what is there already is left alone."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade

from coalition import clock
from coalition.audit.record import Actor
from coalition.charters import definition, operations
from coalition.charters.errors import BuiltInUnknown
from coalition.commands import recovering
from coalition.transactions import transaction

INIT = Actor.system("init")


def prepare() -> None:
    """Bring the database to the newest migration, load the built-in charters that are wanted, take the others off.

    Raises BuiltInUnknown when the settings want one that does not exist.
    """
    current_app.config["STORAGE_DIR"].mkdir(parents=True, exist_ok=True)
    built_in = {path.name: path for path in sorted(definition.LIBRARY.iterdir()) if path.is_dir()}
    wanted = current_app.config["BUILT_IN_CHARTERS"]
    for slug in wanted or ():
        if slug not in built_in:
            raise BuiltInUnknown(slug, tuple(built_in))
    upgrade()
    recovering.recover()
    for slug, folder in built_in.items():
        with transaction():
            if wanted is None or slug in wanted:
                operations.load_charter(folder=definition.load(folder), actor=INIT, now=clock.now())
            elif operations.is_loaded(slug):
                operations.switch_charter(slug=slug, enabled=False, actor=INIT, now=clock.now())
    recovering.tell_what_stood_before()


@click.command()
@with_appcontext
def init() -> None:
    """Create the database and folders and load the built-in charters."""
    prepare()
    click.echo(f"Ready: {current_app.config['DATA_DIR']}")

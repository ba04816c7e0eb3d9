"""Which charters does this platform serve? On the command line: list, load, check, first, enable, disable."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from coalition import clock
from coalition.audit.record import Actor
from coalition.charters import definition, operations, queries
from coalition.charters.definition import FolderBroken
from coalition.transactions import transaction

COMMAND_LINE = Actor.system("command line")
DIRECTORY = click.Path(exists=True, file_okay=False, path_type=Path)
TOLD = {
    operations.Change.NOTHING: "unchanged",
    operations.Change.NEW_VERSION: "new version",
    operations.Change.NEW_SUMMARY: "new summary",
    operations.Change.NEW_TRANSLATION: "new translation",
    operations.Change.DEFINITION: "new data, same text",
}

charters = AppGroup("charters", help="Charters: texts that organisations sign, each loaded from a folder.")


@charters.command()
@click.argument("folder", metavar="DIR", type=DIRECTORY)
def load(folder: Path) -> None:
    """Load the charter in DIR: a changed text becomes a new version."""
    try:
        found = definition.load(folder)
    except FolderBroken as broken:
        _refuse(broken)
    with transaction():
        loaded = operations.load_charter(folder=found, actor=COMMAND_LINE, now=clock.now())
    click.echo(f"{loaded.slug}: version {loaded.number}, {TOLD[loaded.change]}")


@charters.command()
@click.argument("folder", metavar="DIR", type=DIRECTORY)
def check(folder: Path) -> None:
    """Tell every fault of the charter in DIR, with its file and line."""
    faults = definition.check(folder)
    if faults:
        _refuse(FolderBroken(faults))
    click.echo(f"{folder}: no fault found")


@charters.command(name="list")
def list_charters() -> None:
    """List every charter in its order: slug, number prefix, version, shown or not."""
    for line in queries.all_charters():
        version = f"version {line.number}" if line.number else "summary"
        click.echo(f"{line.slug}\t{line.number_prefix}\t{version}\t{'enabled' if line.enabled else 'disabled'}")


@charters.command()
@click.argument("slug")
def first(slug: str) -> None:
    """Put the charter SLUG first: home page and header speak of it."""
    with transaction():
        operations.put_first(slug=slug, actor=COMMAND_LINE, now=clock.now())
    click.echo(f"{slug}: first")


@charters.command()
@click.argument("slug")
def enable(slug: str) -> None:
    """Show the charter SLUG on the pages again."""
    _switch(slug, enabled=True)


@charters.command()
@click.argument("slug")
def disable(slug: str) -> None:
    """Take the charter SLUG off the pages; its signatures stay."""
    _switch(slug, enabled=False)


def _switch(slug: str, *, enabled: bool) -> None:
    with transaction():
        operations.switch_charter(slug=slug, enabled=enabled, actor=COMMAND_LINE, now=clock.now())
    click.echo(f"{slug}: {'enabled' if enabled else 'disabled'}")


def _refuse(broken: FolderBroken) -> None:
    for fault in broken.faults:
        click.echo(str(fault), err=True)
    sys.exit(1)

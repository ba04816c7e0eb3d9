"""How does the register take in and give out lists on the command line? `register import` and `register export`."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import click
from flask import current_app
from flask.cli import AppGroup

from coalition import clock, tokens
from coalition.audit.record import Actor
from coalition.charters import queries as charters
from coalition.desk import import_operations as operations
from coalition.desk import import_queries as queries
from coalition.desk import import_work as work
from coalition.desk.import_columns import suggested
from coalition.desk.import_models import Import
from coalition.desk.import_reading import Limits, read
from coalition.desk.import_states import Kind as ListKind
from coalition.desk.import_states import Landing, State
from coalition.desk.import_values import Listing, Upload
from coalition.desk.import_words import FAILURES, PROBLEMS
from coalition.errors import DomainError
from coalition.register import exports
from coalition.register.search import Search
from coalition.signing.uploads import clean_stem
from coalition.storage.files import store
from coalition.transactions import transaction

COMMAND_LINE = Actor.system("command line")
DAY = click.DateTime(["%Y-%m-%d"])
SHOWN = 50
FOREVER = float("inf")

register = AppGroup("register", help="The register: lists are brought in, entries given out.")


@register.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--charter", metavar="SLUG", help="The rows are paper signatures of this charter.")
@click.option("--organisations", is_flag=True, help="The rows name organisations alone; nobody signs by it.")
@click.option("--active", is_flag=True, help="Signatures stand on the register at once, not in the queue.")
@click.option("--title", metavar="NAME", help="What the list is called; default: the file's name.")
@click.option("--listed-on", type=DAY, metavar="DAY", help="Of which day the list is; default: today.")
@click.option("--leave-out", is_flag=True, help="Bring in the good rows although others have problems.")
@click.option("--dry-run", is_flag=True, help="Only say what would become of every row.")
def import_list(file: Path, **asked: Any) -> None:
    """Bring in the CSV or XLSX FILE, whole or not at all."""
    if bool(asked["charter"]) is asked["organisations"]:
        raise click.UsageError("Say --charter SLUG for paper signatures, or --organisations.")
    listing = _listing(file, **asked)
    with file.open("rb") as opened:
        found = _begun(opened, listing, filename=file.name)
    with _progress("Checking", found.rows_total) as tell:
        work.check(found.public_id, actor=COMMAND_LINE, tell=tell)
    found = queries.import_of(found.public_id)
    _tell(found)
    if asked["dry_run"] or (found.rows_bad and not asked["leave_out"]):
        _discard(found)
        sys.exit(0 if asked["dry_run"] and not found.rows_bad else 1)
    _apply(found, leaves_out=asked["leave_out"])


def _listing(file: Path, *, charter: str | None, listed_on: datetime | None, **asked: Any) -> Listing:
    title, day = asked["title"] or file.stem, (listed_on or clock.now()).date()
    if not charter:
        return Listing(ListKind.ORGANISATIONS, title, day)
    page = charters.current_version(charter)
    landing = Landing.ACTIVE if asked["active"] else Landing.REVIEW
    return Listing(ListKind.SIGNATURES, title, day, page.slug, page.number, landing)


def _begun(file: IO[bytes], listing: Listing, *, filename: str) -> Import:
    """Read the file, choose its columns by their headings, and keep it. Raises Invalid."""
    now = clock.now()
    content = read(file, limits=Limits.of(current_app.config, listing.kind))
    size = file.seek(0, 2)
    file.seek(0)
    digest = hashlib.sha256(file.read()).hexdigest()
    code = tokens.new_code(16)
    key = f"import/{code[:2].lower()}/{code}"
    store().put(key, content.plain)
    upload = Upload(f"{clean_stem(filename)}{Path(filename).suffix.lower()}", digest, size, key, content)
    remembered = queries.remembered_mapping(content.header_sha256, listing.kind)
    mapping = {int(place): name for place, name in (remembered or {}).items()}
    mapping = mapping or suggested(listing.kind, content.headings)
    act: dict[str, Any] = {"actor": COMMAND_LINE, "now": now}
    with transaction():
        made = operations.begin(listing=listing, upload=upload, mapping=mapping, officer_id=None, **act)
        operations.choose_columns(import_id=made.id, mapping=mapping, is_queued=False, **act)
    return made


def _tell(found: Import) -> None:
    """Say what would become of the rows; what is wrong goes to stderr, row by row."""
    page = queries.problems_of(found.id)
    for row in page.rows[:SHOWN]:
        said = PROBLEMS[row.code] % {"detail": row.detail}
        click.echo(f"row {row.row_number}, {row.heading or '-'}: {said}", err=not row.is_notice)
    if (number := queries.number_of_problems(found.id)) > SHOWN:
        click.echo(f"… and {number - SHOWN} more", err=True)
    if found.failure:
        click.echo(FAILURES[found.failure], err=True)
    click.echo(
        f"{found.rows_total} rows: {found.rows_new} new, {found.rows_known} known, {found.rows_bad} with problems"
    )


def _discard(found: Import) -> None:
    with transaction():
        operations.discard(import_id=found.id, actor=COMMAND_LINE, now=clock.now())
    click.echo("Nothing was imported.")


def _apply(found: Import, *, leaves_out: bool) -> None:
    public_id, import_id = found.public_id, found.id
    try:
        with transaction():
            act: dict[str, Any] = {"actor": COMMAND_LINE, "now": clock.now(), "is_queued": False}
            operations.apply(import_id=import_id, leaves_out=leaves_out, **act)
    except DomainError:
        _discard(found)
        raise
    with _progress("Importing", found.rows_total - found.rows_bad) as tell:
        work.apply(public_id, actor=COMMAND_LINE, seconds=FOREVER, tell=tell)
    found = queries.import_of(public_id)
    if found.state != State.APPLIED:
        sys.exit(FAILURES.get(found.failure, "The import has not ended; the worker goes on with it."))
    click.echo(f"Imported: {found.rows_new} new, {found.rows_known} known.")


@contextmanager
def _progress(words: str, total: int) -> Iterator[work.Tell]:
    """Show a bar on a terminal; elsewhere one line says what is done."""
    if not sys.stdout.isatty():
        click.echo(f"{words} {total} rows …")
        yield lambda done, total: None
        return
    with click.progressbar(length=total, label=words) as bar:
        yield lambda done, total: bar.update(done - bar.pos)


@register.command(name="export")
@click.option("--format", "ending", type=click.Choice(["csv", "xlsx", "json", "jsonl"]), required=True)
@click.option("--as-of", type=DAY, metavar="DATE", help="As it stood at the end of that day.")
@click.option("--charter", metavar="SLUG", help="Of this charter alone.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Default: standard output.")
def export_register(*, ending: str, as_of: datetime | None, charter: str | None, output: Path | None) -> None:
    """Write the register's open fields, never a person's data."""
    asked = {"as_of": as_of.date().isoformat() if as_of else "", "charter": charter or ""}
    with output.open("wb") if output else nullcontext(sys.stdout.buffer) as file:
        _write(Search.of_query(asked), ending, file)


def _write(search: Search, ending: str, file: IO[bytes]) -> None:
    public = [field for one in charters.charter_list() for field in one.definition.extra_fields if field.public]
    extra = list(dict.fromkeys(field.key for field in public))
    match ending:
        case "xlsx":
            exports.xlsx_file(search, file, extra=extra)
        case "json":
            file.writelines(exports.json_file(search))
        case "jsonl":
            file.writelines(exports.json_lines(search))
        case _:
            file.writelines(exports.csv_file(search, extra=extra))

"""Who is erased, and what is let go in time, on the command line? `coalition erase …` and `coalition retention`."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext

from coalition import clock
from coalition.audit.record import Actor
from coalition.desk import erasure, retention, wiping
from coalition.desk.audit_search import signature_named
from coalition.extensions import db
from coalition.signing.models import Signature
from coalition.storage.files import store
from coalition.transactions import transaction

COMMAND_LINE = Actor.system("command line")


@click.command()
@click.argument("signatures", nargs=-1, required=True, metavar="SIGNATURE...")
@click.option("--yes", is_flag=True, help="Do not ask at the terminal whether it is meant.")
@with_appcontext
def erase(signatures: tuple[str, ...], *, yes: bool) -> None:
    """Forget the person behind each SIGNATURE: its reference (A-…), its number on the register or its public id.

    Every name is looked up before anybody is erased. On return nothing of them is left in the database's files.
    """
    found = {signature.id: signature.reference for signature in map(signature_named, signatures)}
    if not yes and sys.stdin.isatty():
        click.confirm("The persons behind these signatures are forgotten for good. Go on?", abort=True)
    others: set[str] = set()
    for signature_id, reference in found.items():
        others.update(erasure.others_of(db.session.get_one(Signature, signature_id)))
        with transaction():
            keys = erasure.erase(signature_id=signature_id, actor=COMMAND_LINE, now=clock.now())
        for key in keys:
            store().delete(key)
        click.echo(f"{reference}: erased.")
    wiping.wipe()
    if left := sorted(others - set(found.values())):
        click.echo(f"The same mailboxes stand behind {', '.join(left)}: erase them too if you are asked to.")


@click.command("retention")
@click.option("--dry-run", is_flag=True, help="Only say what would be let go.")
@with_appcontext
def let_go(*, dry_run: bool) -> None:
    """Let go of everything that was kept long enough, as the worker does once a day, and say how much it was."""
    counts = retention.due_now(clock.now()) if dry_run else retention.keep_to_periods(now=clock.now())
    for key, count in counts.items():
        click.echo(f"{key}\t{count}")
    if not counts:
        click.echo("Nothing was due.")

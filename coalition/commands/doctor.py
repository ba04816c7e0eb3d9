"""What is missing on this machine, and which line mends it? Exit status 1 when anything is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError

from coalition import clock
from coalition.certificates.jobs import check_sealing_key
from coalition.errors import DomainError
from coalition.machine import mending_line, missing_for_documents
from coalition.mail.transport import open_transport
from coalition.site.queries import readiness


@dataclass(frozen=True)
class Complaint:
    """What is wrong and what mends it."""

    what: str
    mend: str


@click.command()
@with_appcontext
def doctor() -> None:
    """Say what is missing, with the line that mends it."""
    complaints = list(_complaints())
    for complaint in complaints:
        click.echo(f"{complaint.what}\n  {complaint.mend}")
    if complaints:
        sys.exit(1)
    click.echo("Nothing is missing.")


def _complaints() -> Iterator[Complaint]:
    if missing := missing_for_documents():
        names = ", ".join(item.what for item in missing)
        yield Complaint(f"Receipts and certificates wait for {names}.", mending_line(missing))
    try:
        if not readiness(now=clock.now()).at_head:
            yield Complaint("The database is not at the newest migration.", "coalition init")
    except DBAPIError:
        yield Complaint("The database does not answer.", "check COALITION_DATABASE_URL")
    if current_app.config["CERTIFICATE_KEY"]:
        try:
            check_sealing_key()
        except DomainError as unusable:
            yield Complaint(str(unusable), "set COALITION_CERTIFICATE_KEY and COALITION_CERTIFICATE_KEY_PASSPHRASE")
    try:
        open_transport(current_app.config["MAIL_URL"])
    except ValueError as wrong:
        yield Complaint(str(wrong), "set COALITION_MAIL_URL")

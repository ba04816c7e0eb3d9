"""Documents on the command line: is a file ours, unchanged and current, and can a new one take its place?"""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from coalition import clock
from coalition.audit.record import Actor
from coalition.certificates import inspection, operations
from coalition.certificates.content import grouped, normalise_serial
from coalition.certificates.queries import Standing
from coalition.certificates.states import Status
from coalition.transactions import transaction

certificates = AppGroup("certificates", help="Receipts and certificates: checking a file, issuing one anew.")
OPERATOR = Actor.system("command")
REISSUE = "reissue"


@certificates.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify(file: Path) -> None:
    """Tell whether FILE is intact and sealed by this site, registered, and how it stands now.

    Ends with 0 only when it is intact, sealed by us, registered and active.
    """
    with file.open("rb") as opened:
        answer = inspection.inspect(opened.read(current_app.config["INSPECTION_BYTES"] + 1))
    seal = f", sealed with {answer.seal.subject}" if answer.seal else ""
    click.echo(f"intact and sealed by us: {_yes(answer.sealed_by_us)}{seal or _because(answer)}")
    click.echo(f"registered: {_yes(answer.registered)}{f', {_name(answer.standing)}' if answer.standing else ''}")
    click.echo(f"status now: {answer.status.value}")
    if answer.status is not Status.ACTIVE:
        raise click.ClickException(f"{file} is not the intact file of an active signature.")


@certificates.command()
@click.argument("serial")
def reissue(serial: str) -> None:
    """Put a new document in the place of the one with SERIAL, with what is true now; the worker makes its file.

    For a file that is lost or was sealed with a key that is no longer used. Whoever checks the old one is led to it.
    """
    with transaction():
        new = operations.reissue(serial=normalise_serial(serial) or "", reason=REISSUE, actor=OPERATOR, now=clock.now())
    click.echo(f"{grouped(normalise_serial(serial) or '')} is superseded by {grouped(new)}.")


def _yes(answer: bool) -> str:  # noqa: FBT001  # an answer is put into a word
    return "yes" if answer else "no"


def _because(answer: inspection.Inspection) -> str:
    return f" ({answer.fault.value})" if answer.fault else ""


def _name(standing: Standing) -> str:
    return f"{standing.kind.value} {grouped(standing.serial)}"

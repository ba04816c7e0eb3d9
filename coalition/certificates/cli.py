"""Documents on the command line: is a file ours, unchanged and current; issuing one anew, or to all who lack one."""

from __future__ import annotations

import time
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from coalition import clock
from coalition.audit.record import Actor
from coalition.certificates import inspection, issuing, operations, waiting
from coalition.certificates.content import grouped, normalise_serial
from coalition.certificates.inspection import Inspection
from coalition.certificates.queries import Standing
from coalition.certificates.states import Status
from coalition.charters import queries as charters
from coalition.extensions import db
from coalition.i18n import known_languages
from coalition.jobs import embedded, queue
from coalition.transactions import transaction

certificates = AppGroup("certificates", help="Receipts and certificates: checking a file, issuing one anew.")
OPERATOR = Actor.system("command")
REISSUE = "reissue"
A_BATCH = 50
PATIENCE_SECONDS = 5.0


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
    click.echo(f"registered: {_yes(answer.registered)}{_which(answer)}")
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


@certificates.command()
@click.option("--charter", required=True, metavar="SLUG", help="Whose signatories.")
@click.option("--language", metavar="CODE", help="In which language (default: each signatory's own).")
def issue(charter: str, language: str | None) -> None:
    """Issue a certificate to every active signatory that lacks one, and make the files.

    May be killed anywhere and run again: it goes on, and nobody is given two. Other workers may help.
    """
    if charter not in {known.slug for known in charters.charter_list()}:
        raise click.ClickException(f"There is no charter {charter}.")
    if language and language not in known_languages():
        raise click.ClickException(f"The site does not speak {language}: COALITION_LOCALES.")
    total = issuing.lacking_count(charter, language=language)
    issued = 0
    while some := _issue_some(charter, language):
        issued += some
        click.echo(f"issued {min(issued, total):,} of {total:,}")
    _make_files(charter)


@certificates.command()
def accept_authority() -> None:
    """Let the worker trust the root that the timestamp authority names now, after it has changed its root."""
    with transaction():
        queue.put("certificates.accept_authority", args={}, now=clock.now(), key="certificates.accept_authority")
    click.echo("The worker asks the authority; compare the root at /.well-known/coalition/fingerprints.txt.")


def _issue_some(charter: str, language: str | None) -> int:
    with transaction():
        return issuing.issue_some(charter, language=language, most=A_BATCH, actor=OPERATOR, now=clock.now())


def _make_files(charter: str) -> None:
    """Do the jobs that make files until none is left, and tell how far they are; other workers may do them too."""
    worker, jobs = embedded.worker_name(), current_app.extensions["coalition.jobs"]
    left = total = issuing.unmade_count(charter)
    began = last_progress = time.monotonic()
    while left and time.monotonic() - last_progress < PATIENCE_SECONDS:
        tried = embedded.run_due(jobs=jobs, worker=worker, most=A_BATCH // 5, only=waiting.MAKE_JOB)
        db.session.rollback()
        before, left = left, issuing.unmade_count(charter)
        if left < before:
            last_progress = time.monotonic()
            _tell(total - left, total, seconds=last_progress - began)
        elif not tried:
            time.sleep(0.2)
    if left:
        first = waiting.waiting_documents(now=clock.now(), most=1)
        why = f": {first[0].detail or first[0].sentence}" if first else ""
        raise click.ClickException(f"{left:,} of {total:,} files wait{why} Run this again, or leave it to the worker.")


def _tell(made: int, total: int, *, seconds: float) -> None:
    rest = (total - made) * seconds / max(made, 1)
    click.echo(f"made {made:,} of {total:,} files, about {rest / 60:.0f} min left")


def _yes(answer: bool) -> str:  # noqa: FBT001  # an answer is put into a word
    return "yes" if answer else "no"


def _because(answer: Inspection) -> str:
    return f" ({answer.fault.value})" if answer.fault else ""


def _which(answer: Inspection) -> str:
    """Say which of our files it is: a document, which stored state of it, or the text of a charter."""
    if answer.text:
        return f", text of {answer.text.charter}, version {answer.text.version}, {answer.text.language}"
    if answer.within:
        return f", but dates were added to {_name(answer.within)}"
    revision = answer.revision
    several = f", state {revision.place} of {revision.count} ({revision.level})" if revision else ""
    return f", {_name(answer.standing)}{several}" if answer.standing else ""


def _name(standing: Standing) -> str:
    return f"{standing.kind.value} {grouped(standing.serial)}"

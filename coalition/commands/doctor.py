"""What is missing on this machine, and which line mends it? Exit status 1 when anything is."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError

from coalition import clock
from coalition.accounts.permissions import Scope
from coalition.certificates.jobs import check_sealing_key, check_timestamps
from coalition.errors import DomainError
from coalition.machine import mending_line, missing_for_documents
from coalition.mail.transport import open_transport
from coalition.review import quorum_queries
from coalition.review.quorum import Gap
from coalition.site.queries import readiness
from coalition.transparency import recovery
from coalition.transparency.errors import LogBehind, LogDamaged, LogForked, LogLate

NEW_ROOT = "check COALITION_TIMESTAMP_URL; where the authority has a new root: coalition certificates accept-authority"
CASES = frozenset({Gap.REVIEW, Gap.APPEAL, Gap.OPINION})
SHORT: Mapping[Gap, str] = {
    Gap.SECRETARIAT: "There are fewer than two officers of the secretariat: {left}.",
    Gap.DELISTING: "A delisting takes two officers; there now: {left}.",
    Gap.CHARTER: "An approval for {about} takes {needed} officers; there now: {left}.",
    Gap.REVIEW: "Application {about} waits for {needed} more approval(s); officers there who may: {left}.",
    Gap.APPEAL: "Nobody who is there may decide on the appeal of {about}.",
    Gap.OPINION: "Nobody who is there may give the opinion that was asked for on {about}.",
}
MENDED_BY: Mapping[type, str] = {
    LogBehind: "coalition init",
    LogForked: "docs/public-log.md says what to do: this database is not the one that was published",
    LogLate: "coalition worker",
    LogDamaged: "compare the files with a mirror's, put aside what is damaged, then: coalition audit publish-log",
}


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
        check_timestamps()
    except DomainError as missing:
        yield Complaint(str(missing), NEW_ROOT)
    yield from _log_waits()
    yield from _shortages()
    try:
        open_transport(current_app.config["MAIL_URL"])
    except ValueError as wrong:
        yield Complaint(str(wrong), "set COALITION_MAIL_URL")


def _log_waits() -> Iterator[Complaint]:
    """Say why the public log does not go on."""
    try:
        found = recovery.warning(now=clock.now())
    except DBAPIError:
        return  # said above
    if found is not None:
        yield Complaint(str(found), MENDED_BY.get(type(found), "set COALITION_LOG_KEY"))


def _shortages() -> Iterator[Complaint]:
    """Say what too few officers are left for: absence, recusal and appeals count."""
    try:
        found = quorum_queries.shortages_now(now=clock.now(), scope=Scope())
    except DBAPIError:
        return  # said above
    for one in found:
        outside = f"wait, or lay it before somebody from outside: /admin/applications/{one.about}/outside"
        invite = "coalition officers invite EMAIL --name NAME --role ROLE"
        yield Complaint(SHORT[one.gap].format(**vars(one)), outside if one.gap in CASES else invite)

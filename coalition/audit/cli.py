"""Is the audit log whole, asked on the command line? `coalition audit checkpoint · export · key · forget`.

`coalition audit verify` asks it of this log and of the public one: it stands in `commands.public_log`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

import click
from flask.cli import AppGroup

from coalition import clock
from coalition.audit import checkpoints, erasure, exports, note, verification
from coalition.audit.note import Checkpoint, NoteBroken
from coalition.audit.record import Actor
from coalition.audit.verification import Fault, Finding, Report
from coalition.transactions import snapshot, transaction

COMMAND_LINE = Actor.system("command line")
FOUND = {
    Fault.ALTERED: "Line {number} was altered.",
    Fault.REMOVED: "Line {number} was removed.",
    Fault.SWAPPED: "Line {number} stands in another line's place.",
    Fault.INSERTED: "A line was inserted as record {number} of the table, which no act has written.",
    Fault.CUT: "The log was cut: line {number} and what followed it are gone.",
    Fault.REWRITTEN: "The log was written anew: its first {number} lines are not those that a checkpoint was made of.",
}

audit = AppGroup("audit", help="The audit log: is it whole, and how can others tell?")


def verify_chain(elsewhere: Iterable[Path]) -> None:
    """Walk along the whole chain, beside checkpoints in files; raises ClickException at the first fault."""
    try:
        signed = [_opened(size, text) for size, text in checkpoints.kept()]
        signed += [_opened(None, file.read_text("utf-8", "replace")) for file in elsewhere]
    except NoteBroken as broken:
        raise click.ClickException(f"A checkpoint cannot be relied on: {broken}.") from broken
    report = verification.verify(signed)
    if report.finding is not None:
        raise click.ClickException(sentence(report.finding))
    click.echo(_summary(report, checkpoints=len(signed)))


@audit.command()
def checkpoint() -> None:
    """Sign how long the log is and what its head is, and print the note: keep it where nobody here can change it."""
    click.echo(checkpoints.make(now=clock.now()), nl=False)


@audit.command()
def key() -> None:
    """Print the public key by which anybody can check our checkpoints."""
    click.echo(checkpoints.public_key())


@audit.command()
@click.argument("file", type=click.File("w", encoding="utf-8", lazy=False), default="-")
def export(file: TextIO) -> None:
    """Write the whole chain to FILE (default: the screen) for docs/verify-audit-log.py."""
    with snapshot() as connection:
        file.writelines(exports.json_lines(connection))


@audit.command()
@click.argument("number", type=click.IntRange(min=1))
@click.confirmation_option(prompt="The line is emptied for good. Go on?")
def forget(number: int) -> None:
    """Empty the line NUMBER, which should not have said what it says; the chain still verifies."""
    with transaction():
        erasure.forget_line(number=number, actor=COMMAND_LINE, now=clock.now())
    click.echo(f"Line {number} is empty; that it was emptied is on record.")


def sentence(finding: Finding) -> str:
    """Return what a person is told of a fault."""
    return FOUND[finding.fault].format(number=finding.number)


def _opened(size: int | None, text: str) -> Checkpoint:
    found = note.opened(text, checkpoints.signing_key().public_key())
    if size not in (None, found.size):
        raise NoteBroken("one of this database stands under another length than it says")
    return found


def _summary(report: Report, *, checkpoints: int) -> str:
    told = f"{report.lines} lines are whole, {checkpoints} checkpoints agree"
    if report.forgotten:
        told += f", {report.forgotten} lines were emptied on record"
    if report.waiting:
        told += f", {report.waiting} lines wait for their number"
    return f"{told}.\nhead {report.head}"

"""Is the public log whole, and does the register say what it says? `audit verify --log · publish-log · log-key`.

They join the group of the audit log's commands, which knows nothing of the public log.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import click
import requests
from flask import current_app

from coalition import clock
from coalition.audit.cli import COMMAND_LINE, audit, verify_chain
from coalition.register import jobs as register_jobs
from coalition.register.entry import Status
from coalition.register.search import ENDORSER, SIGNATORY
from coalition.transactions import transaction
from coalition.transparency import (
    checkpoints,
    forgetting,
    mirroring,
    published,
    publishing,
    recovery,
    sequencing,
    verification,
)
from coalition.transparency.published import FileBroken, Files
from coalition.transparency.verification import LogBroken

__all__ = ["audit"]

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
ENTRIES_AT_ONCE = "200"


@audit.command()
@click.option("--log", "log", metavar="URL|DIR", help="Check the public log there instead, from public files alone.")
@click.option("--key", metavar="VKEY", help="Its public key; default: the one that lies beside it.")
@click.option(
    "--checkpoint",
    "elsewhere",
    multiple=True,
    type=FILE,
    help="A checkpoint that was kept elsewhere; may be given several times.",
)
def verify(*, log: str | None, key: str | None, elsewhere: tuple[Path, ...]) -> None:
    """Walk along the whole log and name the first thing that is not what it was; ends with 1 if there is one."""
    if log is None:
        verify_chain(elsewhere)
        return
    files = published.on_site(_address(log)) if _is_site(log) else published.in_folder(Path(log))
    try:
        vkey = key or _key_beside(files)
        older = [verification.opened_note(file.read_text("utf-8", "replace"), vkey) for file in elsewhere]
        head = verification.opened_head(files, vkey)
        with _progress(head.size) as tell:
            entries = (lambda: register_of(log)) if _is_site(log) else None
            found = verification.verify(files, vkey, older=older, entries=entries, tell=tell)
    except LogBroken as broken:
        raise click.ClickException(f"{broken}.") from broken
    click.echo(_summary(found))
    if key is None:
        click.echo(f"The key was taken from the log itself; compare it with one that you got elsewhere:\n{vkey}")


@audit.command(name="publish-log")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), required=False)
def publish_log(folder: Path | None) -> None:
    """Write every file of the public log, and the register beside it, into FOLDER (default: COALITION_LOG_DIR)."""
    if folder is not None:
        current_app.config["LOG_DIR"] = folder
    sequencing.place_all()
    publishing.publish(now=clock.now(), anew=True)
    register_jobs.publish_state()
    click.echo(f"Published in {recovery.folder()}.")


@audit.command(name="mirror-log")
@click.argument("log", metavar="URL|DIR")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--key", metavar="VKEY", required=True, help="The log's public key, as its /log/key says.")
def mirror_log(log: str, folder: Path, *, key: str) -> None:
    """Copy the public log there into FOLDER; again and again, it takes what is new."""
    files = published.on_site(_address(log)) if _is_site(log) else published.in_folder(Path(log))
    try:
        size = mirroring.mirror(files, folder, key)
    except LogBroken as broken:
        raise click.ClickException(f"{broken}.") from broken
    click.echo(f"{size} leaves are in {folder}.")


@audit.command(name="log-key")
def log_key() -> None:
    """Print the public key by which anybody can check the public log."""
    click.echo(checkpoints.public_key())


@audit.command(name="forget-leaf")
@click.argument("place", type=click.IntRange(min=0))
@click.confirmation_option(prompt="What the line says is forgotten for good. Go on?")
def forget_leaf(place: int) -> None:
    """Forget what the line PLACE of the public log says; its proof stays good."""
    with transaction():
        forgetting.forget_leaf(place=place, actor=COMMAND_LINE, now=clock.now())
    sequencing.place_all()
    click.echo(f"Line {place} says nothing any more; that it was forgotten is on record.")


def _is_site(log: str) -> bool:
    return urlsplit(log).scheme in ("http", "https")


def _address(log: str) -> str:
    """Return where a site's log lies; the site's own address is enough."""
    return f"{log.rstrip('/')}/log" if urlsplit(log).path in ("", "/") else log


def register_of(log: str) -> Iterator[Mapping[str, Any]]:
    """Yield every entry that a site's API lists, whatever its status. Raises LogBroken when it does not answer."""
    parts = urlsplit(log)
    address = f"{parts.scheme}://{parts.netloc}/api/v1/signatories"
    with requests.Session() as session:
        for capacity in (SIGNATORY, ENDORSER):
            for status in Status:
                asked = {"capacity": capacity, "status": status.value, "size": ENTRIES_AT_ONCE}
                yield from _pages(session, address, asked)


def _pages(session: requests.Session, address: str, asked: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
    query: str | None = urlencode(asked)
    while query:
        try:
            answer = session.get(f"{address}?{query}", timeout=published.TIMEOUT_SECONDS)
            answer.raise_for_status()
            page = answer.json()
            yield from page["items"]
            query = urlsplit(page["next"] or "").query
        except (requests.RequestException, KeyError, TypeError, ValueError) as lost:
            raise LogBroken(f"the register at {address} cannot be read") from lost


def _key_beside(files: Files) -> str:
    try:
        held = files(published.KEY)
    except FileBroken as broken:
        raise LogBroken(str(broken)) from broken
    if held is None:
        raise LogBroken("there is no key beside the log; give one with --key")
    return held.decode("utf-8", "replace").strip()


@contextmanager
def _progress(size: int) -> Iterator[verification.Tell]:
    """Show a bar on a terminal; elsewhere nothing is said until the end."""
    if not sys.stdout.isatty():
        yield lambda done: None
        return
    with click.progressbar(length=size, label="Checking") as bar:
        yield lambda done: bar.update(done - bar.pos)


def _summary(found: verification.Report) -> str:
    told = f"{found.head.size} leaves of {found.head.origin} are whole, the register of {found.entries} entries agrees"
    if found.heads:
        told += f", {found.heads} older checkpoints agree"
    if found.forgotten:
        told += f", {found.forgotten} leaves were forgotten and can no longer be compared"
    return f"{told}.\nroot {found.head.head}"

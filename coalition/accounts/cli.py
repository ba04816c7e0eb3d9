"""Who is an officer, on the command line? `coalition officers invite · list · disable`, and the first one's link."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from coalition import clock, tokens
from coalition.accounts import changes, operations, queries
from coalition.accounts.forms import NAME_MOST, checked_address
from coalition.accounts.permissions import Role
from coalition.audit.record import Actor
from coalition.i18n import known_languages
from coalition.tokens import Purpose
from coalition.transactions import transaction

COMMAND_LINE = Actor.system("command line")

officers = AppGroup("officers", help="Officers of the secretariat: who they are, and how they get in.")


def _link(public_id: str) -> str:
    return f"{current_app.config['PUBLIC_URL']}/admin/invitations/{tokens.sign(Purpose.INVITATION, public_id)}"


def _address(_context: click.Context, _parameter: click.Parameter, typed: str) -> str:
    address = checked_address(typed)
    if address is None:
        raise click.BadParameter("that is no e-mail address; it has to look like name@example.org.")
    return address


@officers.command()
@click.argument("email", callback=_address)
@click.option("--name", required=True, help="The person's name, as colleagues read it.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
def invite(email: str, name: str, role: str) -> None:
    """Invite EMAIL and print the link with which that person chooses a password."""
    shown = " ".join(name.split())[:NAME_MOST]
    if not shown or not shown.isprintable():
        raise click.BadParameter("a name of visible letters is needed.", param_hint="--name")
    with transaction():
        public_id = operations.invite(
            email=email,
            name=shown,
            role=Role(role),
            language=known_languages()[0],
            lifetime=current_app.config["INVITATION_LIFETIME"],
            actor=COMMAND_LINE,
            now=clock.now(),
        )
    click.echo(_link(public_id))


@officers.command("list")
def list_officers() -> None:
    """List every officer: address, name, role, and whether the person can sign in."""
    for officer in queries.all_officers():
        standing = "disabled" if officer.disabled_at else "active" if officer.enrolled_at else "invited"
        click.echo(f"{officer.email}\t{officer.name}\t{officer.role}\t{standing}")


@officers.command()
@click.argument("email")
def disable(email: str) -> None:
    """Close the account of EMAIL and end its sessions."""
    with transaction():
        changes.disable(email=email, actor=COMMAND_LINE, now=clock.now())
    click.echo(f"{email} can no longer sign in.")


@officers.command()
@click.argument("email")
def recover(email: str) -> None:
    """Print the link with which EMAIL, locked out, chooses password and authenticator anew; the officer is told."""
    with transaction():
        public_id = operations.recover(
            email=email, lifetime=current_app.config["INVITATION_LIFETIME"], actor=COMMAND_LINE, now=clock.now()
        )
    click.echo(_link(public_id))


def first_officer_link() -> str | None:
    """Return the link with which somebody becomes the first officer; None once there is one."""
    with transaction():
        public_id = operations.invite_first(
            lifetime=current_app.config["INVITATION_LIFETIME"], actor=COMMAND_LINE, now=clock.now()
        )
    return _link(public_id) if public_id else None

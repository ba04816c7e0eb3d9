"""What does the worker do for "my signature"? Sends new links, so that the request never shows who has signed."""

from __future__ import annotations

from flask import current_app

from coalition import clock
from coalition.signing import operations
from coalition.transactions import transaction


def send_manage_link(*, email_key: str) -> None:
    """Mail a new link for each signature of a mailbox, if it has any."""
    lifetime = current_app.config["VERIFICATION_LINK_LIFETIME"]
    with transaction():
        operations.send_manage_links(email_key=email_key, lifetime=lifetime, now=clock.now())

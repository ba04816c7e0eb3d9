"""What does the worker do to officers' accounts? Seals secrets under the newest of the site's secrets."""

from __future__ import annotations

from coalition.accounts import operations
from coalition.transactions import transaction


def reseal() -> None:
    """Let no authenticator's secret rest under a secret of the site that an operator wants to drop."""
    with transaction():
        operations.reseal()

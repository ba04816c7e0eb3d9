"""What the tests of the charters desk share: the pocket charter, and the acts with everything but what matters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from coalition import clock
from coalition.audit.record import Actor
from coalition.charters import amending, history, publishing
from coalition.charters.history import DeskCharter
from coalition.charters.proposal import Proposal
from coalition.transactions import transaction

SLUG = "pocket-charter"
ADA = Actor.officer("officer-ada", "Ada")
TEXTS = {"es": "## Meta {#target}\n\nLas reduciremos a cero.\n", "en": "## Target {#target}\n\nWe shall end them.\n"}


def charter(slug: str = SLUG) -> DeskCharter:
    """Return the charter as the desk shows it now."""
    return history.charter_of(slug, now=clock.now())


def do(act: Callable[..., Any], **values: Any) -> Any:
    """Do an act on what stands there now, in a transaction of its own."""
    given = {"slug": SLUG, "seen": charter(values.get("slug", SLUG)).revision, "actor": ADA, "now": clock.now()}
    with transaction():
        return act(**{**given, **values})


def publish(in_force_from: datetime | None = None, *, texts: dict[str, str] | None = None, **changes: Any) -> int:
    """Publish a version with other texts; returns its number."""
    proposal = Proposal(changes.pop("authentic", "es"), texts or TEXTS, changes.pop("adopted_on", None), in_force_from)
    number: int = do(publishing.publish_version, proposal=proposal, **changes)
    return number


def set_rules(approvers: int = 1, **evidence: dict[str, str]) -> None:
    """Change the rules."""
    do(amending.set_rules, approvers=approvers, evidence=evidence)

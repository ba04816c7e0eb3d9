"""An officer at work: whoever does an act, each in a transaction of its own. Which acts there are, capabilities say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from coalition import clock
from coalition.accounts.models import Officer
from coalition.audit.record import Actor
from coalition.transactions import transaction
from tests.factories import officers


class OfficersDesk:
    """The desk of one officer."""

    def __init__(self, person: Officer) -> None:
        self.id, self.name = person.id, person.name
        self.actor = Actor.officer(person.public_id, person.name)

    @classmethod
    def somebody(cls, name: str) -> Self:
        """Make an officer and return the desk."""
        with transaction():
            person = officers.officer(name)
        return cls(person)

    def act(self, act: Callable[..., Any], **more: Any) -> Any:
        """Do an act as this officer, now."""
        with transaction():
            return act(officer_id=self.id, actor=self.actor, now=clock.now(), **more)

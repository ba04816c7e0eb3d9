"""Does an officer belong to the applicant's network? From values alone; whoever does, does not decide.

What an officer says of their own accord is a row and belongs to `operations`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from coalition.organisations.names import name_key
from coalition.review.signals import FREE_MAIL, registrable_domain


@dataclass(frozen=True)
class Party:
    """What of an applicant tells its network: keys of its names, and the domains that somebody registered for it."""

    names: frozenset[str]
    domains: frozenset[str]

    @classmethod
    def of(cls, *, names: Iterable[str], website: str, email: str) -> Party:
        """Make it from names, one text of which may hold several between commas, and addresses that may be ""."""
        parts = (part for name in names for part in (name, *name.split(",")))
        domains = {_domain_of_website(website), _domain_of_mailbox(email)} - {""}
        return cls(frozenset(name_key(part) for part in parts if part.strip()), frozenset(domains))


def in_network(*, networks: Iterable[str], officer_email: str, party: Party) -> bool:
    """Tell whether an officer's networks, domains or names of organisations, or own mailbox meet the applicant's."""
    if _domain_of_mailbox(officer_email) in party.domains:
        return True
    return any(_is_of(network, party) for network in networks)


def _is_of(network: str, party: Party) -> bool:
    typed = network.strip()
    if not typed:
        return False
    domain = _domain_of_website(typed) if "//" in typed else registrable_domain(typed.rpartition("@")[2])
    return domain in party.domains or name_key(typed) in party.names


def _domain_of_mailbox(email: str) -> str:
    """Return the domain of a mailbox; "" where it is one that everybody can have."""
    host = email.rpartition("@")[2].strip().casefold()
    return "" if host in FREE_MAIL else registrable_domain(host)


def _domain_of_website(website: str) -> str:
    try:
        return registrable_domain(urlsplit(website).hostname or "")
    except ValueError:
        return ""

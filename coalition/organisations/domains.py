"""Which part of a host name did somebody register, and is a website an organisation's own? Pure."""

from __future__ import annotations

from functools import cache, lru_cache
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

SHARED = frozenset({
    "bsky.app", "facebook.com", "fb.com", "flickr.com", "github.com", "google.com", "instagram.com", "linkedin.com",
    "linktr.ee", "medium.com", "pinterest.com", "t.me", "telegram.org", "tiktok.com", "twitter.com", "vk.com",
    "whatsapp.com", "wikipedia.org", "wixsite.com", "wordpress.com", "x.com", "youtube.com",
})  # fmt: skip


@lru_cache(maxsize=4096)
def registrable_domain(host: str) -> str:
    """Return the part of a host name that somebody registered, in ASCII letters; "" where there is none."""
    try:
        plain = host.strip().rstrip(".").casefold().encode("idna").decode()
    except UnicodeError:
        return ""
    return _suffixes().privatesuffix(plain) or ""


def website_domain(website: str) -> str:
    """Return the registrable domain of a website; "" where there is none."""
    try:
        return registrable_domain(urlsplit(website).hostname or "")
    except ValueError:
        return ""


def own_domain(website: str) -> str:
    """Return the domain of a website that is an organisation's own; "" where it is one of many guests."""
    domain = website_domain(website)
    return "" if domain in SHARED else domain


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()

"""What is worth a second look before deciding? Hints from values alone; none of them decides anything."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

FREE_MAIL = frozenset({
    "163.com", "126.com", "aim.com", "aol.com", "bluewin.ch", "daum.net", "fastmail.com", "free.fr", "freenet.de",
    "gmail.com", "gmx.at", "gmx.ch", "gmx.com", "gmx.de", "gmx.fr", "gmx.net", "googlemail.com", "hotmail.co.uk",
    "hotmail.com", "hotmail.es", "hotmail.fr", "hotmail.it", "icloud.com", "inbox.ru", "laposte.net", "libero.it",
    "list.ru", "live.com", "live.fr", "mac.com", "mail.com", "mail.ru", "me.com", "msn.com", "naver.com",
    "orange.fr", "outlook.com", "outlook.es", "outlook.fr", "pm.me", "posteo.de", "posteo.net", "proton.me",
    "protonmail.ch", "protonmail.com", "qq.com", "rambler.ru", "rediffmail.com", "riseup.net", "rocketmail.com",
    "seznam.cz", "sfr.fr", "sina.com", "t-online.de", "tuta.com", "tutanota.com", "uol.com.br", "wanadoo.fr",
    "web.de", "wp.pl", "yahoo.ca", "yahoo.co.in", "yahoo.co.jp", "yahoo.co.uk", "yahoo.com", "yahoo.com.br",
    "yahoo.de", "yahoo.es", "yahoo.fr", "yahoo.it", "yandex.com", "yandex.ru", "ymail.com", "zoho.com",
})  # fmt: skip


class Signal(StrEnum):
    """One hint."""

    FREE_MAIL = "free_mail"
    DOMAINS_DIFFER = "domains_differ"
    NAME_KNOWN = "name_known"
    MAILBOX_REFUSES = "mailbox_refuses"
    PROOF_MISSING = "proof_missing"


def registrable_domain(host: str) -> str:
    """Return the part of a host name that somebody registered, in ASCII letters; "" where there is none."""
    try:
        plain = host.strip().rstrip(".").casefold().encode("idna").decode()
    except UnicodeError:
        return ""
    return _suffixes().privatesuffix(plain) or ""


def address_signals(email: str, website: str) -> tuple[Signal, ...]:
    """Return what the representative's address tells beside the organisation's website, either of which may be ""."""
    host = email.rpartition("@")[2].casefold()
    if host in FREE_MAIL:
        return (Signal.FREE_MAIL,)
    mail_domain, site_domain = registrable_domain(host), registrable_domain(_host_of(website))
    return (Signal.DOMAINS_DIFFER,) if mail_domain and site_domain and mail_domain != site_domain else ()


def _host_of(website: str) -> str:
    try:
        return urlsplit(website).hostname or ""
    except ValueError:
        return ""


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()

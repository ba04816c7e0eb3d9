"""What is worth a second look before deciding? Hints from values alone; none of them decides anything."""

from __future__ import annotations

from enum import StrEnum

from coalition.organisations.domains import registrable_domain, website_domain

__all__ = ["FREE_MAIL", "Signal", "address_signals", "registrable_domain", "website_domain"]

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


DISPOSABLE_MAIL = frozenset({
    "10minutemail.com", "33mail.com", "anonaddy.me", "burnermail.io", "byom.de", "discard.email", "dispostable.com",
    "emailondeck.com", "emailtemp.org", "fakeinbox.com", "fakemail.net", "getairmail.com", "getnada.com", "grr.la",
    "guerrillamail.biz", "guerrillamail.com", "guerrillamail.de", "guerrillamail.info", "guerrillamail.net",
    "guerrillamail.org", "guerrillamailblock.com", "harakirimail.com", "inboxbear.com", "inboxkitten.com",
    "incognitomail.org", "jetable.org", "linshiyouxiang.net", "mail-temp.com", "mail-temporaire.fr", "mail.tm",
    "mailcatch.com", "maildrop.cc", "mailexpire.com", "mailinator.com", "mailinator.net", "mailnesia.com",
    "mailnull.com", "mailpoof.com", "mailsac.com", "mintemail.com", "mohmal.com", "moakt.com", "mt2015.com",
    "mytemp.email", "mytrashmail.com", "nada.email", "nowmymail.com", "sharklasers.com", "spam4.me",
    "spambog.com", "spambox.us", "spamex.com", "spamgourmet.com", "temp-mail.io", "temp-mail.org", "tempail.com",
    "tempinbox.com", "tempmail.com", "tempmail.dev", "tempmailo.com", "tempr.email", "throwawaymail.com",
    "tmpmail.net", "tmpmail.org", "trash-mail.com", "trashmail.com", "trashmail.de", "trashmail.net", "wegwerfmail.de",
    "yopmail.com", "yopmail.fr", "yopmail.net", "zetmail.com",
})  # fmt: skip


class Signal(StrEnum):
    """One hint."""

    FREE_MAIL = "free_mail"
    DOMAINS_DIFFER = "domains_differ"
    DISPOSABLE_MAIL = "disposable_mail"
    NAME_KNOWN = "name_known"
    MAILBOX_REFUSES = "mailbox_refuses"
    PROOF_MISSING = "proof_missing"


def address_signals(email: str, website: str) -> tuple[Signal, ...]:
    """Return what the representative's address tells beside the organisation's website, either of which may be ""."""
    host = email.rpartition("@")[2].casefold()
    if host in FREE_MAIL:
        return (Signal.FREE_MAIL,)
    mail_domain, site_domain = registrable_domain(host), website_domain(website)
    if host in DISPOSABLE_MAIL or mail_domain in DISPOSABLE_MAIL:
        return (Signal.DISPOSABLE_MAIL,)
    return (Signal.DOMAINS_DIFFER,) if mail_domain and site_domain and mail_domain != site_domain else ()
